// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json.hpp>
#include <date/tz.h>
#include <fmt/core.h>
#include <unistd.h>

#include "cli/audit.hpp"
#include "cli/csv.hpp"

namespace kpid::cli {
namespace {

namespace json = boost::json;

enum class Kind { text, time, number };
struct Column {
  const char* heading;
  const char* key;
  Kind kind = Kind::text;
};

const std::vector<Column>& delivery_columns() {
  static const std::vector<Column> columns{
      {"Event time", "at", Kind::time},
      {"Event id", "event"},
      {"Event", "type"},
      {"Alert id", "alert"},
      {"Rule", "rule"},
      {"KPI", "kpi"},
      {"KPI title", "kpi_title"},
      {"School URN", "organisation"},
      {"School", "organisation_name"},
      {"Severity", "severity"},
      {"What was said", "sentence"},
      {"Destination", "destination"},
      {"Format", "format"},
      {"Delivery", "delivery", Kind::number},
      {"State", "state"},
      {"Attempt", "attempt", Kind::number},
      {"Attempted at", "attempted_at", Kind::time},
      {"Answer", "status", Kind::number},
      {"Error", "error"},
      {"Latency in ms", "latency_ms", Kind::number},
      {"Next attempt at", "next_attempt_at", Kind::time},
      {"Instead of", "instead_of"},
      {"In the digest", "digest"},
  };
  return columns;
}

const std::vector<Column>& alert_columns() {
  static const std::vector<Column> columns{
      {"Alert id", "alert"},
      {"Rule", "rule"},
      {"KPI", "kpi"},
      {"KPI title", "kpi_title"},
      {"School URN", "organisation"},
      {"School", "organisation_name"},
      {"Subgroup", "subgroup"},
      {"State", "state"},
      {"Since", "since"},
      {"Opened at", "opened_at", Kind::time},
      {"Fired at", "fired_at", Kind::time},
      {"Acknowledged by", "acknowledged_by"},
      {"Acknowledged at", "acknowledged_at", Kind::time},
      {"Note", "note"},
      {"Acknowledged until", "acknowledged_until", Kind::time},
      {"Resolved at", "resolved_at", Kind::time},
      {"Resolution", "resolution"},
      {"Worst severity", "worst_severity"},
      {"Last value", "value", Kind::number},
      {"Last value in words", "text"},
      {"First told", "first_told"},
      {"First told at", "first_told_at", Kind::time},
  };
  return columns;
}

// "2026-09-01 07:30:00+01:00" in the trust's zone.
std::string zoned(std::string_view instant, const std::string& timezone) {
  const auto at = parse_timestamp(instant);
  if (!at) return std::string(instant);
  const auto second = std::chrono::floor<std::chrono::seconds>(*at);
  try {
    return date::format("%F %T%Ez",
                        date::make_zoned(timezone.empty() ? "Etc/UTC" : timezone, second));
  } catch (const std::exception&) {  // a zone that this machine does not know
    return date::format("%F %T+00:00", second);
  }
}

CsvCell cell_of(const json::value& row, const Column& column, const std::string& timezone) {
  const json::value* value = row.as_object().if_contains(column.key);
  if (value == nullptr || value->is_null()) return {};
  if (!value->is_string()) return {json::serialize(*value), true};
  const std::string_view text = value->get_string();
  if (column.kind == Kind::time) return {zoned(text, timezone), true};
  return {std::string(text), false};
}

// Where the rows go: stdout, or a file that takes its name at the end.
class Sink {
 public:
  explicit Sink(const std::filesystem::path& file) : file_(file) {}
  ~Sink() {
    if (handle_ == nullptr) return;
    std::fclose(handle_);
    std::remove(part_.c_str());
  }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  Result<void> open() {
    if (file_.empty()) return {};
    part_ = file_.string() + ".part";
    handle_ = std::fopen(part_.c_str(), "wbe");
    return handle_ == nullptr ? broken("made") : Result<void>{};
  }
  Result<void> write(std::string_view text) {
    std::FILE* to = handle_ == nullptr ? stdout : handle_;
    if (std::fwrite(text.data(), 1, text.size(), to) != text.size()) return broken("written");
    return {};
  }
  Result<void> close() {
    if (handle_ == nullptr) return std::fflush(stdout) == 0 ? Result<void>{} : broken("written");
    std::FILE* handle = std::exchange(handle_, nullptr);
    const bool flushed = std::fflush(handle) == 0 && ::fsync(::fileno(handle)) == 0;
    const bool closed = std::fclose(handle) == 0;
    if (!flushed || !closed || std::rename(part_.c_str(), file_.c_str()) != 0) {
      auto fault = broken("written");
      std::remove(part_.c_str());
      return fault;
    }
    return {};
  }

 private:
  [[nodiscard]] Result<void> broken(const char* what) const {
    const std::string name = file_.empty() ? "the output" : file_.string();
    return fail(ErrorKind::storage,
                name + " cannot be " + what + ": " + std::strerror(errno));  // NOLINT: one thread
  }

  std::filesystem::path file_;
  std::string part_;
  std::FILE* handle_ = nullptr;
};

class Export {
 public:
  Export(const std::filesystem::path& socket, const ExportCommand& command,
         const Terminal& terminal)
      : socket_(socket),
        command_(command),
        terminal_(terminal),
        columns_(command.alerts ? alert_columns() : delivery_columns()),
        json_(terminal.json && !command.csv),
        sink_(command.output) {}

  int run() {
    std::string after;
    do {
      Question question;
      question.target = target(after);
      question.limit = std::chrono::minutes{5};
      auto reply = ask(socket_, question);
      if (!reply || !reply->ok()) return refused(reply);
      auto written = page(*reply);
      if (!written) return report(written.error(), exit_code::not_done, terminal_);
      after = next_of(reply->body);
    } while (!after.empty());
    auto ended = end();
    if (!ended) return report(ended.error(), exit_code::not_done, terminal_);
    if (!command_.output.empty() && terminal_.progress) {
      fmt::print(stderr, "{} in {}\n", plural(static_cast<std::int64_t>(rows_), "row", "rows"),
                 printable(command_.output.string()));
    }
    return exit_code::success;
  }

 private:
  [[nodiscard]] std::string target(const std::string& after) const {
    std::string text = command_.alerts ? "/api/v1/export/alerts" : "/api/v1/export/deliveries";
    char mark = '?';
    const auto add = [&](std::string_view key, const std::string& value) {
      if (value.empty()) return;
      text += std::exchange(mark, '&') + std::string(key) + "=" + percent_encoded(value);
    };
    add("since", command_.since);
    add("until", command_.until);
    add("after", after);
    return text;
  }

  static std::string next_of(const json::value& body) {
    const json::value& next = member(body, "/next");
    if (next.is_null()) return {};
    return next.is_string() ? std::string(next.get_string()) : json::serialize(next);
  }

  int refused(const Result<Reply>& reply) {
    if (!reply) {
      const ErrorKind kind = reply.error().kind;
      return report(reply.error(),
                    kind == ErrorKind::transient ? exit_code::not_running
                    : kind == ErrorKind::config  ? exit_code::not_allowed
                                                 : exit_code::broken,
                    terminal_);
    }
    Error error{ErrorKind::internal, text_at(reply->body, "/error/sentence"), {}};
    if (error.sentence.empty()) error.sentence = "kpid answered " + std::to_string(reply->status);
    return report(error, exit_code::refused, terminal_);
  }

  Result<void> begin() {
    if (std::exchange(begun_, true)) return {};
    auto opened = sink_.open();
    if (!opened) return opened;
    if (json_) return sink_.write("[");
    // Of a file it is likely that a spreadsheet opens it; a pipe goes to a program.
    const bool mark = command_.mark || (!command_.output.empty() && !command_.no_mark);
    std::string head = mark ? std::string(byte_order_mark) : std::string();
    std::vector<CsvCell> cells;
    for (const Column& column : columns_) cells.push_back({column.heading, false});
    return sink_.write(head + csv_line(cells));
  }

  Result<void> page(const Reply& reply) {
    auto begun = begin();
    if (!begun) return begun;
    std::string text;
    for (const json::value& row : list_at(reply.body, "/rows")) {
      if (!row.is_object()) continue;
      if (json_) {
        text += (rows_ == 0 ? "\n" : ",\n") + json::serialize(row);
      } else {
        std::vector<CsvCell> cells;
        for (const Column& column : columns_) {
          cells.push_back(cell_of(row, column, reply.timezone));
        }
        text += csv_line(cells);
      }
      ++rows_;
    }
    return sink_.write(text);
  }

  Result<void> end() {
    if (json_) {
      auto written = sink_.write("\n]\n");
      if (!written) return written;
    }
    return sink_.close();
  }

  const std::filesystem::path& socket_;
  const ExportCommand& command_;
  const Terminal& terminal_;
  const std::vector<Column>& columns_;
  bool json_;
  Sink sink_;
  bool begun_ = false;
  std::size_t rows_ = 0;
};

}  // namespace

int run_export(const std::filesystem::path& socket, const ExportCommand& command,
               const Terminal& terminal) {
  return Export(socket, command, terminal).run();
}

}  // namespace kpid::cli
