// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What kpid answers over TCP: GET /healthz, POST /hooks/SOURCE and /ack/TOKEN, and nothing else; no
// API, no TLS (a reverse proxy's affair). Everyone who can reach the port may speak: whatever comes
// is limited in size and time before it is looked at, and kept in memory until it is proven.
// [loop thread]

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>

#include "http/call_in.hpp"
#include "model/clock.hpp"
#include "model/config.hpp"
#include "model/error.hpp"

namespace kpid::http {

struct HookLimits {
  std::uint32_t header_bytes = 8U << 10U;
  std::size_t connections = 64;
  // Of more than small_body bytes, at one time, with a proof in the header; of others one a hook.
  std::size_t bodies = 4;
  std::uint64_t small_body = 64U << 10U;
  std::chrono::milliseconds header_time{10'000};  // for all of it; so long a connection may rest
  // A body may take body_time, and a second more for each fast_pace bytes that have come; after
  // `patience` it must have come at slow_pace bytes a second.
  std::chrono::milliseconds body_time{60'000};
  std::chrono::milliseconds patience{10'000};
  std::uint64_t fast_pace = 64U << 10U;
  std::uint64_t slow_pace = 1U << 10U;
  std::chrono::milliseconds write_time{30'000};
};

// A push that was not taken, for the log: nothing secret, and at most ten a minute are told.
struct Refusal {
  std::string source;  // as the caller wrote it, where that is a name at all
  std::string from;    // the peer's address; behind a proxy the proxy's
  unsigned status = 0;
  std::string reason;
  std::uint64_t untold = 0;  // that were refused before it and passed over
};

class HookServer {
 public:
  HookServer(boost::asio::io_context& loop, const Clock& clock, CallIn call_in,
             std::function<void(const Refusal&)> on_refused, HookLimits limits = {});
  ~HookServer();
  HookServer(const HookServer&) = delete;
  HookServer& operator=(const HookServer&) = delete;

  void configure(std::shared_ptr<const Config> config);
  // Listens where `wanted` says, and no longer where it listened before; nothing: nowhere. After an
  // Error everything is as it was. ErrorKind::conflict where the port is in use.
  Result<void> listen(const std::optional<ListenConfig>& wanted);
  // "127.0.0.1:8417"; empty where it listens nowhere.
  [[nodiscard]] std::string address() const;
  // Takes nothing more. Who waits for a run is answered when it has ended.
  void stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // shared with the connections that are open
};

}  // namespace kpid::http
