// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A mail server on loopback, in a thread of its own, for tests: it takes what it is sent, or
// answers as its script says. It knows STARTTLS, AUTH PLAIN and TLS from the first byte.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/receiver.hpp"

namespace kpid::testing {

struct ReceivedMail {
  std::string from;  // of the envelope, as "<a@b>"
  std::vector<std::string> to;
  std::string text;  // whole, as it was before its dots were doubled
  bool tls = false;
  std::string login;  // the user and the password, "user:password"; empty: nobody logged in
};

class MailSink {
 public:
  enum class Tls { none, offered, from_the_start };
  struct Saying {
    std::string verb;      // "" is the greeting, "." the end of a mail; else MAIL, RCPT, DATA, …
    std::string argument;  // what follows the verb
    std::size_t mails;     // so many have been accepted
  };
  // What is answered instead of yes; "" is no answer at all. [sink's thread]
  using Script = std::function<std::optional<std::string>(const Saying&)>;

  explicit MailSink(Script script = {}, Tls tls = Tls::none,
                    std::optional<Certificate> certificate = std::nullopt);
  ~MailSink();
  MailSink(const MailSink&) = delete;
  MailSink& operator=(const MailSink&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::vector<ReceivedMail> mails() const;    // accepted so far
  [[nodiscard]] std::vector<std::string> commands() const;  // all that was said so far
  [[nodiscard]] std::size_t connections() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kpid::testing
