// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Term dates run out: what an admin hears before school days are counted by the typical year. Pure.

#include <string>
#include <vector>

#include "model/config.hpp"

namespace kpid::app {

// One sentence for the trust, and one for each school with files of its own, whose files end within
// 30 days or have ended. Nothing where there are no files: that was a choice.
[[nodiscard]] std::vector<std::string> term_dates_that_end(const Config& config, Date today);

}  // namespace kpid::app
