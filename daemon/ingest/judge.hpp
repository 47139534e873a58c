// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Judges one series by its rules and writes down what comes of it: the alert, its event with what
// it rested on, and the deliveries. [writer thread, inside a transaction]

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ingest/changes.hpp"
#include "ingest/evaluate_marked.hpp"
#include "ingest/figures.hpp"
#include "ingest/grounds.hpp"
#include "ingest/origins.hpp"
#include "rules/evaluate.hpp"

namespace kpid::ingest {

inline constexpr std::size_t values_told = 12;  // the last values of a series, in an event

class Judge {
 public:
  Judge(store::Writer& writer, const EvaluationContext& context);

  // Pairs of rules that compare values (not `stale`), in any order: those that look at one series
  // are judged together, so that it is read once.
  [[nodiscard]] Result<void> judge(std::vector<Pair> pairs);

  // What a rule says of a series that is at hand.
  [[nodiscard]] std::optional<Judgement> look(const Rule& rule, const Kpi& kpi,
                                              const Organisation& organisation,
                                              const std::optional<Alert>& open,
                                              std::span<const KpiValue> series,
                                              std::span<const KpiValue> other) const;
  // Moves the alert of this rule and series on, and tells of it.
  [[nodiscard]] Result<void> conclude(const Rule& rule, const Kpi& kpi,
                                      const Organisation& organisation,
                                      const std::optional<Alert>& open, const Judgement& judgement,
                                      std::span<const KpiValue> series);
  // Likewise a step that no judgement has led to: a rule that is gone, an acknowledgement. It tells
  // what the alert last saw.
  [[nodiscard]] Result<void> conclude(const Transition& next);

  [[nodiscard]] Date today() const noexcept { return today_; }
  [[nodiscard]] Figures& figures() noexcept { return figures_; }
  [[nodiscard]] Evaluation take_evaluation() { return std::move(evaluation_); }

 private:
  struct Series;
  Result<void> judge_series(const Kpi& kpi, const Organisation& organisation,
                            std::span<const Pair> pairs);
  enum class Seen { enough, few, not_the_beginning };
  static bool reaches_beyond(const Series& at, Date from);
  static bool may_begin_before(const Series& at, const Rule& rule,
                               const std::optional<Judgement>& judgement);
  Result<Seen> look_from(Series& at, std::optional<Date> from);
  // Where the window begins in which a rule that looks for flapping counts.
  [[nodiscard]] Date window_start(const Rule& rule, const Organisation& organisation) const;
  Result<void> announce(const Transition& next, const Rule& rule, const Kpi& kpi,
                        const Organisation& organisation, const Judgement& judgement,
                        std::span<const KpiValue> series, const Grounds& grounds);
  Result<void> send(const Transition& next, Event event, const Grounds& grounds);
  void count(EventType type);

  store::Writer& writer_;
  const EvaluationContext& context_;
  Date today_;
  Figures figures_;
  Origins origins_;
  Evaluation evaluation_;
};

}  // namespace kpid::ingest
