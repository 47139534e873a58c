// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What a plugin's manifest says of a measure that it can emit.

#include <optional>
#include <string>
#include <vector>

#include "model/time.hpp"
#include "model/unit.hpp"

namespace kpid {

struct Measure {
  std::string id;  // "roll.pupils"
  std::string title;
  Unit unit = Unit::count;
  Calendar calendar = Calendar::day;
  std::optional<double> minimum;  // an observation outside is refused, with its place
  std::optional<double> maximum;
  bool whole = false;  // counts and pence: a fraction is refused
  std::vector<std::string> dimensions;
};

}  // namespace kpid
