// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// `kpid --record FOLDER --source NAME`: one pull of one source, whose documents are recorded for
// tests and whose figures are thrown away. No database is opened.

#include <string>
#include <vector>

#include "app/installation.hpp"
#include "model/config.hpp"

namespace kpid::app {

struct RecordWish {
  std::string source;
  std::string folder;              // new or empty
  std::vector<std::string> masks;  // columns and members to be masked beyond the usual ones
};

// Prints what became of it; the exit status of the process.
[[nodiscard]] int record_source(const Config& config, const Installation& installation,
                                const RecordWish& wish);

}  // namespace kpid::app
