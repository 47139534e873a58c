// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The English of alerts, in one place: what, where, since when, by how much, what it is worth, what
// the policy says, where the figure came from. Written for a finance officer at seven in the
// morning. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "alerts/transition.hpp"
#include "model/kpi.hpp"
#include "model/observation.hpp"
#include "model/organisation.hpp"

namespace kpid {

// A document that a figure came from, with the rows that were used.
struct FigureOrigin {
  std::string source;  // configured name
  std::string origin;  // path or URL
  std::string sha256;
  std::uint32_t row_first = 0;
  std::uint32_t row_last = 0;
  Timestamp known_at{};
};

struct Telling {  // all that the words may draw on
  const Rule& rule;
  const Kpi& kpi;
  const Organisation& organisation;
  const Alert& alert;
  const Judgement& judgement;
  EventType event;
  std::vector<KpiValue> recent;       // the last values, oldest first
  std::vector<FigureOrigin> origins;  // of the judged value
  std::optional<double> worth_pence;  // what the gap is worth; see worth_of()
  std::string dashboard_url;
};

// The gap in pence: for a ratio of money, what is missing to the threshold; for pupil numbers, the
// change times the funding rate; for money itself, the gap.
[[nodiscard]] std::optional<double> worth_of(const Rule& rule, const Kpi& kpi,
                                             const Judgement& judgement,
                                             std::optional<double> funding_per_pupil_pence);

[[nodiscard]] std::string explanation(const Telling& telling);  // one sentence
// The JSON object for `data` of the standard body (design: contract at the edges).
[[nodiscard]] std::string event_data(const Telling& telling);

}  // namespace kpid
