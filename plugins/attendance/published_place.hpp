// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Whose a row of a published file is: the places stand in three levels in one file, and each is an
// organisation of its own that is never summed with the others. Pure functions; any thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "readers/table.hpp"

namespace kpid::plugins::attendance {

// The columns of a place within a table.
struct PlaceColumns {
  std::size_t level = 0;
  std::size_t country = 0;
  std::size_t region = 0;
  std::size_t authority = 0;
};

// "E92000001", "E12000002" or "E08000010"; a fault where the row says neither.
tl::expected<std::string, readers::Fault> place_code(const readers::Table& table,
                                                     const PlaceColumns& columns);

// "primary" from "Primary" and "State-funded primary"; "" from "Total" and "All schools".
std::optional<std::string> phase_of(std::string_view text);

// "phase=primary"; "" where the phase is "".
std::string phase_subgroup(const std::string& phase);

std::string lower(std::string_view text);

}  // namespace kpid::plugins::attendance
