// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Where the receivers' own libraries are.

#include <filesystem>
#include <string>

#include "support/places.hpp"
#include "support/process.hpp"
#include "unit/webhooks/every_event.hpp"

namespace kpid::webhooks {

// One for all builds: tests/receivers/install fills it.
inline std::filesystem::path modules_folder() {
  return std::filesystem::path{kpid::testing::source_folder()} / "build/receivers";
}

inline std::string receivers_script(const std::string& name) {
  return (std::filesystem::path{kpid::testing::source_folder()} / "tests/receivers" / name)
      .string();
}

inline bool libraries_are_here() {
  static const bool here =
      std::filesystem::exists(modules_folder() / "installed") &&
      kpid::testing::run_command({"/usr/bin/env", "node", "--version"}).status == 0;
  return here;
}

inline constexpr const char* kNoLibraries =
    "the receivers' own libraries are not here: tests/receivers/install gets them, with npm";

}  // namespace kpid::webhooks
