// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/event_log.hpp"

#include <cstdlib>

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/sinks/systemd_sink.h>

namespace kpid::app {
namespace {

constexpr std::size_t longest_line = 8192;

spdlog::level::level_enum level_of(EventLog::Level level) {
  switch (level) {
    case EventLog::Level::debug:
      return spdlog::level::debug;
    case EventLog::Level::info:
      return spdlog::level::info;
    case EventLog::Level::warning:
      return spdlog::level::warn;
    case EventLog::Level::error:
      return spdlog::level::err;
    case EventLog::Level::critical:
      return spdlog::level::critical;
  }
  return spdlog::level::info;
}

void append_escaped(std::string& out, std::string_view text, bool quoted) {
  for (const char c : text) {
    if (quoted && (c == '"' || c == '\\')) {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
}

bool needs_quotes(std::string_view text) {
  return text.empty() || text.find_first_of(" \"\\=\t\r\n") != std::string_view::npos;
}

}  // namespace

std::shared_ptr<EventLog> EventLog::open() {
  // systemd sets JOURNAL_STREAM where stderr is the journal (systemd.exec(5)).
  spdlog::sink_ptr sink;
  if (std::getenv("JOURNAL_STREAM") != nullptr) {
    sink = std::make_shared<spdlog::sinks::systemd_sink_mt>("kpid");
  } else {
    sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    sink->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
  }
  return std::make_shared<EventLog>(std::make_shared<spdlog::logger>("kpid", std::move(sink)));
}

EventLog::EventLog(std::shared_ptr<spdlog::logger> logger) : logger_(std::move(logger)) {
  logger_->flush_on(spdlog::level::warn);
}

void EventLog::set_level(std::string_view level) {
  logger_->set_level(spdlog::level::from_str(std::string(level)));
}

void EventLog::write(Level level, std::string_view sentence, Facts facts) {
  const auto wanted = level_of(level);
  if (logger_->should_log(wanted)) logger_->log(wanted, line(sentence, facts));
}

std::string EventLog::line(std::string_view sentence, Facts facts) {
  std::string out;
  append_escaped(out, sentence, false);
  for (const auto& [key, value] : facts) {
    out += ' ';
    out += key;
    out += '=';
    const bool quoted = needs_quotes(value);
    if (quoted) out += '"';
    append_escaped(out, value, quoted);
    if (quoted) out += '"';
  }
  if (out.size() > longest_line) {
    out.resize(longest_line);
    out += "…";
  }
  return out;
}

}  // namespace kpid::app
