// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <algorithm>
#include <tuple>

#include "replay/rule_test.hpp"

namespace kpid::replay {
namespace {

using namespace std::chrono_literals;

// After the daily look, as sources are read in the morning and look at what came overnight.
constexpr std::chrono::minutes figures_come{9h};

Result<std::vector<Told>> live_through(const RuleTest& test, const ingest::Render& render) {
  auto replay = Replay::start(test.config, render);
  if (!replay) return tl::unexpected<Error>(std::move(replay.error()));
  auto next = test.facts.begin();
  for (Date day = test.from; day <= test.to; day += std::chrono::days{1}) {
    auto looked = (*replay)->look_at_day(daily_look(day, test.config->timezone));
    if (!looked) return tl::unexpected<Error>(std::move(looked.error()));
    Instalment instalment;
    instalment.source = "test";
    instalment.run = days_since_epoch(day);
    instalment.at = at_local(day, figures_come, test.config->timezone);
    for (; next != test.facts.end() && next->known <= day; ++next) {
      instalment.facts.push_back(next->fact);
    }
    if (instalment.facts.empty()) continue;
    auto learnt = (*replay)->learn(instalment);
    if (learnt) learnt = (*replay)->end_run(instalment.source, instalment.at);
    if (!learnt) return tl::unexpected<Error>(std::move(learnt.error()));
  }
  return (*replay)->take();
}

bool same_event(const ExpectedEvent& expected, const Told& told) {
  return expected.on == told.day && expected.type == told.event.type &&
         expected.organisation == told.alert.organisation && expected.rule == told.alert.rule &&
         (!expected.subgroup || *expected.subgroup == told.alert.subgroup);
}

std::string named(std::vector<std::string> names) {
  if (names.empty()) return "nobody";
  std::sort(names.begin(), names.end());
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// How what came differs from what was expected of the same event; empty where it does not.
std::string difference(const ExpectedEvent& expected, const Told& told) {
  if (expected.severity && *expected.severity != told.event.severity) {
    return "it is " + std::string(to_string(told.event.severity)) + ", not " +
           std::string(to_string(*expected.severity));
  }
  for (const std::string& words : expected.says) {
    if (told.sentence.find(words) == std::string::npos) return "it does not say \"" + words + "\"";
  }
  if (expected.to && named(*expected.to) != named(told.destinations)) {
    return "it goes to " + named(told.destinations) + ", not to " + named(*expected.to);
  }
  return {};
}

Date day_of(const TestedEvent& one) { return one.told ? one.told->day : one.expected->on; }

}  // namespace

bool TestOutcome::passed() const {
  return std::all_of(events.begin(), events.end(),
                     [](const TestedEvent& one) { return one.fault.empty(); });
}

Result<TestOutcome> run_rule_test(const RuleTest& test, const ingest::Render& render) {
  auto told = live_through(test, render);
  if (!told) return tl::unexpected<Error>(std::move(told.error()));
  TestOutcome outcome{test.name, test.place, {}};
  std::vector<bool> met(test.expected.size(), false);
  for (Told& one : *told) {
    TestedEvent tested;
    // Of several that fit, one that fits wholly.
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < test.expected.size(); ++i) {
      if (met[i] || !same_event(test.expected[i], one)) continue;
      const bool fits = difference(test.expected[i], one).empty();
      if (!best || fits) best = i;
      if (fits) break;
    }
    if (best) {
      met[*best] = true;
      tested.expected = test.expected[*best];
      tested.fault = difference(*tested.expected, one);
    } else {
      tested.fault = "it was not expected";
    }
    tested.told = std::move(one);
    outcome.events.push_back(std::move(tested));
  }
  for (std::size_t i = 0; i < test.expected.size(); ++i) {
    if (!met[i]) outcome.events.push_back({test.expected[i], std::nullopt, "it did not come"});
  }
  std::stable_sort(
      outcome.events.begin(), outcome.events.end(),
      [](const TestedEvent& a, const TestedEvent& b) { return day_of(a) < day_of(b); });
  return outcome;
}

}  // namespace kpid::replay
