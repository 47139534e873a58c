// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "unit/plugins/hostile.hpp"

namespace kpid::plugins {
namespace {

using namespace std::string_literals;

const std::string kMarks = "urn,pupil_id,year_group,pupil_premium,sen,date,session,mark\n";
const std::string kGoodMark = "100001,P9,4,N,N,2024-09-03,AM,/\n";
const std::string kMarksOnly = R"({"path": "f.csv", "format": "marks", "smallest_group": 1,
                                   "weeks": "none"})";
// Of one mark: nine figures each of the school, its year group and two groups, six of the weekday.
constexpr std::size_t kOfOneMark = 4 * 9 + 6;

const std::string kYears =
    "time_period,time_identifier,geographic_level,country_code,region_code,new_la_code,"
    "education_phase,present_sessions,approved_educational_activity,overall_attendance,"
    "overall_absence,authorised_absence,unauthorised_absence,late_sessions,possible_sessions,"
    "pa_perc\n";
const std::string kGoodYear =
    "202425,Academic year,National,E92000001,,,Primary,90,0,90,10,6,4,1,100,12.5\n";
constexpr std::size_t kOfOneYear = 7;

std::vector<Hostile> whole_files() {
  return {
      {"empty file", "", "", "f.csv: The file is empty; export it again."},
      {"web page", "", "<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>",
       "f.csv: The file is a web page (HTML), not a CSV file; export it again as CSV."},
      {"picture", kMarksOnly, "\xFF\xD8\xFF\xE0 JFIF",
       "f.csv: The file is a JPEG picture, not a CSV file; export it again as CSV."},
      {"no format fits", "", "School,Pupils\nSTEX,5\n",
       "f.csv: The header fits none of the formats that can be told by it (marks, "
       "pupil_weeks, ees, dfe_daily, ees_long, school_absence). Set format: the error "
       "then says which columns are missing."},
      {"marks without a session", kMarksOnly, "urn,pupil_id,date,mark\n100001,1,2024-09-03,/\n",
       "f.csv, row 1: The file has neither a mark with its session (AM or PM) nor "
       "columns of AM and PM marks; name their columns in the settings."},
      {"marks without a pupil", kMarksOnly, "urn,date,session,mark\n100001,2024-09-03,AM,/\n",
       "f.csv, row 1: There is no column \"pupil_id\", \"Pupil ID\", \"UPN\", "
       "\"Student ID\", \"Admission number\", \"Admission No\", \"Adno\", \"MIS ID\", "
       "\"Pupil\" or \"Student\"; the nearest in the file: \"urn\". Name the file's "
       "own columns in the settings, or export it with these."},
      {"week without marks or counts", R"({"path": "f.csv", "format": "pupil_weeks"})",
       "urn,pupil_id,week\n100001,1,2024-09-02\n",
       "f.csv, row 1: The file has neither the marks of a week nor its sessions "
       "attended, authorised and unauthorised; name their columns in the settings."},
      {"header only", kMarksOnly, kMarks,
       "f.csv: The file has a header and no rows; export it again."},
      {"header twice", kMarksOnly, "urn,pupil_id,date,session,mark,Mark\n1,2,3,4,5,6\n",
       "f.csv, row 1, column mark: The header has the column \"mark\" twice; remove "
       "one of them, so that it is clear which one counts."},
      {"unclosed quotation mark", kMarksOnly, kMarks + kGoodMark + "\"100001,P1,4,N,N\n",
       "f.csv, row 3: A quotation mark is opened in this row and never closed."},
      {"NUL byte", kMarksOnly, kMarks + kGoodMark + "100001,P\0001,4,N,N,2024-09-03,AM,/\n"s,
       "f.csv, row 3: The row holds a NUL byte, so the file is damaged; export it "
       "again."},
      {"endless cell", kMarksOnly,
       kMarks + "100001," + std::string(70'000, 'P') + ",4,N,N,2024-09-03,AM,/\n",
       "f.csv, row 2: A cell is longer than 65536 bytes; look for a quotation mark "
       "that is not closed."},
      {"truncated workbook", kMarksOnly, "PK\x03\x04\x14\x00\x06\x00"s,
       "f.csv: The Excel workbook is damaged; open it, save it again, or export the "
       "sheet as CSV."},
      {"years without their counts", R"({"path": "f.csv", "format": "ees"})",
       "time_period,geographic_level,country_code,new_la_code,education_phase,attendance_perc\n"
       "202425,National,E92000001,,Primary,94\n",
       "f.csv, row 1: There is no column \"present_sessions\"; no column of the file "
       "has a name like it. There is no column \"approved_educational_activity\"; no "
       "column of the file has a name like it. There is no column "
       "\"overall_attendance\"; no column of the file has a name like it. There is no "
       "column \"overall_absence\"; no column of the file has a name like it. There "
       "is no column \"authorised_absence\"; no column of the file has a name like "
       "it. There is no column \"unauthorised_absence\"; no column of the file has a "
       "name like it. There is no column \"possible_sessions\"; no column of the file "
       "has a name like it. Name the file's own columns in the settings, or export it "
       "with these."},
      {"tables without a year", "", "URN,PERCTOT\n100001,5\n",
       "f.csv: Which year the absence is of stands neither in the file nor in its "
       "name; set academic_year, such as \"2018/19\", or name the file such as "
       "absence_2018-19.csv."},
      {"a year that is none", R"({"path": "f.csv", "academic_year": "2018/20"})",
       "URN,PERCTOT\n100001,5\n",
       "The setting academic_year is not a year such as 2018/19: \"2018/20\"."},
  };
}

std::vector<Hostile> marks() {
  const auto bad = [](const std::string& name, const std::string& row, const std::string& expected,
                      std::size_t more = 0) {
    return Hostile{name, kMarksOnly, kMarks + kGoodMark + row + "\n",
                   "skipped f.csv, row 3" + expected, kOfOneMark + more};
  };
  return {
      bad("name in the mark's place", "100001,P1,4,N,N,2024-09-03,AM,Ann Example",
          ", column mark: The value is not a register code that was in use on its date. "
          "The mark was left out.\n"),
      bad("code of a later law", "100001,P1,4,N,N,2024-07-03,AM,C1",
          ", column mark: The value is not a register code that was in use on its date. "
          "The mark was left out.\n"),
      bad("unknown sub-code", "100001,P1,4,N,N,2024-09-03,AM,Y9",
          ", column mark: The value is not a register code that was in use on its date. "
          "The mark was left out.\n"),
      bad("day that the calendar lacks", "100001,P1,4,N,N,2024-02-30,AM,/",
          ", column date: The value is not a date between 1990 and 2099 such as "
          "2026-01-21 or 21/01/2026; see date_order. The row was left out.\n"),
      bad("day of another century", "100001,P1,4,N,N,1924-09-03,AM,/",
          ", column date: The value is not a date between 1990 and 2099 such as "
          "2026-01-21 or 21/01/2026; see date_order. The row was left out.\n"),
      bad("no day", "100001,P1,4,N,N,,AM,/",
          ", column date: The row has no date. The row was left out.\n"),
      bad("neither morning nor afternoon", "100001,P1,4,N,N,2024-09-03,noon,/",
          ", column session: The value is not a session: AM or PM. The row was left "
          "out.\n"),
      bad("no pupil", "100001, ,4,N,N,2024-09-03,AM,/",
          ", column pupil_id: The row names no pupil. The row was left out.\n"),
      bad("no school", ",P1,4,N,N,2024-09-03,AM,/",
          ", column urn: The row names no school. The row was left out.\n"),
      bad("endless school", std::string(61, 's') + ",P1,4,N,N,2024-09-03,AM,/",
          ", column urn: The value is longer than 60 bytes. The row was left out.\n"),
      bad("endless pupil", "100001," + std::string(61, 'p') + ",4,N,N,2024-09-03,AM,/",
          ", column pupil_id: The value is longer than 60 bytes. The row was left out.\n"),
      bad("comma in a name", "100001,P1,Ann,Example,4,N,N,2024-09-03,AM,/",
          ": The row has 10 cells where the header has 8; look for a comma inside a cell "
          "without quotation marks. The row was left out.\n"),
      bad("too few cells", "100001,P1,4",
          ": The row has 3 cells where the header has 8; look for a comma inside a cell "
          "without quotation marks. The row was left out.\n"),
      {"nothing but bad rows", kMarksOnly, kMarks + "100001,P1,4,N,N,2024-09-03,AM,?\n",
       "skipped f.csv, row 2, column mark: The value is not a register code that was "
       "in use on its date. The mark was left out.\n"
       "None of the 1 row gave a figure; the notes of this run say why."},
      {"name in the place of a year group", kMarksOnly,
       kMarks + "100001,P1,Ann,N,N,2024-09-03,AM,/\n100001,P1,Ann,N,N,2024-09-03,PM,/\n",
       "skipped f.csv, row 2, column year_group: The value is not a year group. Its "
       "pupil is counted in none; rows like it are not told one by one.\n",
       3 * 9 + 6},
      {"name in the place of a group", kMarksOnly,
       kMarks + "100001,P1,4,N,Ann Example,2024-09-03,AM,/\n",
       "skipped f.csv, row 2, column sen: The value does not say whether a pupil is "
       "in the group. Its pupil is counted in none; rows like it are not told one by "
       "one.\n",
       3 * 9 + 6},
      {"withdrawn code", kMarksOnly, kMarks + "100001,P1,4,N,N,2024-09-03,AM,H\n",
       "warning f.csv: 1 mark has a code that had been withdrawn by its date (F, H, "
       "J, Y); it counts as it did before.\n",
       kOfOneMark},
      {"two marks in one session", kMarksOnly, kMarks + kGoodMark + kGoodMark,
       "warning : 1 mark is of a session that has one already; of the two counts the "
       "better: present, approved activity, authorised, unauthorised, not counted.\n",
       kOfOneMark},
      {"pupils too few to tell of", R"({"path": "f.csv", "format": "marks"})", kMarks + kGoodMark,
       "None of the 1 row gave a figure; the notes of this run say why."},
  };
}

std::vector<Hostile> years() {
  const auto bad = [](const std::string& name, const std::string& row, const std::string& expected,
                      std::size_t more = 0) {
    return Hostile{name, "", kYears + kGoodYear + row + "\n", "skipped f.csv, row 3" + expected,
                   kOfOneYear + more};
  };
  return {
      bad("sum that is none",
          "202425,Academic year,National,E92000001,,,Special,90,0,90,10,6,5,1,100,9",
          ": The row's counts do not add up: present and approved activity must give "
          "attendance, authorised and unauthorised must give absence, and attendance and "
          "absence must give possible sessions. The row was left out.\n"),
      bad("attendance that is not its parts",
          "202425,Academic year,National,E92000001,,,Special,91,0,90,10,6,4,1,100,9",
          ": The row's counts do not add up: present and approved activity must give "
          "attendance, authorised and unauthorised must give absence, and attendance and "
          "absence must give possible sessions. The row was left out.\n"),
      bad("half suppressed",
          "202425,Academic year,National,E92000001,,,Special,90,c,90,10,6,4,1,100,9",
          ": Some of the row's counts are missing. The row was left out.\n"),
      bad("sessions below 0",
          "202425,Academic year,National,E92000001,,,Special,-90,0,-90,10,6,4,1,-80,9",
          ", column present_sessions: \"-90\" is no number of sessions. The row was left "
          "out.\n"),
      bad("words for sessions",
          "202425,Academic year,National,E92000001,,,Special,many,0,90,10,6,4,1,100,9",
          ", column present_sessions: \"many\" is not a whole number. The row was left "
          "out.\n"),
      bad("part of a session",
          "202425,Academic year,National,E92000001,,,Special,90.5,0,90.5,10,6,4,1,100.5,9",
          ", column present_sessions: \"90.5\" is not a whole number. The row was left "
          "out.\n"),
      bad("more sessions than there can be",
          "202425,Academic year,National,E92000001,,,Special,99999999999,0,90,10,6,4,1,100,9",
          ", column present_sessions: \"99999999999\" is no number of sessions. The row "
          "was left out.\n"),
      bad("share above 100",
          "202425,Academic year,National,E92000001,,,Special,90,0,90,10,6,4,1,100,120",
          ", column pa_perc: \"120\" is not a percentage between 0 and 100. This figure "
          "was left out; the rest of its row counts.\n",
          6),
      bad("level of its own",
          "202425,Academic year,Parish,E92000001,,,Special,90,0,90,10,6,4,1,100,9",
          ", column geographic_level: \"Parish\" is not National, Regional or Local "
          "authority. The row was left out.\n"),
      bad("place without a code",
          "202425,Academic year,Local authority,E92000001,,,Special,90,0,90,10,6,4,1,100,9",
          ", column new_la_code: The row has no code of its place. The row was left "
          "out.\n"),
      bad("year that does not follow",
          "202427,Academic year,National,E92000001,,,Special,90,0,90,10,6,4,1,100,9",
          ", column time_period: \"202427\" is not a year such as 2025/26. The row was "
          "left out.\n"),
      bad("a week among years",
          "202425,Week 37,National,E92000001,,,Special,90,0,90,10,6,4,1,100,9",
          ", column time_identifier: \"Week 37\" is not \"Academic year\": only figures "
          "of the year so far are read. The row was left out.\n"),
      bad("phase of signs",
          "202425,Academic year,National,E92000001,,,a;b=c,90,0,90,10,6,4,1,100,9",
          ", column education_phase: \"a;b=c\" is not a phase of education. The row was "
          "left out.\n"),
  };
}

std::vector<Hostile> others() {
  const std::string wonde = R"({"path": "f.csv", "format": "wonde", "school": "100001",
                                "smallest_group": 1, "weeks": "none"})";
  const std::string weeks = R"({"path": "f.csv", "format": "pupil_weeks", "smallest_group": 1,
                                "weeks": "none"})";
  return {
      {"text in the place of JSON", wonde, "<html>Unauthorized</html>",
       "f.csv: The file is a web page (HTML), not JSON; look at the address or sign "
       "in again."},
      {"JSON cut short", wonde, R"({"data": [{"student_id": "A1", "date": "2024-)",
       "f.csv: The JSON ends inside a text, so it was cut short; fetch or export the "
       "file again."},
      {"JSON without records", wonde, R"({"error": "invalid_token"})",
       "f.csv, column data: The JSON has nothing at \"data\"; look at what the source "
       "gave, or correct the path."},
      {"a next page that is not told", wonde,
       R"({"data": [], "meta": {"pagination": {"more": true, "next": null}}})",
       "f.csv: The page says that there are more, but meta.pagination.next does not "
       "say where."},
      {"records without a code", wonde,
       R"({"data": [{"student_id": "A1", "date": "2024-09-03", "session": "AM"}]})",
       "None of the 1 row gave a figure; the notes of this run say why."},
      {"week of nine marks", weeks, "urn,pupil_id,week,marks\n100001,1,2024-09-02,/////////\n",
       "skipped f.csv, row 2, column marks: The value does not hold the 10 marks of "
       "Monday to Friday, AM and PM, or 14. The row was left out.\n"
       "None of the 1 row gave a figure; the notes of this run say why."},
      {"week of fifteen marks", weeks,
       "urn,pupil_id,week,marks\n100001,1,2024-09-02,///////////////\n",
       "skipped f.csv, row 2, column marks: The value holds more than 14 marks. The "
       "row was left out.\n"
       "None of the 1 row gave a figure; the notes of this run say why."},
      {"week of fifteen sessions", weeks,
       "urn,pupil_id,week,attended,authorised,unauthorised\n100001,1,2024-09-02,9,4,2\n",
       "skipped f.csv, row 2, column attended: The value and the absences make more "
       "than the 14 sessions of a week. The row was left out.\n"
       "None of the 1 row gave a figure; the notes of this run say why."},
      {"week of a negative count", weeks,
       "urn,pupil_id,week,attended,authorised,unauthorised\n100001,1,2024-09-02,9,-1,2\n",
       "skipped f.csv, row 2, column authorised: The value is no number of sessions "
       "of a week, 0 to 14. The row was left out.\n"
       "None of the 1 row gave a figure; the notes of this run say why."},
      {"absence above 100", R"({"path": "f.csv", "academic_year": "2018/19"})",
       "URN,PERCTOT\n100001,105\n",
       "skipped f.csv, row 2, column PERCTOT: \"105\" is not a percentage between 0 "
       "and 100. This figure was left out; the rest of its row counts.\n"
       "None of the 1 row gave a figure; the notes of this run say why."},
      {"absence of a name", R"({"path": "f.csv", "academic_year": "2018/19"})",
       "URN,PERCTOT\nSt Example's,5\n",
       "skipped f.csv, row 2, column URN: \"St Example's\" is not a URN. The row was "
       "left out.\n"
       "None of the 1 row gave a figure; the notes of this run say why."},
      {"two rows of a school", R"({"path": "f.csv", "academic_year": "2018/19"})",
       "URN,PERCTOT\n100001,5\n100001,6\n",
       "skipped f.csv, row 3: 100001 has figures in row 2 too. Which row counts is "
       "not clear, so both were left out.\n"
       "None of the 2 rows gave a figure; the notes of this run say why."},
      {"reason without its sums", R"({"path": "f.csv", "format": "ees_long"})",
       "time_frame,geographic_level,country_code,new_la_code,reference_date,education_phase,"
       "attendance_status,attendance_type,attendance_reason,session_count\n"
       "Monday,National,E92000001,,2025-09-08,Primary,Attendance,Overall attendance,"
       "Overall attendance,90\n",
       "skipped : 1 day of a place lacks the sum of its attendance, authorised or "
       "unauthorised absence, or they do not add up. The days were left out.\n"
       "None of the 1 row gave a figure; the notes of this run say why."},
  };
}

}  // namespace

HostileSuite hostile_attendance() {
  HostileSuite out{"attendance", told_by("attendance"), {}};
  for (const auto& some : {whole_files(), marks(), years(), others()}) {
    out.cases.insert(out.cases.end(), some.begin(), some.end());
  }
  return out;
}

}  // namespace kpid::plugins
