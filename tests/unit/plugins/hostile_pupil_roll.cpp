// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "support/places.hpp"
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
      {"sheet of what has none", R"({"path": "f.csv", "format": "ctf", "sheet": "Pupils"})", rows,
       "The setting sheet has no meaning with the format ctf; remove it."},
      {"Wonde without a school", R"({"path": "f.csv", "format": "wonde"})", rows,
       "The setting path has no meaning with the format wonde; remove it."},
      {"schools of Wonde for another format",
       R"({"path": "f.csv", "schools": [{"id": "A1", "school": "100001"}]})", rows,
       "The setting schools has no meaning with the format gias; remove it."},
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

std::vector<Hostile> one_roster_cases() {
  // A file alone: it stands for users.csv, orgs.csv or an archive by its location.
  const auto file = [](const std::string& name) {
    return R"({"path": ")" + name + R"(", "format": "one_roster", "census_date": "2024-01-18"})";
  };
  const std::string users = "sourcedId,status,enabledUser,orgSourcedIds,role,grades\n";
  const std::string all = "export it in full, and read a folder of files with select = \"all\".";
  return {
      {"bundle without organisations", file("users.csv"), users + "u1,,true,o1,student,04\n",
       "users.csv: The bundle holds no orgs.csv; " + all},
      {"bundle without users", file("orgs.csv"), "sourcedId,type\no1,school\n",
       "The bundle holds no users.csv; " + all},
      {"another file of the bundle", file("classes.csv"), "sourcedId\nc1\n",
       "The bundle holds no users.csv; " + all},
      {"archive that is none", file("b.zip"), "PK\x03\x04 and no more",
       "b.zip: The file begins as a ZIP archive but is damaged or cut short; fetch or export the "
       "file again."},
      {"archive cut short", file("b.zip"), std::string("PK\x03\x04\x14\0\0\0", 8),
       "b.zip: The file begins as a ZIP archive but is damaged or cut short; fetch or export the "
       "file again."},
      {"empty archive", file("b.zip"), "PK\x05\x06" + std::string(18, '\0'),
       "b.zip: The bundle holds no users.csv; " + all},
  };
}

std::vector<Hostile> ctf_cases() {
  const std::string ctf = R"({"path": "f.xml", "format": "ctf"})";
  const std::string school = "<SourceSchool><URN>100001</URN></SourceSchool>";
  const std::string when = "<DateTime>2024-01-18T07:30:00</DateTime>";
  const auto file = [](const std::string& header, const std::string& pupils) {
    return "<CTfile><Header>" + header + "</Header><CTFpupilData>" + pupils +
           "</CTFpupilData></CTfile>";
  };
  const std::string pupil = "<Pupil><UPN>A1</UPN></Pupil>";
  return {
      {"transfer file of some pupils", ctf,
       file("<DocumentQualifier>partial</DocumentQualifier>" + school + when, pupil),
       "f.xml: The file is a partial one: it does not hold every pupil; export it in full."},
      {"transfer file of no school", ctf, file(when, pupil),
       "f.xml: The header does not say of which school the file is: it has no SourceSchool with a "
       "URN, or with LEA and Estab."},
      {"transfer file of no day", ctf, file(school, pupil),
       "f.xml: The header has no DateTime, so it is not known of which day the file tells; set "
       "census_date."},
      {"transfer file of an impossible day", ctf,
       file(school + "<DateTime>2024-02-31T07:30:00</DateTime>", pupil),
       "f.xml: The header has no DateTime, so it is not known of which day the file tells; set "
       "census_date."},
      {"transfer file without pupils", ctf, file(school + when, ""),
       "f.xml: The file holds no pupil; export it again."},
      {"name in the place of a year group in a transfer file", ctf,
       file(school + when, "<Pupil><UPN>A1</UPN><NCyearActual>Jane</NCyearActual></Pupil>"),
       "skipped f.xml, row 1, column NCyearActual: The value is not a year group such as R or 4; "
       "the "
       "setting year_groups can name it. The pupil counts in the school's total alone.\n"
       "warning f.xml: 1 pupil has no year group that is known; they count in their schools' "
       "totals alone.\n",
       1},
      {"XML of something else", ctf, "<html><body>Sign in</body></html>",
       "f.xml: The file is a web page (HTML), not XML; export it again as XML."},
      {"XML cut in the middle", ctf, "<CTfile><Header>",
       "f.xml: The file is not well-formed XML (line 1), or was cut short; fetch or export it "
       "again."},
      {"XML with an entity that swells", ctf,
       "<!DOCTYPE CTfile [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>" +
           file(school + when, "<Pupil><UPN>A1</UPN><NCyearActual>&b;</NCyearActual></Pupil>"),
       "skipped f.xml, row 1, column NCyearActual: The value is not a year group such as R or 4; "
       "the "
       "setting year_groups can name it. The pupil counts in the school's total alone.\n"
       "warning f.xml: 1 pupil has no year group that is known; they count in their schools' "
       "totals alone.\n",
       1},
  };
}

// Wonde's answers, of the one page that stands at the location of the pull.
std::vector<Hostile> wonde_cases() {
  const std::string settings =
      R"({"format": "wonde", "schools": [{"id": "W1", "school": "100001"}]})";
  const auto page = [](const std::string& students) {
    return R"({"data": [)" + students +
           R"(], "meta": {"pagination": {"more": false, "next": null}}})";
  };
  const auto student = [](const std::string& year, const std::string& date,
                          const std::string& fsm) {
    return R"("education_details": {"data": {"current_nc_year": )" + year +
           R"(, "admission_date": )" + date +
           R"(}}, "extended_details": {"data": {"free_school_meals": )" + fsm +
           R"(, "sen_status": null, "english_as_additional_language": null, )"
           R"("premium_pupil_indicator": null}}})";
  };
  const std::string day = R"("2020-09-01")";
  const auto two = [&](const std::string& other) {  // which give the roll and the joiners
    return page(R"({"id": "A0", )" + student("\"4\"", day, "false") + ", " + other);
  };
  const std::string no_list =
      "students, page 1: The answer is no list of Wonde's: it has no data or no "
      "meta.pagination.more; look whether the school's id is right.";
  return {
      {"Wonde: no list", settings, "{}", no_list},
      {"Wonde: a list of something else", settings, "[]", no_list},
      {"Wonde: no JSON", settings, "<html>Sign in</html>",
       "students, page 1: The file is a web page (HTML), not JSON; look at the address or sign in "
       "again."},
      {"Wonde: cut JSON", settings, R"({"data": [{"id": "A1")",
       "students, page 1: The file is not well-formed JSON, or was cut short; fetch or export it "
       "again."},
      {"Wonde: empty", settings, "",
       "students, page 1: The file is empty; fetch or export it again."},
      {"Wonde: nobody", settings, page(""),
       "100001: Wonde gives no pupil of this school; look whether the school has approved the "
       "access."},
      {"Wonde: data that is no list", settings,
       R"({"data": 5, "meta": {"pagination": {"more": false}}})",
       "students, page 1, column data: What the JSON has at \"data\" is a number, not a list of "
       "records; correct the path."},
      {"Wonde: more that is neither", settings,
       R"({"data": [], "meta": {"pagination": {"more": "perhaps"}}})",
       "students, page 1, column meta.pagination.more: The value is not true or false."},
      {"Wonde: pupil without an id", settings, two("{" + student("\"4\"", day, "true")),
       "skipped students, page 1, row 2, column id: The value is missing: a pupil must have one." +
           kRowOut,
       2},
      {"Wonde: name in the place of a date", settings,
       two(R"({"id": "A1", )" + student("\"4\"", "\"Jane\"", "true")),
       "skipped students, page 1, row 2, column education_details.data.admission_date: The value "
       "is "
       "not a date such as 2026-01-21." +
           kRowOut,
       2},
      {"Wonde: name in the place of a flag", settings,
       two(R"({"id": "A1", )" + student("\"4\"", day, "\"Jane\"")),
       "skipped students, page 1, row 2, column extended_details.data.free_school_meals: The value "
       "is neither yes nor no. It is not known whether the pupil belongs to the group.\n"
       "warning 100001: 1 pupil's membership of the group fsm is not known; the group is not "
       "counted at their schools.\n",
       2},
      {"Wonde: list in the place of a year group", settings,
       two(R"({"id": "A1", )" + student("[4]", day, "true")),
       "skipped students, page 1, row 2, column education_details.data.current_nc_year: The value "
       "is not a year group such as R or 4; the setting year_groups can name it. The pupil counts "
       "in the school's total alone.\n"
       "warning 100001: 1 pupil has no year group that is known; they count in their schools' "
       "totals alone.\n",
       2},
  };
}

// As told_by, with the location that the plugin asks Wonde for.
Told tell(const Hostile& hostile) {
  if (hostile.settings.find("\"wonde\"") == std::string::npos) {
    return told_by("pupil_roll")(hostile);
  }
  const auto& library =
      plugin::load_plugin(kpid::testing::binary_folder() + "/plugins/pupil_roll.so");
  plugin::FakeHost host(library);
  host.add_document(
      "https://api.wonde.com/v1.0/schools/W1/students?include=education_details,"
      "extended_details&per_page=200",
      {.bytes = hostile.bytes, .fetched_at_ms = 1705561200000});
  return told_of(host, host.pull(hostile.settings));
}

}  // namespace

HostileSuite hostile_pupil_roll() {
  HostileSuite suite{"pupil_roll", tell, {}};
  suite.cases.push_back({"empty file", "", "", "f.csv: The file is empty; export it again."});
  for (const auto& cases : {settings_cases(), counts_cases(), census_cases(), pupils_cases(),
                            one_roster_cases(), ctf_cases(), wonde_cases()}) {
    suite.cases.insert(suite.cases.end(), cases.begin(), cases.end());
  }
  return suite;
}

}  // namespace kpid::plugins
