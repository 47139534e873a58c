// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/mail_text.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <fmt/format.h>

#include "webhooks/delivery_request.hpp"
#include "webhooks/message.hpp"

namespace kpid::webhooks {
namespace {

constexpr std::size_t longest_header_line = 78;
constexpr std::size_t longest_word = 400;  // one that cannot be folded is encoded, and so can be
constexpr std::size_t longest_body_line = 76;

// Blanks at an end or in a row could make a folded line that holds nothing else.
std::string single_spaced(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
    out += c;
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

bool is_plain(std::string_view text) {
  std::size_t word = 0;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x7F) return false;
    word = c == ' ' ? 0 : word + 1;
    if (word > longest_word) return false;
  }
  return text.find("=?") == std::string_view::npos;
}

bool is_shown_as_it_is(char c) { return c > ' ' && c <= '~' && c != '='; }

void append_quoted_line(std::string_view line, std::string& out) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool last = i + 1 == line.size();
    const bool as_it_is = is_shown_as_it_is(c) || (c == ' ' && !last);
    const std::size_t needed = as_it_is ? 1 : 3;
    if (width + needed > longest_body_line - 1) {  // one is left for the soft break
      out += "=\r\n";
      width = 0;
    }
    if (as_it_is) {
      out += c;
    } else {
      out += fmt::format("={:02X}", static_cast<unsigned char>(c));
    }
    width += needed;
  }
  out += "\r\n";
}

}  // namespace

std::string mail_header(std::string_view name, std::string_view text) {
  const std::string clean = single_spaced(cleaned(text));
  const std::string value = is_plain(clean) ? clean : encoded_words(clean);
  std::string out = std::string{name} + ":";
  std::size_t width = out.size();
  for (std::size_t begin = 0; begin < value.size();) {
    const std::size_t end = std::min(value.find(' ', begin), value.size());
    if (begin > 0 && width + 1 + end - begin > longest_header_line) {
      out += "\r\n";
      width = 0;
    }
    out += ' ';
    out += std::string_view{value}.substr(begin, end - begin);
    width += 1 + end - begin;
    begin = end + 1;
  }
  return out + "\r\n";
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    append_quoted_line(text.substr(0, end), out);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string mail_date(Timestamp at) {
  constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(at - day)};
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", days.at(std::chrono::weekday{day}.c_encoding()),
      static_cast<unsigned>(date.day()), months.at(static_cast<unsigned>(date.month()) - 1),
      static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
      time.seconds().count());
}

std::string mail_atom(std::string_view text) {
  constexpr std::size_t longest = 100;
  std::string out;
  for (const char c : text.substr(0, longest)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    out += letter || digit || c == '_' ? c : '-';
  }
  return out.empty() ? "-" : out;
}

}  // namespace kpid::webhooks
