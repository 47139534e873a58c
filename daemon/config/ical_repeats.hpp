// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The days on which a repeating event begins.

#include <string>
#include <vector>

#include <libical/ical.h>
#include <tl/expected.hpp>

#include "model/time.hpp"

namespace kpid::config {

// From `first` to the end of 2061. A rule of the kinds that a calendar of term dates needs: by
// days, weeks, months or years, on weekdays, on days of the month, in months. Others, and those
// that never come true (in search of which libical would walk through thousands of years), are
// refused; the error says why.
[[nodiscard]] tl::expected<std::vector<Date>, std::string> repeats(icalrecurrencetype rule,
                                                                   Date first);

}  // namespace kpid::config
