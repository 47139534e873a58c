// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// One form for every hostile input, whatever reads it: hostile_test.cpp runs them all, counts them,
// and holds each to the exact sentence that the operator must get. A plugin's or reader's cases
// stand in a file of their own (hostile_finance.cpp), which defines one function that is declared
// and listed in hostile_test.cpp:
//
//   HostileSuite hostile_finance() {
//     return {"finance", told_by("finance"), {
//         {"empty file", "", "", "f.csv: The file is empty; export it again."},
//         {"no such day", R"({"path": "f.csv", "format": "x"})", "School,Date\n1,31/02/2024\n",
//          "skipped f.csv, row 2, column Date: ...\n"
//          "None of the 1 row gave a figure; the notes of this run say why."}}};
//   }

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <kpid/settings.hpp>
#include <kpid/testing.hpp>

#include "support/places.hpp"

namespace kpid::plugins {

struct Hostile {
  std::string name;
  std::string settings;  // JSON; "": {"path": "f.csv"}. `bytes` stand at its `path`.
  std::string bytes;
  // Warnings and what was skipped, "level place: sentence", a line each; then, without a line's
  // end, the error of a pull that failed. Never empty: an input that passes is not hostile.
  std::string expected;
  std::size_t figures = 0;  // that the rest of the file still gives
};

// What came of an input: what Hostile::expected says, and the number of figures.
struct Told {
  std::string text;
  std::size_t figures = 0;
};

struct HostileSuite {
  std::string of;  // "finance", "CSV reader"
  std::function<Told(const Hostile&)> tell;
  std::vector<Hostile> cases;
};

// What a pull said of an input.
inline Told told_of(const plugin::FakeHost& host, const plugin::Outcome& outcome) {
  Told told;
  for (const auto& note : host.notes()) {
    if (note.level == KPID_NOTE_INFO) continue;
    told.text += note.level == KPID_NOTE_WARNING ? "warning " : "skipped ";
    told.text += note.place + ": " + note.sentence + "\n";
  }
  if (!outcome.is_ok()) told.text += outcome.operator_text;
  told.figures = host.committed().size();
  for (const auto& violation : host.violations()) told.text += "VIOLATION " + violation + "\n";
  return told;
}

// Pulls the built plugin of that name as the daemon's child process would.
inline std::function<Told(const Hostile&)> told_by(const std::string& plugin_name) {
  return [plugin_name](const Hostile& hostile) {
    const auto& library =
        plugin::load_plugin(kpid::testing::binary_folder() + "/plugins/" + plugin_name + ".so");
    const std::string settings =
        hostile.settings.empty() ? R"({"path": "f.csv"})" : hostile.settings;
    plugin::FakeHost host(library);
    host.add_document(plugin::Settings::parse(settings)->text("path"), {.bytes = hostile.bytes});
    const auto outcome = host.pull(settings);
    return told_of(host, outcome);
  };
}

}  // namespace kpid::plugins
