// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <string>
#include <string_view>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "plugin_host/json_words.hpp"
#include "plugin_host/manifest.hpp"
#include "plugin_host/settings_schema.hpp"

namespace kpid::plugin_host {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_settings = 1U << 20;

void fill_defaults(const json::object& schema, json::value& value);

void fill_table(const json::object& properties, json::object& table) {
  for (const auto& property : properties) {
    const json::object& schema = property.value().get_object();
    if (json::value* present = table.if_contains(property.key())) {
      fill_defaults(schema, *present);
      continue;
    }
    if (const json::value* value = schema.if_contains("default")) {
      json::value filled = *value;
      fill_defaults(schema, filled);
      table.emplace(property.key(), std::move(filled));
      continue;
    }
    // A table that was left out is there where its defaults alone make a good one.
    json::value filled = json::object{};
    fill_defaults(schema, filled);
    if (!filled.get_object().empty() && find_faults(schema, filled, "").empty()) {
      table.emplace(property.key(), std::move(filled));
    }
  }
}

void fill_defaults(const json::object& schema, json::value& value) {
  if (value.is_object()) {
    const json::value* properties = schema.if_contains("properties");
    if (properties != nullptr) fill_table(properties->get_object(), value.get_object());
    const json::value* others = schema.if_contains("additionalProperties");
    if (others != nullptr && others->is_object()) {
      for (auto& member : value.get_object()) {
        if (properties != nullptr && properties->get_object().contains(member.key())) continue;
        fill_defaults(others->get_object(), member.value());
      }
    }
  }
  if (const json::value* items = schema.if_contains("items");
      items != nullptr && value.is_array()) {
    for (auto& item : value.get_array()) fill_defaults(items->get_object(), item);
  }
  if (const json::value* all = schema.if_contains("allOf")) {
    for (const auto& one : all->get_array()) fill_defaults(one.get_object(), value);
  }
  if (const json::value* condition = schema.if_contains("if")) {
    const json::value* then = schema.if_contains(holds(*condition, value) ? "then" : "else");
    if (then != nullptr) fill_defaults(then->get_object(), value);
  }
}

CheckedSettings refuse(std::string sentence) { return {"", {{"", std::move(sentence)}}}; }

}  // namespace

CheckedSettings check_settings(const Manifest& manifest, std::string_view text) {
  json::error_code code;
  const json::value schema =
      json::parse({manifest.settings_schema.data(), manifest.settings_schema.size()}, code);
  if (code) return refuse("the plugin's settings schema cannot be read: " + code.message());
  if (const auto fault = fault_of_schema(schema)) {
    return refuse(fmt::format("the plugin's settings schema is faulty: {} {}", fault->pointer,
                              fault->sentence));
  }
  if (text.size() > longest_settings) {
    return refuse(fmt::format("the settings are {} bytes long, the limit is {}; shorten them",
                              text.size(), longest_settings));
  }
  json::value settings = json::parse({text.data(), text.size()}, code);
  if (code) return refuse("the settings are not valid JSON: " + code.message());
  if (!settings.is_object()) {
    return refuse("the settings must be a table, but they are " + describe(settings));
  }
  fill_defaults(schema.get_object(), settings);
  CheckedSettings checked;
  checked.faults = find_faults(schema, settings, "the settings");
  if (checked.faults.empty()) checked.json = json::serialize(settings);
  return checked;
}

}  // namespace kpid::plugin_host
