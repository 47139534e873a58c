// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// [[destination]]: who is told, where, and of what.

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "config/builder.hpp"
#include "config/client_certificate.hpp"
#include "config/destination_format.hpp"
#include "config/destination_rate.hpp"
#include "config/destination_routing.hpp"
#include "config/destination_timing.hpp"
#include "config/syntax.hpp"

namespace kpid::config {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<std::string_view, Severity>, 2> severities{
    {{"amber", Severity::amber}, {"red", Severity::red}}};
// A test ping is sent by name and asks no filter.
constexpr std::array<EventType, 10> event_types{
    EventType::alert_firing,        EventType::alert_changed,  EventType::alert_acknowledged,
    EventType::alert_resolved,      EventType::alert_reminder, EventType::alert_escalated,
    EventType::source_failing,      EventType::source_stale,   EventType::source_recovered,
    EventType::destination_disabled};
// Over some three days, as Standard Webhooks advises.
constexpr std::array<std::chrono::milliseconds, 9> default_waits{5s,  5min, 30min, 2h, 5h,
                                                                 10h, 14h,  20h,   24h};
constexpr std::size_t most_waits = 50;

// Owners and KPIs that no rule has would filter everything away.
void read_filters(Builder& builder, TableReader& table, DestinationConfig& destination) {
  std::vector<std::string> owners;
  for (const auto& rule : builder.config.rules) {
    if (!rule.owner.empty()) owners.push_back(rule.owner);
  }
  for (auto& owner : table.texts("owners")) {
    if (std::find(owners.begin(), owners.end(), owner.value) == owners.end()) {
      builder.faults.add(owner.place, "no rule has the owner " + in_quotes(owner.value) +
                                          did_you_mean(owner.value, owners));
    }
    destination.owners.push_back(std::move(owner.value));
  }
  for (auto& written : table.texts("kpis")) {
    const auto* kpi = find_kpi(builder, written);
    const bool watched = std::any_of(builder.config.rules.begin(), builder.config.rules.end(),
                                     [&](const Rule& rule) { return rule.kpi == written.value; });
    if (kpi != nullptr && !watched) {
      builder.faults.add(written.place, "no rule looks at the KPI " + in_quotes(written.value) +
                                            ", so nothing of it would be sent");
    }
    destination.kpis.push_back(std::move(written.value));
  }
  for (const auto& written : table.texts("organisations")) {
    const auto* organisation = find_organisation(builder, written);
    if (organisation != nullptr) destination.organisations.push_back(organisation->code);
  }
  if (const auto severity = table.choice("minimum_severity", severities)) {
    destination.minimum_severity = severity->value;
  }
}

void read_events(Builder& builder, TableReader& table, DestinationConfig& destination) {
  if (const auto operational = table.boolean("operational")) {
    destination.operational = operational->value;
  }
  if (const auto resolved = table.boolean("resolved")) destination.resolved = resolved->value;
  if (const auto corrected = table.boolean("corrected")) destination.corrected = corrected->value;
  std::vector<std::string> known;
  for (const EventType type : event_types) known.emplace_back(to_string(type));
  for (const auto& written : table.texts("events")) {
    const auto type = parse_event_type(written.value);
    if (!type || *type == EventType::test_ping) {
      builder.faults.add(written.place,
                         in_quotes(written.value) + " is no event" + advice(written.value, known));
      continue;
    }
    if (*type == EventType::digest) {
      builder.faults.add(written.place,
                         in_quotes(written.value) +
                             " is what \"digest\", \"group_by\" and quiet times make of other "
                             "events; name those, or leave \"events\" out");
      continue;
    }
    const bool about_alerts = written.value.starts_with("kpi.");
    if (!about_alerts && !destination.operational) {
      builder.faults.add(written.place, in_quotes(written.value) +
                                            " is sent to destinations with \"operational = true\" "
                                            "only");
    }
    if (const auto fault = event_fault(destination, *type)) {
      builder.faults.add(written.place, in_quotes(written.value) + *fault);
    }
    destination.events.push_back(*type);
  }
  check_events(builder, table, destination);
}

void read_transport(Builder& builder, TableReader& table, DestinationConfig& destination) {
  for (auto& network : table.texts("allowed_networks")) {
    if (const auto fault = network_fault(network.value)) {
      builder.faults.add(network.place, in_quotes(network.value) + *fault);
    }
    destination.allowed_networks.push_back(std::move(network.value));
  }
  if (const auto file = table.text("ca_file")) {
    destination.ca_file = builder.resolved(file->value);
    const auto content = read_whole_file(destination.ca_file, std::size_t{16} << 20);
    if (!content) {
      builder.faults.add(file->place, fmt::format("the CA file {} cannot be read: {}",
                                                  printable(destination.ca_file.string(), 300),
                                                  content.error().sentence));
    }
  }
  read_client_certificate(builder, table, destination);
  if (auto proxy = table.text("proxy")) {
    if (const auto fault = proxy->value.empty() ? std::nullopt : url_fault(proxy->value)) {
      builder.faults.add(proxy->place, "the proxy " + *fault);
    }
    destination.proxy = std::move(proxy->value);
  }
  if (const auto timeout = table.duration("timeout", 1s, 2min)) {
    destination.timeout = timeout->value;
  }
  destination.retry_schedule.assign(default_waits.begin(), default_waits.end());
  if (table.has("retry_schedule")) {
    destination.retry_schedule.clear();
    for (const auto& wait : table.durations("retry_schedule", 100ms, 168h)) {
      destination.retry_schedule.push_back(wait.value);
    }
    if (destination.retry_schedule.size() > most_waits) {
      builder.faults.add(table.place(*table.tree().get("retry_schedule")),
                         fmt::format("\"retry_schedule\" has more than {} waits", most_waits));
    }
  }
  if (const auto connections = table.integer("connections", 1, 64)) {
    destination.connections = static_cast<std::uint32_t>(connections->value);
  }
}

}  // namespace

void read_destinations(Builder& builder, TableReader& root) {
  UniqueNames names{"destination"};
  Fallbacks fallbacks;
  for (auto& table : root.tables("destination")) {
    DestinationConfig destination;
    destination.name = names.take(table, builder.faults);
    read_format(builder, table, destination);
    read_filters(builder, table, destination);
    read_routing(builder, table, destination);
    fallbacks.take(table, destination);
    read_events(builder, table, destination);
    read_transport(builder, table, destination);
    read_rate(builder, table, destination);
    read_timing(builder, table, destination);
    table.finish();
    builder.config.destinations.push_back(std::move(destination));
  }
  fallbacks.check(builder);
  read_routing_table(builder, root);
}

}  // namespace kpid::config
