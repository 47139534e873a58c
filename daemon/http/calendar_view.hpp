// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The school year of the trust or a school: a year's half-terms and days off, or what one day is
// and why. [any thread]

#include <string>

#include <boost/json/value.hpp>

#include "model/config.hpp"
#include "model/error.hpp"

namespace kpid::http {

struct CalendarQuestion {  // as it was asked; empty: not
  std::string organisation;
  std::string year;  // 2025 for 2025/26
  std::string on;    // 2025-10-24
};

// The year that holds today where neither year nor day is asked for. An Error of kind config: the
// question is wrong; not_found: nobody is known by that code.
[[nodiscard]] Result<boost::json::value> calendar_view(const Config& config,
                                                       const CalendarQuestion& question,
                                                       Date today);

}  // namespace kpid::http
