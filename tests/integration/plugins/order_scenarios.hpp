// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Files of each plugin that overlap and contradict each other.

#include <cstdint>
#include <string>
#include <vector>

namespace kpid::testing {

struct SourceFile {
  std::string name;
  std::string bytes;
  std::int64_t modified_at_ms = 0;
};

struct Scenario {
  std::string name;
  std::string plugin;
  std::string settings;  // with "path": "f" and "select": "all"
  std::vector<SourceFile> files;
  // Each file speaks for itself: any of them may be read alone. Otherwise they
  // are parts of one whole, arrive one by one, and each pull reads all that
  // have arrived.
  bool each_alone = true;
  // Lines of the state that every order must end in: "measure organisation
  // subgroup start value".
  std::vector<std::string> truth;
};

std::vector<Scenario> order_scenarios();

}  // namespace kpid::testing
