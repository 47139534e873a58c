// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "kpid/json.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include <simdjson.h>

namespace kpid::plugin {
namespace {

constexpr std::size_t most_bytes = std::size_t{16} * 1024 * 1024;
constexpr std::size_t most_levels = 64;  // also what bounds the recursion below

Json convert(simdjson::dom::element element) {
  using simdjson::dom::element_type;
  switch (element.type()) {
    case element_type::BOOL:
      return {element.get_bool().value_unsafe()};
    case element_type::INT64:
      return {std::int64_t{element.get_int64().value_unsafe()}};
    case element_type::UINT64:  // beyond int64
      return {static_cast<double>(element.get_uint64().value_unsafe())};
    case element_type::DOUBLE:
      return {element.get_double().value_unsafe()};
    case element_type::STRING:
      return {std::string(element.get_string().value_unsafe())};
    case element_type::ARRAY: {
      JsonArray items;
      const simdjson::dom::array from = element.get_array().value_unsafe();
      for (const simdjson::dom::element item : from) {
        items.push_back(convert(item));
      }
      return {std::move(items)};
    }
    case element_type::OBJECT: {
      JsonObject members;
      const simdjson::dom::object from = element.get_object().value_unsafe();
      for (const auto& [key, member] : from) {
        members.emplace_back(std::string(key), convert(member));
      }
      return {std::move(members)};
    }
    case element_type::NULL_VALUE:
      break;
  }
  return {};
}

void append_text(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += byte;
    } else if (code < 0x20) {
      out += "\\u00";
      out += hex[code >> 4];
      out += hex[code & 15];
    } else {
      out += byte;
    }
  }
  out += '"';
}

template <class Number>
void append_number(std::string& out, Number number) {
  std::array<char, 40> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), end);
}

struct Writer {
  std::string& out;
  void operator()(std::nullptr_t) const { out += "null"; }
  void operator()(bool truth) const { out += truth ? "true" : "false"; }
  void operator()(std::int64_t number) const { append_number(out, number); }
  void operator()(double number) const {
    if (std::isfinite(number)) {
      append_number(out, number);
    } else {
      out += "null";  // JSON has no such numbers
    }
  }
  void operator()(const std::string& text) const { append_text(out, text); }
  void operator()(const JsonArray& items) const {
    out += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i != 0) out += ',';
      std::visit(*this, items[i].value);
    }
    out += ']';
  }
  void operator()(const JsonObject& members) const {
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i != 0) out += ',';
      append_text(out, members[i].first);
      out += ':';
      std::visit(*this, members[i].second.value);
    }
    out += '}';
  }
};

}  // namespace

const Json* Json::find(std::string_view name) const {
  const auto* members = get<JsonObject>();
  if (members == nullptr) return nullptr;
  for (const auto& [key, member] : *members) {
    if (key == name) return &member;
  }
  return nullptr;
}

const double* Json::number(double& storage) const {
  if (const auto* whole = get<std::int64_t>()) {
    storage = static_cast<double>(*whole);
    return &storage;
  }
  return get<double>();
}

std::string_view Json::kind() const {
  constexpr std::array<std::string_view, 7> kinds{"null", "true or false", "a number", "a number",
                                                  "text", "a list",        "an object"};
  return kinds.at(value.index());
}

Result<Json> parse_json(std::string_view text) {
  if (text.empty()) return config_error("this is not JSON: it is empty");
  if (text.size() > most_bytes) return config_error("the JSON is larger than 16 MiB");
  simdjson::dom::parser parser;
  if (const auto error = parser.allocate(text.size() + 64, most_levels)) {
    return internal_error("the JSON cannot be read: out of memory", simdjson::error_message(error));
  }
  simdjson::dom::element root;
  if (const auto error = parser.parse(text.data(), text.size()).get(root)) {
    return config_error(std::string("this is not JSON: ") + simdjson::error_message(error));
  }
  return convert(root);
}

std::string to_text(const Json& json) {
  std::string out;
  std::visit(Writer{out}, json.value);
  return out;
}

}  // namespace kpid::plugin
