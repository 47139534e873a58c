// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "unit/plugins/hostile.hpp"

namespace kpid::plugins {
namespace {

using namespace std::string_literals;

constexpr const char* kMeters = R"(, "meters": [{"meter": "M1", "school": "900001",
    "fuel": "electricity"}], "schools": [{"school": "900001", "fuels": ["electricity"]}])";

std::string settings(const std::string& more = {}, const std::string& path = "f.csv") {
  return R"({"path": ")" + path + "\"" + kMeters + more + "}";
}

std::string register_settings(const std::string& format) {
  return R"({"path": "r_2026-01-31.csv", "format": ")" + format + "\"}";
}

std::string clock_header() {
  std::string out;
  for (int i = 0; i < 48; ++i) {
    out += (i < 20 ? ",0" : ",") + std::to_string(i / 2) + (i % 2 == 0 ? ":00" : ":30");
  }
  return out;
}

std::string repeated(const std::string& text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

const std::string kDays = "Meter Number,Reading Date" + clock_header() + "\n";
const std::string kReadings = "MPR,ReadDatetime,kWh,ReadType\n";
const std::string kBills = "Meter,From,To,kWh,m3,Calorific value,Cost\n";
const std::string kChecks = "School,Check,Due,Done\n";
const std::string kDefects = "School,Reported,Closed,Priority\n";
const std::string kBids = "School,Fund,Amount,Awarded,Submitted,Outcome,Decided\n";
const std::string kRowOut = " The row was left out.\n";
const std::string kUnread =
    "warning setting meters: No file has a row of the meter M1; correct its number, or say until "
    "when it was in use.\n";

std::string day_row(const std::string& date) { return "M1," + date + repeated(",1", 48) + "\n"; }

// A week of good days behind the bad row of Monday 25 August: the figures that it gives are the
// week's kWh by fuel and in all; 2018 has a factor, so kgCO2e too.
std::string good_week() {
  std::string out;
  for (int i = 3; i < 10; ++i) out += day_row((i < 10 ? "0" : "") + std::to_string(i) + "/09/2018");
  return out;
}
constexpr std::size_t kWeek = 4;

std::string none_of(int rows) {
  return "None of the " + std::to_string(rows) + (rows == 1 ? " row" : " rows") +
         " gave a figure; the notes of this run say why.";
}

std::vector<Hostile> whole_files() {
  const std::string utf16_damaged = "\xEF\xBF\xBD\xEF\xBF\xBDs\0e\0p\0=\0,\0\n\0M\0P\0R\0"s;
  const std::string both =
      "Meter Number,Reading Date" + clock_header() + ",24:00\n" + day_row("03/09/2018");
  std::string ends = "Meter Number,Reading Date" + clock_header().substr(6) + "\n";
  std::string lacking = kDays;
  lacking.erase(lacking.find(",05:30"), 6);
  lacking.erase(lacking.find(",06:00"), 6);
  const std::string no_layout =
      "f.csv: None of the first 20 rows is the header of a layout that kpid knows (banes, "
      "sheffield, british_gas, row_per_day, row_per_reading, series). Export it with its header, "
      "or set the layout to learn which column is missing.";
  return {
      {"empty file", settings(), "", "f.csv: The file is empty; export it again.", 0},
      {"PNG picture", settings(), "\x89PNG\r\n\x1A\n",
       "f.csv: The file is a PNG picture, not a CSV file; export it again as CSV.", 0},
      {"sign-in page", settings(), "<!DOCTYPE html><html><body>Sign in</body></html>",
       "f.csv: The file is a web page (HTML), not a CSV file; export it again as CSV.", 0},
      {"UTF-16 damaged on its way", settings(), utf16_damaged,
       "f.csv: The file was UTF-16 and was damaged when it was converted to UTF-8 (its first "
       "characters are U+FFFD); export it again as CSV in UTF-8.",
       0},
      {"no header", settings(), day_row("03/09/2018"), no_layout, 0},
      {"readings without a time", settings(), "MPR,kWh\nM1,4\n", no_layout, 0},
      {"a header and no rows", settings(), kDays,
       "f.csv: The file has a header and no rows; export it again.", 0},
      {"half hours that are missing from the header", settings(), lacking + day_row("03/09/2018"),
       "f.csv, row 1: The header lacks the half hours 05:30, 06:00; export it with all of them.",
       0},
      {"a day that begins and ends with midnight", settings(), both,
       "f.csv, row 1: The header has both a column 00:00 and a column 24:00, so it is not clear "
       "whether a time marks the start or the end of its half hour; export it again.",
       0},
      {"a day without midnight", settings(), ends + "M1,03/09/2018" + repeated(",1", 47) + "\n",
       "f.csv, row 1: The header has neither a column 00:00 nor a column 24:00, so it is not clear "
       "whether a time marks the start or the end of its half hour; export it again.",
       0},
      {"a series with two meters in the settings",
       R"({"path": "f.csv", "meters": [{"meter": "A", "school": "1", "fuel": "gas"},
           {"meter": "B", "school": "1", "fuel": "gas"}]})",
       "timestamp,energy\n2018-09-03 00:00,1\n",
       "f.csv, row 1: The file has no column for the meter, so the settings must name exactly one "
       "under meters, not 2.",
       0},
      {"a layout that the file does not have", settings(R"(, "layout": "sheffield")"),
       "MPAN,Day,kWh_1\nM1,03/09/2018,1\n",
       "f.csv, row 1: There is no column \"ConsumptionDate\"; no column of the file has a name "
       "like "
       "it. There is no column \"kWh_48\"; the nearest in the file: \"kWh_1\". Name the file's own "
       "columns in the settings, or export it with these.",
       0},
      {"a column twice", settings(), "Meter Number,Reading Date" + clock_header() + ",00:30\n",
       "f.csv, row 1, column 00:30: The header has the column \"00:30\" twice; remove one of them, "
       "so that it is "
       "clear which one counts.",
       0},
      {"a quotation mark that is never closed", settings(), kReadings + "\"M1,04 Nov 2019\n",
       "f.csv, row 2: A quotation mark is opened in this row and never closed.", 0},
  };
}

std::vector<Hostile> readings() {
  const auto bad_day = [](const std::string& name, const std::string& row,
                          const std::string& told) {
    return Hostile{name, settings(), kDays + row + "\n" + good_week(), "skipped f.csv, " + told,
                   kWeek};
  };
  const auto bad_reading = [](const std::string& name, const std::string& row,
                              const std::string& told) {
    return Hostile{name, settings(R"(, "labels": "start")"), kReadings + row + "\n",
                   "skipped f.csv, row 2" + told + none_of(1), 0};
  };
  const std::string ones = repeated(",1", 47);
  const std::string no_date = " is not a date such as 21/01/2026 or 2026-01-21." + kRowOut;
  return {
      bad_day("a date that is none", "M1,KABOOM,1" + ones,
              "row 2, column Reading Date: \"KABOOM\"" + no_date),
      bad_day("a day that the calendar lacks", "M1,31/02/2018,1" + ones,
              "row 2, column Reading Date: \"31/02/2018\"" + no_date),
      bad_day("the month first", "M1,02/28/2018,1" + ones,
              "row 2, column Reading Date: \"02/28/2018\"" + no_date),
      bad_day("a day with a time", "M1,2018-02-28 10:00,1" + ones,
              "row 2, column Reading Date: \"2018-02-28 10:00\"" + no_date),
      bad_day("a day before summer time had its rule", "M1,01/01/1995,1" + ones,
              "row 2, column Reading Date: \"01/01/1995\" is not a day between 1996 and 2099." +
                  kRowOut),
      bad_day("no date", "M1,,1" + ones, "row 2, column Reading Date: \"\" is no date." + kRowOut),
      bad_day("no meter", ",28/02/2018,1" + ones,
              "row 2, column Meter Number: \"\" names no meter." + kRowOut),
      bad_day("a row cut short", "M1,28/02/2018",
              "row 2: The row has 2 cells where the header has 50; look for a comma inside a cell "
              "without quotation marks." +
                  kRowOut),
      bad_day("more readings than the day has", "M1,25/03/2018,1" + ones,
              "row 2: The row has more readings than the 46 half hours of 2018-03-25; if its times "
              "are GMT all year, set clock = \"gmt\"." +
                  kRowOut),
      bad_reading("text for a number", "M1,04 Nov 2019 00:30,n/a,Actual",
                  ", column kWh: \"n/a\" is not a number. This reading was left out.\n"),
      bad_reading("a spreadsheet's error", "M1,04 Nov 2019 00:30,#REF!,Actual",
                  ", column kWh: \"#REF!\" is not a number. This reading was left out.\n"),
      bad_reading("an exponent", "M1,04 Nov 2019 00:30,1.9E-02,Actual",
                  ", column kWh: \"1.9E-02\" is not a number. This reading was left out.\n"),
      bad_reading("a negative reading", "M1,04 Nov 2019 00:30,-1,Actual",
                  ", column kWh: \"-1\" is below 0. This reading was left out.\n"),
      bad_reading("a power station", "M1,04 Nov 2019 00:30,20001,Actual",
                  ", column kWh: \"20001\" is more than a school can use. This reading was left "
                  "out.\n"),
      bad_reading("a time that is none", "M1,04 Nov 2019 25:00,1,Actual",
                  ", column ReadDatetime: \"04 Nov 2019 25:00\" is not a time such as 04 Nov 2019 "
                  "00:30 or 2019-11-04 00:30." +
                      kRowOut),
      bad_reading("a reading every ten minutes", "M1,04 Nov 2019 00:10,1,Actual",
                  ", column ReadDatetime: \"04 Nov 2019 00:10\" is not at a full or a half hour." +
                      kRowOut),
      bad_reading("an hour that no clock showed", "M1,31 Mar 2019 01:30,1,Actual",
                  ", column ReadDatetime: No clock shows this time on 2019-03-31, when clocks go "
                  "forward; if the times are GMT all year, set clock = \"gmt\"." +
                      kRowOut),
      {"a half hour in a file of hours", settings(R"(, "interval_minutes": 60)"),
       kReadings + "M1,2018-09-03 01:30,1,Actual\n",
       "skipped f.csv, row 2, column ReadDatetime: The reading is not at a full hour, though "
       "interval_minutes is 60." +
           kRowOut + none_of(1),
       0},
      {"readings that contradict each other", settings(),
       kDays + day_row("10/09/2018") + "M1,10/09/2018,2" + ones + "\n" + good_week(),
       "skipped f.csv, row 3: The meter M1 has other readings for 1 half hour of 2018-09-10 in row "
       "2. Which of them counts is not clear, so it was left out.\n",
       kWeek},
      {"a meter that a spreadsheet has shortened", settings(),
       kDays + "2.33653E+12,28/02/2018,1" + ones + "\n" + good_week(),
       "skipped f.csv: The meter \"2.33653E+12\" is not in the settings; its 1 row was left out.\n",
       kWeek},
      {"none of the meters", settings(), kDays + "M9,03/09/2018,1" + ones + "\n",
       "skipped f.csv: The meter \"M9\" is not in the settings; its 1 row was left out.\n" +
           kUnread + none_of(1),
       0},
      {"a total that is another", settings(R"(, "columns": {"total": "Sum"})"),
       "Meter Number,Reading Date,Sum" + clock_header() + "\nM1,28/02/2018,4801,1" + ones + "\n",
       "skipped f.csv, row 2, column Sum: \"4801\" is not what the half hours add up to, 48." +
           kRowOut + none_of(1),
       0},
      {"a unit that is none", settings(R"(, "columns": {"unit": "Unit"})"),
       "Meter Number,Reading Date,Unit" + clock_header() + "\nM1,28/02/2018,kVArh,1" + ones + "\n",
       "skipped f.csv, row 2, column Unit: \"kVArh\" is not a unit that kpid knows (kWh, m3)." +
           kRowOut + none_of(1),
       0},
      {"gas of an electricity meter", settings(R"(, "columns": {"fuel": "Type"})"),
       "Meter Number,Reading Date,Type" + clock_header() + "\nM1,28/02/2018,Gas,1" + ones + "\n",
       "skipped f.csv, row 2, column Type: \"Gas\" is not electricity, which the settings say of "
       "this meter." +
           kRowOut + none_of(1),
       0},
  };
}

std::vector<Hostile> bills() {
  const auto bad = [](const std::string& name, const std::string& row, const std::string& told) {
    return Hostile{name, settings(R"(, "format": "bills")"), kBills + row + "\n",
                   "skipped f.csv, row 2" + told + kRowOut + none_of(1), 0};
  };
  return {
      bad("a bill that ends before it begins", "M1,31/01/2025,01/01/2025,1,,,1",
          ", column To: \"01/01/2025\" is before the bill's first day."),
      bad("a bill of two years", "M1,01/01/2024,31/12/2025,1,,,1",
          ", column To: \"31/12/2025\" is more than 400 days after the bill's first."),
      bad("a credit note", "M1,01/01/2025,31/01/2025,1,,,-5",
          ", column Cost: \"-5\" is below 0: kpid does not set credits off; give the corrected "
          "bill "
          "alone."),
      bad("a bill of nothing", "M1,01/01/2025,31/01/2025,,,,",
          ": The row has neither an amount nor a cost."),
      bad("half a penny", "M1,01/01/2025,31/01/2025,1,,,1.005",
          ", column Cost: \"1.005\" is not an amount in pounds and whole pence."),
      bad("a calorific value that is none", "M1,01/01/2025,31/01/2025,,5,395,",
          ", column Calorific value: \"395\" is no calorific value between 30 and 50 MJ/m3."),
      bad("a bill without a day", "M1,01/01/2025,,1,,,1", ", column To: \"\" is no date."),
      {"bills without an amount", settings(R"(, "format": "bills")"),
       "Meter,From,To\nM1,01/01/2025,31/01/2025\n",
       "f.csv, row 1: The file has neither kWh, nor cubic metres, nor a cost; name their columns "
       "in "
       "the settings.",
       0},
  };
}

std::vector<Hostile> registers() {
  const auto bad = [](const std::string& name, const std::string& format, const std::string& bytes,
                      const std::string& told) {
    return Hostile{name, register_settings(format), bytes,
                   "skipped r_2026-01-31.csv, row 2" + told + kRowOut + none_of(1), 0};
  };
  const std::string not_known =
      "f.csv: It is not known on which day the file states this; put the day into its name, as "
      "register_2026-01-31.csv.";
  return {
      {"a register of no day", R"({"path": "f.csv", "format": "compliance"})",
       kChecks + "1,Lift,01/01/2026,\n", not_known, 0},
      {"a register without rows", register_settings("defects"), kDefects,
       "r_2026-01-31.csv: The file has a header and no rows; export it again.", 0},
      {"a register without the days on which checks were done", register_settings("compliance"),
       "School,Check,Due,Last done\n1,Lift,01/01/2026,01/01/2025\n",
       "r_2026-01-31.csv, row 1: There is no column \"Done\", \"Done date\", \"Date done\", "
       "\"Completed\", \"Completed on\" or \"Date completed\"; the nearest in the file: \"Last "
       "done\". Name the file's own columns in the settings, or export it with these.",
       0},
      bad("a check that is never due", "compliance", kChecks + "1,Lift,,\n",
          ", column Due: The row has no date here."),
      bad("a check of no school", "compliance", kChecks + ",Lift,01/01/2026,\n",
          ", column School: The row names no school."),
      bad("a check without a name", "compliance", kChecks + "1,,01/01/2026,\n",
          ", column Check: The row names no check."),
      bad("a check done on no day", "compliance", kChecks + "1,Lift,01/01/2026,yes\n",
          ", column Done: \"yes\" is not a date such as 21/01/2026 or 2026-01-21."),
      bad("a defect of the future", "defects", kDefects + "1,01/02/2026,,\n",
          ", column Reported: \"01/02/2026\" is after the day of the file, 2026-01-31."),
      bad("a defect closed before it was reported", "defects",
          kDefects + "1,10/01/2026,09/01/2026,\n",
          ", column Closed: \"09/01/2026\" is before the defect was reported."),
      {"an outcome that is none", register_settings("bids"),
       kBids + "1,CIF,5,,02/09/2025,Maybe,\n2,CIF,5,,02/09/2025,Won,03/09/2025\n",
       "skipped r_2026-01-31.csv, row 2, column Outcome: \"Maybe\" is no outcome that kpid knows "
       "(won, lost, pending and the like)." +
           kRowOut,
       4},
      {"a bid won on no day", register_settings("bids"),
       kBids + "1,CIF,5,,02/09/2025,Won,\n2,CIF,5,,02/09/2025,Pending,\n",
       "skipped r_2026-01-31.csv, row 2, column Decided: The bid is won, but there is no date of "
       "the "
       "decision." +
           kRowOut,
       4},
      {"a bid decided before it was made", register_settings("bids"),
       kBids + "1,CIF,5,,02/09/2025,Lost,01/09/2025\n2,CIF,5,,02/09/2025,Pending,\n",
       "skipped r_2026-01-31.csv, row 2, column Decided: \"01/09/2025\" is before the bid was "
       "submitted." +
           kRowOut,
       4},
      {"a bid in two rows", register_settings("bids"),
       kBids + "1,CIF,5,,02/09/2025,Pending,\n1,CIF,5,,02/09/2025,Pending,\n",
       "skipped r_2026-01-31.csv, row 3: The same bid stands in row 2 too; it counts once." +
           kRowOut,
       4},
      {"a bid for less than nothing", register_settings("bids"),
       kBids + "1,CIF,(5),,02/09/2025,Pending,\n2,CIF,5,,02/09/2025,Pending,\n",
       "skipped r_2026-01-31.csv, row 2, column Amount: \"(5)\" is below 0." + kRowOut, 4},
  };
}

}  // namespace

HostileSuite hostile_estates() {
  HostileSuite out{"estates", told_by("estates"), whole_files()};
  for (const auto& more : {readings(), bills(), registers()}) {
    out.cases.insert(out.cases.end(), more.begin(), more.end());
  }
  return out;
}

}  // namespace kpid::plugins
