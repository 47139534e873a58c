// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/clean_text.hpp"

#include "readers/encoding.hpp"

namespace kpid::plugin_host {
namespace {

std::size_t length_by_first_byte(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xE0) return 2;
  if (first < 0xF0) return 3;
  return 4;
}

}  // namespace

std::string clean_text(std::string_view text, std::size_t limit, Lines lines) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  std::string clean;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::string_view sequence = text.substr(at, length_by_first_byte(first));
    std::string_view piece = sequence;
    const bool good = readers::is_utf8(sequence);
    if (!good) {
      piece = replacement;
    } else if (first < 0x20 || first == 0x7F) {
      piece = lines == Lines::many && first == '\n' ? "\n" : " ";
    } else if (first == 0xC2 && static_cast<unsigned char>(sequence[1]) < 0xA0) {
      piece = " ";  // the C1 controls, of which one begins a terminal's commands
    }
    if (clean.size() + piece.size() > limit) break;
    clean += piece;
    at += good ? sequence.size() : 1;
  }
  return clean;
}

}  // namespace kpid::plugin_host
