// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The bytes of a real public file that stands beside the project; nothing where it is absent.

#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "support/places.hpp"

namespace kpid::plugins {

inline std::optional<std::string> real_file(const std::string& name) {
  std::ifstream file(kpid::testing::source_folder() + "/../shared/data/" + name, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

}  // namespace kpid::plugins
