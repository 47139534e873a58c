// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "kpid/settings.hpp"

#include <cmath>

namespace kpid::plugin {
namespace {

// 12 and 12.0, not 12.5.
std::optional<std::int64_t> to_whole(const Json& json) {
  constexpr double beyond = 9007199254740992.0;  // 2^53: whole doubles are exact up to here
  if (const auto* whole = json.get<std::int64_t>()) return *whole;
  const auto* broken = json.get<double>();
  if (broken == nullptr || std::trunc(*broken) != *broken) return std::nullopt;
  if (std::fabs(*broken) > beyond) return std::nullopt;
  return static_cast<std::int64_t>(*broken);
}

}  // namespace

Result<Settings> Settings::parse(std::string_view json) {
  Result<Json> document = parse_json(json);
  if (!document) {
    document.error().operator_text = "settings: " + document.error().operator_text;
    return document.error();
  }
  if (document->get<JsonObject>() == nullptr) {
    return config_error("settings: this must be an object, and is " +
                        std::string(document->kind()));
  }
  auto shared = std::make_shared<const Json>(std::move(*document));
  const Json* root = shared.get();
  return Settings(std::move(shared), root, "settings");
}

const Json* Settings::find(std::string_view name) const {
  const Json* member = object_ == nullptr ? nullptr : object_->find(name);
  return member == nullptr || member->get<std::nullptr_t>() != nullptr ? nullptr : member;
}

const Json& Settings::need(std::string_view name, std::string_view wanted) const {
  const Json* member = find(name);
  if (member == nullptr) {
    throw Failure(config_error(path_ + "/" + std::string(name) + " is missing; it must be " +
                               std::string(wanted)));
  }
  return *member;
}

void Settings::refuse(std::string_view name, std::string_view wanted, const Json& found) const {
  throw Failure(config_error(path_ + "/" + std::string(name) + " must be " + std::string(wanted) +
                             ", and is " + std::string(found.kind())));
}

bool Settings::has(std::string_view name) const { return find(name) != nullptr; }

std::string Settings::text(std::string_view name) const {
  const Json& member = need(name, "text");
  if (const auto* text = member.get<std::string>()) return *text;
  refuse(name, "text", member);
}

std::string Settings::text(std::string_view name, std::string_view otherwise) const {
  return has(name) ? text(name) : std::string(otherwise);
}

std::int64_t Settings::integer(std::string_view name) const {
  const Json& member = need(name, "a whole number");
  if (const auto whole = to_whole(member)) return *whole;
  refuse(name, "a whole number", member);
}

std::int64_t Settings::integer(std::string_view name, std::int64_t otherwise) const {
  return has(name) ? integer(name) : otherwise;
}

double Settings::number(std::string_view name) const {
  const Json& member = need(name, "a number");
  double storage = 0;
  if (const double* number = member.number(storage)) return *number;
  refuse(name, "a number", member);
}

double Settings::number(std::string_view name, double otherwise) const {
  return has(name) ? number(name) : otherwise;
}

bool Settings::truth(std::string_view name) const {
  const Json& member = need(name, "true or false");
  if (const auto* truth = member.get<bool>()) return *truth;
  refuse(name, "true or false", member);
}

bool Settings::truth(std::string_view name, bool otherwise) const {
  return has(name) ? truth(name) : otherwise;
}

std::vector<std::string> Settings::texts(std::string_view name) const {
  std::vector<std::string> texts;
  const Json* member = find(name);
  if (member == nullptr) return texts;
  if (const auto* text = member->get<std::string>()) return {*text};
  const auto* items = member->get<JsonArray>();
  if (items == nullptr) refuse(name, "a list of texts", *member);
  for (const Json& item : *items) {
    const auto* text = item.get<std::string>();
    if (text == nullptr) {
      refuse(std::string(name) + "/" + std::to_string(texts.size()), "text", item);
    }
    texts.push_back(*text);
  }
  return texts;
}

Settings Settings::object(std::string_view name) const {
  const std::string path = path_ + "/" + std::string(name);
  const Json* member = find(name);
  if (member == nullptr) return {document_, nullptr, path};
  if (member->get<JsonObject>() == nullptr) refuse(name, "an object", *member);
  return {document_, member, path};
}

std::vector<Settings> Settings::objects(std::string_view name) const {
  std::vector<Settings> objects;
  const Json* member = find(name);
  if (member == nullptr) return objects;
  const auto* items = member->get<JsonArray>();
  if (items == nullptr) refuse(name, "a list of objects", *member);
  for (const Json& item : *items) {
    const std::string place = std::string(name) + "/" + std::to_string(objects.size());
    if (item.get<JsonObject>() == nullptr) refuse(place, "an object", item);
    objects.push_back(Settings(document_, &item, path_ + "/" + place));
  }
  return objects;
}

std::vector<std::string> Settings::names() const {
  std::vector<std::string> names;
  if (object_ == nullptr) return names;
  for (const auto& [name, member] : *object_->get<JsonObject>()) names.push_back(name);
  return names;
}

std::vector<std::int64_t> Settings::integers(std::string_view name) const {
  std::vector<std::int64_t> integers;
  const Json* member = find(name);
  if (member == nullptr) return integers;
  const auto* items = member->get<JsonArray>();
  if (items == nullptr) refuse(name, "a list of whole numbers", *member);
  for (const Json& item : *items) {
    const auto integer = to_whole(item);
    if (!integer) {
      refuse(std::string(name) + "/" + std::to_string(integers.size()), "a whole number", item);
    }
    integers.push_back(*integer);
  }
  return integers;
}

}  // namespace kpid::plugin
