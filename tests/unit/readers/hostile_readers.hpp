// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What no reader can read, each case with what the reader said of it and the one sentence that it
// must say: where, what, and what to do. Run by readers_test, and counted among the hostile inputs
// of every plugin by hostile_input_test.

#include <string>
#include <vector>

namespace kpid::readers::testing {

struct HostileCase {
  std::string name;
  std::string got;  // "row 3, column Income: sentence"
  std::string expected;
};

struct HostileCases {
  std::string of;  // "CSV reader"
  std::vector<HostileCase> cases;
};

std::vector<HostileCases> hostile_to_readers();

}  // namespace kpid::readers::testing
