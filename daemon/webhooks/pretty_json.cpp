// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/pretty_json.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace kpid::webhooks {
namespace {

namespace json = boost::json;

void write(std::string& out, const json::value& value, std::size_t level);

// One member or element, on a line of its own.
void begin_line(std::string& out, bool first, std::size_t level) {
  out += first ? "\n" : ",\n";
  out.append(2 * level, ' ');
}

void end_lines(std::string& out, std::size_t level, char bracket) {
  out += '\n';
  out.append(2 * level, ' ');
  out += bracket;
}

void write(std::string& out, const json::object& object, std::size_t level) {
  out += '{';
  bool first = true;
  for (const auto& member : object) {
    begin_line(out, first, level + 1);
    out += json::serialize(json::string{member.key()}) + ": ";
    write(out, member.value(), level + 1);
    first = false;
  }
  end_lines(out, level, '}');
}

void write(std::string& out, const json::array& array, std::size_t level) {
  out += '[';
  bool first = true;
  for (const json::value& element : array) {
    begin_line(out, first, level + 1);
    write(out, element, level + 1);
    first = false;
  }
  end_lines(out, level, ']');
}

void write(std::string& out, const json::value& value, std::size_t level) {
  if (value.is_object() && !value.get_object().empty()) {
    write(out, value.get_object(), level);
  } else if (value.is_array() && !value.get_array().empty()) {
    write(out, value.get_array(), level);
  } else if (value.is_double()) {
    out += fmt::format("{}", value.get_double());  // "3.1", where the library writes 3.1E0
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string pretty(const json::value& value) {
  std::string out;
  write(out, value, 0);
  return out + "\n";
}

}  // namespace kpid::webhooks
