// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The readers' own cases, counted with those of the plugins: they are read without a plugin.
#include "unit/readers/hostile_readers.hpp"

#include <map>

#include "unit/plugins/hostile.hpp"

namespace kpid::plugins {

HostileSuite hostile_readers() {
  std::map<std::string, std::string> said;
  HostileSuite out{"readers", {}, {}};
  for (const auto& suite : readers::testing::hostile_to_readers()) {
    for (const auto& one : suite.cases) {
      const std::string name = suite.of + ": " + one.name;
      said[name] = one.got;
      out.cases.push_back({name, "", "", one.expected, 0});
    }
  }
  out.tell = [said](const Hostile& hostile) { return Told{said.at(hostile.name), 0}; };
  return out;
}

}  // namespace kpid::plugins
