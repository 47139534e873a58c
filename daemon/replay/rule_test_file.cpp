// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "config/builder.hpp"
#include "config/document.hpp"
#include "config/syntax.hpp"
#include "config/table_reader.hpp"
#include "replay/rule_test.hpp"
#include "replay/rule_test_series.hpp"

namespace kpid::replay {
namespace {

using config::Faults;
using config::in_quotes;
using config::TableReader;

constexpr auto longest_test = std::chrono::days{366 * 20};

constexpr std::array<std::pair<std::string_view, EventType>, 3> event_words{
    {{"firing", EventType::alert_firing},
     {"changed", EventType::alert_changed},
     {"resolved", EventType::alert_resolved}}};
constexpr std::array<std::pair<std::string_view, Severity>, 2> severity_words{
    {{"amber", Severity::amber}, {"red", Severity::red}}};

// A rule that nobody wrote: in a daemon it is implied for whatever its sources feed, which is not
// known here.
std::optional<Rule> implied_rule(const Config& config, std::string_view name) {
  if (!name.starts_with(config::implied_rule_prefix)) return std::nullopt;
  const Kpi* kpi = config.kpi(name.substr(config::implied_rule_prefix.size()));
  if (kpi == nullptr || !kpi->watched) return std::nullopt;
  Rule rule;
  rule.name = name;
  rule.kpi = kpi->id;
  rule.compare = Comparison::stale;
  rule.owner = kpi->owner;
  rule.implied = true;
  return rule;
}

// The config with those rules alone that the test names, and of these those organisations alone.
void read_rules(TableReader& table, Config& config) {
  std::vector<Rule> chosen;
  std::vector<std::string> known;
  for (const Rule& rule : config.rules) known.push_back(rule.name);
  auto names = table.text_or_texts("rule");
  if (!table.has("rule")) table.missing("rule");
  for (const auto& name : names) {
    const Rule* rule = config.rule(name.value);
    if (rule == nullptr) {
      if (auto implied = implied_rule(config, name.value)) {
        chosen.push_back(std::move(*implied));
        continue;
      }
      table.faults().add(name.place, "no rule is named " + in_quotes(name.value) +
                                         config::did_you_mean(name.value, known));
      continue;
    }
    chosen.push_back(*rule);
  }
  std::vector<std::string> only;
  for (const auto& code : table.texts("organisations")) {
    if (const auto* found = config.organisations.find(code.value)) {
      only.push_back(found->code);
    } else {
      table.faults().add(code.place,
                         "there is no organisation " + in_quotes(code.value) + " in the config");
    }
  }
  if (!only.empty()) {
    for (Rule& rule : chosen) {
      if (rule.organisations.empty()) rule.organisations = only;
      std::erase_if(rule.organisations, [&](const std::string& code) {
        return std::find(only.begin(), only.end(), code) == only.end();
      });
    }
  }
  config.rules = std::move(chosen);
}

std::optional<Period> read_stretch(TableReader& table) {
  for (const char* key : {"from", "to"}) {
    if (!table.has(key)) table.missing(key);
  }
  const auto from = table.date("from");
  const auto to = table.date("to");
  table.finish();
  if (!from || !to) return std::nullopt;
  if (to->value < from->value) {
    table.faults().add(to->place, "\"to\" is before \"from\"");
    return std::nullopt;
  }
  return Period{from->value, to->value};
}

// A calendar for the test alone: the terms of some years, and further days without school.
void read_calendar(TableReader& table, Config& config) {
  SchoolDays days = config.calendars.trust().days();
  std::vector<Period> stretches;
  for (TableReader& one : table.tables("half_terms")) {
    if (const auto stretch = read_stretch(one)) stretches.push_back(*stretch);
  }
  std::sort(stretches.begin(), stretches.end());
  std::map<int, std::uint32_t> count;
  const auto year_of = [](Date day) {
    return static_cast<int>(std::chrono::year_month_day{academic_year_of(day).start}.year());
  };
  for (const Period& one : stretches) count[year_of(one.start)] = 0;
  std::erase_if(days.half_terms, [&](const HalfTerm& one) { return count.contains(one.year); });
  for (const Period& one : stretches) {
    const int year = year_of(one.start);
    days.half_terms.push_back({year, ++count[year], one});
  }
  std::sort(days.half_terms.begin(), days.half_terms.end(),
            [](const HalfTerm& a, const HalfTerm& b) { return a.days.start < b.days.start; });
  for (TableReader& one : table.tables("closed")) {
    const auto name = one.text("name");
    const auto stretch = read_stretch(one);
    if (!stretch) continue;
    days.holidays.emplace_back(*stretch, name ? name->value : "closed");
  }
  table.finish();
  config.calendars = SchoolCalendars(SchoolCalendar(std::move(days)));
}

std::vector<std::string> values_of(std::vector<config::PlacedText> texts) {
  std::vector<std::string> values;
  for (auto& text : texts) values.push_back(std::move(text.value));
  return values;
}

std::optional<ExpectedEvent> read_expected(TableReader& table, const Config& config) {
  ExpectedEvent expected;
  expected.place = table.faults().text(table.place());
  for (const char* key : {"on", "event"}) {
    if (!table.has(key)) table.missing(key);
  }
  const auto on = table.date("on");
  const auto event = table.choice("event", event_words);
  const Organisation* school = read_school(table, "school", config);
  if (const auto severity = table.choice("severity", severity_words)) {
    expected.severity = severity->value;
  }
  expected.subgroup = read_subgroup(table);
  if (const auto rule = table.text("rule")) {
    expected.rule = rule->value;
    if (config.rule(rule->value) == nullptr) {
      std::vector<std::string> known;
      for (const Rule& one : config.rules) known.push_back(one.name);
      table.faults().add(rule->place, "the test does not look at the rule " +
                                          in_quotes(rule->value) +
                                          config::did_you_mean(rule->value, known));
    }
  } else if (config.rules.size() == 1) {
    expected.rule = config.rules.front().name;
  } else if (config.rules.size() > 1) {
    table.faults().add(table.place(), "the test looks at several rules: say which with \"rule\"");
  }
  expected.says = values_of(table.text_or_texts("says"));
  std::vector<std::string> destinations;
  for (const auto& one : config.destinations) destinations.push_back(one.name);
  if (table.has("to")) {
    auto to = table.text_or_texts("to");
    for (const auto& name : to) {
      if (config.destination(name.value) != nullptr) continue;
      table.faults().add(name.place, "no destination is named " + in_quotes(name.value) +
                                         config::did_you_mean(name.value, destinations));
    }
    expected.to = values_of(std::move(to));
  }
  table.finish();
  if (!on || !event || school == nullptr) return std::nullopt;
  expected.on = on->value;
  expected.type = event->value;
  expected.organisation = school->code;
  return expected;
}

void read_days(TableReader& table, RuleTest& test, bool sound) {
  const auto from = table.date("from");
  const auto to = table.date("to");
  if (!sound) return;  // what follows from another fault is none of its own
  if (test.facts.empty() && (!from || !to)) {
    table.faults().add(table.place(),
                       "the test has no figures: without them it needs \"from\" and \"to\"");
    return;
  }
  test.from = from ? from->value : test.facts.front().known;
  test.to = to ? to->value : test.facts.back().known;
  for (const ExpectedEvent& one : test.expected) {
    if (!to) test.to = std::max(test.to, one.on);
  }
  if (test.to < test.from || test.to - test.from > longest_test) {
    table.faults().add(to ? to->place : table.place(),
                       fmt::format("the test runs from {} to {}; it must be from one day to "
                                   "twenty years",
                                   format_date(test.from), format_date(test.to)));
  }
}

RuleTest read_test(TableReader& table, const Config& whole) {
  const auto faults_before = table.faults().size();
  RuleTest test;
  test.place = table.faults().text(table.place());
  if (const auto name = table.required_text("name")) test.name = name->value;
  auto config = std::make_shared<Config>(whole);
  read_rules(table, *config);
  if (auto calendar = table.table("calendar")) read_calendar(*calendar, *config);
  for (TableReader& series : table.tables("series")) read_series(series, *config, test.facts);
  std::stable_sort(test.facts.begin(), test.facts.end(),
                   [](const KnownFact& a, const KnownFact& b) { return a.known < b.known; });
  if (!table.has("expect")) {
    table.faults().add(table.place(),
                       "the test expects nothing; write expect = [] where nothing must be told");
  }
  for (TableReader& expected : table.tables("expect")) {
    if (auto one = read_expected(expected, *config)) test.expected.push_back(std::move(*one));
  }
  read_days(table, test, table.faults().size() == faults_before);
  table.finish();
  test.config = std::move(config);
  return test;
}

}  // namespace

RuleTests read_rule_tests(const std::filesystem::path& file,
                          const std::shared_ptr<const Config>& config) {
  Faults faults;
  const auto index = faults.add_file(file.string());
  const auto tree = config::read_document(file, index, faults);
  if (!tree) return {{}, faults.in_order()};
  TableReader root{*tree, index, "the file of tests", faults};
  RuleTests read;
  for (TableReader& table : root.tables("test")) {
    read.tests.push_back(read_test(table, *config));
  }
  if (!tree->contains("test")) {
    faults.add({index, 1, 1}, "there is no [[test]] in this file");
  }
  root.finish();
  if (faults.size() > 0) return {{}, faults.in_order()};
  return read;
}

}  // namespace kpid::replay
