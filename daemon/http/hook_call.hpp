// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What a caller over TCP wants, judged by the request's header alone, and what it is told. Knows no
// sockets. Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>

#include "http/call_in.hpp"
#include "http/hook_proof.hpp"
#include "model/config.hpp"
#include "model/error.hpp"
#include "model/time.hpp"

namespace kpid::http {

struct CallAnswer {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers{};
  std::string reason{};  // why it was refused; empty where it was not
};

struct Call {
  enum class Kind { health, push, link } kind = Kind::health;
  std::string name;        // of the source, or the link's token
  bool submitted = false;  // a link's form
  std::uint64_t size_limit = 0;
  HookConfig hook{};  // push: as it was when the header came
  ProofHeaders proof{};
  bool waits_for_go_ahead = false;  // Expect: 100-continue
};

using CallHeader = boost::beast::http::header<true>;

// `length` is the body's, where it is told; `chunked` where it comes in pieces.
[[nodiscard]] tl::expected<Call, CallAnswer> read_call(const Config& config,
                                                       const CallHeader& header,
                                                       std::optional<std::uint64_t> length,
                                                       bool chunked, Timestamp now);

// The source's name of "/hooks/NAME", where that is one: for the log.
[[nodiscard]] std::string hook_named(std::string_view target);

// {"error": {"kind", "sentence", "place"}}, as the API says it.
[[nodiscard]] CallAnswer refuse_call(unsigned status, std::string sentence);
[[nodiscard]] CallAnswer retry_later(unsigned status, const Error& error, unsigned seconds);
[[nodiscard]] CallAnswer too_large(std::uint64_t limit);
// What a push is told of its run.
[[nodiscard]] CallAnswer answer_of(const Result<Taken>& taken);
[[nodiscard]] CallAnswer answer_of(Page page);

}  // namespace kpid::http
