// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// How a KPI comes about, as the catalogue's files say it: kept with its places until every KPI, and
// then every measure, is known.

#include <optional>
#include <string>
#include <vector>

#include "config/document.hpp"
#include "config/expression.hpp"

namespace kpid::config {

struct WrittenFormula {
  std::string text;
  WrittenExpression expression;
  Place place;           // of the string
  bool columns = false;  // a fault's column can be told: the string stands on one line, as it reads

  [[nodiscard]] Place at(std::size_t offset) const;
};

struct WrittenDefinition {
  Place place;
  bool shipped = false;                     // by kpid: its measures need not have a source
  std::vector<PlacedText> measures;         // of the definitions that name only measures, in order
  std::optional<WrittenFormula> numerator;  // or the expression
  std::optional<WrittenFormula> denominator;
  std::optional<PlacedText> months_kpi;
  std::optional<PlacedText> months_crosses;
};

}  // namespace kpid::config
