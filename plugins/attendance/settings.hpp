// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What an attendance source is told by the config. Plain values.

#include <optional>
#include <set>
#include <string>

namespace kpid::plugins::attendance {

enum class Format { automatic, ees, dfe_daily, school_absence };

struct Settings {
  Format format = Format::automatic;
  std::set<std::string> only;        // codes of the places or schools to read; empty: all
  bool daily_sums = false;           // dfe_daily
  std::optional<int> academic_year;  // school_absence: the year in which it starts
};

}  // namespace kpid::plugins::attendance
