// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "readers/names.hpp"

#include "readers/cell.hpp"

namespace kpid::readers {

std::string normal_name(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    if (name.substr(i).starts_with("\u00A0")) {
      ++i;
      continue;
    }
    out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return out;
}

std::string shown_name(std::string_view name) {
  constexpr std::size_t kBytesMax = 60;
  std::string out;
  for (const char c : trim(name)) {
    const bool blank = static_cast<unsigned char>(c) <= ' ';
    if (blank && out.ends_with(' ')) continue;
    out.push_back(blank ? ' ' : c);
  }
  if (out.size() > kBytesMax) {
    std::size_t end = kBytesMax;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
    out = out.substr(0, end) + "...";
  }
  return out;
}

std::string quoted_list(const std::vector<std::string>& names, std::string_view last) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? last : ", ";
    out += "\"" + names[i] + "\"";
  }
  return out;
}

}  // namespace kpid::readers
