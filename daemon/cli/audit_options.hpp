// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The options of the commands in audit.hpp.

#include <filesystem>
#include <functional>

#include <CLI/CLI.hpp>

#include "cli/audit.hpp"

namespace kpid::cli {

// What to do with the daemon's socket once the arguments are read.
using Run = std::function<int(const std::filesystem::path& socket, const Terminal& terminal)>;
using Choose = std::function<void(Run)>;

void add_replay(CLI::App& delivery, const Choose& choose);
void add_drill(CLI::App& webhook, const Choose& choose);
void add_export(CLI::App& program, const Choose& choose);

}  // namespace kpid::cli
