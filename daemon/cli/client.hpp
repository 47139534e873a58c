// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Asks the daemon one question over its UNIX socket.

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

#include <boost/json/value.hpp>

#include "model/error.hpp"

namespace kpid::cli {

struct Reply {
  unsigned status = 0;
  std::string text;
  boost::json::value body;
  std::string timezone;  // the trust's
  [[nodiscard]] bool ok() const noexcept { return status >= 200 && status < 300; }
};

struct Question {
  bool post = false;
  std::string target;  // "/api/v1/…", encoded
  std::string body;
  std::chrono::seconds limit{30};
  std::function<void(std::chrono::seconds waited)> on_wait;  // once a second
};

// ErrorKind::transient: nobody listens there. ErrorKind::config: this user may not. Any other: the
// daemon did not answer as it should.
[[nodiscard]] Result<Reply> ask(const std::filesystem::path& socket, const Question& question);

// For a name or a value inside a target.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace kpid::cli
