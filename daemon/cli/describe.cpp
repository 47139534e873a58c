// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "cli/describe.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "plugin_host/manifest.hpp"

namespace kpid::cli {
namespace {

namespace json = boost::json;

json::array texts(const std::vector<std::string>& all) {
  json::array out;
  for (const std::string& one : all) out.emplace_back(one);
  return out;
}

// "text", "number or list", "one of gias, counts".
std::string kind_of(const json::object& schema) {
  std::string text;
  if (const auto* choices = schema.if_contains("enum"); choices != nullptr && choices->is_array()) {
    for (const json::value& choice : choices->get_array()) {
      text += (text.empty() ? "one of " : ", ") +
              (choice.is_string() ? std::string(choice.get_string()) : json::serialize(choice));
    }
    return text;
  }
  const auto word = [](const json::value& type) -> std::string {
    const std::string name = type.is_string() ? std::string(type.get_string()) : std::string();
    if (name == "string") return "text";
    if (name == "integer") return "whole number";
    if (name == "boolean") return "true or false";
    if (name == "array") return "list";
    return name == "object" ? "table" : name;
  };
  const auto* type = schema.if_contains("type");
  if (type == nullptr) return text;
  if (!type->is_array()) return word(*type);
  for (const json::value& one : type->get_array()) text += (text.empty() ? "" : " or ") + word(one);
  return text;
}

void add_settings(const json::object& schema, const std::string& prefix, json::array& out) {
  const auto* properties = schema.if_contains("properties");
  if (properties == nullptr || !properties->is_object()) return;
  const auto* required = schema.if_contains("required");
  for (const auto& [name, value] : properties->get_object()) {
    if (!value.is_object()) continue;
    const json::object& setting = value.get_object();
    const bool must = required != nullptr && required->is_array() &&
                      std::find(required->get_array().begin(), required->get_array().end(),
                                json::value(name)) != required->get_array().end();
    const auto* standard = setting.if_contains("default");
    const auto* description = setting.if_contains("description");
    out.push_back(json::object{{"name", prefix + std::string(name)},
                               {"kind", kind_of(setting)},
                               {"default", must                  ? std::string("required")
                                           : standard == nullptr ? std::string()
                                                                 : json::serialize(*standard)},
                               {"required", must},
                               {"description", description != nullptr && description->is_string()
                                                   ? std::string(description->get_string())
                                                   : std::string()}});
    add_settings(setting, prefix + std::string(name) + ".", out);
  }
}

json::array measures_json(const std::vector<Measure>& measures) {
  json::array out;
  for (const Measure& measure : measures) {
    json::object one{{"id", measure.id},
                     {"title", measure.title},
                     {"unit", to_string(measure.unit)},
                     {"calendar", to_string(measure.calendar)},
                     {"by", fmt::format("{}", fmt::join(measure.dimensions, ", "))},
                     {"minimum", nullptr},
                     {"maximum", nullptr}};
    if (measure.minimum) one["minimum"] = *measure.minimum;
    if (measure.maximum) one["maximum"] = *measure.maximum;
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

Result<json::object> describe_plugin(const std::filesystem::path& library) {
  auto manifest = plugin_host::read_manifest(library);
  if (!manifest) return tl::unexpected<Error>(std::move(manifest.error()));
  json::object out{{"id", manifest->id},
                   {"version", manifest->version},
                   {"title", manifest->title},
                   {"licence", manifest->licence},
                   {"interface", fmt::format("{}.{}", manifest->abi_major, manifest->abi_minor)},
                   {"file", library.string()},
                   {"requires", texts(manifest->requires_extensions)},
                   {"optional", texts(manifest->optional_extensions)},
                   {"allowed_hosts", texts(manifest->allowed_hosts)}};
  json::array settings;
  boost::system::error_code problem;
  const json::value schema = json::parse(manifest->settings_schema, problem);
  if (!problem && schema.is_object()) add_settings(schema.get_object(), "", settings);
  out["settings"] = std::move(settings);
  out["measures"] = measures_json(manifest->measures);
  return out;
}

}  // namespace kpid::cli
