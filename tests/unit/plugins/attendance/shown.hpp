// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A reading of attendance as lines of text, without "attendance." and with every digit of a value:
// "sessions_possible 100001 [year_group=4] 2024-09-01..2025-08-31 380 @document:row".

#include <cstdio>
#include <string>

#include "common/reading.hpp"

namespace kpid::plugins::attendance {

inline std::string digits_of(double value) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.17g", value);
  char shorter[40];
  std::snprintf(shorter, sizeof(shorter), "%.12g", value);
  return std::stod(shorter) == value ? shorter : text;
}

inline std::string shown(const Observation& one) {
  std::string out(one.measure.substr(one.measure.find('.') + 1));
  out += " " + one.organisation + " ";
  if (!one.subgroup.empty()) out += "[" + one.subgroup + "] ";
  out += day_text(one.period_start) + ".." + day_text(one.period_end) + " " + digits_of(one.value);
  return out + " @" + std::to_string(one.document) + ":" + std::to_string(one.row) + "\n";
}

inline std::string shown(const std::vector<Note>& notes) {
  std::string out;
  for (const Note& note : notes) {
    out += note.level == Note::Level::info      ? "info "
           : note.level == Note::Level::warning ? "warning "
                                                : "skipped ";
    out += note.place + ": " + note.sentence + "\n";
  }
  return out;
}

inline std::string shown(const tl::expected<Reading, Failure>& reading) {
  if (!reading) return "error " + reading.error().sentence + "\n";
  std::string out;
  for (const Observation& one : reading->observations) out += shown(one);
  return out + shown(reading->notes);
}

}  // namespace kpid::plugins::attendance
