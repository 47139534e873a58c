// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/source_check.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/array.hpp>

#include "app/prepared_plugin.hpp"
#include "http/hook_address.hpp"
#include "model/run.hpp"
#include "plugin_host/supervisor.hpp"

namespace kpid::app {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::size_t most_listed = 20;  // of codes, notes and first values

struct FirstValue {
  const Measure* measure = nullptr;
  std::string organisation;
  std::string subgroup;
  Period period;
  double value = 0;
  std::uint32_t document = 0;
  std::uint32_t row = 0;
};

// Counts what the plugin says and keeps a few of the first figures; the rest is dropped.
class CheckSink final : public plugin_host::PullSink {
 public:
  CheckSink(const CheckParts& parts, const Config& config, const std::string& source,
            const std::vector<Measure>& measures)
      : parts_(parts), config_(config), source_(source) {
    for (const Measure& measure : measures) measures_.emplace(measure.id, &measure);
  }

  void on_document(const FetchedDocument& document) override { documents.push_back(document); }
  asio::awaitable<Result<void>> on_batch(ObservationBatch batch) override {
    for (const ObservationRow& row : batch.rows) {
      auto taken = take(batch, row);
      if (!taken) co_return taken;
    }
    co_return Result<void>{};
  }
  asio::awaitable<Result<void>> on_checkpoint(std::string) override { co_return Result<void>{}; }
  void on_note(RunNote note) override {
    // The pull says again what the check has said.
    const bool known = std::find(notes.begin(), notes.end(), note) != notes.end();
    if (!known && notes.size() < max_run_notes) notes.push_back(std::move(note));
  }
  void on_rows_read(std::uint64_t rows) override { rows_read = rows; }
  void on_log(int level, std::string line) override {
    constexpr std::array levels{EventLog::Level::debug, EventLog::Level::info,
                                EventLog::Level::warning, EventLog::Level::error};
    const auto known = level >= 0 && level < 4 ? static_cast<std::size_t>(level) : 1;
    parts_.log.write(levels[known], line, {{"source", source_}, {"from", "plugin"}});
  }

  std::vector<FetchedDocument> documents;
  std::vector<RunNote> notes;
  std::uint64_t rows_read = 0;
  std::uint64_t figures = 0;
  std::map<const Measure*, std::uint64_t> by_measure;
  std::map<std::string, std::uint64_t> by_school;  // canonical code
  std::map<std::string, std::uint64_t, std::less<>> unknown;
  std::optional<Period> period;
  std::vector<FirstValue> first_values;

 private:
  Result<void> take(const ObservationBatch& batch, const ObservationRow& row) {
    const auto measure = measures_.find(batch.strings[row.measure]);
    if (measure == measures_.end()) {
      return fail(ErrorKind::plugin, "the plugin emitted the measure \"" +
                                         std::string(batch.strings[row.measure]) +
                                         "\", which its manifest does not declare");
    }
    ++figures;
    const std::string_view code = batch.strings[row.organisation];
    const Organisation* organisation = config_.organisations.find(code);
    if (organisation == nullptr) {
      count_unknown(code);
      return {};
    }
    ++by_measure[measure->second];
    ++by_school[organisation->code];
    const Period covered{date_from_days(row.period_start), date_from_days(row.period_end)};
    if (!period) period = covered;
    period->start = std::min(period->start, covered.start);
    period->end = std::max(period->end, covered.end);
    keep_first(batch, row, *measure->second, *organisation);
    return {};
  }

  void count_unknown(std::string_view code) {
    constexpr std::size_t most_remembered = 100'000;  // a national file has 50,000
    const auto known = unknown.find(code);
    if (known != unknown.end()) {
      ++known->second;
    } else if (unknown.size() < most_remembered) {
      unknown.emplace(std::string(code), 1);
    }
  }

  // One of each measure and school first, whole schools before subgroups, in the order of coming.
  void keep_first(const ObservationBatch& batch, const ObservationRow& row, const Measure& measure,
                  const Organisation& organisation) {
    if (first_values.size() >= most_listed) return;
    const std::string_view subgroup = batch.strings[row.subgroup];
    if (!subgroup.empty()) return;
    if (!shown_.emplace(&measure, organisation.code).second) return;
    FirstValue first;
    first.measure = &measure;
    first.organisation = organisation.name;
    first.subgroup = std::string(subgroup);
    first.period = {date_from_days(row.period_start), date_from_days(row.period_end)};
    const bool percent = measure.unit == Unit::percent;
    first.value = (row.flags & ObservationRow::has_value) != 0
                      ? row.value
                      : (percent ? 100.0 : 1.0) * row.numerator / row.denominator;
    first.document = row.fetch;
    first.row = row.row_first;
    first_values.push_back(std::move(first));
  }

  const CheckParts& parts_;
  const Config& config_;
  const std::string& source_;
  std::map<std::string_view, const Measure*> measures_;
  std::set<std::pair<const Measure*, std::string>> shown_;
};

json::object error_json(const Error& error, const std::string& detail) {
  return {{"kind", to_string(error.kind)},
          {"sentence", error.sentence},
          {"place", error.place},
          {"detail", detail}};
}

json::array documents_json(const CheckSink& sink) {
  json::array all;
  std::set<std::string> told;  // the pull fetches what the check has fetched
  for (const FetchedDocument& document : sink.documents) {
    if (!told.insert(document.origin).second) continue;
    json::object one{
        {"origin", document.origin}, {"size", document.size}, {"modified_at", nullptr}};
    if (document.modified_at_ms != 0) {
      one["modified_at"] = format_timestamp(timestamp_from_milliseconds(document.modified_at_ms));
    }
    all.push_back(std::move(one));
  }
  return all;
}

json::array first_values_json(const CheckSink& sink) {
  json::array all;
  for (const FirstValue& first : sink.first_values) {
    const auto origin =
        std::find_if(sink.documents.rbegin(), sink.documents.rend(),
                     [&](const auto& document) { return document.number == first.document; });
    json::object one{{"measure", first.measure->id},
                     {"title", first.measure->title},
                     {"organisation", first.organisation},
                     {"subgroup", first.subgroup},
                     {"period", format_period(first.period, first.measure->calendar)},
                     {"value", nullptr},
                     {"text", "no value"},
                     {"document", origin == sink.documents.rend() ? "" : origin->origin},
                     {"row", first.row}};
    if (std::isfinite(first.value)) {
      constexpr int decimals = 2;
      one["value"] = first.value;
      one["text"] = format_value(first.value, first.measure->unit, decimals);
    }
    all.push_back(std::move(one));
  }
  return all;
}

void add_schools(json::object& report, const Config& config, const CheckSink& sink) {
  json::array found;
  json::array without;
  for (const Organisation& one : config.organisations.all()) {
    const auto figures = sink.by_school.find(one.code);
    if (figures != sink.by_school.end()) {
      found.push_back(
          json::object{{"code", one.code}, {"name", one.name}, {"figures", figures->second}});
    } else if (one.kind == OrganisationKind::school) {
      without.push_back(json::object{{"code", one.code}, {"name", one.name}});
    }
  }
  report["schools"] = std::move(found);
  report["schools_without"] = std::move(without);
  json::array unknown;
  for (const auto& [code, figures] : sink.unknown) {
    if (unknown.size() == most_listed) break;
    unknown.push_back(json::object{{"code", code}, {"figures", figures}});
  }
  report["unknown"] = std::move(unknown);
  report["unknown_total"] = sink.unknown.size();
}

json::object report_of(const Config& config, const SourceConfig& source, const CheckSink& sink) {
  json::object report;
  report["source"] = source.name;
  report["plugin"] = source.plugin;
  report["error"] = nullptr;
  report["rows_read"] = sink.rows_read;
  report["documents"] = documents_json(sink);
  report["figures"] = sink.figures;
  json::array measures;
  for (const auto& [measure, figures] : sink.by_measure) {
    measures.push_back(
        json::object{{"id", measure->id}, {"title", measure->title}, {"figures", figures}});
  }
  report["measures"] = std::move(measures);
  add_schools(report, config, sink);
  report["period"] = nullptr;
  if (sink.period) {
    report["period"] = json::object{{"start", format_date(sink.period->start)},
                                    {"end", format_date(sink.period->end)}};
  }
  report["first_values"] = first_values_json(sink);
  json::array notes;
  for (const RunNote& note : sink.notes) {
    constexpr std::array levels{"info", "warning", "skipped"};
    notes.push_back(json::object{{"level", levels.at(static_cast<std::size_t>(note.level))},
                                 {"place", note.place},
                                 {"sentence", note.sentence}});
  }
  report["notes"] = std::move(notes);
  return report;
}

}  // namespace

asio::awaitable<json::object> check_source(CheckParts parts, std::shared_ptr<const Config> config,
                                           const SourceConfig& source) {
  Result<PreparedPlugin> prepared = prepare_plugin(source);
  if (prepared && source.hook) {  // there is nothing yet to look at
    prepared = fail(ErrorKind::unsupported,
                    http::waits_to_be_pushed(*config, source) +
                        "; what it would give shows when the first document comes");
  }
  const std::vector<Measure> none;
  CheckSink sink(parts, *config, source.name, prepared ? prepared->manifest.measures : none);
  std::optional<json::object> error;
  if (!prepared) error = error_json(prepared.error(), {});
  for (const plugin_host::Verb verb : {plugin_host::Verb::check, plugin_host::Verb::pull}) {
    if (error) break;
    const auto fetcher =
        fetch::make_fetcher(fetch_policy(*config, source, *prepared, parts.clock, parts.lines));
    plugin_host::PullRequest request =
        pull_request(parts.installation, source, *prepared, parts.clock.now());
    request.verb = verb;
    const plugin_host::PullOutcome outcome =
        co_await plugin_host::run_plugin(std::move(request), sink, *fetcher);
    if (outcome.error) error = error_json(*outcome.error, outcome.developer_detail);
  }
  json::object report = report_of(*config, source, sink);
  if (error) report["error"] = std::move(*error);
  co_return report;
}

}  // namespace kpid::app
