// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The commands that look at the whole record: send a stretch of it again, and write it out.

#include <filesystem>
#include <string>

#include "cli/commands.hpp"

namespace kpid::cli {

struct ReplayCommand {
  std::string id;  // one delivery; else a stretch
  std::string since;
  std::string until;
  std::string destination;
  std::string missed_by;
  bool all = false;
  bool dry_run = false;
  bool yes = false;  // nobody is asked whether what has arrived should be sent again
};
[[nodiscard]] int run_replay(const std::filesystem::path& socket, const ReplayCommand& command,
                             const Terminal& terminal);

struct DrillCommand {
  std::string rule;
  std::string organisation;
  std::string event;
  std::string severity;
};
[[nodiscard]] int run_drill(const std::filesystem::path& socket, const DrillCommand& command,
                            const Terminal& terminal);
[[nodiscard]] std::string drill_text(const boost::json::value& drill, const Screen& screen);

struct ExportCommand {
  bool alerts = false;  // else deliveries
  std::string since;
  std::string until;
  std::filesystem::path output;  // empty: stdout
  bool csv = false;              // whatever --json says
  bool mark = false;             // a byte order mark before CSV, whatever it is written to
  bool no_mark = false;
};
// Page by page, so that ten years need no memory. A file is there whole or not at all.
[[nodiscard]] int run_export(const std::filesystem::path& socket, const ExportCommand& command,
                             const Terminal& terminal);

}  // namespace kpid::cli
