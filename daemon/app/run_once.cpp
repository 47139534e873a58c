// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/run_once.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "alerts/timing.hpp"
#include "cli/table.hpp"
#include "http/hook_address.hpp"

namespace kpid::app {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::chrono::seconds longest_drain{60};

struct Line {
  std::string source;
  Result<PullReport> report;
  bool waits = false;  // to be pushed to: the report says so, and nothing failed
};

struct Totals {
  std::uint64_t opened = 0;
  std::uint64_t changed = 0;
  std::uint64_t resolved = 0;
  void add(const ingest::Evaluation& evaluation) {
    opened += evaluation.alerts_opened;
    changed += evaluation.alerts_changed;
    resolved += evaluation.alerts_resolved;
  }
};

// What is told by a later kpid, at its destination's time.
struct Waiting {
  std::uint64_t events = 0;
  std::optional<Timestamp> next;
  std::string until;
};
Waiting waiting_of(const ingest::Bundles& left, const Config& config, Timestamp now) {
  Waiting waiting{left.waiting, left.next_due, {}};
  if (left.next_due) waiting.until = moment_words(*left.next_due, now, config.timezone);
  return waiting;
}

bool failed(const Line& line) {
  return !line.waits && (!line.report || line.report->run.outcome == RunOutcome::failed);
}

std::string outcome_of(const Line& line) {
  if (line.waits) return "waits";
  return line.report ? std::string(to_string(line.report->run.outcome)) : "not run";
}

std::string reason_of(const Line& line) {
  return line.report ? line.report->run.reason : line.report.error().text();
}

json::array notes_of(const Run& run) {
  json::array all;
  for (const RunNote& note : run.notes) {
    all.push_back(json::object{{"place", note.place}, {"sentence", note.sentence}});
  }
  return all;
}

json::object summary_json(const std::vector<Line>& lines, const Totals& alerts,
                          const webhooks::Outbox::Counters& counters, const Waiting& waiting,
                          bool ok) {
  json::array sources;
  for (const Line& line : lines) {
    json::object one;
    one["source"] = line.source;
    one["outcome"] = outcome_of(line);
    one["reason"] = reason_of(line);
    if (line.report) {
      const RunCounts& counts = line.report->run.counts;
      one["rows_read"] = counts.rows_read;
      one["new"] = counts.created;
      one["revised"] = counts.revised;
      one["unchanged"] = counts.unchanged;
      one["left_out"] = counts.refused;
      one["notes"] = notes_of(line.report->run);
    }
    sources.push_back(std::move(one));
  }
  return {{"ok", ok},
          {"sources", std::move(sources)},
          {"alerts",
           {{"opened", alerts.opened}, {"changed", alerts.changed}, {"resolved", alerts.resolved}}},
          {"deliveries",
           {{"delivered", counters.delivered},
            {"failed_attempts", counters.failed_attempts},
            {"given_up", counters.dead}}},
          {"waiting",
           {{"events", waiting.events},
            {"next_at", waiting.next ? json::value(format_timestamp(*waiting.next)) : nullptr}}}};
}

std::string summary_text(const std::vector<Line>& lines, const Totals& alerts,
                         const webhooks::Outbox::Counters& counters, const Waiting& waiting,
                         bool colour) {
  using cli::Paint;
  std::vector<cli::Row> rows{
      {{"source"}, {"outcome"}, {"rows read"}, {"new"}, {"revised"}, {"unchanged"}, {"left out"}}};
  std::string said;
  for (const Line& line : lines) {
    const std::string outcome = outcome_of(line);
    cli::Row row{{line.source}, {outcome, failed(line) ? Paint::red : Paint::green}};
    if (line.report) {
      const RunCounts& counts = line.report->run.counts;
      for (const std::uint64_t count :
           {counts.rows_read, counts.created, counts.revised, counts.unchanged, counts.refused}) {
        row.push_back({std::to_string(count)});
      }
    }
    rows.push_back(std::move(row));
    if (failed(line) || line.waits) {
      said +=
          fmt::format("  {}: {}\n", cli::printable(line.source), cli::printable(reason_of(line)));
    }
    if (!line.report) continue;
    for (const RunNote& note : line.report->run.notes) {
      said += fmt::format("  {}: {}{}{}\n", cli::printable(line.source), cli::printable(note.place),
                          note.place.empty() ? "" : ": ", cli::printable(note.sentence));
    }
    const std::uint64_t kept = line.report->run.notes.size();
    if (line.report->run.notes_total > kept) {
      said += fmt::format("  {}: and {} more\n", cli::printable(line.source),
                          line.report->run.notes_total - kept);
    }
  }
  std::string text = cli::table_text(rows, colour);
  if (!said.empty()) text += "\n" + said;
  text += fmt::format("\nalerts: {} opened, {} changed, {} resolved\n", alerts.opened,
                      alerts.changed, alerts.resolved);
  text += fmt::format("deliveries: {} delivered, {} failed attempts, {} given up\n",
                      counters.delivered, counters.failed_attempts, counters.dead);
  if (waiting.events > 0) {
    text += fmt::format("waiting: {} event{} for {} destination's time{}\n", waiting.events,
                        waiting.events == 1 ? "" : "s", waiting.events == 1 ? "its" : "their",
                        waiting.until.empty() ? "" : ", the first until " + waiting.until);
  }
  return text;
}

void progress(const std::string& source) {
  if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "pulling {} …\n", cli::printable(source));
}

}  // namespace

asio::awaitable<int> run_once(Daemon& daemon, std::shared_ptr<const Config> config, bool json) {
  std::vector<Line> lines;
  Totals alerts;
  alerts.add(daemon.judged_at_open());
  for (const SourceConfig& source : config->sources) {
    if (source.hook) {
      lines.push_back({source.name,
                       fail(ErrorKind::unsupported, http::waits_to_be_pushed(*config, source)),
                       true});
      continue;
    }
    progress(source.name);
    auto report = co_await daemon.pull_once(source.name);
    Line line{source.name, std::move(report), false};
    if (line.report) alerts.add(line.report->evaluation);
    lines.push_back(std::move(line));
  }
  const auto due = co_await daemon.judge_due();
  if (due) {
    alerts.add(*due);
  } else {
    fmt::print(stderr, "kpid: what is due today could not be judged: {}\n",
               cli::printable(due.error().text()));
  }
  const auto left = co_await daemon.tell_waiting();
  if (!left) {
    fmt::print(stderr, "kpid: what waits for its time could not be told: {}\n",
               cli::printable(left.error().text()));
  }
  co_await daemon.outbox().drain(longest_drain);
  const auto counters = daemon.outbox().counters();
  const Waiting waiting = left ? waiting_of(*left, *config, SystemClock{}.now()) : Waiting{};
  bool ok = due && left && counters.failed_attempts == 0 && counters.dead == 0;
  for (const Line& line : lines) ok = ok && !failed(line);
  if (json) {
    fmt::print("{}\n", json::serialize(summary_json(lines, alerts, counters, waiting, ok)));
  } else {
    const bool colour = isatty(STDOUT_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
    fmt::print("{}", summary_text(lines, alerts, counters, waiting, colour));
  }
  co_return ok ? exit_ok : exit_failed_part;
}

}  // namespace kpid::app
