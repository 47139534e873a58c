// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "support/places.hpp"

namespace kpid::testing {

std::string source_folder() { return KPID_SOURCE_DIR; }
std::string binary_folder() { return KPID_BINARY_DIR; }

}  // namespace kpid::testing
