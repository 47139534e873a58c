// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What a rule holds a period's value against, and what comes of it. Pure.

#include <cstddef>
#include <optional>

#include "rules/evaluate.hpp"

namespace kpid::rules {

struct Compared {
  double figure = 0;  // what meets the thresholds
  std::optional<KpiValue> reference{};
  std::optional<double> target{};
  std::optional<Forecast> forecast{};
};

// The value at `index` of the subject's series as its rule compares it; nothing where it cannot be
// compared. `stale` compares no value: see lateness.hpp.
//
// - The period, term or year before is looked for among the earlier periods: the very period, or
//   where sources cut their time a little differently the one that overlaps it most, by more than
//   half of both; for a daily KPI the nearest day within 31. One period before is the value before,
//   however far back.
// - Another KPI's or organisation's value is that of the same period; where that one is kept in
//   periods of another length, its newest that had ended by then.
// - A forecast is held against the thresholds by the end of its interval that is kinder: only what
//   is in breach even there is told. With `sure` 0 the interval is the expected value itself.
[[nodiscard]] std::optional<Compared> compare(const Subject& subject, std::size_t index);

}  // namespace kpid::rules
