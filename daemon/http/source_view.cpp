// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "http/source_view.hpp"

#include <limits>
#include <string>
#include <utility>

#include <boost/json/array.hpp>

#include "http/delivery_view.hpp"
#include "http/hook_address.hpp"
#include "http/json_parts.hpp"
#include "http/waiting_view.hpp"

namespace kpid::http {

namespace json = boost::json;

namespace {

std::string_view level_name(RunNote::Level level) {
  switch (level) {
    case RunNote::Level::warning:
      return "warning";
    case RunNote::Level::skipped:
      return "skipped";
    case RunNote::Level::info:
      break;
  }
  return "info";
}

// One word for the whole of it; the reasons stand beside it.
std::string_view health_of(const SourceState& state) {
  if (!state.quarantined_library.empty()) return "quarantined";
  if (state.failures_in_a_row > 0) return "failing";
  return state.last_asked_at ? "working" : "never asked";
}

Result<json::value> source_json(const store::Reader& reader, const Config& config,
                                const SourceConfig& source) {
  auto stored = reader.source_state(source.name);
  if (!stored) return pass_on(stored);
  const SourceState state = stored->value_or(SourceState{});
  auto runs = reader.runs(source.name, 1);
  if (!runs) return pass_on(runs);
  const bool held = !state.quarantined_library.empty();
  json::array hosts;
  for (const std::string& host : source.granted_hosts) hosts.push_back(json::value(host));
  return json::object{
      {"name", source.name},
      {"plugin", source.plugin},
      {"schedule", source.schedule.text},
      {"may_fetch_from", std::move(hosts)},
      {"pushed_to", source.hook && config.listen
                        ? json::value(hook_address(*config.listen, source.name))
                        : json::value(nullptr)},
      {"health", health_of(state)},
      {"last_asked_at", instant(state.last_asked_at)},
      {"content_changed_at", instant(state.content_changed_at)},
      {"data_until", day(state.data_until)},
      {"next_due_at", held ? json::value(nullptr) : instant(state.next_due_at)},
      {"last_succeeded_at", instant(state.last_succeeded_at)},
      {"failures_in_a_row", state.failures_in_a_row},
      {"crashes_in_a_row", state.crashes_in_a_row},
      {"quarantined", held},
      {"last_reason", state.last_reason},
      {"last_run", runs->empty() ? json::value(nullptr) : json::value(run_json(runs->front()))}};
}

Result<json::object> alert_counts(const store::Reader& reader) {
  store::AlertQuery query;
  query.limit = std::numeric_limits<std::int32_t>::max();
  auto open = reader.alerts(query);
  if (!open) return pass_on(open);
  std::uint64_t pending = 0;
  std::uint64_t firing = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t red = 0;
  std::uint64_t amber = 0;
  for (const Alert& alert : *open) {
    pending += alert.state == AlertState::pending ? 1 : 0;
    firing += alert.state == AlertState::firing ? 1 : 0;
    acknowledged += alert.state == AlertState::acknowledged ? 1 : 0;
    if (alert.state == AlertState::pending) continue;  // not yet told, so it has no colour yet
    red += alert.severity == Severity::red ? 1 : 0;
    amber += alert.severity == Severity::amber ? 1 : 0;
  }
  return json::object{{"firing", firing},
                      {"acknowledged", acknowledged},
                      {"pending", pending},
                      {"red", red},
                      {"amber", amber}};
}

}  // namespace

json::object run_json(const Run& run) {
  json::array notes;
  for (const RunNote& note : run.notes) {
    notes.push_back(json::object{
        {"level", level_name(note.level)}, {"place", note.place}, {"sentence", note.sentence}});
  }
  json::object made{{"id", run.id},
                    {"source", run.source},
                    {"started_at", format_timestamp(run.started_at)},
                    {"ended_at", instant(run.ended_at)},
                    {"outcome", to_string(run.outcome)},
                    {"error_kind", nullptr},
                    {"reason", run.reason},
                    {"detail", run.detail},
                    {"rows_read", run.counts.rows_read},
                    {"observations", run.counts.observations},
                    {"created", run.counts.created},
                    {"revised", run.counts.revised},
                    {"unchanged", run.counts.unchanged},
                    {"refused", run.counts.refused},
                    {"notes", std::move(notes)},
                    {"notes_total", run.notes_total}};
  if (run.outcome == RunOutcome::failed) made["error_kind"] = to_string(run.error_kind);
  return made;
}

Result<json::value> sources_view(const store::Reader& reader, const Config& config) {
  json::array list;
  for (const SourceConfig& source : config.sources) {
    auto one = source_json(reader, config, source);
    if (!one) return pass_on(one);
    list.push_back(std::move(*one));
  }
  return json::object{{"sources", std::move(list)}};
}

Result<json::value> runs_view(const store::Reader& reader, std::string_view source,
                              std::size_t limit) {
  auto runs = reader.runs(source, limit);
  if (!runs) return pass_on(runs);
  json::array list;
  for (const Run& run : *runs) list.push_back(run_json(run));
  return json::object{{"runs", std::move(list)}};
}

Result<json::value> plugins_view(const store::Reader& reader, const Config& config,
                                 json::array found) {
  for (json::value& plugin : found) {
    bool held = false;
    for (const SourceConfig& source : config.sources) {
      if (plugin.at("file").as_string() != source.library.native()) continue;
      auto state = reader.source_state(source.name);
      if (!state) return pass_on(state);
      held = held || (*state && !(*state)->quarantined_library.empty());
    }
    plugin.as_object()["quarantined"] = held;
  }
  return json::object{{"plugins", std::move(found)}};
}

Result<json::value> status_view(const store::Reader& reader, const Config& config,
                                const json::object& live, Timestamp now) {
  auto sources = sources_view(reader, config);
  if (!sources) return pass_on(sources);
  auto destinations = destinations_view(reader, config);
  if (!destinations) return pass_on(destinations);
  auto alerts = alert_counts(reader);
  if (!alerts) return pass_on(alerts);
  auto outbox = reader.outbox_counts();
  if (!outbox) return pass_on(outbox);
  auto waiting = waiting_counts(reader, config, now);
  if (!waiting) return pass_on(waiting);
  const bool has_trust = !config.organisations.all().empty();
  return json::object{{"trust", has_trust ? config.organisations.trust().name : std::string()},
                      {"instance", config.instance},
                      {"config", config.file.string()},
                      {"database", config.database.string()},
                      {"now", format_timestamp(now)},
                      {"daemon", live},
                      {"sources", std::move(sources->as_object().at("sources"))},
                      {"alerts", std::move(*alerts)},
                      {"outbox", json::object{{"pending", outbox->pending},
                                              {"delivered", outbox->delivered},
                                              {"dead", outbox->dead}}},
                      {"waiting", std::move(*waiting)},
                      {"destinations", std::move(destinations->as_object().at("destinations"))}};
}

}  // namespace kpid::http
