// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What an expression's result is counted in, so that pence are not added to pupils. Pure.

#include <array>
#include <functional>
#include <optional>
#include <string>

#include <tl/expected.hpp>

#include "config/expression.hpp"
#include "model/unit.hpp"

namespace kpid::config {

struct Dimension {
  // `any` goes with everything: a number that stands in the expression, a measure whose unit no
  // manifest has told.
  enum class Kind { known, any, unknown };
  // Powers of: pupils (and places for them), pence, sessions, days, months, hours, kWh, kgCO2e, m².
  using Powers = std::array<int, 9>;
  Kind kind = Kind::known;
  Powers powers{};
  bool percent = false;
  std::optional<Powers> of;  // what a percentage is of, where that is known

  [[nodiscard]] bool plain() const { return powers == Powers{}; }
};

[[nodiscard]] Dimension dimension_of(Unit unit);
[[nodiscard]] Dimension percent_of(const Dimension& whole);
[[nodiscard]] std::string describe(const Dimension& dimension);  // "pence per pupil"

// Of a whole expression; the fault stands at the operator whose sides do not go together.
[[nodiscard]] tl::expected<Dimension, SyntaxFault> dimension_of(
    const WrittenExpression& expression,
    const std::function<Dimension(const WrittenName&)>& of_name);
// The first over the second.
[[nodiscard]] Dimension divided(const Dimension& dividend, const Dimension& divisor);

// Whether a KPI in this unit may have such a value. What it is per is not part of a KPI's unit: kWh
// a square metre are kWh, and complaints per 100 pupils are per cent.
[[nodiscard]] bool suits(const Dimension& dimension, Unit unit);

}  // namespace kpid::config
