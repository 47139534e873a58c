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
#include "model/config.hpp"
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

// What there is to say of flapping: that it begins, with this change, or that it is over.
struct FlappingTold {
  bool settled = false;
  std::uint32_t changes = 0;  // within the window, where it begins
  std::optional<Date> since;  // the window's first day
};

// Nothing where a transition neither begins nor ends it. `window_start` is where the counting of
// its changes began.
[[nodiscard]] std::optional<FlappingTold> flapping_told(const Transition& transition,
                                                        std::optional<Date> window_start);

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
  std::string compared_with{};             // see the function of this name
  std::optional<FlappingTold> flapping{};  // of a transition that begins or ends it
  std::string lapsed_of{};                 // who had taken note, where that holds no longer
};

// What people call the other KPI or organisation that a rule names; empty where it names none.
[[nodiscard]] std::string compared_with(const Rule& rule, const Config& config);

// The gap in pence: for a ratio of money, what is missing to the threshold; for pupil numbers, the
// change times the funding rate; for money itself, the gap. Nothing for a figure that is missing.
[[nodiscard]] std::optional<double> worth_of(const Rule& rule, const Kpi& kpi,
                                             const Judgement& judgement,
                                             std::optional<double> funding_per_pupil_pence);

[[nodiscard]] std::string explanation(const Telling& telling);  // one sentence
// The JSON object for `data` of the standard body (design: contract at the edges).
[[nodiscard]] std::string event_data(const Telling& telling);

}  // namespace kpid
