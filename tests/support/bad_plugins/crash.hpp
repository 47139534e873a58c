// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

#include <cstdint>

namespace bad {

// Dies of a segmentation fault, under the sanitizers too.
__attribute__((noinline, no_sanitize("address", "undefined"))) inline void write_to_nowhere() {
  volatile std::uintptr_t nowhere = 0;
  *reinterpret_cast<volatile int*>(nowhere) = 1;
}

}  // namespace bad
