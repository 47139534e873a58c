// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "http/sent_view.hpp"

#include <algorithm>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "http/export_view.hpp"
#include "http/json_parts.hpp"

namespace kpid::http {

namespace json = boost::json;

Result<json::value> sent_view(const store::Reader& reader, const Config& config,
                              const ingest::Sent& sent, bool dry_run) {
  auto states = reader.destination_states();
  if (!states) return pass_on(states);
  json::array destinations;
  for (const auto& [name, counts] : sent.destinations) {
    const std::string& wanted = name;
    const bool off = std::any_of(states->begin(), states->end(), [&](const auto& one) {
      return one.name == wanted && one.disabled;
    });
    destinations.push_back(json::object{{"destination", name},
                                        {"replayed", counts.sent},
                                        {"under_way", counts.under_way},
                                        {"tests", counts.tests},
                                        {"waiting", counts.waiting},
                                        {"over", counts.over},
                                        {"newer", counts.newer},
                                        {"silenced", counts.silenced},
                                        {"switched_off", off},
                                        {"in_config", config.destination(name) != nullptr}});
  }
  json::array shown;
  for (const ingest::SentItem& item : sent.items) {
    auto event = reader.event(item.event);
    if (!event) return pass_on(event);
    shown.push_back(json::object{{"event", item.event},
                                 {"type", to_string(item.type)},
                                 {"subject", item.subject},
                                 {"at", format_timestamp(item.at)},
                                 {"destination", item.destination},
                                 {"sentence", *event ? sentence_of(**event) : std::string()}});
  }
  return json::object{{"replayed", sent.total()},
                      {"dry_run", dry_run},
                      {"destinations", std::move(destinations)},
                      {"shown", std::move(shown)}};
}

}  // namespace kpid::http
