// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What parents say, through the plugin in its sandbox, the store, the catalogue and a rule on one
// question: Parent View, a survey of one's own and the log of complaints side by side.

#include <filesystem>

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/made_up_trust.hpp"
#include "support/places.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace kpid::testing {
namespace {

namespace json = boost::json;

constexpr const char* kConfig = R"([trust]
name = "Made-up Trust"
[daemon]
database = "state/kpid.sqlite"
socket = "state/kpid.sock"
plugin_directories = ["{}/plugins"]
[[school]]
urn = 900001
name = "Alderwick"
aliases = ["Alderwick Primary"]
[[school]]
urn = 900002
name = "Birchcombe"
aliases = ["Birchcombe CE Primary"]
[[school]]
urn = 900003
name = "Not in Parent View"
[[source]]
name = "parent-view"
plugin = "parental_survey"
schedule = "daily 06:00"
[source.settings]
format = "parent_view_json"
path = "in/parent_view_20250407.json"
only_urns = [900001, 900002, 900003]
[[source]]
name = "survey"
plugin = "parental_survey"
schedule = "daily 06:00"
[source.settings]
format = "forms"
path = "in/microsoft_forms.csv"
[[source.settings.invited]]
school = "Alderwick Primary"
academic_year = "2025/26"
families = 150
[[source]]
name = "complaints"
plugin = "parental_survey"
schedule = "daily 06:00"
[source.settings]
format = "complaints"
path = "in/complaints_20260320.csv"
[[rule]]
name = "unhappy"
kpi = "parent_view.positive"
subgroup = "question=happy"
red = "< 90"
[[rule]]
name = "low-expectations"
kpi = "parent_view.positive"
subgroup = "question=expectations"
red = "< 90"
)";

class Survey : public ::testing::Test {
 protected:
  Survey() {
    std::filesystem::create_directories(folder_ / "state");
    std::filesystem::copy(kpid::testing::source_folder() + "/plugins/parental_survey/fixtures",
                          folder_ / "in");
    write_file(config_, fmt::format(fmt::runtime(kConfig), kpid::testing::binary_folder()));
  }

  // The newest value of a KPI as kpictl tells it; null where there is none.
  [[nodiscard]] json::value newest(const std::string& kpi, const std::string& organisation,
                                   const std::string& subgroup = "") const {
    std::vector<std::string> ask{kpictl_program(), "--config",   config_, "kpi", kpi,
                                 "--org",          organisation, "--json"};
    if (!subgroup.empty()) ask.insert(ask.end(), {"--subgroup", subgroup});
    const Ended ended = run_command(ask);
    EXPECT_EQ(ended.status, 0) << ended.output << ended.errors;
    const auto said = json::parse(ended.output);
    const auto& values = said.at("values").as_array();
    return values.empty() ? json::value() : values.back();
  }

  TemporaryFolder folder_;
  std::string config_ = (folder_ / "kpid.toml").string();
};

TEST_F(Survey, IsPulledJudgedByQuestionAndRolledUpByResponses) {
  const Ended once = run_command({kpid_program(), "--config", config_, "--once", "--json"});
  ASSERT_EQ(once.status, 0) << once.output << once.errors;
  // One school is below 90 with "happy", and the trust with it. Another stands at 90 with
  // "expectations", which is not below.
  EXPECT_EQ(json::parse(once.output).at("alerts").at("opened").to_number<int>(), 2) << once.output;

  Process daemon({kpid_program(), "--config", config_}, folder_ / "out", folder_ / "log");
  ASSERT_TRUE(eventually([&] {
    return run_command({kpictl_program(), "--config", config_, "status"}).status == 0;
  })) << daemon.errors();
  const std::string happy = "question=happy";
  EXPECT_EQ(newest("parent_view.positive", "900001", happy).at("value").to_number<double>(), 86);
  EXPECT_EQ(newest("parent_view.positive", "900002", happy).at("value").to_number<double>(), 100);
  EXPECT_TRUE(newest("parent_view.positive", "900003", happy).is_null()) << "not published, not 0";
  const auto trust = newest("parent_view.positive", "trust", happy);
  EXPECT_NEAR(trust.at("value").to_number<double>(), 100 * (65.36 + 10) / 86, 1e-9);
  EXPECT_EQ(trust.at("completeness").at("have").to_number<int>(), 2);
  EXPECT_EQ(newest("parents.response_rate", "900001").at("value").to_number<double>(), 4);
  EXPECT_NEAR(newest("parents.positive", "900001").at("value").to_number<double>(), 100.0 * 15 / 23,
              1e-9);
  EXPECT_EQ(newest("parents.positive", "trust").at("denominator").to_number<double>(), 46);
  EXPECT_EQ(newest("parents.complaints", "trust").at("value").to_number<double>(), 3);
  EXPECT_TRUE(newest("parents.complaints", "900003").is_null()) << "the log does not name it";
}

}  // namespace
}  // namespace kpid::testing
