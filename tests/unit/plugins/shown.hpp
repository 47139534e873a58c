// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A reading as lines of text: "measure organisation [subgroup] start..end value @document:row"
// ("numerator/denominator" in the value's place), then "level place: sentence"; a failure as
// "error sentence".

#include <string>

#include "common/reading.hpp"

namespace kpid::plugins {

inline std::string shown(const tl::expected<Reading, Failure>& reading) {
  if (!reading) return "error " + reading.error().sentence + "\n";
  std::string out;
  for (const Observation& one : reading->observations) {
    out += std::string(one.measure) + " " + one.organisation + " ";
    if (!one.subgroup.empty()) out += "[" + one.subgroup + "] ";
    out += day_text(one.period_start) + ".." + day_text(one.period_end) + " " +
           std::to_string(static_cast<std::int64_t>(one.value));
    if (one.denominator) out += "/" + std::to_string(static_cast<std::int64_t>(*one.denominator));
    out += " @" + std::to_string(one.document) + ":" + std::to_string(one.row) + "\n";
  }
  for (const Note& note : reading->notes) {
    out += note.level == Note::Level::info      ? "info "
           : note.level == Note::Level::warning ? "warning "
                                                : "skipped ";
    out += note.place + ": " + note.sentence + "\n";
  }
  return out;
}

}  // namespace kpid::plugins
