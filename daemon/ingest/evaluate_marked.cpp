// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/evaluate_marked.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "ingest/changes.hpp"
#include "ingest/judge.hpp"
#include "ingest/stale.hpp"

namespace kpid::ingest {
namespace {

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

// Those of rules that look for silence, which are judged apart.
std::vector<Pair> take_stale(const Config& config, std::vector<Pair>& pairs) {
  const auto first = std::partition(pairs.begin(), pairs.end(), [&config](const Pair& pair) {
    return config.rules[pair.rule].compare != Comparison::stale;
  });
  std::vector<Pair> stale(first, pairs.end());
  pairs.erase(first, pairs.end());
  return stale;
}

// Whether the config still has a rule that looks at the alert's series.
bool still_ruled(const Config& config, const Alert& alert) {
  const Rule* rule = config.rule(alert.rule);
  const Organisation* organisation = config.organisations.find(alert.organisation);
  return rule != nullptr && organisation != nullptr && config.kpi(rule->kpi) != nullptr &&
         rule->kpi == alert.kpi && rule->subgroup == alert.subgroup &&
         organisation->code == alert.organisation && covers(*rule, *organisation);
}

Result<void> resolve_unruled(store::Writer& writer, const EvaluationContext& context,
                             Judge& judge) {
  store::AlertQuery every_open;
  every_open.limit = std::numeric_limits<std::int32_t>::max();
  auto open = writer.alerts(every_open);
  if (!open) return pass_on(open);
  for (const Alert& alert : *open) {
    if (still_ruled(context.config, alert)) continue;
    auto done = judge.conclude(resolve_removed(alert, context.now));
    if (!done) return done;
  }
  return {};
}

}  // namespace

Result<Evaluation> evaluate_marked(store::Writer& writer, const EvaluationContext& context) {
  auto changes = Changes::read(writer, context.config);
  if (!changes) return pass_on(changes);
  Judge judge(writer, context);
  std::vector<Pair> pairs = changes->ready(context.config);
  std::vector<Pair> arrived = take_stale(context.config, pairs);
  auto done = judge.judge(std::move(pairs));
  StaleJudge stale(writer, context, *changes, judge);
  if (done) done = stale.judge_arrived(std::move(arrived));
  if (done) done = changes->clear(writer);
  if (!done) return pass_on(done);
  return judge.take_evaluation();
}

Result<Evaluation> evaluate_all(store::Writer& writer, const EvaluationContext& context) {
  auto changes = Changes::read(writer, context.config);
  if (!changes) return pass_on(changes);
  Judge judge(writer, context);
  auto done = resolve_unruled(writer, context, judge);
  if (!done) return pass_on(done);
  std::vector<Pair> pairs = all_pairs(context.config);
  std::erase_if(pairs, [&changes](Pair pair) { return changes->waits(pair); });
  (void)take_stale(context.config, pairs);
  std::vector<Pair> changed = changes->ready(context.config);
  std::vector<Pair> arrived = take_stale(context.config, changed);
  done = judge.judge(std::move(pairs));
  StaleJudge stale(writer, context, *changes, judge);
  if (done) done = stale.judge_arrived(std::move(arrived));
  if (done) done = changes->clear(writer);
  if (!done) return pass_on(done);
  return judge.take_evaluation();
}

}  // namespace kpid::ingest
