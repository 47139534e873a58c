// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "config/shipped_catalogue.hpp"

#include <system_error>

namespace kpid {

std::filesystem::path shipped_catalogue() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  return program.parent_path().parent_path() / "share" / "kpid" / "catalogue";
}

}  // namespace kpid
