// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A local receiver of webhooks: verifies what comes in as Standard Webhooks asks and says what it
// got, so that an admin sees a delivery arrive before a real receiver is set up. [loop thread]

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/json/object.hpp>

#include "cli/show.hpp"
#include "model/clock.hpp"
#include "model/error.hpp"
#include "model/secret.hpp"

namespace kpid::cli {

struct Received {
  // not_asked: no secret was given; unsigned_card: a Teams card, which nobody signs
  enum class Check { verified, refused, not_asked, unsigned_card };
  Timestamp at{};
  std::string id;    // webhook-id
  std::string type;  // "kpi.alert.firing"; "Teams card"
  Check check = Check::not_asked;
  std::string fault;   // why it was refused
  bool again = false;  // this id has been verified before
  std::string severity;
  std::string text;  // the sentence for people, or the card's text, line by line
  std::string body;
};

// What a body says for people: type, severity and text are filled in.
void read_body(Received& received);
[[nodiscard]] std::string received_text(const Received& received, const Screen& screen);
[[nodiscard]] boost::json::object received_json(const Received& received);

struct ListenOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;       // 0: any that is free
  std::vector<Secret> secrets;  // any of them may have signed
};

class Listener {
 public:
  // `on_received` is called after the answer was written: 204, or 401 where it was refused.
  Listener(boost::asio::io_context& loop, const Clock& clock, ListenOptions options,
           std::function<void(const Received&)> on_received);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // The port that it listens on. An Error where a secret or the address is none, or is taken.
  [[nodiscard]] Result<std::uint16_t> start();
  void stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // shared with the connections that are open
};

// Secrets from a file: one a line; blank lines and lines that start with '#' do not count.
[[nodiscard]] Result<std::vector<Secret>> read_secrets(const std::string& file);

}  // namespace kpid::cli
