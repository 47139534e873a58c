// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "unit/plugins/hostile.hpp"

namespace kpid::plugins {
namespace {

using namespace std::string_literals;

const std::string kDated = R"({"path": "as_at_7_April_2025.csv"})";
const std::string kIn = "as_at_7_April_2025.csv";
const std::string kHappy =
    "URN,Submissions,Q1 Strongly Agree,Q1 Agree,Q1 Disagree,Q1 Strongly Disagree,Q1 Don't Know,"
    "Q14 Yes,Q14 No\n";
const std::string kGoodSchool = "900009,20,50%,40%,5%,5%,0%,90%,10%\n";
const std::string kQuestionOut = " This question was left out; the rest of its row counts.\n";
const std::string kNone = "None of the 1 row gave a figure; the notes of this run say why.";

std::vector<Hostile> parent_view_files() {
  const std::string empty = ": The file is empty; export it again.";
  const std::string lacks =
      ", row 1: The question \"happy\" lacks a column: agree, disagree and both of their strong "
      "forms must be there, or yes and no.";
  return {
      {"empty file", kDated, "", kIn + empty},
      {"a picture", kDated, "\x89PNG\r\n\x1A\n",
       kIn + ": The file is a PNG picture, not a CSV file; export it again as CSV."},
      {"a sign-in page", kDated, "<!DOCTYPE html><html></html>",
       kIn + ": The file is a web page (HTML), not a CSV file; export it again as CSV."},
      {"no URN", kDated, "School,Submissions,Q1 Agree\nA,20,50%\n",
       kIn + ": There is no heading \"URN\" in the first 40 rows; export the school level table."},
      {"no responses", kDated, "URN,Q1 Agree,Q1 Disagree\n900001,50%,50%\n",
       kIn + ", row 1: There is no column \"Submissions\" or \"Responses\", so it is not known how "
             "many parents have answered; export the school level table."},
      {"no questions", kDated, "URN,Submissions\n900001,20\n",
       kIn + ", row 1: No column holds answers to a question of Parent View; export the school "
             "level table."},
      {"half of a scale", kDated, "URN,Submissions,Q1 Strongly Agree,Q1 Agree\n900001,20,50%,50%\n",
       kIn + lacks},
      {"a scale without its strong end", kDated,
       "URN,Submissions,Q1 Strongly Agree,Q1 Agree,Q1 Disagree\n900001,20,50%,40%,10%\n",
       kIn + lacks},
      {"an answer twice", kDated,
       "URN,Submissions,Q1 Agree,Q1 Disagree,Q1. Agree\n900001,20,50%,50%,50%\n",
       kIn + ", row 1: The columns \"Q1 Agree\" and \"Q1. Agree\" both hold one answer to the "
             "question \"happy\"; remove one of them."},
      {"responses twice", kDated, "URN,Submissions,Responses\n900001,20,20\n",
       kIn + ", row 1: The header has the column \"Responses\" twice; remove one of them, so that "
             "it is clear which one counts."},
      {"numbers without a day", R"({"path": "f.csv", "academic_year": "2024/25"})",
       "URN,Submissions,Q6 Yes,Q6 No\n900001,20,50%,50%\n",
       "f.csv: Neither the file's name nor its last change says when it was published; set as_at "
       "to that day."},
      {"a list that its numbers belie", R"({"path": "as_at_7_April_2025.csv",
        "questionnaire": "2025"})",
       kHappy + kGoodSchool,
       kIn + ": The setting questionnaire names the list of 2025, but the file's questions are "
             "numbered as in 2019; leave the setting out."},
      {"header only", kDated, kHappy,
       kIn + ": The file has a header and no rows; export it again."},
      {"unterminated quote", kDated, kHappy + "\"900001,20,50%,40%,5%,5%,0%,90%,10%\n",
       kIn + ", row 2: A quotation mark is opened in this row and never closed."},
      {"a day that is none", R"({"path": "f.csv", "as_at": "2025-02-30"})", kHappy,
       "The setting as_at is not a day as YYYY-MM-DD: \"2025-02-30\"."},
      {"a year that is none", R"({"path": "f.csv", "academic_year": "2025"})", kHappy,
       "The setting academic_year is not an academic year such as 2025/26: \"2025\"."},
      {"a theme that cannot be named", R"({"path": "f.csv", "questions": {"Home work": "home"}})",
       kHappy,
       "The theme \"Home work\" under questions must be of small letters, digits and _, at most 40 "
       "of them."},
  };
}

std::vector<Hostile> parent_view_rows() {
  constexpr std::size_t kOfGoodSchool = 4;  // responses, two questions, all of them
  const auto row = [](const std::string& cells) { return kHappy + cells + "\n" + kGoodSchool; };
  const auto skipped = [](const std::string& column, const std::string& what) {
    return "skipped " + kIn + ", row 2" + (column.empty() ? "" : ", column " + column) + ": " +
           what;
  };
  const std::string row_out = " The row was left out.\n";
  const std::string share = "The value is not a share from 0 to 100 %." + kQuestionOut;
  const auto adds_up = [](const std::string& sum) {
    return "The shares of the answers add up to " + sum + " where 100 % was expected." +
           kQuestionOut;
  };
  return {
      {"a total of the country", kDated, row("England,300000,50%,40%,5%,5%,0%,90%,10%"),
       skipped("URN", "The value is not a URN." + row_out), kOfGoodSchool},
      {"responses in words", kDated, row("900001,many,50%,40%,5%,5%,0%,90%,10%"),
       skipped("Submissions", "The value is not a number of responses up to 20,000." + row_out),
       kOfGoodSchool},
      {"responses below 0", kDated, row("900001,-20,50%,40%,5%,5%,0%,90%,10%"),
       skipped("Submissions", "The value is not a number of responses up to 20,000." + row_out),
       kOfGoodSchool},
      {"a share in words", kDated, row("900001,20,half,40%,5%,5%,0%,90%,10%"),
       skipped("Q1 Strongly Agree", share), kOfGoodSchool + 3},
      {"a share above 100", kDated, row("900001,20,150%,40%,5%,5%,0%,90%,10%"),
       skipped("Q1 Strongly Agree", share), kOfGoodSchool + 3},
      {"a share below 0", kDated, row("900001,20,-5%,40%,5%,5%,0%,90%,10%"),
       skipped("Q1 Strongly Agree", share), kOfGoodSchool + 3},
      {"a share that is no number", kDated, row("900001,20,nan,40%,5%,5%,0%,90%,10%"),
       skipped("Q1 Strongly Agree", share), kOfGoodSchool + 3},
      {"shares that do not add up", kDated, row("900001,20,40%,37%,5%,5%,0%,90%,10%"),
       skipped("Q1 Strongly Agree", adds_up("87 %")), kOfGoodSchool + 3},
      {"shares slipped by a column", kDated, row("900001,20,50%,40%,5%,5%,90%,10%,0%"),
       skipped("Q1 Strongly Agree", adds_up("190 %")) + skipped("Q14 Yes", adds_up("10 %")),
       kOfGoodSchool + 1},
      {"a school twice", kDated,
       kHappy + "900001,20,50%,40%,5%,5%,0%,90%,10%\n900001,21,50%,40%,5%,5%,0%,90%,10%\n" +
           kGoodSchool,
       "skipped " + kIn +
           ", row 3: 900001 stands in row 2 too. Which row counts is not clear, so both were left "
           "out.\n",
       kOfGoodSchool},
      {"a short row", kDated, row("900001,20,50%"),
       skipped("",
               "The row has 3 cells where the header has 9; look for a comma inside a cell "
               "without quotation marks." +
                   row_out),
       kOfGoodSchool},
      {"nobody published", kDated, kHappy + "900001,9,50%,40%,5%,5%,0%,90%,10%\n", kNone},
  };
}

std::vector<Hostile> json_files() {
  const std::string settings = R"({"path": "pv_20250407.json", "format": "parent_view_json"})";
  const std::string in = "pv_20250407.json";
  const std::string broken =
      in + ": The file is not well-formed JSON, or was cut short; fetch or export it again.";
  const std::string good = R"("900009": {"responses": 20, "q": {"14": {"pos": 90}}})";
  const std::string school_out = " The school was left out.\n";
  const std::string question_out = " This question was left out; the rest of the school counts.\n";
  return {
      {"empty JSON", settings, "", in + ": The file is empty; fetch or export it again."},
      {"cut JSON", settings, R"({"900001": {"happy": 86, "resp)",
       in + ": The JSON ends inside a text, so it was cut short; fetch or export the file again."},
      {"JSON with a comma too many", settings, "{" + good + ",}", broken},
      {"JSON nested without end", settings, std::string(100'000, '['), broken},
      {"a list in the object's place", settings, "[1]",
       in + ": The file holds a list where an object keyed by URN was expected."},
      {"an empty object", settings, "{}", in + ": The file holds no schools; download it again."},
      {"a key that is no URN", settings, R"({"Jane": {"responses": 20}, )" + good + "}",
       "skipped " + in + ", school 1: The key is not a URN." + school_out, 3},
      {"a URN twice", settings, "{" + good + "," + good + "}",
       "skipped " + in + ", URN 900009: The URN stands twice; the first counts.\n", 3},
      {"no responses in JSON", settings, R"({"900001": {"happy": 86}, )" + good + "}",
       "skipped " + in + ", URN 900001, responses: It is not a number of responses up to 20,000." +
           school_out,
       3},
      {"a percentage above 100", settings,
       R"({"900001": {"responses": 20, "q": {"1": {"pos": 101}, "14": {"pos": 1}}}, )" + good + "}",
       "skipped " + in +
           ", URN 900001, question 1: The value is not a percentage between 0 and 100." +
           question_out,
       6},
      {"a question that was never asked", settings,
       R"({"900001": {"responses": 20, "q": {"19": {"pos": 1}, "14": {"pos": 1}}}, )" + good + "}",
       "skipped " + in + ", URN 900001, question 19: Parent View has no question of that number." +
           question_out,
       6},
  };
}

std::vector<Hostile> forms() {
  const std::string settings = R"({"path": "f.csv", "format": "forms"})";
  const std::string header = "ID,Completion time,School,My child is happy at this school\n";
  std::string good;
  for (int i = 10; i < 15; ++i) {
    good += std::to_string(i) + ",10/" + std::to_string(i + 5) + "/2025 9:00,900009,Agree\n";
  }
  constexpr std::size_t kOfGood = 5;  // responses, two figures of the question, two of all
  const auto row = [&](const std::string& cells) { return header + cells + "\n" + good; };
  const auto skipped = [](const std::string& column, const std::string& what) {
    return "skipped f.csv, row 2" + (column.empty() ? "" : ", column " + column) + ": " + what;
  };
  const std::string row_out = " The row was left out.\n";
  const std::string no_time = "The value is not a time such as 10/27/2025 19:06." + row_out;
  const std::string no_answer =
      "The value is no answer that is known; name it under answers. The answer was left out; the "
      "rest of its row counts.\n";
  const std::string question = "My child is happy at this school";
  return {
      {"no question that is known", settings, "ID,Completion time,School,Why?\n1,,900001,x\n",
       "f.csv, row 1: No column holds a question that is known; name the survey's own under "
       "questions, each with its theme."},
      {"no school", settings, "Timestamp,My child is happy at this school\n2026/03/05,Agree\n",
       "f.csv, row 1: No column says which school an answer is about; name it under columns, or "
       "set school or school_by_file."},
      {"two questions of one theme", settings,
       "Timestamp,School,My child is happy at this school,Say why your child is happy\n"
       "2026/03/05,900001,Agree,x\n",
       "f.csv, row 1: The columns C and D both ask about \"happy\"; name the one that counts under "
       "questions."},
      {"no answers yet", settings, header,
       "f.csv: The file has a header and no answers yet; export it again."},
      {"only a title", settings, "Our survey\n",
       "f.csv: The file has no header in its first 20 rows; export it again."},
      {"times of unknown order", settings, header + "1,10/9/2025 9:00,900001,Agree\n",
       "f.csv, column Completion time: Its times can be read with the day or the month first; set "
       "date_order."},
      {"times of both orders", settings,
       header + "1,10/29/2025 9:00,900001,Agree\n2,29/10/2025 9:00,900001,Agree\n",
       "f.csv, column Completion time: Some of its times have the day first and others the month; "
       "export it again."},
      {"no time and no date", R"({"path": "f.csv", "format": "forms", "school": "900001"})",
       "My child is happy at this school,My child feels safe at this school\nAgree,Agree\n",
       "f.csv: Neither a column nor the file's name says when it was answered; set academic_year."},
      {"a column of the settings that is not there",
       R"({"path": "f.csv", "format": "forms", "columns": {"time": "When"}})", header + good,
       "f.csv, row 1: No column has the name that columns gives for time."},
      {"a file of no school", R"({"path": "f.csv", "format": "forms",
        "school_by_file": {"alderwick": "900001"}})",
       header + good,
       "f.csv: The file's name holds no part that school_by_file gives a school for."},
      {"a file of two schools", R"({"path": "f.csv", "format": "forms",
        "school_by_file": {"f": "900001", "csv": "900002"}})",
       header + good,
       "f.csv: The file's name fits two schools of school_by_file; make its parts longer."},
      {"an answer that means two things", R"({"path": "f.csv", "format": "forms",
        "answers": {"positive": ["Often"], "negative": ["often "]}})",
       header + good,
       "The answer \"often \" stands under answers twice; it can mean one thing only."},
      {"a time in words", settings, row("1,yesterday,900001,Agree"),
       skipped("Completion time", no_time), kOfGood},
      {"a day that the calendar lacks", settings, row("1,2/30/2026 9:00,900001,Agree"),
       skipped("Completion time", no_time), kOfGood},
      {"a time of long ago", settings, row("1,1/30/1970 9:00,900001,Agree"),
       skipped("Completion time", no_time), kOfGood},
      {"a row of no school", settings, row("1,10/15/2025 9:00,,Agree"),
       skipped("School", "The row names no school." + row_out), kOfGood},
      {"an endless school", settings, row("1,10/15/2025 9:00," + std::string(300, 'a') + ",Agree"),
       skipped("School", "The value is longer than 200 bytes." + row_out), kOfGood},
      {"an answer that is none", settings, row("1,10/15/2025 9:00,900009,Jane Example"),
       skipped(question, no_answer), kOfGood},
      {"two answers in a cell", settings, row("1,10/15/2025 9:00,900009,Agree;Disagree;"),
       skipped(question, no_answer), kOfGood},
      {"a formula", settings, row("1,10/15/2025 9:00,900009,=SUM(A1:A9)"),
       skipped(question, no_answer), kOfGood},
      {"a short answer sheet", settings, row("1,10/15/2025 9:00"),
       skipped("",
               "The row has 2 cells where the header has 4; look for a comma inside a cell "
               "without quotation marks." +
                   row_out),
       kOfGood},
      {"an answer sheet twice", settings, header + good + "14,10/19/2025 9:00,900009,Agree\n",
       "skipped f.csv, row 7: The row stands in the file twice. It was counted once.\n", kOfGood},
      {"more answers than families", R"({"path": "f.csv", "format": "forms", "invited": [
        {"school": "900009", "academic_year": "2025/26", "families": 1}]})",
       header + good,
       "warning setting invited: 900009 has 5 responses in 2025/26 and only 1 family invited; "
       "correct the number, or allow one response a family.\n",
       kOfGood + 1},
      {"a small group", settings, header + "1,10/15/2025 9:00,900001,Agree\n", kNone},
  };
}

std::vector<Hostile> logs() {
  const std::string complaints = R"({"path": "f.csv", "format": "complaints"})";
  const std::string evenings = R"({"path": "f.csv", "format": "evenings"})";
  const std::string log = "School,Date received,Stage,Outcome\n";
  const std::string good = "900009,14/10/2025,,\n";
  const std::string table = "School,Date,Families invited,Families attended\n";
  const std::string evening = "900009,15/10/2025,203,170\n";
  const auto skipped = [](const std::string& column, const std::string& what) {
    return "skipped f.csv, row 2, column " + column + ": " + what;
  };
  const std::string row_out = " The row was left out.\n";
  const std::string families = "The value is not a number of families up to 50,000." + row_out;
  return {
      {"no complaints", complaints, log,
       "f.csv: The file has a header and no rows; export it again."},
      {"a log without dates", complaints, "School,Stage\n900001,1\n",
       "f.csv, row 1: There is no column \"Date received\", \"Received\", \"Date of complaint\" or "
       "\"Date\"; no column of the file has a name like it. Name the file's own columns in the "
       "settings, or export it with these."},
      {"a complaint of no school", complaints, log + ",14/10/2025,,\n" + good,
       skipped("School", "The row names no school." + row_out), 1},
      {"a complaint without a day", complaints, log + "900001,,,\n" + good,
       skipped("Date received", "The row has no date." + row_out), 1},
      {"a complaint of old", complaints, log + "900001,14/10/1925,,\n" + good,
       skipped("Date received", "The value is not a day between 1990 and 2099." + row_out), 1},
      {"a stage that is none", complaints, log + "900009,14/10/2025,Jane Example,\n",
       skipped("Stage",
               "The value is no stage that is known. The complaint counts, but under no "
               "stage.\n"),
       1},
      {"an outcome that is none", complaints, log + "900009,14/10/2025,,Jane Example\n",
       skipped("Outcome",
               "The value is no outcome that is known. The complaint counts, but under "
               "no outcome.\n"),
       1},
      {"a school that the log does not cover",
       R"({"path": "20260320.csv", "format": "complaints", "schools": ["900009"]})",
       log + "Jane Example,14/10/2025,,\n",
       "skipped 20260320.csv, row 2, column School: The value is none of the schools in the "
       "setting schools. The row was left out.\n",
       1},
      {"an evening in words", evenings, table + "900001,15/10/2025,all,some\n" + evening,
       skipped("Families invited", families) + skipped("Families attended", families), 2},
      {"an evening with half a family", evenings, table + "900001,15/10/2025,203,170.5\n" + evening,
       skipped("Families attended", families), 2},
      {"an evening below 0", evenings, table + "900001,15/10/2025,-3,0\n" + evening,
       skipped("Families invited", families), 2},
      {"more families than invited", evenings, table + "900001,15/10/2025,20,21\n" + evening,
       skipped("Families attended", "More families attended than were invited." + row_out), 2},
      {"NUL byte", evenings, table + "9000\0,15/10/2025,20,2\n"s,
       "f.csv, row 2: The row holds a NUL byte, so the file is damaged; export it again."},
  };
}

}  // namespace

HostileSuite hostile_parental_survey() {
  HostileSuite suite{"parental_survey", told_by("parental_survey"), {}};
  for (auto part : {parent_view_files(), parent_view_rows(), json_files(), forms(), logs()}) {
    suite.cases.insert(suite.cases.end(), part.begin(), part.end());
  }
  return suite;
}

}  // namespace kpid::plugins
