// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/plugin_libraries.hpp"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "fetch/url.hpp"

namespace kpid::app {
namespace {

namespace json = boost::json;

std::string code_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  return value.is_int64() || value.is_uint64() ? json::serialize(value) : std::string();
}

// What stands in the settings that the schema marks as lists of schools: a source that names none
// of the trust's is a mistake that can be told before its first pull.
std::vector<std::pair<std::string, std::vector<std::string>>> named_organisations(
    std::string_view schema_text, std::string_view settings_text) {
  std::vector<std::pair<std::string, std::vector<std::string>>> all;
  boost::system::error_code failed;
  const json::value schema = json::parse(schema_text, failed);
  const json::value settings = failed ? json::value() : json::parse(settings_text, failed);
  if (failed || !schema.is_object() || !settings.is_object()) return all;
  const json::value* properties = schema.get_object().if_contains("properties");
  if (properties == nullptr || !properties->is_object()) return all;
  for (const auto& [name, property] : properties->get_object()) {
    const json::object* one = property.if_object();
    const json::value* marked = one == nullptr ? nullptr : one->if_contains("x-kpid-organisations");
    const json::value* written = settings.get_object().if_contains(name);
    if (marked == nullptr || *marked != true || written == nullptr || !written->is_array())
      continue;
    std::vector<std::string> codes;
    for (const json::value& code : written->get_array()) codes.push_back(code_of(code));
    all.emplace_back("/" + std::string(name), std::move(codes));
  }
  return all;
}

}  // namespace

std::vector<PluginLibrary> installed_plugins(
    const std::vector<std::filesystem::path>& directories) {
  std::vector<PluginLibrary> all;
  std::set<std::string> names;
  for (const std::filesystem::path& directory : directories) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
         at.increment(error)) {
      if (at->path().extension() == ".so") files.push_back(at->path());
    }
    std::sort(files.begin(), files.end());
    for (const std::filesystem::path& file : files) {
      if (!names.insert(file.filename().string()).second) continue;
      all.push_back({file, plugin_host::read_manifest(file)});
    }
  }
  return all;
}

Result<LoadOptions::PluginSettings> check_plugin_settings(const std::filesystem::path& library,
                                                          std::string_view settings_json) {
  auto manifest = plugin_host::read_manifest(library);
  if (!manifest) return tl::unexpected<Error>(std::move(manifest.error()));
  plugin_host::CheckedSettings checked = plugin_host::check_settings(*manifest, settings_json);
  LoadOptions::PluginSettings settings;
  settings.organisations = named_organisations(manifest->settings_schema, checked.json);
  settings.hosts = manifest->allowed_hosts;
  for (std::string& host : fetch::hosts_in_settings(checked.json)) {
    settings.hosts.push_back(std::move(host));
  }
  settings.json = std::move(checked.json);
  for (plugin_host::SettingsFault& fault : checked.faults) {
    settings.faults.emplace_back(std::move(fault.pointer), std::move(fault.sentence));
  }
  for (const Measure& measure : manifest->measures) settings.measures.push_back(measure.id);
  settings.described = manifest->measures;
  return settings;
}

}  // namespace kpid::app
