// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The daemon's log: one line an event, in words, followed by its facts as key=value, so that it
// reads well in a terminal and greps well in the journal. A Secret has no way in.

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace spdlog {
class logger;
}

namespace kpid::app {

class EventLog {
 public:
  enum class Level { debug, info, warning, error, critical };
  using Facts = std::initializer_list<std::pair<std::string_view, std::string>>;

  // To the journal where systemd has connected it, else to stderr.
  [[nodiscard]] static std::shared_ptr<EventLog> open();
  explicit EventLog(std::shared_ptr<spdlog::logger> logger);

  void set_level(std::string_view level);  // "debug", "info", "warning", "error"
  void write(Level level, std::string_view sentence, Facts facts = {});  // [any thread]
  void info(std::string_view sentence, Facts facts = {}) { write(Level::info, sentence, facts); }
  void warning(std::string_view sentence, Facts facts = {}) {
    write(Level::warning, sentence, facts);
  }
  void error(std::string_view sentence, Facts facts = {}) { write(Level::error, sentence, facts); }

  // "sentence key=value key="a value with blanks"": control characters are escaped, so that what
  // comes from outside cannot forge a line.
  [[nodiscard]] static std::string line(std::string_view sentence, Facts facts);

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace kpid::app
