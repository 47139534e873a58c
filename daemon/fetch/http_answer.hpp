// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What follows from a server's answer, and from none: a pure function, so that every case is a
// test's row.

#include <chrono>
#include <optional>
#include <string>

#include "model/error.hpp"
#include "net/route.hpp"

namespace kpid::fetch {

struct HttpAnswer {
  long status = 0;
  std::string location;  // of a redirect
  std::string etag;
  std::string last_modified;
  std::optional<std::chrono::seconds> retry_after;
};

// Nothing for 2xx, 304 and redirects: those go on.
[[nodiscard]] std::optional<Error> fault_of_answer(const HttpAnswer& answer,
                                                   const std::string& place);
[[nodiscard]] bool is_redirect(const HttpAnswer& answer) noexcept;

// libcurl's own reasons, for an HTTP transfer that did not end with an answer.
[[nodiscard]] Error fault_of_transfer(CURLcode code, CURL* easy, const net::Gate& gate,
                                      std::chrono::milliseconds silence, const std::string& place);

}  // namespace kpid::fetch
