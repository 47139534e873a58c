// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "fake_manifest.hpp"

#include <stdexcept>
#include <utility>

namespace kpid::plugin {
namespace {

[[noreturn]] void refuse(const std::string& sentence) {
  throw std::invalid_argument("the plugin's manifest: " + sentence);
}

const std::string& text_of(const Json& json, const char* name) {
  const Json* member = json.find(name);
  const auto* text = member == nullptr ? nullptr : member->get<std::string>();
  if (text == nullptr || text->empty()) refuse(std::string("it lacks \"") + name + "\", a text");
  return *text;
}

void append_texts(const Json& json, const char* name, std::vector<std::string>& texts) {
  const Json* member = json.find(name);
  if (member == nullptr) return;
  const auto* items = member->get<JsonArray>();
  if (items == nullptr) refuse(std::string("\"") + name + "\" must be a list of texts");
  for (const Json& item : *items) {
    const auto* text = item.get<std::string>();
    if (text == nullptr) refuse(std::string("\"") + name + "\" must be a list of texts");
    texts.push_back(*text);
  }
}

std::optional<double> bound_of(const Json& json, const char* name) {
  const Json* member = json.find(name);
  if (member == nullptr) return std::nullopt;
  double storage = 0;
  const double* number = member->number(storage);
  if (number == nullptr) refuse(std::string("a measure's \"") + name + "\" must be a number");
  return *number;
}

FakeMeasure measure_of(const Json& json) {
  FakeMeasure measure;
  measure.minimum = bound_of(json, "minimum");
  measure.maximum = bound_of(json, "maximum");
  if (const Json* whole = json.find("whole")) {
    const bool* truth = whole->get<bool>();
    if (truth == nullptr) refuse("a measure's \"whole\" must be true or false");
    measure.whole = *truth;
  }
  append_texts(json, "dimensions", measure.dimensions);
  static_cast<void>(text_of(json, "unit"));
  static_cast<void>(text_of(json, "calendar"));
  return measure;
}

}  // namespace

FakeManifest read_fake_manifest(std::string_view text) {
  const Result<Json> json = parse_json(text);
  if (!json) refuse(json.error().operator_text);
  static_cast<void>(text_of(*json, "id"));
  static_cast<void>(text_of(*json, "version"));
  FakeManifest manifest;
  append_texts(*json, "requires", manifest.extensions);
  append_texts(*json, "optional", manifest.extensions);
  if (const Json* measures = json->find("measures")) {
    const auto* items = measures->get<JsonArray>();
    if (items == nullptr) refuse("\"measures\" must be a list");
    for (const Json& item : *items) {
      const std::string& id = text_of(item, "id");
      if (!manifest.measures.emplace(id, measure_of(item)).second) {
        refuse("the measure \"" + id + "\" is declared twice");
      }
    }
  }
  const Json* schema = json->find("settings");
  const Json* properties = schema == nullptr ? nullptr : schema->find("properties");
  const auto* members = properties == nullptr ? nullptr : properties->get<JsonObject>();
  if (members != nullptr) {
    for (const auto& [name, property] : *members) {
      if (const Json* value = property.find("default"))
        manifest.defaults.emplace_back(name, *value);
    }
  }
  return manifest;
}

std::string with_defaults(const FakeManifest& manifest, std::string_view settings) {
  Result<Json> json = parse_json(settings);
  if (!json || json->get<JsonObject>() == nullptr) return std::string(settings);
  auto& members = std::get<JsonObject>(json->value);
  for (const auto& [name, value] : manifest.defaults) {
    if (json->find(name) == nullptr) members.emplace_back(name, value);
  }
  return to_text(*json);
}

}  // namespace kpid::plugin
