// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/evaluate_due.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "ingest/changes.hpp"
#include "ingest/judge.hpp"
#include "ingest/silences.hpp"
#include "ingest/stale.hpp"
#include "schedule/schedule.hpp"

namespace kpid::ingest {
namespace {

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

// A school that has left owes nothing any more.
bool owes_nothing(const Rule& rule, const Organisation& organisation, Date today) {
  return rule.compare == Comparison::stale && organisation.kind == OrganisationKind::school &&
         !organisation.member_on(today);
}

// Resolves the silence of those who have left; finds the alerts that flap, for time ends that.
Result<std::vector<Pair>> look_through_open(store::Writer& writer, const EvaluationContext& context,
                                            const Changes& changes, Judge& judge) {
  const Config& config = context.config;
  store::AlertQuery every_open;
  every_open.limit = std::numeric_limits<std::int32_t>::max();
  auto open = writer.alerts(every_open);
  if (!open) return pass_on(open);
  std::vector<Pair> flapping;
  for (const Alert& alert : *open) {
    const Rule* rule = config.rule(alert.rule);
    const Organisation* organisation = config.organisations.find(alert.organisation);
    if (rule == nullptr || organisation == nullptr) continue;  // evaluate_all() sees to them
    if (owes_nothing(*rule, *organisation, judge.today())) {
      auto done = judge.conclude(resolve_removed(alert, context.now));
      if (!done) return pass_on(done);
      continue;
    }
    const Pair pair{static_cast<std::uint32_t>(rule - config.rules.data()),
                    static_cast<std::uint32_t>(organisation - config.organisations.all().data())};
    if (alert.flapping && rule->compare != Comparison::stale && !changes.waits(pair)) {
      flapping.push_back(pair);
    }
  }
  return flapping;
}

}  // namespace

Date judged_day(Timestamp now, std::string_view timezone) {
  return local_date(now - day_is_judged_at, timezone);
}

Result<Evaluation> evaluate_due(store::Writer& writer, const EvaluationContext& context) {
  auto changes = Changes::read(writer, context.config);
  if (!changes) return pass_on(changes);
  Judge judge(writer, context);
  auto flapping = look_through_open(writer, context, *changes, judge);
  if (!flapping) return pass_on(flapping);
  StaleJudge stale(writer, context, *changes, judge);
  const auto& rules = context.config.rules;
  for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
    if (rules[rule].compare != Comparison::stale) continue;
    auto done = stale.judge_whole(rule);
    if (!done) return pass_on(done);
  }
  auto done = judge.judge(std::move(*flapping));
  if (!done) return pass_on(done);
  Evaluation evaluation = judge.take_evaluation();
  auto ended = evaluate_ended(writer, context);
  if (!ended) return ended;
  evaluation.alerts_changed += ended->alerts_changed;
  std::move(ended->deliveries.begin(), ended->deliveries.end(),
            std::back_inserter(evaluation.deliveries));
  return evaluation;
}

}  // namespace kpid::ingest
