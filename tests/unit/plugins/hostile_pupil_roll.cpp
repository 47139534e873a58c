// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "unit/plugins/hostile.hpp"

namespace kpid::plugins {
namespace {

using namespace std::string_literals;

const std::string kNone = "None of the 1 row gave a figure; the notes of this run say why.";
const std::string kRowOut = " The row was left out.\n";

std::vector<Hostile> settings_cases() {
  const std::string rows = "School,Date,Pupils\n100001,18/01/2024,9\n";
  return {
      {"day of the settings that the calendar lacks",
       R"({"path": "f.csv", "census_date": "2024-02-30"})", rows,
       "The setting census_date is not a day between 1990-01-01 and 2099-12-31, as YYYY-MM-DD: "
       "\"2024-02-30\"."},
      {"format that is none", R"({"path": "f.csv", "format": "sims"})", rows,
       "The setting format is none that this plugin reads: \"sims\"."},
      {"URNs for a table of counts",
       R"({"path": "f.csv", "format": "counts", "only_urns": [100001]})", rows,
       "The setting only_urns has no meaning with the format counts; remove it."},
      {"school for an extract of many", R"({"path": "f.csv", "school": "STEX"})", rows,
       "The setting school has no meaning with the format gias; remove it."},
      {"column of another format",
       R"({"path": "f.csv", "format": "counts", "columns": {"fsm": "FSM"}})", rows,
       "The setting columns.fsm has no meaning with the format counts; remove it."},
      {"year group that is none",
       R"({"path": "f.csv", "format": "pupils", "year_groups": {"KG": "Kindergarten"}})", rows,
       "The setting year_groups.KG is not a year group such as R, N2 or 4: \"Kindergarten\"."},
  };
}

std::vector<Hostile> counts_cases() {
  const std::string counts = R"({"path": "f.csv", "format": "counts"})";
  const std::string header = "School,Date,Pupils,Capacity\n";
  const std::string parts = "School,Date,Year group,Group,Pupils\n";
  const std::string good = "100002,18/01/2024,9,\n";
  const std::string good_part = "100002,18/01/2024,4,,9\n";
  return {
      {"day that the calendar lacks", counts, header + "100001,31/02/2024,90,\n" + good,
       "skipped f.csv, row 2, column Date: \"31/02/2024\" is not a date such as 2026-01-21 "
       "or 21/01/2026." +
           kRowOut,
       1},
      {"no row that gives a figure", counts, header + "100001,spring,90,\n",
       "skipped f.csv, row 2, column Date: \"spring\" is not a date such as 2026-01-21 or "
       "21/01/2026." +
           kRowOut + kNone},
      {"year group that nobody has", counts, parts + "100001,18/01/2024,Year 99,,9\n" + good_part,
       "skipped f.csv, row 2, column Year group: \"Year 99\" is not a year group such as R, 4 or "
       "All." +
           kRowOut,
       2},
      {"year group that breaks out of a subgroup", counts,
       parts + "100001,18/01/2024,4;pupil_group=fsm,,9\n" + good_part,
       "skipped f.csv, row 2, column Year group: \"4;pupil_group=fsm\" is not a year group such "
       "as R, 4 or All." +
           kRowOut,
       2},
      {"group that is none", counts, parts + "100001,18/01/2024,4,Left-handed,9\n" + good_part,
       "skipped f.csv, row 2, column Group: \"Left-handed\" is not a group such as FSM, SEN, EAL "
       "or All." +
           kRowOut,
       2},
      {"year group twice", counts,
       parts + "100001,18/01/2024,4,,9\n100001,2024-01-18,Y4,,8\n" + good_part,
       "skipped f.csv, row 3: 100001 has figures for 2024-01-18 (year_group=4) in row 2 too. "
       "Which row counts is not clear, so both were left out.\n",
       2},
      {"pupils beyond 64 bits", counts, header + "100001,18/01/2024,99999999999999999999,\n" + good,
       "skipped f.csv, row 2, column Pupils: \"99999999999999999999\" is not a whole number. This "
       "figure was left out; the rest of its row counts.\n",
       1},
  };
}

std::vector<Hostile> census_cases() {
  const std::string dated = R"({"path": "f.csv", "format": "census", "census_date": "2019-01-17"})";
  const std::string undated = R"({"path": "f.csv", "format": "census"})";
  const std::string header = "URN,LA,NOR,NUMFSM\n";
  const std::string good = "100002,999,9,\n";
  return {
      {"census of an unknown day", undated, header + good,
       "f.csv: The file does not say which census it is of; set census_date to the census day, "
       "such as 2024-01-18, or put that date into the file's name."},
      {"census without pupils", dated, "URN,LA,NUMFSM\n100001,999,5\n",
       "f.csv, row 1: There is no column \"NOR\" or \"headcount of pupils\"; no column of the file "
       "has a name like it. Name the file's own columns in the settings, or export it with these."},
      {"census of the country alone", dated, header + "NAT,,4727089,745453\n", kNone},
      {"census row cut in the middle", dated, header + good + "100001,99",
       "skipped f.csv, row 3: The row has 2 cells where the header has 4; look for a comma inside "
       "a cell without quotation marks." +
           kRowOut,
       1},
      {"URN that is none", dated, header + "SUPP,999,9,\n" + good,
       "skipped f.csv, row 2, column URN: \"SUPP\" is not a URN." + kRowOut, 1},
      {"URN too long", dated, header + "12345678,999,9,\n" + good,
       "skipped f.csv, row 2, column URN: \"12345678\" is not a URN." + kRowOut, 1},
      {"census school twice", dated, header + "100001,999,9,\n100001,999,8,\n" + good,
       "skipped f.csv, row 3: 100001 has figures for 2019-01-17 in row 2 too. Which row counts is "
       "not clear, so both were left out.\n",
       1},
      {"negative pupils in a census", dated, header + "100001,999,-9,\n" + good,
       "skipped f.csv, row 2, column NOR: \"-9\" is below 0. This figure was left out; the rest of "
       "its row counts.\n",
       1},
      {"single year in a census", undated, "time_period,URN,NOR\n2022,100001,9\n202223,100002,9\n",
       "skipped f.csv, row 2, column time_period: \"2022\" is not an academic year such as "
       "202223." +
           kRowOut,
       1},
      {"academic year of old", undated, "time_period,URN,NOR\n190102,100001,9\n202223,100002,9\n",
       "skipped f.csv, row 2, column time_period: \"190102\" is not an academic year such as "
       "202223." +
           kRowOut,
       1},
      {"URN that no row has",
       R"({"path": "f.csv", "format": "census", "census_date": "2019-01-17", "only_urns": [100002, 100009]})",
       header + good,
       "warning setting only_urns: No row has the URN 100009; a school gets a new URN when it "
       "becomes an academy.\n",
       1},
  };
}

// Not one of them may show a cell: each could be a pupil's.
std::vector<Hostile> pupils_cases() {
  const std::string pupils =
      R"({"path": "f.csv", "format": "pupils", "census_date": "2024-01-18"})";
  const std::string header = "School,UPN,Year,Admission date,Leaving date,FSM,SEN\n";
  const std::string good = "STBA,B1,4,2020-09-01,2023-12-20,,\n";  // gives three figures
  const std::string group_unknown = "It is not known whether the pupil belongs to the group.\n";
  const std::string no_date = ": The value is not a date such as 2026-01-21 or 21/01/2026.";
  return {
      {"pupils of an unknown day", R"({"path": "f.csv", "format": "pupils"})", header + good,
       "f.csv: It is not known of which day the file tells; put its date into its name, such as "
       "pupils-2024-01-18.csv, or set census_date."},
      {"pupils of an unknown school", pupils, "UPN,Year\nA1,4\n",
       "f.csv, row 1: There is no column \"URN\", \"School URN\", \"LAEstab\", \"School\" or "
       "\"School name\"; the nearest in the file: \"UPN\". Name the file's own columns in the "
       "settings, or export it with these."},
      {"pupil without a school", pupils, header + ",A1,4,,,,\n" + good,
       "skipped f.csv, row 2, column School: The row names no school." + kRowOut, 3},
      {"name in the place of a date", pupils, header + "STEX,A1,4,Jane Example,,,\n" + good,
       "skipped f.csv, row 2, column Admission date" + no_date + kRowOut, 3},
      {"leaving date that the calendar lacks", pupils,
       header + "STEX,A1,4,01/09/2023,30/02/2024,,\n" + good,
       "skipped f.csv, row 2, column Leaving date" + no_date + kRowOut, 3},
      {"left before coming", pupils, header + "STEX,A1,4,2023-09-01,2020-07-20,,\n" + good,
       "skipped f.csv, row 2, column Leaving date: The value is before the day of admission." +
           kRowOut,
       3},
      {"admitted in another century", pupils, header + "STEX,A1,4,1901-09-01,,,\n" + good,
       "skipped f.csv, row 2, column Admission date: The value is not a day between 1990 and "
       "2099." +
           kRowOut,
       3},
      {"name in the place of a year group", pupils, header + "STEX,A1,Jane,2023-09-01,,,\n" + good,
       "skipped f.csv, row 2, column Year: The value is not a year group such as R or 4; the "
       "setting year_groups can name it. The pupil counts in the school's total alone.\n"
       "warning f.csv: 1 pupil has no year group that is known; they count in their schools' "
       "totals alone.\n",
       6},
      {"name in the place of a flag", pupils, header + "STEX,A1,4,2023-09-01,,Jane,\n" + good,
       "skipped f.csv, row 2, column FSM: The value is neither yes nor no. " + group_unknown +
           "warning f.csv: 1 pupil's membership of the group fsm is not known; the group is not "
           "counted at their schools.\n",
       6},
      {"SEN status of another list", pupils, header + "STEX,A1,4,2023-09-01,,,Q9\n" + good,
       "skipped f.csv, row 2, column SEN: The value is no SEN status such as N, K or E. " +
           group_unknown +
           "warning f.csv: 1 pupil's membership of the group send is not known; the group is not "
           "counted at their schools.\n",
       6},
      {"cells of a pupil's row have slipped", pupils,
       header + "STEX,A1,Jane,Example,4,,,N,N\n" + good,
       "skipped f.csv, row 2: The row has 9 cells where the header has 7; look for a comma inside "
       "a cell without quotation marks." +
           kRowOut,
       3},
      {"id without an end", pupils, header + "STEX," + std::string(300, 'A') + ",4,,,,\n" + good,
       "skipped f.csv, row 2, column UPN: The value is longer than 200 bytes." + kRowOut, 3},
      {"pupils and no row", pupils, header,
       "f.csv: The file has a header and no rows; export it again."},
      {"pupils, cut short inside a name", pupils, header + "STEX,\"A1",
       "f.csv, row 2: A quotation mark is opened in this row and never closed."},
      {"pupils as a web page", pupils, "<html><body>Sign in</body></html>",
       "f.csv: The file is a web page (HTML), not a CSV file; export it again as CSV."},
      {"NUL in a pupil's row", pupils, header + "STEX,A1\0,4,,,,\n"s,
       "f.csv, row 2: The row holds a NUL byte, so the file is damaged; export it again."},
  };
}

}  // namespace

HostileSuite hostile_pupil_roll() {
  HostileSuite suite{"pupil_roll", told_by("pupil_roll"), {}};
  suite.cases.push_back({"empty file", "", "", "f.csv: The file is empty; export it again."});
  for (const auto& cases : {settings_cases(), counts_cases(), census_cases(), pupils_cases()}) {
    suite.cases.insert(suite.cases.end(), cases.begin(), cases.end());
  }
  return suite;
}

}  // namespace kpid::plugins
