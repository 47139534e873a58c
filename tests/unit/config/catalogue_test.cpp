// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The shipped catalogue, the operator's changes to it, and what is refused in one.

#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string with_own = std::string{head} + "[catalogue]\nfiles = [\"own.toml\"]\n";

TEST_F(ConfigTest, TheShippedCatalogueHasTheKpisOfThePlan) {
  const auto loaded = load(head);
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  std::vector<std::string> ids;
  for (const auto& kpi : loaded.config->kpis) {
    if (!kpi.id.starts_with("finance.") && !kpi.id.starts_with("roll.")) continue;
    ids.push_back(kpi.id);
    EXPECT_FALSE(kpi.plan.empty()) << kpi.id;
    EXPECT_FALSE(kpi.owner.empty()) << kpi.id;
    const bool finance = kpi.id.starts_with("finance.");
    const bool movement = kpi.id == "roll.joiners" || kpi.id == "roll.leavers";
    EXPECT_EQ(kpi.calendar, finance    ? Calendar::financial_year
                            : movement ? Calendar::academic_year
                                       : Calendar::day)
        << kpi.id;
    const bool of_the_trust =
        kpi.id == "finance.forecast_balance" || kpi.id == "finance.forecast_reserves_percent";
    EXPECT_EQ(kpi.roll_up, of_the_trust ? RollUp::none : RollUp::sum) << kpi.id;
  }
  EXPECT_THAT(ids, ElementsAre("finance.reserves", "finance.reserves_percent", "finance.income",
                               "finance.expenditure", "finance.in_year_balance",
                               "finance.staff_costs_percent", "finance.staff_costs_to_date_percent",
                               "finance.balance_to_date", "finance.spend_against_budget_percent",
                               "finance.budgeted_balance", "finance.cash", "finance.days_of_cash",
                               "finance.forecast_balance", "finance.forecast_in_year_balance",
                               "finance.forecast_reserves_percent", "finance.budget_left_to_date",
                               "finance.months_until_policy", "finance.in_year_balance_percent",
                               "roll.pupils", "roll.capacity", "roll.capacity_used_percent",
                               "roll.change_in_year", "roll.change_on_year",
                               "roll.change_in_year_worth", "roll.change_on_year_worth",
                               "roll.unfilled_places", "roll.joiners", "roll.leavers"));
  const Kpi& share = *loaded.config->kpi("finance.reserves_percent");
  EXPECT_EQ(share.unit, Unit::percent);
  EXPECT_EQ(share.target, 5);
  EXPECT_EQ(share.worth_rate, "pence");
  EXPECT_EQ(std::get<RatioOf>(share.definition).numerator, "finance.reserves");
  EXPECT_EQ(std::get<RatioOf>(share.definition).denominator, "finance.income");
  const Kpi& balance = *loaded.config->kpi("finance.balance_to_date");
  EXPECT_EQ(std::get<DifferenceOf>(balance.definition).minuend, "finance.income_to_date");
  EXPECT_EQ(std::get<DifferenceOf>(balance.definition).subtrahend, "finance.spend_to_date");
  const Kpi& change = *loaded.config->kpi("roll.change_in_year");
  EXPECT_EQ(std::get<ChangeSinceAutumnCensus>(change.definition).measure, "roll.pupils");
  EXPECT_EQ(change.worth_rate, "per_pupil");
  const Kpi& on_year = *loaded.config->kpi("roll.change_on_year");
  EXPECT_EQ(std::get<ChangeSinceYearBefore>(on_year.definition).measure, "roll.pupils");
}

TEST_F(ConfigTest, AnOwnFileChangesTheKeysItGivesAndAddsKpis) {
  write("own.toml", R"([[kpi]]
id = "finance.reserves_percent"
target = 8
owner = "cfo"

[[kpi]]
id = "energy.use"
title = "Energy used"
unit = "kWh"
direction = "lower_is_better"
calendar = "month"
measure = "energy.use"
roll_up = "none"
decimals = 2
target = 1200.5
)");
  const auto loaded = load(with_own);
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  const Kpi& share = *loaded.config->kpi("finance.reserves_percent");
  EXPECT_EQ(share.target, 8);
  EXPECT_EQ(share.owner, "cfo");
  EXPECT_EQ(share.title, "Reserves as a share of income");
  EXPECT_EQ(share.decimals, 1);
  EXPECT_TRUE(std::holds_alternative<RatioOf>(share.definition));
  const auto reserves =
      static_cast<std::size_t>(loaded.config->kpi("finance.reserves") - loaded.config->kpis.data());
  EXPECT_EQ(loaded.config->kpis.at(reserves + 1).id, "finance.reserves_percent");  // its old place
  const Kpi& energy = loaded.config->kpis.back();
  EXPECT_EQ(energy.id, "energy.use");
  EXPECT_EQ(energy.unit, Unit::kilowatt_hours);
  EXPECT_EQ(energy.direction, Direction::lower_is_better);
  EXPECT_EQ(energy.calendar, Calendar::month);
  EXPECT_EQ(energy.roll_up, RollUp::none);
  EXPECT_EQ(energy.decimals, 2);
  EXPECT_EQ(energy.target, 1200.5);
}

TEST_F(ConfigTest, MoneyIsWrittenInPounds) {
  write("own.toml", R"([[kpi]]
id = "finance.reserves"
target = 75000.10
)");
  const auto loaded = load(with_own + R"([funding]
per_pupil = 4955.5

[[rule]]
name = "reserves"
kpi = "finance.reserves"
red = "< -£12,500.50"
amber = "<= 1000"
clear_margin = 250

[[rule]]
name = "fall"
kpi = "finance.reserves"
red = "< -10"
compare = "year before"
change_in = "percent"
)");
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  EXPECT_EQ(loaded.config->funding_per_pupil_pence, 495550);
  EXPECT_EQ(loaded.config->kpi("finance.reserves")->target, 7500010);
  const Rule& rule = *loaded.config->rule("reserves");
  EXPECT_EQ(rule.red, (Threshold{Threshold::Operator::below, -1250050}));
  EXPECT_EQ(rule.amber, (Threshold{Threshold::Operator::at_most, 100000}));
  EXPECT_EQ(rule.clear_margin, 25000);
  EXPECT_EQ(loaded.config->rule("fall")->red, (Threshold{Threshold::Operator::below, -10}));
}

TEST_F(ConfigTest, AMisplacedCommaIsNoAmount) {
  for (const char* bound : {"< 12,50", "< 1250,", "< ,500", "< £", "< £-5", "< 1,2500", "< 5p"}) {
    const auto faults = faults_of(std::string{head} + "[[rule]]\nname = \"r\"\n" +
                                  "kpi = \"finance.reserves\"\nred = \"" + bound + "\"\n");
    EXPECT_THAT(faults, ElementsAre(std::string{"kpid.toml:12:7: error: \""} + bound +
                                    "\" is no threshold; write it as \"< 5\", \"<= 5\", \"> 5\" "
                                    "or \">= 5\""));
  }
}

TEST_F(ConfigTest, MistakesInACatalogueAreToldWithItsName) {
  write("own.toml", R"([[kpi]]
id = "energy"
title = "Energy"
unit = "kwh"
direction = "down"
calendar = "monthly"
measure = "energy"
worth_rate = "per_pupil"

[[kpi]]
id = "energy.use"

[[kpi]]
id = "energy.share"
title = "Share"
unit = "percent"
direction = "lower_is_better"
calendar = "month"
measure = "energy.use"
ratio = ["energy.use"]
decimals = 9
targte = 5

[[kpi]]
id = "energy.share"
title = "Again"
worth_rate = "pounds"
)");
  EXPECT_THAT(
      faults_of(with_own),
      ElementsAre("own.toml:2:6: error: \"energy\" is no KPI's id; one looks like "
                  "\"finance.reserves\": small letters, digits and _, with a dot between",
                  "own.toml:4:8: error: \"kwh\" is no unit; did you mean \"kWh\"?",
                  "own.toml:5:13: error: \"down\" is no direction; it can be \"higher_is_better\" "
                  "or \"lower_is_better\"",
                  "own.toml:6:12: error: \"monthly\" is no calendar; did you mean \"month\"?",
                  "own.toml:7:11: error: \"energy\" is no measure's id; one looks like "
                  "\"finance.income\"",
                  "own.toml:8:14: error: \"per_pupil\" is the worth of a KPI in pupils only",
                  "own.toml:10:1: error: [[kpi]] has no \"title\"",
                  "own.toml:10:1: error: [[kpi]] has no \"unit\"",
                  "own.toml:10:1: error: [[kpi]] has no \"direction\"",
                  "own.toml:10:1: error: [[kpi]] has no \"calendar\"",
                  "own.toml:10:1: error: a KPI has one of \"measure\", \"ratio\", \"difference\", "
                  "\"change_since_autumn_census\", \"change_since_year_before\", \"expression\", "
                  "\"numerator\" and \"months_until\"; this one has none",
                  "own.toml:13:1: error: a KPI has one of \"measure\", \"ratio\", \"difference\", "
                  "\"change_since_autumn_census\", \"change_since_year_before\", \"expression\", "
                  "\"numerator\" and \"months_until\"; this one has 2",
                  "own.toml:20:9: error: \"ratio\" must name two measures, not 1",
                  "own.toml:21:12: error: \"decimals\" in [[kpi]] must be from 0 to 6, not 9",
                  "own.toml:22:1: error: unknown key \"targte\"; did you mean \"target\"?",
                  "own.toml:25:6: error: the KPI \"energy.share\" is already defined at "
                  "own.toml:14:6",
                  "own.toml:27:14: error: \"pounds\" is no worth_rate; it can be \"per_pupil\" or "
                  "\"pence\""));
}

}  // namespace
}  // namespace kpid
