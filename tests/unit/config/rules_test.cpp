// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What rules may compare with, and the rules that nobody needs to write.

#include <algorithm>

#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RulesOfAConfig : public ConfigTest {
 protected:
  RulesOfAConfig() {
    options_.check_settings = [this](const std::filesystem::path&, std::string_view settings) {
      LoadOptions::PluginSettings checked;
      checked.json = settings;
      checked.measures = measures_;
      return Result<LoadOptions::PluginSettings>{checked};
    };
  }
  // The config with one source, whose plugin provides `measures_`.
  [[nodiscard]] std::string with_source(std::string_view rest) const {
    return std::string{head} + R"([[school]]
urn = 900002
name = "Birch"

[[comparator]]
code = "E92000001"
name = "England"
aliases = ["England"]

[[source]]
name = "accounts"
plugin = "finance"
schedule = "daily 06:30"

)" + std::string{rest};
  }
  [[nodiscard]] static const Rule* implied(const Config& config, std::string_view kpi) {
    return config.rule("stale." + std::string{kpi});
  }
  std::vector<std::string> measures_{"finance.reserves", "finance.income"};
};

TEST_F(RulesOfAConfig, EveryComparisonHasItsKeys) {
  const auto loaded = load(std::string{head} + R"([[comparator]]
code = "E92000001"
name = "England"
aliases = ["England"]

[[rule]]
name = "a"
kpi = "attendance.week.attendance_percent"
compare = "term before"
red = "< -2"
flapping = true
complete_enough = 75

[[rule]]
name = "b"
kpi = "attendance.week.attendance_percent"
compare = "organisation"
other_organisation = "england"
change_in = "percent"
red = "< -2"
flapping = { window = "2 terms", high = 6, low = 2 }

[[rule]]
name = "c"
kpi = "finance.reserves"
compare = "kpi"
other_kpi = "finance.income"
amber = "< -£5,000"

[[rule]]
name = "d"
kpi = "attendance.week.attendance_percent"
compare = "forecast"
red = "< 90"
flapping = false
[rule.forecast]
method = "seasonal naive"
ahead = 4
sure = 0

[[rule]]
name = "e"
kpi = "finance.reserves"
compare = "stale"
stale_after = "3 months"
red = "> 10"
)");
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const Config& config = *loaded.config;
  EXPECT_EQ(config.rule("a")->compare, Comparison::term_before);
  EXPECT_EQ(config.rule("a")->flapping, Flapping{});
  EXPECT_EQ(config.rule("a")->complete_enough, 75);
  EXPECT_EQ(config.rule("b")->compare, Comparison::organisation);
  EXPECT_EQ(config.rule("b")->other_organisation, "E92000001");
  EXPECT_EQ(config.rule("b")->change_in, ChangeIn::percent);
  EXPECT_EQ(config.rule("b")->flapping, (Flapping{{2, Span::Unit::terms}, 6, 2}));
  EXPECT_EQ(config.rule("c")->other_kpi, "finance.income");
  EXPECT_EQ(config.rule("c")->amber, (Threshold{Threshold::Operator::below, -500000}));
  EXPECT_EQ(config.rule("d")->forecast,
            (ForecastSpec{ForecastSpec::Method::seasonal_naive, 156, 4, 0}))
      << "three years of weeks";
  EXPECT_EQ(config.rule("d")->flapping, std::nullopt);
  EXPECT_EQ(config.rule("e")->stale_after, (Span{3, Span::Unit::months}));
  EXPECT_EQ(config.rule("e")->red, (Threshold{Threshold::Operator::above, 10}))
      << "days, not pounds";
  EXPECT_FALSE(config.rule("e")->implied);
}

TEST_F(RulesOfAConfig, EveryKpiThatTheSourcesFeedIsWatched) {
  const auto loaded = load(with_source(""));
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const Config& config = *loaded.config;
  const Rule* rule = implied(config, "finance.reserves_percent");
  ASSERT_NE(rule, nullptr) << "of both its parts";
  EXPECT_TRUE(rule->implied);
  EXPECT_EQ(rule->compare, Comparison::stale);
  EXPECT_EQ(rule->owner, config.kpi("finance.reserves_percent")->owner);
  EXPECT_THAT(rule->organisations, IsEmpty());
  EXPECT_EQ(rule->red, std::nullopt);
  EXPECT_EQ(rule->amber, std::nullopt) << "amber by default";
  EXPECT_NE(rule->runbook, "");
  EXPECT_NE(implied(config, "finance.income"), nullptr);
  EXPECT_EQ(implied(config, "finance.in_year_balance"), nullptr) << "nothing feeds it";
  EXPECT_EQ(implied(config, "roll.pupils"), nullptr);
}

TEST_F(RulesOfAConfig, NothingIsImpliedWhereAManifestCouldNotBeRead) {
  options_.check_settings = [](const std::filesystem::path&, std::string_view) {
    return Result<LoadOptions::PluginSettings>{fail(ErrorKind::plugin, "it is not there")};
  };
  const auto loaded = load(with_source(""));
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  EXPECT_THAT(loaded.config->rules, IsEmpty());
}

TEST_F(RulesOfAConfig, ARuleOfOnesOwnTakesItsPlace) {
  const auto loaded = load(with_source(R"([[rule]]
name = "reserves-missing"
kpi = "finance.reserves"
compare = "stale"
)"));
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  EXPECT_EQ(implied(*loaded.config, "finance.reserves"), nullptr);
  EXPECT_NE(implied(*loaded.config, "finance.income"), nullptr);
}

TEST_F(RulesOfAConfig, TheOthersGoOnBeingWatched) {
  const std::string one = R"([[rule]]
name = "reserves-missing"
kpi = "finance.reserves"
compare = "stale"
organisations = ["ALD"]
)";
  const auto loaded = load(with_source(one));
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  ASSERT_NE(implied(*loaded.config, "finance.reserves"), nullptr);
  EXPECT_THAT(implied(*loaded.config, "finance.reserves")->organisations,
              ElementsAre("trust", "900002"));
  const auto all = load(with_source(one + R"([[rule]]
name = "reserves-missing-elsewhere"
kpi = "finance.reserves"
compare = "stale"
organisations = ["trust", "900002"]
)"));
  ASSERT_THAT(texts_of(all), IsEmpty());
  EXPECT_EQ(implied(*all.config, "finance.reserves"), nullptr);
}

TEST_F(RulesOfAConfig, ARuleOnAGroupOrAComparatorTakesNoPlace) {
  const auto loaded = load(with_source(R"([[rule]]
name = "boys"
kpi = "finance.reserves"
compare = "stale"
subgroup = "year_group=4"

[[rule]]
name = "england"
kpi = "finance.reserves"
compare = "stale"
organisations = ["England"]

[[rule]]
name = "low"
kpi = "finance.reserves"
red = "< 0"
)"));
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  ASSERT_NE(implied(*loaded.config, "finance.reserves"), nullptr);
  EXPECT_THAT(implied(*loaded.config, "finance.reserves")->organisations, IsEmpty());
}

TEST_F(RulesOfAConfig, AValueThatIsNoDefaultOfTheSeason) {
  const auto loaded = load(std::string{head} + R"([[rule]]
name = "d"
kpi = "attendance.week.attendance_percent"
compare = "forecast"
red = "< 90"
forecast = { method = "seasonal naive", window = 53 }

[[rule]]
name = "y"
kpi = "finance.reserves"
compare = "forecast"
red = "< 0"
forecast = { method = "seasonal naive" }
)");
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  EXPECT_EQ(loaded.config->rule("d")->forecast.window, 53U);
  EXPECT_EQ(loaded.config->rule("y")->forecast.window, 12U);
}

}  // namespace
}  // namespace kpid
