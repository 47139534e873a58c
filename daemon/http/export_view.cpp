// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "http/export_view.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "http/json_parts.hpp"

namespace kpid::http {
namespace {

namespace json = boost::json;

std::string name_of(const Config& config, const std::string& organisation) {
  const Organisation* found = config.organisations.find(organisation);
  return found == nullptr ? std::string() : found->name;
}

std::string title_of(const Config& config, const std::string& kpi) {
  const Kpi* found = config.kpi(kpi);
  return found == nullptr ? std::string() : found->title;
}

// What an event says, the same in each row of it.
Result<json::object> event_row(const store::Reader& reader, const Config& config,
                               const Event& event, const std::string& digest) {
  auto alert = reader.alert(event.subject);
  if (!alert) return pass_on(alert);
  return json::object{{"at", format_timestamp(event.at)},
                      {"event", event.id},
                      {"type", to_string(event.type)},
                      {"alert", *alert ? (*alert)->id : std::string()},
                      {"rule", *alert ? (*alert)->rule : std::string()},
                      {"kpi", event.kpi},
                      {"kpi_title", title_of(config, event.kpi)},
                      {"organisation", event.organisation},
                      {"organisation_name", name_of(config, event.organisation)},
                      {"severity", to_string(event.severity)},
                      {"sentence", sentence_of(event)},
                      {"digest", digest}};
}

void add_delivery(json::object& row, const Config& config, const Delivery& delivery) {
  const DestinationConfig* destination = config.destination(delivery.destination);
  row["destination"] = delivery.destination;
  row["format"] = destination == nullptr ? "" : to_string(destination->format);
  row["delivery"] = delivery.id;
  row["state"] = to_string(delivery.state);
  row["instead_of"] = delivery.instead_of;
}

void add_attempt(json::object& row, const DeliveryAttempt* attempt) {
  const bool more = attempt != nullptr && attempt->state == DeliveryState::pending;
  row["attempt"] = attempt == nullptr ? json::value(nullptr) : json::value(attempt->number);
  row["attempted_at"] =
      attempt == nullptr ? json::value(nullptr) : json::value(format_timestamp(attempt->at));
  row["status"] = attempt == nullptr || attempt->status == 0 ? json::value(nullptr)
                                                             : json::value(attempt->status);
  row["error"] = attempt == nullptr ? std::string() : attempt->error;
  row["latency_ms"] = attempt == nullptr ? json::value(nullptr) : json::value(attempt->latency_ms);
  row["next_attempt_at"] =
      more ? json::value(format_timestamp(attempt->next_attempt_at)) : json::value(nullptr);
}

Result<void> add_rows(const store::Reader& reader, const Config& config, const Delivery& delivery,
                      json::array& rows) {
  auto event = reader.event(delivery.event_id);
  if (!event) return pass_on(event);
  auto attempts = reader.attempts(delivery.id);
  if (!attempts) return pass_on(attempts);
  std::vector<std::pair<Event, std::string>> told;
  if (*event) told.emplace_back(std::move(**event), std::string());
  if (delivery.event_type == EventType::digest) {
    auto inside = reader.events_of_digest(delivery.event_id);
    if (!inside) return pass_on(inside);
    for (Event& one : *inside) told.emplace_back(std::move(one), delivery.event_id);
  }
  for (const auto& [one, digest] : told) {
    auto row = event_row(reader, config, one, digest);
    if (!row) return pass_on(row);
    add_delivery(*row, config, delivery);
    if (attempts->empty()) {
      add_attempt(*row, nullptr);
      rows.push_back(std::move(*row));
      continue;
    }
    for (const DeliveryAttempt& attempt : *attempts) {
      json::object again = *row;
      add_attempt(again, &attempt);
      rows.push_back(std::move(again));
    }
  }
  return {};
}

struct Life {  // what an alert's events know of it
  Severity worst = Severity::none;
  std::optional<Timestamp> acknowledged_at;
};

Life life_of(const Alert& alert, const std::vector<store::EventRecord>& records) {
  Life life;
  life.worst = alert.severity;
  for (const store::EventRecord& record : records) {
    life.worst = std::max(life.worst, record.event.severity);
    if (record.event.type == EventType::alert_acknowledged) {
      life.acknowledged_at = record.event.at;
    }
  }
  return life;
}

Result<json::object> alert_row(const store::Reader& reader, const Config& config,
                               const Alert& alert) {
  auto records = reader.events(alert.id);
  if (!records) return pass_on(records);
  auto first = reader.first_told(alert.id);
  if (!first) return pass_on(first);
  const Life life = life_of(alert, *records);
  const Kpi* kpi = config.kpi(alert.kpi);
  return json::object{
      {"alert", alert.id},
      {"rule", alert.rule},
      {"kpi", alert.kpi},
      {"kpi_title", title_of(config, alert.kpi)},
      {"organisation", alert.organisation},
      {"organisation_name", name_of(config, alert.organisation)},
      {"subgroup", alert.subgroup},
      {"state", to_string(alert.state)},
      {"since", format_date(alert.since.start)},
      {"opened_at", format_timestamp(alert.opened_at)},
      {"fired_at", instant(alert.fired_at)},
      {"acknowledged_by", alert.acknowledged_by},
      {"acknowledged_at", instant(life.acknowledged_at)},
      {"note", alert.note},
      {"acknowledged_until", instant(alert.acknowledged_until)},
      {"resolved_at", instant(alert.resolved_at)},
      {"resolution", to_string(alert.resolution)},
      {"worst_severity", to_string(life.worst)},
      {"value", number(alert.value)},
      {"text", kpi == nullptr ? std::string() : value_text(*kpi, alert.value)},
      {"first_told", *first ? (*first)->destination : std::string()},
      {"first_told_at", *first ? json::value(format_timestamp((*first)->at)) : nullptr}};
}

}  // namespace

std::string sentence_of(const Event& event) {
  boost::system::error_code problem;
  const json::value data = json::parse(event.data, problem);
  if (problem || !data.is_object()) return {};
  const json::value* sentence = data.get_object().if_contains("explanation");
  if (sentence == nullptr || !sentence->is_string()) return {};
  return std::string(sentence->get_string());
}

Result<json::value> exported_deliveries(const store::Reader& reader, const Config& config,
                                        const store::DeliveryRange& range) {
  auto page = reader.deliveries_within(range);
  if (!page) return pass_on(page);
  json::array rows;
  std::int64_t last = 0;
  bool more = page->size() == range.limit;
  for (std::size_t i = 0; i < page->size(); ++i) {
    auto added = add_rows(reader, config, page->at(i), rows);
    if (!added) return pass_on(added);
    last = page->at(i).id;
    // Digests, and deliveries with many attempts, make a page longer than its deliveries.
    if (rows.size() >= 4 * range.limit && i + 1 < page->size()) {
      more = true;
      break;
    }
  }
  return json::object{{"rows", std::move(rows)},
                      {"next", more ? json::value(last) : json::value(nullptr)}};
}

Result<json::value> exported_alerts(const store::Reader& reader, const Config& config,
                                    const store::AlertRange& range) {
  auto page = reader.alerts_within(range);
  if (!page) return pass_on(page);
  json::array rows;
  for (const Alert& alert : *page) {
    auto row = alert_row(reader, config, alert);
    if (!row) return pass_on(row);
    rows.push_back(std::move(*row));
  }
  const bool more = page->size() == range.limit;
  return json::object{{"rows", std::move(rows)},
                      {"next", more ? json::value(page->back().id) : json::value(nullptr)}};
}

}  // namespace kpid::http
