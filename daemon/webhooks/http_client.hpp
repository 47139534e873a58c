// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Requests by libcurl's multi interface inside the Asio loop: no thread waits for a receiver. A
// request with an envelope is a mail: it goes by SMTP, in a thread of its own (mail_client.hpp).
// One client serves one destination, so that its connections, its limits and its rules are its own.
// [loop thread]

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "model/secret.hpp"
#include "net/addresses.hpp"
#include "webhooks/mail_client.hpp"
#include "webhooks/retry.hpp"

namespace kpid::webhooks {

struct HttpSettings {
  std::vector<net::Network> allowed;  // private networks that may be reached
  std::filesystem::path ca_file;      // where set, the only authority that is trusted
  std::chrono::milliseconds timeout{std::chrono::seconds{20}};
  std::uint32_t connections = 4;
  std::string client_certificate{};  // PEM; empty: none is shown
  Secret client_key{};
  std::string proxy{};        // empty: none, whatever the environment says
  bool allowed_only = false;  // no other address, even a public one
};

struct HttpRequest {
  Secret url;
  std::vector<std::string> headers;  // "name: value"
  std::string body;
  std::optional<Envelope> envelope{};         // the body is a mail, and goes by SMTP
  std::string method{"POST"};                 // of another the body is not sent
  std::vector<std::string> wanted_headers{};  // of the answer
};

class HttpClient {
 public:
  HttpClient(boost::asio::io_context& loop, HttpSettings settings);
  ~HttpClient();  // cancels
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // What the receiver answered, or why none did. Nothing where it was cancelled: then the receiver
  // may or may not have had it.
  [[nodiscard]] boost::asio::awaitable<std::optional<Answer>> send(HttpRequest request);
  [[nodiscard]] boost::asio::awaitable<std::optional<Answer>> post(HttpRequest request) {
    return send(std::move(request));
  }
  void cancel();  // all that is under way

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace kpid::webhooks
