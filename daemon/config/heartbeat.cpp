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
  const auto url = read_address(builder, table, "the heartbeat");
  if (!url) return;
  if (const auto fault = url_fault(url->value.reveal())) {
    builder.faults.add(url->place, "the heartbeat's URL " + *fault);
    return;
  }
  heartbeat.url = url->value;
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
