// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Mails by libcurl's SMTP, in threads of their own: libcurl waits for a mail server's last word,
// and for its good-bye, without giving the loop back, and a slow one would delay everybody.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "model/secret.hpp"
#include "net/route.hpp"
#include "webhooks/retry.hpp"

namespace kpid::webhooks {

struct Envelope {
  std::string from;
  std::vector<std::string> to;  // all of them, or the mail is not sent
  std::string user;             // empty: nobody logs in
  Secret password;
  bool tls = true;  // STARTTLS where the URL is smtp://; false: in clear, to allowed networks only
};

struct Mail {
  Secret url;  // "smtp://host:587" or "smtps://host:465"
  Envelope envelope;
  std::string text;  // whole, with its headers
};

class MailClient {
 public:
  // Told once, from `loop`: what the server answered, or why none did; nothing where it was
  // cancelled.
  using Done = std::function<void(std::optional<Answer>)>;

  MailClient(boost::asio::any_io_executor loop, net::Route route, std::uint32_t connections);
  ~MailClient();  // cancels, and waits for the threads: a second at most
  MailClient(const MailClient&) = delete;
  MailClient& operator=(const MailClient&) = delete;

  void send(Mail mail, Done done);
  void cancel();  // all that is under way or waits for a thread

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kpid::webhooks
