// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Where the parts of this installation are, found from where the running program is: the same in a
// build tree (build/dev/bin/kpid) and under a prefix (/usr/bin/kpid).

#include <filesystem>
#include <vector>

#include "config/load.hpp"

namespace kpid::app {

struct Installation {
  std::filesystem::path host_program;                     // kpid-plugin-host
  std::filesystem::path catalogue_directory;              // the shipped catalogue
  std::vector<std::filesystem::path> plugin_directories;  // where the config names none
};
[[nodiscard]] Installation find_installation();

// How every config of this process is loaded: the first, a reload, --check.
[[nodiscard]] LoadOptions load_options(const Installation& installation);

}  // namespace kpid::app
