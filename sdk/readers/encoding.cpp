// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "encoding.hpp"

#include <array>
#include <cctype>
#include <cstdint>
#include <cstring>
#include <utility>

namespace kpid::readers {

std::optional<std::string_view> not_text(std::string_view bytes) {
  using namespace std::string_view_literals;
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kMagic{{
      {"\xFF\xD8\xFF"sv, "a JPEG picture"sv},
      {"\x89PNG"sv, "a PNG picture"sv},
      {"PK\x03\x04"sv, "a ZIP archive or an Excel workbook"sv},
      {"\xD0\xCF\x11\xE0"sv, "an old Excel workbook"sv},
      {"%PDF-"sv, "a PDF document"sv},
      {"\x1F\x8B"sv, "a gzip archive"sv},
  }};
  for (const auto& [magic, name] : kMagic) {
    if (bytes.starts_with(magic)) return name;
  }
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  while (!bytes.empty() && std::isspace(static_cast<unsigned char>(bytes.front())) != 0) {
    bytes.remove_prefix(1);
  }
  std::string start(bytes.substr(0, 14));
  for (char& c : start) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (start.starts_with("<!doctype html") || start.starts_with("<html")) return "a web page (HTML)";
  return std::nullopt;
}

bool is_utf8(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    if (std::uint64_t word = 0; bytes.size() - i >= sizeof word) {
      std::memcpy(&word, bytes.data() + i, sizeof word);
      if ((word & 0x8080808080808080U) == 0) {
        i += sizeof word;
        continue;
      }
    }
    const auto lead = static_cast<unsigned char>(bytes[i++]);
    if (lead < 0x80) continue;
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4) return false;
    char32_t point = lead & (0x3FU >> more);
    for (int k = 0; k < more; ++k, ++i) {
      if (i == bytes.size()) return false;
      const auto byte = static_cast<unsigned char>(bytes[i]);
      if ((byte & 0xC0U) != 0x80U) return false;
      point = (point << 6U) | (byte & 0x3FU);
    }
    if ((more == 2 && point < 0x800) || (more == 3 && point < 0x10000)) return false;
    if (point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) return false;
  }
  return true;
}

void append_utf8(std::string& out, char32_t point) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xC0U | (point >> 6U));
  } else {
    if (point < 0x10000) {
      put(0xE0U | (point >> 12U));
    } else {
      put(0xF0U | (point >> 18U));
      put(0x80U | ((point >> 12U) & 0x3FU));
    }
    put(0x80U | ((point >> 6U) & 0x3FU));
  }
  put(0x80U | (point & 0x3FU));
}

char32_t from_windows_1252(unsigned char byte) {
  // https://encoding.spec.whatwg.org/#windows-1252: only 0x80 to 0x9F differ from Latin-1.
  static constexpr std::array<char32_t, 32> kHigh{
      0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021, 0x2C6,  0x2030, 0x160,
      0x2039, 0x152,  0x8D,   0x17D,  0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};
  return byte >= 0x80 && byte < 0xA0 ? kHigh.at(byte - 0x80U) : byte;
}

std::size_t utf16_units(std::string_view utf8) {
  std::size_t units = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    units += (byte & 0xC0U) != 0x80U ? 1 : 0;
    units += byte >= 0xF0 ? 1 : 0;
  }
  return units;
}

std::size_t append_utf16(std::string& out, std::string_view bytes, bool big_endian) {
  const auto unit = [&](std::size_t i) {
    const char32_t a = static_cast<unsigned char>(bytes[i]);
    const char32_t b = static_cast<unsigned char>(bytes[i + 1]);
    return big_endian ? (a << 8U) | b : (b << 8U) | a;
  };
  std::size_t i = 0;
  while (i + 2 <= bytes.size()) {
    char32_t point = unit(i);
    std::size_t size = 2;
    if (point >= 0xD800 && point < 0xE000) {
      if (point >= 0xDC00 || i + 4 > bytes.size()) break;
      const char32_t low = unit(i + 2);
      if (low < 0xDC00 || low >= 0xE000) break;
      point = 0x10000 + ((point - 0xD800) << 10U) + (low - 0xDC00);
      size = 4;
    }
    append_utf8(out, point);
    i += size;
  }
  return i;
}

std::optional<std::string> from_utf16(std::string_view bytes, bool big_endian) {
  std::string out;
  out.reserve(bytes.size() / 2);
  if (append_utf16(out, bytes, big_endian) != bytes.size()) return std::nullopt;
  return out;
}

}  // namespace kpid::readers
