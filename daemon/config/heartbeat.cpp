// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/heartbeat.hpp"

#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "config/credentials.hpp"
#include "config/syntax.hpp"

namespace kpid::config {
namespace {

using namespace std::chrono_literals;

void read_url(Builder& builder, TableReader& table, HeartbeatConfig& heartbeat) {
  const auto direct = table.text("url");
  const auto credential = table.text("url_credential");
  const auto file = table.text("url_file");
  const int given =
      int{table.has("url")} + int{table.has("url_credential")} + int{table.has("url_file")};
  if (given != 1) {
    builder.faults.add(
        table.place(),
        fmt::format("the heartbeat has one of \"url\", \"url_credential\" and \"url_file\"; this "
                    "one has {}",
                    given == 0 ? std::string("none") : std::to_string(given)));
    return;
  }
  std::optional<Placed<Secret>> url;
  if (direct) url = {Secret{direct->value}, direct->place};
  for (const auto& [written, read] :
       {std::pair{&credential, &read_credential}, std::pair{&file, &read_secret_file}}) {
    if (!*written) continue;
    if (auto secret = read(builder, **written)) url = {std::move(*secret), (*written)->place};
  }
  if (!url || url->value.empty()) return;  // empty where secrets are not asked for
  if (const auto fault = url_fault(url->value.reveal())) {
    builder.faults.add(url->place, "the heartbeat's URL " + *fault);
    return;
  }
  heartbeat.url = std::move(url->value);
}

}  // namespace

void read_heartbeat(Builder& builder, TableReader& root) {
  auto table = root.table("heartbeat");
  if (!table) return;
  HeartbeatConfig heartbeat;
  read_url(builder, *table, heartbeat);
  if (const auto every = table->duration("every", 30s, 24h)) heartbeat.every = every->value;
  for (auto& network : table->texts("allowed_networks")) {
    if (const auto fault = network_fault(network.value)) {
      builder.faults.add(network.place, in_quotes(network.value) + *fault);
    }
    heartbeat.allowed_networks.push_back(std::move(network.value));
  }
  if (const auto file = table->text("ca_file")) {
    heartbeat.ca_file = builder.resolved(file->value);
    const auto content = read_whole_file(heartbeat.ca_file, std::size_t{16} << 20);
    if (!content) {
      builder.faults.add(file->place, fmt::format("the CA file {} cannot be read: {}",
                                                  printable(heartbeat.ca_file.string(), 300),
                                                  content.error().sentence));
    }
  }
  table->finish();
  builder.config.heartbeat = std::move(heartbeat);
}

}  // namespace kpid::config
