// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// KPIs of an operator's own file that rest on others: what they become, and their faults.

#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string with_own = std::string{head} + "[catalogue]\nfiles = [\"own.toml\"]\n";

std::string kpi_of(const std::string& id, const std::string& unit, const std::string& calendar,
                   const std::string& definition) {
  return "[[kpi]]\nid = \"" + id + "\"\ntitle = \"T\"\nunit = \"" + unit +
         "\"\ndirection = \"higher_is_better\"\ncalendar = \"" + calendar + "\"\n" + definition +
         "\n";
}

class DerivedKpi : public ConfigTest {
 protected:
  // Every measure of a source that the config has, with its unit.
  void describe(std::vector<std::pair<std::string, Unit>> measures,
                Calendar calendar = Calendar::financial_year) {
    options_.check_settings = [measures = std::move(measures), calendar](
                                  const std::filesystem::path&, std::string_view) {
      LoadOptions::PluginSettings settings;
      settings.json = "{}";
      for (const auto& [id, unit] : measures) {
        Measure measure;
        measure.id = id;
        measure.unit = unit;
        measure.calendar = calendar;
        settings.measures.push_back(id);
        settings.described.push_back(measure);
      }
      return Result<LoadOptions::PluginSettings>{settings};
    };
    with_ = with_own + "[[source]]\nname = \"s\"\nplugin = \"p\"\nschedule = \"on change\"\n";
    options_.plugin_directories = {folder_ / "plugins"};
  }
  std::vector<std::string> faults(const std::string& own) {
    write("own.toml", own);
    return faults_of(with_);
  }
  LoadedConfig loaded(const std::string& own) {
    write("own.toml", own);
    auto result = load(with_);
    EXPECT_THAT(texts_of(result), IsEmpty());
    return result;
  }
  std::string with_ = with_own;
};

TEST_F(DerivedKpi, AnExpressionBecomesReferencesAndWhatMuParserReads) {
  const auto config = loaded(kpi_of("x.gap", "percent", "academic_year",
                                    "expression = \"attendance.attendance_percent{} - "
                                    "attendance.attendance_percent{pupil_group=send}@year_before - "
                                    "attendance.attendance_percent{}\""))
                          .config;
  const Kpi& kpi = *config->kpi("x.gap");
  const auto& formula = std::get<Formula>(kpi.definition);
  EXPECT_EQ(formula.numerator, "((r0 - r1) - r0)");
  EXPECT_EQ(formula.denominator, "");
  EXPECT_THAT(formula.written, HasSubstr("attendance.attendance_percent{} - "));
  ASSERT_EQ(formula.references.size(), 2U);
  EXPECT_EQ(formula.references[0], (Reference{"attendance.attendance_percent", true, "", {}, {}}));
  EXPECT_EQ(formula.references[1], (Reference{"attendance.attendance_percent",
                                              true,
                                              "pupil_group=send",
                                              Reference::At::year_before,
                                              {}}));
  EXPECT_THAT(kpi.inputs,
              ElementsAre(MeasureInput{"attendance.sessions_attended", ""},
                          MeasureInput{"attendance.sessions_attended", "pupil_group=send"},
                          MeasureInput{"attendance.sessions_possible", ""},
                          MeasureInput{"attendance.sessions_possible", "pupil_group=send"}));
}

TEST_F(DerivedKpi, ANumeratorAndADenominatorStayApart) {
  const auto config = loaded(kpi_of("x.share", "percent", "financial_year",
                                    "numerator = \"finance.reserves - 2\"\n"
                                    "denominator = \"finance.income + finance.grants\"\n"
                                    "smallest_group = 5\nworth_rate = \"pence\""))
                          .config;
  const auto& formula = std::get<Formula>(config->kpi("x.share")->definition);
  EXPECT_EQ(formula.numerator, "(r0 - 2)");
  EXPECT_EQ(formula.denominator, "(r1 + r2)");
  EXPECT_EQ(formula.written, "(finance.reserves - 2) / (finance.income + finance.grants)");
  EXPECT_TRUE(formula.references[0].is_kpi) << "a KPI has that id";
  EXPECT_FALSE(formula.references[2].is_kpi);
}

TEST_F(DerivedKpi, AKpiMayReadTheMeasureOfItsOwnName) {
  const auto config = loaded(kpi_of("x.own", "count", "day", "expression = \"x.own * 2\"")).config;
  const auto& formula = std::get<Formula>(config->kpi("x.own")->definition);
  EXPECT_EQ(formula.references.at(0), (Reference{"x.own", false, {}, {}, {}}));
}

TEST_F(DerivedKpi, WhatAPupilIsWorthComesFromTheConfig) {
  const std::string own =
      kpi_of("x.worth", "pence", "day", "expression = \"roll.change_in_year * funding.per_pupil\"");
  with_ = with_own + "[funding]\nper_pupil = 4955.5\n";
  auto config = loaded(own).config;
  EXPECT_EQ(std::get<Formula>(config->kpi("x.worth")->definition).numerator, "(r0 * 495550)");
  EXPECT_TRUE(config->kpi("x.worth")->watched);
  with_ = with_own;
  config = loaded(own).config;
  EXPECT_EQ(std::get<Formula>(config->kpi("x.worth")->definition).numerator, "(r0 * (0 / 0))");
  EXPECT_FALSE(config->kpi("x.worth")->watched) << "it never has a value";
}

TEST_F(DerivedKpi, MonthsUntilNamesAKpiAndALimit) {
  const auto config =
      loaded(
          kpi_of("x.policy", "months", "financial_year",
                 "months_until = { kpi = \"finance.reserves_percent\", crosses = \"target\" }") +
          kpi_of(
              "x.cash", "months", "financial_year",
              "months_until = { kpi = \"finance.cash\", crosses = \"< £50,000\", method = \"least "
              "squares\", window = 6 }"))
          .config;
  const auto& policy = std::get<MonthsUntil>(config->kpi("x.policy")->definition);
  EXPECT_EQ(policy.kpi, "finance.reserves_percent");
  EXPECT_TRUE(policy.target);
  EXPECT_EQ(policy.forecast.window, 12U);
  const auto& cash = std::get<MonthsUntil>(config->kpi("x.cash")->definition);
  EXPECT_EQ(cash.crosses, (Threshold{Threshold::Operator::below, 5'000'000}));
  EXPECT_EQ(cash.forecast.window, 6U);
  EXPECT_THAT(config->kpi("x.cash")->inputs, ElementsAre(MeasureInput{"finance.cash", {}}));
}

TEST_F(DerivedKpi, FaultsOfMonthsUntil) {
  EXPECT_THAT(
      faults(kpi_of("x.a", "count", "day",
                    "months_until = { kpi = \"finance.reserves_percen\", crosses = \"5\" }") +
             kpi_of("x.b", "months", "day",
                    "months_until = { kpi = \"finance.income\", crosses = \"target\", "
                    "method = \"seasonal naive\", windo = 4 }") +
             kpi_of("x.c", "months", "financial_year",
                    "months_until = { kpi = \"finance.reserves\", crosses = \"5\" }")),
      ElementsAre("own.toml:7:16: error: a KPI with \"months_until\" has the unit \"months\"",
                  "own.toml:7:24: error: the catalogue has no KPI "
                  "\"finance.reserves_percen\"; did you mean \"finance.reserves_percent\"?",
                  "own.toml:14:24: error: the KPI has the calendar \"day\" and "
                  "\"finance.income\" has \"financial_year\": they must be the same",
                  "own.toml:14:52: error: the KPI \"finance.income\" has no target to "
                  "cross; give it one, or write a limit such as \"< 5\"",
                  "own.toml:14:71: error: \"seasonal naive\" is no method; it can be \"least "
                  "squares\"",
                  "own.toml:14:89: error: unknown key \"windo\"; did you mean \"window\"?",
                  "own.toml:21:54: error: \"5\" is nothing to cross; write it as \"target\", "
                  "or as \"< 5\", \"<= 5\", \"> 5\" or \">= 5\""));
}

TEST_F(DerivedKpi, AFaultInAnExpressionStandsAtItsColumn) {
  EXPECT_THAT(
      faults(
          kpi_of("x.a", "pence", "financial_year",
                 "expression = \"finance.income - rond(finance.reserves)\"") +
          kpi_of("x.b", "pence", "financial_year",
                 "numerator = 'finance.income'\ndenominator = \"finance.income +\"") +
          kpi_of("x.c", "pence", "financial_year", "expression = \"\"\"\nfinance.income +\"\"\"") +
          kpi_of("x.d", "pence", "financial_year", "numerator = \"finance.income\"") +
          kpi_of("x.e", "pence", "financial_year",
                 "measure = \"finance.income\"\ndenominator = \"finance.income\"")),
      ElementsAre(
          "own.toml:7:32: error: there is no function \"rond\"; it can be \"abs\", \"max\", "
          "\"min\" or \"sqrt\"",
          "own.toml:15:32: error: the expression ends where a number or a name is expected",
          "own.toml:22:14: error: the expression ends where a number or a name is expected",
          "own.toml:24:1: error: [[kpi]] has no \"denominator\"",
          "own.toml:38:15: error: \"denominator\" stands beside \"numerator\" only"));
}

TEST_F(DerivedKpi, ACircleIsNamed) {
  EXPECT_THAT(
      faults(kpi_of("x.a", "count", "day", "expression = \"x.b + 1\"") +
             kpi_of("x.b", "count", "day", "expression = \"2 * x.c\"") +
             kpi_of("x.c", "count", "day", "expression = \"x.a - x.b\"")),
      ElementsAre("own.toml:7:14: error: the KPI \"x.a\" rests on itself: x.a → x.b → x.c → "
                  "x.a",
                  "own.toml:14:14: error: the KPI \"x.b\" rests on itself: x.b → x.c → x.b"));
  EXPECT_THAT(
      faults(kpi_of("x.a", "months", "day", "months_until = { kpi = \"x.a\", crosses = \"< 5\" }")),
      ElementsAre("own.toml:7:16: error: the KPI \"x.a\" rests on itself: x.a → x.a"));
}

TEST_F(DerivedKpi, AnUnknownNameIsOneOnlyWhereEveryManifestWasRead) {
  const std::string own =
      kpi_of("x.a", "pence", "financial_year", "expression = \"finance.incom - finance.grants\"") +
      kpi_of("x.b", "pence", "financial_year", "measure = \"finance.grant\"");
  EXPECT_THAT(faults(own), IsEmpty());
  describe({{"finance.grants", Unit::pence}});
  EXPECT_THAT(faults(own),
              ElementsAre("own.toml:7:15: error: \"finance.incom\" is no KPI, and no configured "
                          "source provides such a measure; did you mean \"finance.income\"?",
                          "own.toml:14:11: error: no configured source provides \"finance.grant\"; "
                          "did you mean \"finance.grants\"?"));
}

TEST_F(DerivedKpi, UnitsMustGoTogether) {
  describe({{"finance.grants", Unit::pence}, {"roll.siblings", Unit::pupils}});
  EXPECT_THAT(
      faults(
          kpi_of("x.a", "pence", "financial_year",
                 "expression = \"finance.income - roll.siblings * 2\"") +
          kpi_of("x.b", "pupils", "financial_year",
                 "expression = \"finance.income / 2 + finance.grants\"") +
          kpi_of(
              "x.c", "percent", "financial_year",
              "expression = \"finance.reserves_percent - finance.spend_against_budget_percent\"") +
          kpi_of("x.d", "percent", "financial_year",
                 "expression = \"100 * finance.reserves / finance.income\"") +
          kpi_of("x.e", "percent", "financial_year",
                 "numerator = \"finance.income\"\ndenominator = \"roll.siblings\"") +
          kpi_of("x.f", "pupils", "financial_year", "measure = \"finance.grants\"") +
          kpi_of("x.g", "pence", "financial_year",
                 "difference = [\"finance.grants\", \"roll.siblings\"]") +
          kpi_of("x.h", "percent", "financial_year",
                 "ratio = [\"finance.grants\", \"roll.siblings\"]") +
          kpi_of("x.i", "percentage_points", "financial_year",
                 "ratio = [\"finance.grants\", \"finance.grants\"]") +
          kpi_of(
              "x.j", "percentage_points", "financial_year",
              "expression = \"finance.reserves_percent - finance.spend_against_budget_percent\"")),
      ElementsAre("own.toml:7:30: error: pence and pupils cannot be subtracted",
                  "own.toml:14:14: error: this comes to pence, and the KPI's unit is \"pupils\"",
                  "own.toml:28:38: error: a share is written as \"numerator\" and \"denominator\": "
                  "kpid makes it a percentage, and adds schools up by the parts",
                  "own.toml:35:13: error: this comes to pence per pupils, and the KPI's unit is "
                  "\"percent\"",
                  "own.toml:43:11: error: this comes to pence, and the KPI's unit is \"pupils\"",
                  "own.toml:50:15: error: this comes to pupils, and the KPI's unit is \"pence\"",
                  "own.toml:57:10: error: this comes to pence per pupils, and the KPI's unit is "
                  "\"percent\"",
                  "own.toml:64:10: error: a share of a whole is \"percent\"; \"percentage_points\" "
                  "are what two percentages differ by"));
}

TEST_F(DerivedKpi, AnotherCalendarNeedsTheLatest) {
  describe({{"x.energy", Unit::kilowatt_hours}}, Calendar::week);
  EXPECT_THAT(
      faults(
          kpi_of("x.a", "kWh", "week", "numerator = \"x.energy\"\ndenominator = \"roll.pupils\"") +
          kpi_of("x.b", "kWh", "month",
                 "expression = \"x.energy - x.energy@year_before - 0 * x.energy@latest\"") +
          kpi_of("x.c", "pence", "academic_year", "expression = \"finance.income * 1\"")),
      ElementsAre("own.toml:8:16: error: \"roll.pupils\" has the calendar \"day\" and this KPI "
                  "\"week\": write roll.pupils@latest",
                  "own.toml:15:15: error: \"x.energy\" has the calendar \"week\" and this KPI "
                  "\"month\": write x.energy@latest",
                  "own.toml:15:26: error: \"x.energy\" has the calendar \"week\" and this KPI "
                  "\"month\": write x.energy@latest"));
  EXPECT_THAT(faults(kpi_of("x.a", "kWh", "week",
                            "numerator = \"x.energy\"\ndenominator = \"roll.pupils@latest\"") +
                     kpi_of("x.b", "kWh", "week", "expression = \"x.energy@latest\"")),
              ElementsAre("own.toml:15:14: error: the expression must name something of the same "
                          "period: without it nobody knows of which periods the KPI is"));
}

TEST_F(DerivedKpi, TargetsMayDifferBySchoolAndTime) {
  const auto config = loaded(R"([[kpi]]
id = "finance.reserves_percent"
target = 5
targets = [
  { school = 900001, year = "2025/26", target = 6 },
  { school = "ALD", target = 7.5 },
  { from = 2024-09-01, to = 2027-08-31, start = 4, end = 6 },
]

[[kpi]]
id = "finance.reserves"
targets = [{ year = "2024/25", start = 100, end = 200.5 }]
)")
                          .config;
  const Kpi& kpi = *config->kpi("finance.reserves_percent");
  const Period year{make_date(2025, 9, 1), make_date(2026, 8, 31)};
  EXPECT_THAT(
      kpi.targets,
      ElementsAre(Target{"900001", year, 6, {}}, Target{"900001", {}, 7.5, {}},
                  Target{"", Period{make_date(2024, 9, 1), make_date(2027, 8, 31)}, 4, 6.0}));
  EXPECT_EQ(target_of(kpi, "900001", year), 6);
  const Target pounds = config->kpi("finance.reserves")->targets.at(0);
  EXPECT_EQ(pounds.value, 10000);
  EXPECT_EQ(pounds.value_at_end, 20050);
}

TEST_F(DerivedKpi, FaultsOfTargetsAndOfSilence) {
  EXPECT_THAT(
      faults(R"([[kpi]]
id = "finance.reserves_percent"
targets = [
  { target = 6 },
  { school = 900009, target = 6 },
  { year = "2025/27", target = 6 },
  { from = 2025-09-01, target = 6 },
  { from = 2025-09-01, to = 2025-08-31, target = 6 },
  { school = 900001, start = 1, end = 2 },
  { school = 900001, year = "2025/26" },
  { year = "2025/26", start = 1 },
  { year = "2025/26", targt = 1, target = 1 },
]
stale_after = "80 schooldays"

[[kpi]]
id = "finance.reserves"
stale_after = "80 school days"
stale = false

[[kpi]]
id = "finance.balance_to_date"
smallest_group = 5
)"),
      ElementsAre(
          HasSubstr("own.toml:4:3: error: an exception is for a \"school\""),
          HasSubstr("own.toml:5:14: error: no school or comparator has the code \"900009\""),
          "own.toml:6:12: error: \"2025/27\" is no school year; write it as \"2025/26\"",
          "own.toml:7:3: error: \"from\" and \"to\" stand together",
          "own.toml:8:29: error: \"to\" is before \"from\"",
          HasSubstr("own.toml:9:3: error: a target that moves"),
          HasSubstr("own.toml:10:3: error: an exception has either"),
          "own.toml:11:3: error: \"start\" and \"end\" stand together",
          "own.toml:12:23: error: unknown key \"targt\"; did you mean \"target\"?",
          HasSubstr("own.toml:14:15: error: \"80 schooldays\" is no stretch of time"),
          HasSubstr("own.toml:19:9: error: with \"stale\" = false"),
          HasSubstr("own.toml:23:18: error: \"smallest_group\" needs something to count")));
}

TEST_F(DerivedKpi, HowLongAKpiMayBeSilentIsItsOwnAffair) {
  const auto config = loaded(
                          "[[kpi]]\nid = \"finance.cash\"\nstale_after = \"2 terms\"\n"
                          "[[kpi]]\nid = \"finance.income\"\nstale = false\n")
                          .config;
  EXPECT_EQ(config->kpi("finance.cash")->stale_after, (Span{2, Span::Unit::terms}));
  EXPECT_TRUE(config->kpi("finance.cash")->watched);
  EXPECT_FALSE(config->kpi("finance.income")->watched);
}

// A new definition takes the old one's place; other keys leave it.
TEST_F(DerivedKpi, AShippedDefinitionMayBeReplaced) {
  const auto config = loaded(
                          "[[kpi]]\nid = \"finance.reserves_percent\"\n"
                          "numerator = \"finance.reserves + 1\"\n"
                          "denominator = \"finance.income\"\n")
                          .config;
  const Kpi& kpi = *config->kpi("finance.reserves_percent");
  EXPECT_EQ(std::get<Formula>(kpi.definition).numerator, "(r0 + 1)");
  EXPECT_EQ(kpi.title, "Reserves as a share of income");
}

}  // namespace
}  // namespace kpid
