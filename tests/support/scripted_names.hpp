// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#pragma once

// What the host names of a test resolve to. The program that links this has a getaddrinfo of its
// own, which libcurl calls as it would the system's: names that end in ".test" are answered as
// scripted, all others by the system.

#include <cstddef>
#include <string>
#include <vector>

namespace kpid::testing {

class ScriptedNames {
 public:
  // Each look-up of the name takes the next of these answers, which may have several addresses; the
  // last one stays. [any thread]
  static void resolve(const std::string& name, std::vector<std::vector<std::string>> answers);
  [[nodiscard]] static std::size_t look_ups(const std::string& name);  // so far
};

}  // namespace kpid::testing
