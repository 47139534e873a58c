// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#pragma once

// A real HTTP receiver on loopback, in a thread of its own, for tests: it answers as its script
// says and remembers what it was sent.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kpid::testing {

struct ReceivedRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  std::chrono::steady_clock::time_point at;
  std::size_t connection = 0;  // counted from 1: the same number is the same connection

  [[nodiscard]] std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
};

struct Reply {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::uint64_t endless = 0;  // that many bytes of body instead, as long as the client reads
  bool never = false;         // the request is read, and nothing follows
  bool hang_up = false;       // the connection is closed instead
};

// A certificate with its key, both PEM.
struct Certificate {
  std::string certificate;
  std::string key;
};
[[nodiscard]] Certificate make_authority(const std::string& name);
// For 127.0.0.1 and localhost, or for `host` alone; signed by itself where there is no authority.
[[nodiscard]] Certificate make_certificate(const std::optional<Certificate>& authority,
                                           const std::string& host = {});
[[nodiscard]] Certificate make_expired_certificate(const Certificate& authority);

class Receiver {
 public:
  // `number` counts the requests from 0. [receiver's thread]
  using Script = std::function<Reply(const ReceivedRequest& request, std::size_t number)>;

  // With the certificate of a `client_authority` (PEM), only callers with one of its certificates.
  // `outdated`: it speaks no TLS but 1.0.
  explicit Receiver(Script script, std::optional<Certificate> tls = std::nullopt,
                    std::string client_authority = {}, bool outdated = false);
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  void stop();   // connections to its port are refused
  void start();  // at the same port again
  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] std::string url(const std::string& path = "/hook") const;
  [[nodiscard]] std::vector<ReceivedRequest> requests() const;  // so far, over all starts
  [[nodiscard]] std::uint64_t bytes_sent() const noexcept;      // of endless bodies

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kpid::testing
