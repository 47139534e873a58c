// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/json_words.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace kpid::plugin_host {
namespace {

constexpr std::size_t most_listed = 20;

// Changes of one character, and swaps of two neighbours, that make one name of the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> above(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1,
                         above[j - 1] + static_cast<std::size_t>(a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

}  // namespace

std::string quote(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) {
    return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
  }
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  std::string cut = boost::json::serialize(boost::json::string_view(text.data(), end));
  cut.insert(cut.size() - 1, "…");
  return cut;
}

std::string printable(std::string_view text) {
  std::string line{text};
  for (char& one : line) {
    if (static_cast<unsigned char>(one) < 0x20 || one == 0x7f) one = '?';
  }
  return line;
}

std::string format_number(double number) { return fmt::format("{}", number); }

std::string describe(const boost::json::value& value) {
  using boost::json::kind;
  switch (value.kind()) {
    case kind::null:
      return "nothing (null)";
    case kind::bool_:
      return value.get_bool() ? "true" : "false";
    case kind::int64:
      return fmt::format("the number {}", value.get_int64());
    case kind::uint64:
      return fmt::format("the number {}", value.get_uint64());
    case kind::double_:
      // "5.0" where a whole number is asked for: "5" would read as one.
      return value.get_double() == std::floor(value.get_double()) &&
                     std::fabs(value.get_double()) < 1e15
                 ? fmt::format("the number {:.1f}", value.get_double())
                 : fmt::format("the number {}", format_number(value.get_double()));
    case kind::string:
      return "the text " + quote({value.get_string().data(), value.get_string().size()});
    case kind::array:
      return "a list";
    case kind::object:
      return "a table";
  }
  return "something else";
}

std::string child(const std::string& pointer, std::string_view token) {
  std::string longer = pointer + '/';
  for (const char character : token) {
    if (character == '~') {
      longer += "~0";
    } else if (character == '/') {
      longer += "~1";
    } else {
      longer += character;
    }
  }
  return longer;
}

std::string hint(std::string_view name, std::span<const std::string_view> known) {
  constexpr std::size_t longest_name = 100;  // the comparison takes the product of both lengths
  std::string_view nearest;
  std::size_t least = std::max<std::size_t>(1, std::min<std::size_t>(name.size() / 3, 3)) + 1;
  for (const auto candidate : known) {
    if (name.size() > longest_name || candidate.size() > longest_name) continue;
    const std::size_t steps = distance(name, candidate);
    if (steps < least) {
      least = steps;
      nearest = candidate;
    }
  }
  if (!nearest.empty()) return fmt::format("did you mean {}?", quote(nearest));
  if (known.empty()) return "there are none";
  std::vector<std::string> quoted;
  for (const auto candidate : known) quoted.push_back(quote(candidate));
  return "known are " + list(quoted, "and");
}

std::string list(std::span<const std::string> items, std::string_view last_word) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i == most_listed && items.size() > most_listed + 1) {
      return fmt::format("{} {} {} more", text, last_word, items.size() - i);
    }
    if (i > 0) text += i + 1 == items.size() ? fmt::format(" {} ", last_word) : ", ";
    text += items[i];
  }
  return text;
}

}  // namespace kpid::plugin_host
