// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What parents say, read by the built plugin from fixtures in each shape, and by its parts where
// the figures must be exact.

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <kpid/testing.hpp>

#include "parental_survey/figures.hpp"
#include "parental_survey/stated.hpp"
#include "parental_survey/times.hpp"
#include "support/places.hpp"

namespace kpid::plugins::parental_survey {
namespace {

const std::string kFixtures = kpid::testing::source_folder() + "/plugins/parental_survey/fixtures/";

const kpid_plugin_v1& library() {
  static const kpid_plugin_v1& plugin =
      plugin::load_plugin(kpid::testing::binary_folder() + "/plugins/parental_survey.so");
  return plugin;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

plugin::FakeDocument fixture(const std::string& name) {
  plugin::FakeDocument document;
  document.bytes = bytes_of(kFixtures + name);
  document.origin = "in/" + name;
  return document;
}

std::string notes_of(const plugin::FakeHost& host) {
  std::string out;
  for (const auto& note : host.notes()) {
    out += std::to_string(note.level) + " " + note.place + ": " + note.sentence + "\n";
  }
  return out;
}

// A line a school, year and question: "900001 2024 happy 68.4/76"; then whatever else was counted:
// "900001 2024 parents.responses 76".
std::string shown(const plugin::FakeHost& host) {
  std::map<std::string, std::array<double, 2>> questions;
  std::string others;
  for (const auto& one : host.committed()) {
    const std::chrono::year_month_day first{one.period.first};
    EXPECT_EQ(one.period.last, plugin::make_day(static_cast<int>(first.year()) + 1, 8, 31));
    const std::string where =
        one.organisation + " " + std::to_string(static_cast<int>(first.year())) + " ";
    const auto equals = one.subgroup.find('=');
    const bool all = equals == std::string::npos;
    const std::string theme = all ? "(all)" : one.subgroup.substr(equals + 1);
    if (one.measure == "parents.answers") {
      questions[where + theme][1] = one.value.value();
    } else if (one.measure == "parents.positive_answers") {
      questions[where + theme][0] = one.value.value();
    } else if (one.denominator) {
      questions[where + (all ? one.measure : theme)] = {*one.numerator, *one.denominator};
      const double ratio = 100 * *one.numerator / *one.denominator;
      EXPECT_NEAR(one.value.value_or(ratio), ratio, 1e-9) << one.subgroup;
    } else {
      others += fmt::format("{}{}{}{} {:g}\n", where, one.measure, all ? "" : " ", one.subgroup,
                            one.value.value());
    }
  }
  std::string out;
  for (const auto& [line, parts] : questions) {
    EXPECT_GT(parts[1], 0) << line;
    out += fmt::format("{} {:g}/{:g}\n", line, parts[0], parts[1]);
  }
  EXPECT_TRUE(host.violations().empty());
  return out + others;
}

TEST(ParentView, ReadsLongNamesWithWholePercents) {
  plugin::FakeHost host(library());
  host.add_document("f", fixture("parent_view_long_names_as_at_7_April_2025.csv"));
  const auto outcome = host.pull(R"({"path": "f", "only_urns": [900001, 900003, 900004]})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  EXPECT_EQ(shown(host),
            "900001 2024 behaviour 68.4/76\n"
            "900001 2024 bullying 19/30.4\n"
            "900001 2024 clubs 68.4/76\n"
            "900001 2024 concerns 30.4/38\n"
            "900001 2024 curriculum 68.4/76\n"
            "900001 2024 development 68.4/76\n"
            "900001 2024 does_well 68.4/76\n"
            "900001 2024 expectations 68.4/76\n"
            "900001 2024 happy 68.4/76\n"
            "900001 2024 parent_view.ambition_positive 136.8/152\n"
            "900001 2024 parent_view.positive 815.1/923.4\n"
            "900001 2024 parent_view.response_rate 76/316.667\n"
            "900001 2024 progress 68.4/76\n"
            "900001 2024 recommend 68.4/76\n"
            "900001 2024 safe 68.4/76\n"
            "900001 2024 send 13.3/19\n"
            "900001 2024 subjects 68.4/76\n"
            "900003 2024 behaviour 10.8/12\n"
            "900003 2024 clubs 10.8/12\n"
            "900003 2024 concerns 4.8/6\n"
            "900003 2024 curriculum 10.8/12\n"
            "900003 2024 development 10.8/12\n"
            "900003 2024 does_well 10.8/12\n"
            "900003 2024 expectations 10.8/12\n"
            "900003 2024 happy 10.8/12\n"
            "900003 2024 parent_view.ambition_positive 21.6/24\n"
            "900003 2024 parent_view.positive 123.6/138\n"
            "900003 2024 parent_view.response_rate 12/200\n"
            "900003 2024 progress 10.8/12\n"
            "900003 2024 recommend 10.8/12\n"
            "900003 2024 safe 10.8/12\n"
            "900003 2024 subjects 10.8/12\n"
            "900001 2024 parent_view.responses 76\n"
            "900003 2024 parent_view.responses 12\n");
  EXPECT_EQ(notes_of(host),
            "0 parent_view_long_names_as_at_7_April_2025.csv: 1 question of a school has fewer "
            "than 5 answers: left out.\n"
            "0 parent_view_long_names_as_at_7_April_2025.csv: 1 school has fewer than 10 "
            "responses: nothing is published of them.\n"
            "0 setting only_urns: Nothing is published of the school with the URN 900004: its "
            "figures are not known, which is not 0.\n");
}

TEST(ParentView, ReadsShortNamesByTheListOfTheirTime) {
  plugin::FakeHost host(library());
  host.add_document("f", fixture("parent_view_short_names_as_at_6_January_2025.csv"));
  const auto outcome = host.pull(R"({"path": "f"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  EXPECT_EQ(shown(host),
            "900001 2024 behaviour 68/76\n"
            "900001 2024 bullying 20/29\n"
            "900001 2024 clubs 68/76\n"
            "900001 2024 concerns 30/38\n"
            "900001 2024 curriculum 68/76\n"
            "900001 2024 development 68/76\n"
            "900001 2024 does_well 68/76\n"
            "900001 2024 expectations 68/76\n"
            "900001 2024 happy 68/76\n"
            "900001 2024 parent_view.ambition_positive 136/152\n"
            "900001 2024 parent_view.positive 814/922\n"
            "900001 2024 parent_view.response_rate 76/315.353\n"
            "900001 2024 progress 68/76\n"
            "900001 2024 recommend 70/76\n"
            "900001 2024 safe 68/76\n"
            "900001 2024 send 14/19\n"
            "900001 2024 subjects 68/76\n"
            "900001 2024 parent_view.responses 76\n");
  EXPECT_EQ(notes_of(host), "");
}

TEST(ParentView, ReadsTwoHeaderRows) {
  plugin::FakeHost host(library());
  host.add_document("f", fixture("parent_view_two_header_rows_as_at_6_April_2026.csv"));
  const auto outcome = host.pull(R"({"path": "f"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  EXPECT_EQ(shown(host),
            "900001 2025 behaviour 40/50\n"
            "900001 2025 best_interests 40/50\n"
            "900001 2025 bullying 10/15\n"
            "900001 2025 communication 40/50\n"
            "900001 2025 concerns 20/25\n"
            "900001 2025 happy 40/50\n"
            "900001 2025 parent_view.positive 355/440\n"
            "900001 2025 recommend 45/50\n"
            "900001 2025 safe 40/50\n"
            "900001 2025 send 40/50\n"
            "900001 2025 support 40/50\n"
            "900001 2025 parent_view.responses 50\n");
  EXPECT_EQ(notes_of(host), "");
}

TEST(ParentView, ReadsJsonKeyedByUrn) {
  plugin::FakeHost host(library());
  host.add_document("f", fixture("parent_view_20250407.json"));
  const auto outcome = host.pull(R"({"path": "f", "format": "parent_view_json"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  EXPECT_EQ(shown(host),
            "900001 2024 bullying 10.9668/28.12\n"
            "900001 2024 development 60.8/76\n"
            "900001 2024 expectations 68.4/76\n"
            "900001 2024 happy 65.36/76\n"
            "900001 2024 parent_view.ambition_positive 129.2/152\n"
            "900001 2024 parent_view.positive 276.663/347.32\n"
            "900001 2024 recommend 63.08/76\n"
            "900001 2024 send 8.056/15.2\n"
            "900002 2024 happy 10/10\n"
            "900002 2024 parent_view.positive 19/20\n"
            "900002 2024 recommend 9/10\n"
            "900001 2024 parent_view.responses 76\n"
            "900002 2024 parent_view.responses 10\n");
  EXPECT_EQ(notes_of(host), "");
}

TEST(OwnSurvey, ReadsMicrosoftForms) {
  plugin::FakeHost host(library());
  host.add_document("f", fixture("microsoft_forms.csv"));
  const auto outcome = host.pull(R"({"path": "f", "format": "forms", "invited": [
      {"school": "Alderwick Primary", "academic_year": "2025/26", "families": 150}]})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  EXPECT_EQ(shown(host),
            "Alderwick Primary 2025 (all) 15/23\n"
            "Alderwick Primary 2025 development 3/5\n"
            "Alderwick Primary 2025 expectations 4/6\n"
            "Alderwick Primary 2025 happy 4/6\n"
            "Alderwick Primary 2025 safe 4/6\n"
            "Birchcombe CE Primary 2025 (all) 15/23\n"
            "Birchcombe CE Primary 2025 development 3/5\n"
            "Birchcombe CE Primary 2025 expectations 4/6\n"
            "Birchcombe CE Primary 2025 happy 4/6\n"
            "Birchcombe CE Primary 2025 safe 4/6\n"
            "Alderwick Primary 2025 parents.ambition_answers 11\n"
            "Alderwick Primary 2025 parents.ambition_positive_answers 7\n"
            "Alderwick Primary 2025 parents.invited 150\n"
            "Alderwick Primary 2025 parents.responses 6\n"
            "Birchcombe CE Primary 2025 parents.ambition_answers 11\n"
            "Birchcombe CE Primary 2025 parents.ambition_positive_answers 7\n"
            "Birchcombe CE Primary 2025 parents.responses 6\n");
  EXPECT_EQ(notes_of(host),
            "0 microsoft_forms.csv: 1 school has fewer than 5 answers: left out.\n"
            "0 microsoft_forms.csv: 2 questions of schools have fewer than 5 answers: left out.\n");
}

TEST(OwnSurvey, ReadsGoogleFormsOfOneSchoolAFile) {
  plugin::FakeHost host(library());
  host.add_document("f", fixture("google_forms_alderwick.csv"));
  const auto outcome = host.pull(R"({"path": "f", "format": "forms",
      "school_by_file": {"alderwick": "900001", "birchcombe": "900002"},
      "questions": {"replies": "reply in time"},
      "answers": {"positive": ["Always", "Mostly"], "negative": ["Never"]}})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  EXPECT_EQ(shown(host),
            "900001 2025 (all) 16/20\n"
            "900001 2025 communication 5/7\n"
            "900001 2025 recommend 6/7\n"
            "900001 2025 replies 5/6\n"
            "900001 2025 parents.responses 7\n");
  EXPECT_EQ(notes_of(host), "");
}

TEST(Complaints, AreCountedByYearStageAndOutcome) {
  plugin::FakeHost host(library());
  host.add_document("f", fixture("complaints_20260320.csv"));
  const auto outcome = host.pull(R"({"path": "f", "format": "complaints",
      "schools": ["Alderwick Primary", "Birchcombe CE Primary", "Cedarhurst Primary"],
      "pupils": [{"school": "Alderwick Primary", "academic_year": "2025/26", "pupils": 203},
                 {"school": "Alderwick Primary", "academic_year": "2023/24", "pupils": 190}]})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  EXPECT_EQ(shown(host),
            "Alderwick Primary 2024 parents.complaints 1\n"
            "Alderwick Primary 2024 parents.complaints outcome=not_upheld 1\n"
            "Alderwick Primary 2024 parents.complaints stage=1 1\n"
            "Alderwick Primary 2025 parents.complaint_pupils 203\n"
            "Alderwick Primary 2025 parents.complaints 2\n"
            "Alderwick Primary 2025 parents.complaints outcome=open 1\n"
            "Alderwick Primary 2025 parents.complaints outcome=upheld 1\n"
            "Alderwick Primary 2025 parents.complaints stage=1 1\n"
            "Alderwick Primary 2025 parents.complaints stage=2 1\n"
            "Birchcombe CE Primary 2024 parents.complaints 0\n"
            "Birchcombe CE Primary 2025 parents.complaints 1\n"
            "Birchcombe CE Primary 2025 parents.complaints outcome=resolved 1\n"
            "Birchcombe CE Primary 2025 parents.complaints stage=informal 1\n"
            "Cedarhurst Primary 2024 parents.complaints 0\n"
            "Cedarhurst Primary 2025 parents.complaints 0\n");
  EXPECT_EQ(notes_of(host), "");
}

TEST(Evenings, AreSummedOverTheYear) {
  plugin::FakeHost host(library());
  host.add_document("f", fixture("evenings.csv"));
  const auto outcome = host.pull(R"({"path": "f", "format": "evenings"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  EXPECT_EQ(shown(host),
            "900001 2025 parents.evening_attended 330\n"
            "900001 2025 parents.evening_invited 404\n"
            "900002 2025 parents.evening_attended 61\n"
            "900002 2025 parents.evening_invited 94\n");
  EXPECT_EQ(notes_of(host), "");
}

// The issue's own figures: 5,909 schools, 399,047 responses, 89.642 % happy by responses, 719
// schools below 80 %, and nothing of a school that is not published.
TEST(ParentView, GivesTheKnownFiguresOfTheWholeCountry) {
  const std::string path =
      kpid::testing::source_folder() + "/../shared/data/schools-by-urn/parentview.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the Parent View data is absent";
  plugin::FakeHost host(library());
  host.add_document("f", {.bytes = bytes_of(path), .origin = path});
  const auto outcome =
      host.pull(R"({"path": "f", "format": "parent_view_json", "as_at": "2025-04-07"})");
  ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text;
  std::map<std::string, plugin::SeenObservation> happy;
  double responses = 0;
  for (const auto& one : host.committed()) {
    if (one.measure == "parent_view.responses") responses += *one.value;
    if (one.subgroup == "question=happy") happy[one.organisation] = one;
  }
  EXPECT_EQ(happy.size(), 5909U);
  EXPECT_EQ(responses, 399047);
  EXPECT_EQ(happy.count("139883"), 0U);
  double positive = 0, answers = 0;
  int below_80 = 0, at_80 = 0;
  for (const auto& [urn, one] : happy) {
    const double share = one.value.value();
    EXPECT_EQ(share, std::round(share)) << urn << ": the percentage as it was published";
    positive += one.numerator.value();
    answers += one.denominator.value();
    below_80 += share < 80 ? 1 : 0;
    at_80 += share == 80 ? 1 : 0;
  }
  EXPECT_EQ(answers, 399047);
  EXPECT_NEAR(100 * positive / answers, 89.642, 0.0005);
  EXPECT_EQ(below_80, 719);
  EXPECT_GT(at_80, 0) << "some stand at the very edge";
  EXPECT_EQ(host.rows_read(), 5909U);
}

TEST(ParentView, ReadsNotPublishedAndNot0) {
  plugin::FakeHost host(library());
  host.add_document("f", fixture("parent_view_20250407.json"));
  const auto outcome =
      host.pull(R"({"path": "f", "format": "parent_view_json", "only_urns": [139883]})");
  EXPECT_TRUE(outcome.is_ok()) << outcome.operator_text;
  EXPECT_TRUE(host.committed().empty());
  EXPECT_EQ(host.checkpoints().size(), 1U);
  EXPECT_EQ(notes_of(host),
            "0 setting only_urns: Nothing is published of the school with the URN 139883: its "
            "figures are not known, which is not 0.\n");
}

TEST(ParentView, KnowsAQuestionByItsTextWhateverItsNumber) {
  EXPECT_EQ(theme_of_text(plain("7. When I have raised concerns with the school they have been "
                                "dealt with properly")),
            "concerns");
  EXPECT_EQ(theme_of_text(plain("Q6. When I have raised concerns with the school they have been "
                                "dealt with properly.")),
            "concerns");
  EXPECT_EQ(theme_of_text(plain("10. Would you recommend this school to another parent?")),
            "recommend");
  EXPECT_EQ(theme_of_text(plain("8. When the school makes decisions, it has the child\u2019s best "
                                "interests at heart")),
            "best_interests");
  EXPECT_EQ(theme_of_text(plain("What should we do better?")), std::nullopt);
  EXPECT_EQ(theme_of_number(Questionnaire::since_2019, "10"), "progress");
  EXPECT_EQ(theme_of_number(Questionnaire::since_2025, "10"), "recommend");
  EXPECT_EQ(theme_of_number(Questionnaire::since_2025, "14"), std::nullopt);
  EXPECT_EQ(plain("  Don\u2019t\nKnow "), "dont know");
}

// The same numbers mean other things in a file of 2026.
TEST(ParentView, TakesTheListOfTheFilesDayWhereNothingElseTells) {
  const std::string bytes =
      "URN,Submissions,Q6 Strongly Agree,Q6 Agree,Q6 Disagree,Q6 Strongly Disagree\n"
      "900001,20,50%,40%,5%,5%\n";
  for (const auto& [name, theme] : {std::pair{"in/as_at_7_April_2025.csv", "concerns"},
                                    std::pair{"in/as_at_6_April_2026.csv", "communication"},
                                    std::pair{"in/as_at_9_Nov_2025.csv", "concerns"},
                                    std::pair{"in/as_at_10_November_2025.csv", "communication"}}) {
    plugin::FakeHost host(library());
    host.add_document("f", {.bytes = bytes, .origin = name});
    ASSERT_TRUE(host.pull(R"({"path": "f"})").is_ok());
    EXPECT_NE(shown(host).find(std::string(theme) + " 18/20"), std::string::npos) << shown(host);
  }
}

TEST(ParentView, NamesTheYearOfItsDay) {
  const auto day = [](const std::string& name) {
    const auto found = stated_day({1, name, "", 0});
    return found ? day_text(found->day) : "none";
  };
  EXPECT_EQ(day("Parent_View_as_at_6_April_2020_School_Level_Data.csv"), "2020-04-06");
  EXPECT_EQ(day("as at 31 Apr 2020.csv"), "none");
  EXPECT_EQ(day("as-at-1-sep-2025.xlsx"), "2025-09-01");
  EXPECT_EQ(day("parent_view_20250407.json"), "2025-04-07");
  EXPECT_EQ(day("7 April.csv"), "none");
  const auto year = [&](const std::string& name) {
    return year_published_on(stated_day({1, name, "", 0})->day);
  };
  EXPECT_EQ(year("as_at_1_September_2025.csv"), 2024) << "the year that has just ended";
  EXPECT_EQ(year("as_at_14_September_2025.csv"), 2024);
  EXPECT_EQ(year("as_at_15_September_2025.csv"), 2025);
  EXPECT_EQ(year("as_at_5_January_2026.csv"), 2025);
}

TEST(OwnSurvey, ReadsTimesInEveryOrder) {
  const auto day = [](const std::string& text, TimeOrder order) {
    const auto written = written_date(text);
    const auto found = written ? day_of(*written, order) : std::nullopt;
    return found ? day_text(*found) : "none";
  };
  EXPECT_EQ(day("7/27/26 19:06:23", TimeOrder::month_first), "2026-07-27");
  EXPECT_EQ(day("10/9/2024 11:02", TimeOrder::month_first), "2024-10-09");
  EXPECT_EQ(day("10/9/2024 11:02", TimeOrder::day_first), "2024-09-10");
  EXPECT_EQ(day("27/10/2025", TimeOrder::day_first), "2025-10-27");
  EXPECT_EQ(day("2026/03/05 10:11:12 am GMT", TimeOrder::day_first), "2026-03-05");
  EXPECT_EQ(day("2026-03-05T10:11:12Z", TimeOrder::month_first), "2026-03-05");
  EXPECT_EQ(day("45923.46", TimeOrder::day_first), "2025-09-23");
  for (const char* text : {"", "yesterday", "31/02/2025", "1/2", "1/2/3/4", "2025", "99999",
                           "45923.4x", "1/2/20255", "12/31/1999"}) {
    EXPECT_EQ(day(text, TimeOrder::day_first), "none") << text;
  }
}

TEST(OwnSurvey, FindsTheOrderOfItsTimes) {
  const auto order = [](const std::vector<std::string>& texts) -> std::string {
    OrderFinder finder;
    for (const auto& text : texts) finder.take(written_date(text).value());
    if (finder.contradicts()) return "both";
    const auto found = finder.found();
    return !found ? "unknown" : *found == TimeOrder::day_first ? "day" : "month";
  };
  EXPECT_EQ(order({"10/9/2024", "10/13/2024"}), "month");
  EXPECT_EQ(order({"10/9/2024", "13/10/2024"}), "day");
  EXPECT_EQ(order({"10/9/2024"}), "unknown");
  EXPECT_EQ(order({"10/10/2024", "2024-10-09"}), "day") << "it makes no difference";
  EXPECT_EQ(order({"10/13/2024", "13/10/2024"}), "both");
}

// Two exports of one survey, the later with more answers: whichever is read first, it counts.
TEST(OwnSurvey, TheLaterOfTwoExportsCounts) {
  const auto rows = [](int count) {
    std::string out = "Timestamp,My child is happy at this school\n";
    for (int i = 0; i < count; ++i) {
      out += "2026/03/" + std::to_string(10 + i) + " 10:00:00 am GMT,Agree\n";
    }
    return out;
  };
  for (const bool swapped : {false, true}) {
    plugin::FakeHost host(library());
    host.add_document("f", {.bytes = rows(swapped ? 9 : 6), .origin = "in/a.csv"});
    host.add_document("f", {.bytes = rows(swapped ? 6 : 9), .origin = "in/b.csv"});
    ASSERT_TRUE(
        host.pull(R"({"path": "f", "select": "all", "format": "forms", "school": "900001"})")
            .is_ok());
    EXPECT_EQ(shown(host),
              "900001 2025 (all) 9/9\n900001 2025 happy 9/9\n900001 2025 parents.responses 9\n");
  }
}

TEST(OwnSurvey, NeitherNamesNorRemarksLeaveIt) {
  plugin::FakeHost host(library());
  host.add_document(
      "f", {.bytes = "ID,Completion time,Email,Name,School,My child is happy at this school,Why?\n"
                     "1,10/13/2025 9:00,jane@example.org,Jane Example,900001,Jane Example,secret\n"
                     "2,10/13/2025,,Jane Example\n"
                     "3,Jane Example,,,900001,Agree,secret\n"});
  const auto outcome = host.pull(R"({"path": "f", "format": "forms"})");
  EXPECT_FALSE(outcome.is_ok());
  const std::string all = notes_of(host) + outcome.operator_text + outcome.developer_text;
  for (const char* secret : {"Jane", "example.org", "secret"}) {
    EXPECT_EQ(all.find(secret), std::string::npos) << all;
  }
}

}  // namespace
}  // namespace kpid::plugins::parental_survey
