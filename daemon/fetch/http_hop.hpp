// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// One request and its answer, as libcurl's callbacks see them. Private to the HTTP files.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fetch/http_fetch.hpp"

namespace kpid::fetch {

struct HttpFetch::Hop {
  Hop(const FetchPolicy& fetch_policy, const net::Route& route, std::string shown)
      : policy(fetch_policy), place(std::move(shown)) {
    gate.route = &route;
  }
  // Nothing is sent yet. False where libcurl lacks the memory.
  [[nodiscard]] bool prepare(const Url& url, const Headers& headers,
                             const std::optional<std::string>& body);

  [[nodiscard]] Error too_large() const;

  const FetchPolicy& policy;
  std::string place;  // for errors
  net::Gate gate;
  net::List lines;
  HttpAnswer answer;
  bool keeps_content = true;       // in a file; else a short text is kept in memory
  std::optional<Scratch> content;  // of an answer of success
  std::string text;                // likewise, where not kept in a file
  std::size_t skipped = 0;         // bytes of other answers
  std::size_t header_bytes = 0;
  bool head_is_whole = false;
  std::optional<Error> fault;  // why a callback stopped the transfer
  net::Easy easy;              // last: it looks into the others until it is gone

 private:
  bool take(std::string_view bytes);
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user);
};

}  // namespace kpid::fetch
