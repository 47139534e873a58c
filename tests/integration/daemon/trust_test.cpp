// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The trust itself: config/examples/learning-together-trust.toml on the public files of its four
// schools, through the real programs; what they say is what the files say.

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "support/made_up_trust.hpp"
#include "support/places.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace kpid::testing {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

const fs::path source = kpid::testing::source_folder();
const fs::path data = source / "../shared/data";

class TrustItself : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const auto& [from, to] : files) {
      if (!fs::exists(data / from)) GTEST_SKIP() << "there is no ../shared/data/" << from;
    }
    fs::create_directories(folder_ / "state");
    for (const auto& [from, to] : files) {
      fs::create_directories((folder_ / to).parent_path());
      fs::copy_file(data / from, folder_ / to);
    }
    fs::copy(source / "config/examples/calendar", folder_ / "calendar");
    config_ = (folder_ / "learning-together-trust.toml").string();
    std::string text = read_file(source / "config/examples/learning-together-trust.toml");
    const std::string daemon = "[daemon]\n";
    text.insert(text.find(daemon) + daemon.size(),
                "plugin_directories = [\"" + kpid::testing::binary_folder() + "/plugins\"]\n");
    write_file(config_, text);
  }

  Ended kpid(const std::string& option) {
    return run_command({kpid_program(), "--config", config_, option});
  }

  // Of a daemon that is begun for the first question and runs until the test ends.
  std::string say(std::vector<std::string> words) {
    std::vector<std::string> command{kpictl_program(), "--config", config_};
    command.insert(command.end(), words.begin(), words.end());
    if (!daemon_) {
      daemon_.emplace(std::vector<std::string>{kpid_program(), "--config", config_},
                      folder_ / "out", folder_ / "log");
      const std::vector<std::string> ask{kpictl_program(), "--config", config_, "status"};
      EXPECT_TRUE(eventually([&] { return run_command(ask).status == 0; })) << daemon_->errors();
    }
    const Ended ended = run_command(command);
    EXPECT_EQ(ended.status, 0) << ended.errors;
    return ended.output;
  }

  static inline const std::vector<std::pair<std::string, std::string>> files{
      {"trust/census_2019-01.csv", "in/roll/census_2019-01.csv"},
      {"trust/pupils_2024.csv", "in/roll/pupils_2024.csv"},
      {"trust/absence_2018-19.csv", "in/attendance/absence_2018-19.csv"},
      {"trust/by_urn_2026.json", "in/finance/by_urn_2026.json"},
      {"schools-by-urn/parentview.json", "in/survey/parentview.json"}};

  TemporaryFolder folder_;
  std::string config_;
  std::optional<Process> daemon_;
};

constexpr const char* kKpis =
    R"(KPI                                              139883      142028      146511     146755      trust
attendance.published_attendance_percent          96.5 %      95 %        93.9 %     96.7 %
attendance.published_persistent_absence_percent  5.5 %       14.4 %      18.5 %     9.3 %
finance.in_year_balance                          £294,000    £26,000     £61,000    £69,000     £450,000
finance.reserves                                 £195,000    £331,000    £39,000    £74,000     £639,000
finance.reserves_percent                         no data     no data     no data    no data     no data
parent_view.positive (question=happy)            no data     no data     no data    no data     no data
roll.pupils                                      603 pupils  340 pupils  99 pupils  172 pupils  1,214 pupils

139883  Standish St Wilfrid's
142028  Canon Sharples
146511  St David Haigh & Aspull
146755  Adlington St Paul's
trust   The Learning Together Trust
)";

// What the alerts are about, a line each: rule, organisation, value.
std::string alerts_in(const std::string& answer) {
  std::vector<std::string> lines;
  const auto all = json::parse(answer);
  for (const json::value& alert : all.at("alerts").as_array()) {
    // The files are of days that move ever further into the past: what is overdue by now is told
    // too.
    if (json::value_to<std::string>(alert.at("rule")).starts_with("stale.")) continue;
    lines.push_back(json::value_to<std::string>(alert.at("rule")) + " " +
                    json::value_to<std::string>(alert.at("organisation")) + " " +
                    json::value_to<std::string>(alert.at("text")));
  }
  std::sort(lines.begin(), lines.end());
  return fmt::format("{}", fmt::join(lines, "\n"));
}

std::vector<double> values_in(const std::string& answer) {
  std::vector<double> values;
  const auto kpi = json::parse(answer);
  for (const json::value& one : kpi.at("values").as_array()) {
    values.push_back(one.at("value").to_number<double>());
  }
  return values;
}

TEST_F(TrustItself, SaysOfItsFourSchoolsWhatThePublicFilesSay) {
  const Ended once = kpid("--once");
  ASSERT_EQ(once.status, 0) << once.output << once.errors;
  EXPECT_NE(once.output.find("Nothing is published of the school with the URN 139883: its figures "
                             "are not known, which is not 0."),
            std::string::npos)
      << once.output;

  // Pupils are down by more than 5 % at two schools, from 141 to 99 and from 185 to 172, and
  // attendance is below 95 % at one: 95.0 at 142028 is not below 95.
  EXPECT_EQ(alerts_in(say({"alerts", "--json"})),
            "attendance-below-95 146511 93.9 %\n"
            "pupils-down 146511 99 pupils\n"
            "pupils-down 146755 172 pupils");

  // What is published stands beside what is not; what nobody asks for is only named below.
  const std::string kpis = say({"kpis"});
  const std::size_t below = kpis.find("\nNo data and no rule: ");
  ASSERT_NE(below, std::string::npos) << kpis;
  EXPECT_EQ(kpis.substr(0, below), kKpis);
  EXPECT_NE(kpis.find(" KPIs of the catalogue", below), std::string::npos);

  EXPECT_EQ(say({"kpi", "finance.reserves_percent", "--org", "trust"}),
            "The Learning Together Trust: Reserves as a share of income (finance.reserves_percent, "
            "plan 5.2)\n"
            "No data: no source has given a figure.\n");
  EXPECT_EQ(say({"kpi", "parent_view.positive", "--org", "139883", "--subgroup", "question=happy"}),
            "Standish St Wilfrid's: Positive answers in Parent View (question=happy) "
            "(parent_view.positive, plan 3.4b)\n"
            "No data: no source has given a figure.\n");
}

TEST_F(TrustItself, ExplainsByHowMuchPupilsAreDown) {
  ASSERT_EQ(kpid("--once").status, 0);
  const auto all = json::parse(say({"alerts", "--json"}));
  std::string said;
  for (const json::value& alert : all.at("alerts").as_array()) {
    said += say({"alert", "explain", json::value_to<std::string>(alert.at("id"))});
  }
  std::replace(said.begin(), said.end(), '\n', ' ');  // it is wrapped at the screen's width
  for (const char* sentence :
       {"St David Haigh & Aspull – Pupils on roll: 99 pupils on 18 January 2024, -29.8 % against "
        "17 "
        "January 2019, below the limit of -5 %.",
        "Adlington St Paul's – Pupils on roll: 172 pupils on 18 January 2024, -7 % against 17 "
        "January 2019, below the limit of -5 %.",
        "St David Haigh & Aspull – Attendance as published: 93.9 % in 2018/19, below the limit of "
        "95 %."}) {
    EXPECT_NE(said.find(sentence), std::string::npos) << sentence << "\nin\n" << said;
  }
}

// The same files a second time change nothing.
TEST_F(TrustItself, ReadsTheSameFilesAgainWithoutAChange) {
  ASSERT_EQ(kpid("--once").status, 0);
  const Ended again = run_command({kpid_program(), "--config", config_, "--once", "--json"});
  ASSERT_EQ(again.status, 0) << again.errors;
  const auto summary = json::parse(again.output);
  for (const json::value& source : summary.at("sources").as_array()) {
    EXPECT_EQ(source.at("new").to_number<int>(), 0) << source.at("source");
    EXPECT_EQ(source.at("revised").to_number<int>(), 0) << source.at("source");
  }
  EXPECT_EQ(summary.at("alerts").at("opened").to_number<int>(), 0);
  EXPECT_EQ(summary.at("alerts").at("resolved").to_number<int>(), 0);
}

TEST_F(TrustItself, KeepsWhatItRoundsForPeople) {
  ASSERT_EQ(kpid("--once").status, 0);
  const auto values = [&](const std::string& kpi, const std::string& organisation) {
    return values_in(say({"kpi", kpi, "--org", organisation, "--json"}));
  };
  using Values = std::vector<double>;
  EXPECT_EQ(values("roll.pupils", "139883"), (Values{572, 603}));
  EXPECT_EQ(values("roll.pupils", "142028"), (Values{326, 340}));
  EXPECT_EQ(values("roll.pupils", "146511"), (Values{141, 99}));
  EXPECT_EQ(values("roll.pupils", "146755"), (Values{185, 172}));
  EXPECT_EQ(values("roll.pupils", "trust"), (Values{1224, 1214}));
  EXPECT_EQ(values("roll.pupils", "106519"), (Values{141, 99})) << "by its former URN";
  const std::string attendance = "attendance.published_attendance_percent";
  EXPECT_EQ(values(attendance, "139883"), Values{96.5});
  EXPECT_EQ(values(attendance, "142028"), Values{95});
  EXPECT_EQ(values(attendance, "146511"), Values{93.9});
  EXPECT_EQ(values(attendance, "146755"), Values{96.7});
  EXPECT_EQ(values(attendance, "trust"), Values{}) << "rates without sessions have no sum";
  EXPECT_EQ(values("finance.reserves", "139883"), Values{19'500'000});
  EXPECT_EQ(values("finance.reserves", "142028"), Values{33'100'000});
  EXPECT_EQ(values("finance.reserves", "146511"), Values{3'900'000});
  EXPECT_EQ(values("finance.reserves", "146755"), Values{7'400'000});
  EXPECT_EQ(values("finance.reserves", "trust"), Values{63'900'000});
  EXPECT_EQ(values("finance.in_year_balance", "139883"), Values{29'400'000});
  EXPECT_EQ(values("finance.in_year_balance", "trust"), Values{45'000'000});
  for (const char* organisation : {"139883", "142028", "146511", "146755", "trust"}) {
    EXPECT_EQ(values("finance.reserves_percent", organisation), Values{}) << organisation;
    EXPECT_EQ(values("parent_view.response_rate", organisation), Values{}) << organisation;
  }
}

}  // namespace
}  // namespace kpid::testing
