// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/load.hpp"

#include <array>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "config/builder.hpp"
#include "config/heartbeat.hpp"
#include "config/listen.hpp"
#include "config/retention.hpp"
#include "config/socket_path.hpp"
#include "config/syntax.hpp"

namespace kpid {
namespace config {
namespace {

constexpr std::string_view default_database = "/var/lib/kpid/kpid.sqlite";
constexpr std::size_t longest_socket_path = 107;  // sockaddr_un holds no more

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> log_levels{
    {{"trace", "trace"},
     {"debug", "debug"},
     {"info", "info"},
     {"warning", "warning"},
     {"error", "error"}}};

void read_dashboard_url(Builder& builder, TableReader& table) {
  const auto url = table.text("dashboard_url");
  if (!url || url->value.empty()) return;
  if (const auto fault = url_fault(url->value)) {
    builder.faults.add(url->place, "\"dashboard_url\" " + *fault);
    return;
  }
  if (url->value.find_first_of("?#") != std::string::npos) {
    builder.faults.add(url->place, "\"dashboard_url\" must end with its path: no ? and no #");
    return;
  }
  builder.config.dashboard_url = url->value;
  while (builder.config.dashboard_url.ends_with('/')) builder.config.dashboard_url.pop_back();
}

void read_daemon_keys(Builder& builder, TableReader& table) {
  if (const auto instance = table.text("instance")) {
    if (!is_name(instance->value)) {
      builder.faults.add(instance->place,
                         in_quotes(instance->value) +
                             " is no instance: letters, digits, - _ and . only, at most 64");
    }
    builder.config.instance = instance->value;
  }
  if (const auto database = table.filled_text("database")) {
    builder.config.database = builder.resolved(database->value);
  }
  if (const auto socket = table.filled_text("socket")) {
    builder.config.socket = builder.resolved(socket->value);
    if (builder.config.socket.string().size() > longest_socket_path) {
      builder.faults.add(socket->place,
                         fmt::format("the socket's path {} has {} bytes; the system allows {}",
                                     printable(builder.config.socket.string(), 300),
                                     builder.config.socket.string().size(), longest_socket_path));
    }
  }
  for (const auto& folder : table.texts("plugin_directories")) {
    builder.config.plugin_directories.push_back(builder.resolved(folder.value));
  }
  if (const auto level = table.choice("log_level", log_levels)) {
    builder.config.log_level = level->value;
  }
  read_dashboard_url(builder, table);
  if (const auto watch = table.boolean("watch_missing_figures")) {
    builder.watch_missing_figures = watch->value;
  }
  table.finish();
}

void read_daemon(Builder& builder, TableReader& root) {
  builder.config.database = default_database;
  builder.config.socket = default_socket;
  if (auto table = root.table("daemon")) read_daemon_keys(builder, *table);
  if (builder.config.plugin_directories.empty()) {
    builder.config.plugin_directories = builder.options.plugin_directories;
  }
}

void read_funding(Builder& builder, TableReader& root) {
  auto table = root.table("funding");
  if (!table) return;
  if (const auto pounds = table->number("per_pupil")) {
    if (pounds->value <= 0) {
      builder.faults.add(pounds->place, "\"per_pupil\" must be more than 0 pounds");
    }
    builder.config.funding_per_pupil_pence = pence(pounds->value);
  }
  table->finish();
}

std::filesystem::path absolute_path(const std::filesystem::path& file) {
  std::error_code error;
  auto path = std::filesystem::absolute(file, error);
  return error ? file : path;
}

}  // namespace
}  // namespace config

LoadedConfig load_config(const std::filesystem::path& file, const LoadOptions& options) {
  using namespace config;
  Faults faults;
  const auto index = faults.add_file(file.string());
  const auto tree = read_document(file, index, faults);
  if (!tree) return {nullptr, faults.in_order()};

  Builder builder{options, faults, absolute_path(file).parent_path()};
  builder.config.file = absolute_path(file);
  TableReader root{*tree, index, "the config", faults};
  read_daemon(builder, root);
  read_listen(builder, root);
  read_funding(builder, root);
  read_retention(builder, root);
  read_trust(builder, root);
  read_calendars(builder, root);
  read_catalogue(builder, root);
  for (Kpi& kpi : builder.config.kpis) kpi.inputs = inputs_of(builder.config, kpi);
  read_sources(builder, root);
  check_definitions(builder);
  read_rules(builder, root);
  read_destinations(builder, root);
  read_heartbeat(builder, root);
  root.finish();
  if (faults.size() > 0) return {nullptr, faults.in_order()};
  return {std::make_shared<const Config>(std::move(builder.config)), {}};
}

}  // namespace kpid
