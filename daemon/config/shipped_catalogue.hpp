// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Where this installation keeps the catalogue that it ships, found from where the running program
// is: the same in a build tree (build/dev/bin) and under a prefix (/usr/bin).

#include <filesystem>

namespace kpid {

[[nodiscard]] std::filesystem::path shipped_catalogue();

}  // namespace kpid
