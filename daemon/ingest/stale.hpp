// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Rules that look for silence. Time makes a figure late, so a whole rule is judged once a day
// (evaluate_due.hpp); a figure that comes ends its alert at once. [writer thread]

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ingest/changes.hpp"
#include "ingest/judge.hpp"

namespace kpid::ingest {

class StaleJudge {
 public:
  // All of these must outlive it.
  StaleJudge(store::Writer& writer, const EvaluationContext& context, const Changes& changes,
             Judge& judge)
      : writer_(writer), context_(context), changes_(changes), judge_(judge) {}

  // A rule with every organisation that it covers.
  [[nodiscard]] Result<void> judge_whole(std::uint32_t rule);
  // What figures that have come mean to alerts that are open. The pairs are of stale rules.
  [[nodiscard]] Result<void> judge_arrived(std::vector<Pair> pairs);

 private:
  struct Reporting;  // an organisation that has had a value, and how late it is
  struct Round;      // one rule, once
  Result<std::map<std::string, Date>> newest_inputs(const Rule& rule, const Kpi& kpi) const;
  Result<void> look_at_all(Round& round);
  Result<std::optional<Reporting>> look_at(const Rule& rule, const Kpi& kpi,
                                           const Organisation& organisation,
                                           std::optional<Date> from);
  Result<void> conclude(const Round& round, const Reporting& reporting);
  Result<void> conclude_for_trust(const Round& round);

  store::Writer& writer_;
  const EvaluationContext& context_;
  const Changes& changes_;
  Judge& judge_;
};

}  // namespace kpid::ingest
