// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// [[source]]: what is pulled, when, and within which limits.

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "config/builder.hpp"
#include "config/credentials.hpp"
#include "config/retention.hpp"
#include "config/settings.hpp"
#include "config/source_fetch.hpp"
#include "config/source_hook.hpp"
#include "config/syntax.hpp"
#include "schedule/schedule.hpp"

namespace kpid::config {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t least_memory = 16ULL << 20;
constexpr std::uint64_t most_memory = 64ULL << 30;

// The first folder that has the plugin; where none has, the place where it should be, so that the
// daemon can say what is missing and start without it.
std::filesystem::path library_of(const Builder& builder, const std::string& plugin) {
  const std::string name = plugin + ".so";
  const auto& folders = builder.config.plugin_directories;
  for (const auto& folder : folders) {
    std::error_code ignored;
    if (std::filesystem::exists(folder / name, ignored)) return folder / name;
  }
  return folders.empty() ? std::filesystem::path{name} : folders.front() / name;
}

void read_plugin(Builder& builder, TableReader& table, SourceConfig& source) {
  const auto plugin = table.required_text("plugin");
  if (plugin && !is_plugin_id(plugin->value)) {
    builder.faults.add(plugin->place, in_quotes(plugin->value) +
                                          " is no plugin's id: small letters, digits and _, as in "
                                          "\"pupil_roll\"");
  } else if (plugin) {
    source.plugin = plugin->value;
    source.library = library_of(builder, plugin->value);
  }
  if (const auto library = table.filled_text("library")) {
    source.library = builder.resolved(library->value);
  }
}

std::optional<PlacedText> read_schedule(Builder& builder, TableReader& table,
                                        SourceConfig& source) {
  auto written = table.required_text("schedule");
  if (!written) return written;
  auto schedule = parse_schedule(written->value);
  if (schedule) {
    source.schedule = std::move(*schedule);
  } else {
    builder.faults.add(written->place, printable(schedule.error().sentence, 300));
  }
  return written;
}

void read_limits(Builder& builder, TableReader& table, SourceConfig& source) {
  for (auto& host : table.texts("allowed_hosts")) {
    if (!is_host_name(host.value)) {
      builder.faults.add(host.place, in_quotes(host.value) +
                                         " is no host's name; write it as \"data.example.org\", "
                                         "without https:// and path");
      continue;
    }
    source.granted_hosts.push_back(host.value);
    source.allowed_hosts.push_back(std::move(host.value));
  }
  if (const auto limit = table.duration("time_limit", 1s, 24h)) source.time_limit = limit->value;
  if (const auto limit = table.text("memory_limit")) {
    const auto bytes = parse_memory(limit->value);
    if (!bytes || *bytes < least_memory || *bytes > most_memory) {
      builder.faults.add(limit->place, in_quotes(limit->value) +
                                           " is no memory limit; write it as \"512 MiB\", from "
                                           "16 MiB to 64 GiB");
    } else {
      source.memory_limit = *bytes;
    }
  }
  if (const auto stale = read_span_of(table, "stale_after")) source.stale_after = stale->value;
}

void read_secrets(Builder& builder, TableReader& table, SourceConfig& source) {
  auto secrets = table.table("secrets");
  if (!secrets) return;
  for (const auto& name : secrets->keys()) {
    const auto* node = secrets->node(name);
    const auto* reference = node->as_table();
    if (reference == nullptr) {
      builder.faults.add(secrets->place(*node),
                         "a secret is named, not written here: write " + printable(name) +
                             " = { credential = \"NAME\" } or { file = \"PATH\" }");
      continue;
    }
    TableReader way{*reference, secrets->place().file, "a source's secret", builder.faults};
    const auto credential = way.text("credential");
    const auto file = way.text("file");
    way.finish();
    if (way.has("credential") == way.has("file")) {
      builder.faults.add(way.place(), "a source's secret has one of \"credential\" and \"file\"");
      continue;
    }
    std::optional<Secret> secret;
    if (credential) secret = read_credential(builder, *credential);
    if (file) secret = read_secret_file(builder, *file);
    if (secret) source.secrets.emplace(name, std::move(*secret));
  }
}

// Returns the settings as they are written, without the defaults that the source is given.
std::string read_settings(Builder& builder, TableReader& table, SourceConfig& source) {
  const toml::table none;
  auto given = table.table("settings");
  const Place place = given ? given->place() : table.place();
  TableReader settings =
      given ? *given : TableReader{none, place.file, "[settings]", builder.faults};
  const auto faults_before = builder.faults.size();
  std::string written = settings_as_json(settings);
  source.settings_json = written;
  source.settings_place = builder.faults.text(place);
  const bool can_check = builder.options.check_settings && !source.library.empty() &&
                         builder.faults.size() == faults_before;
  if (!can_check) {
    builder.all_manifests_read = false;
    return written;
  }
  auto checked = builder.options.check_settings(source.library, source.settings_json);
  if (!checked) {  // no config fault: the daemon starts without the plugin and says so
    builder.all_manifests_read = false;
    return written;
  }
  for (const auto& [pointer, sentence] : checked->faults) {
    builder.faults.add(given ? place_of_pointer(settings, pointer) : place,
                       printable(sentence, 500));
  }
  for (const auto& [pointer, codes] : checked->organisations) {
    const auto& known = builder.config.organisations;
    const bool any = std::any_of(codes.begin(), codes.end(), [&](const std::string& code) {
      return known.find(code) != nullptr;
    });
    if (any || codes.empty()) continue;
    builder.faults.add(given ? place_of_pointer(settings, pointer) : place,
                       fmt::format("this source has no school to match: none of the {} named here "
                                   "is a [[school]] of this config",
                                   codes.size()));
  }
  for (std::string& host : checked->hosts) {
    auto& granted = source.granted_hosts;
    if (std::find(granted.begin(), granted.end(), host) == granted.end()) {
      granted.push_back(std::move(host));
    }
  }
  if (checked->faults.empty()) source.settings_json = std::move(checked->json);
  builder.measures.insert(checked->measures.begin(), checked->measures.end());
  for (const Measure& measure : checked->described) {
    builder.manifest_measures.insert_or_assign(measure.id, measure);
  }
  return written;
}

}  // namespace

std::string UniqueNames::take(TableReader& table, Faults& faults) {
  const auto name = table.required_text("name");
  if (!name) return {};
  if (!is_name(name->value)) {
    faults.add(name->place, in_quotes(name->value) + " is no name for a " + what_ +
                                ": letters, digits, - _ and . only, at most 64");
    return name->value;
  }
  const auto [found, is_new] = seen_.try_emplace(name->value, name->place);
  if (!is_new) {
    faults.add(name->place, fmt::format("a {} {} already stands at line {}", what_,
                                        in_quotes(name->value), found->second.line));
  }
  return name->value;
}

void read_sources(Builder& builder, TableReader& root) {
  UniqueNames names{"source"};
  auto tables = root.tables("source");
  builder.all_manifests_read = !tables.empty();
  for (auto& table : tables) {
    SourceConfig source;
    source.name = names.take(table, builder.faults);
    if (builder.config.organisations.school_count() == 0) {
      builder.faults.add(table.place(),
                         "this source has no school to match: there is no [[school]]");
    }
    read_plugin(builder, table, source);
    const auto schedule = read_schedule(builder, table, source);
    read_limits(builder, table, source);
    const auto faults_before = builder.faults.size();
    read_secrets(builder, table, source);
    read_fetch(builder, table, source, builder.faults.size() == faults_before);
    read_hook(builder, table, source);
    const std::string written = read_settings(builder, table, source);
    if (schedule) check_schedule_and_drop(builder, *schedule, source, written);
    check_hook(builder, table.place(), schedule, source, written);
    table.finish();
    builder.config.sources.push_back(std::move(source));
  }
}

}  // namespace kpid::config
