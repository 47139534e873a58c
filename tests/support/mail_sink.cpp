// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "support/mail_sink.hpp"

#include <algorithm>
#include <cctype>
#include <mutex>
#include <thread>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <openssl/evp.h>

namespace kpid::testing {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using TlsStream = asio::ssl::stream<tcp::socket&>;

std::string decoded(const std::string& base64) {
  std::string bytes(base64.size(), '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(base64.data()),
                                     static_cast<int>(base64.size()));
  bytes.resize(static_cast<std::size_t>(std::max(length, 0)));
  while (bytes.ends_with('\0')) bytes.pop_back();
  return bytes;
}

// "\0user\0password"
std::string login_in(const std::string& argument) {
  std::string bytes = decoded(argument.substr(std::min(argument.size(), argument.find(' ') + 1)));
  if (!bytes.empty()) bytes.erase(0, 1);
  std::replace(bytes.begin(), bytes.end(), '\0', ':');
  return bytes;
}

}  // namespace

class MailSink::Impl {
 public:
  Impl(Script script, MailSink::Tls tls, const std::optional<Certificate>& certificate)
      : script_(std::move(script)), tls_(tls) {
    if (certificate) {
      context_.use_certificate(asio::buffer(certificate->certificate), asio::ssl::context::pem);
      context_.use_private_key(asio::buffer(certificate->key), asio::ssl::context::pem);
    }
    tcp::acceptor acceptor(loop_, {asio::ip::address_v4::loopback(), 0});
    port_ = acceptor.local_endpoint().port();
    asio::co_spawn(loop_, accept(std::move(acceptor)), asio::detached);
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~Impl() {
    loop_.stop();
    thread_.join();
  }

  // What is said over one connection.
  struct Session {
    ReceivedMail mail;
    std::string buffer;
    bool secure = false;
  };

  awaitable<void> accept(tcp::acceptor acceptor) {
    for (;;) {
      auto socket = co_await acceptor.async_accept(asio::use_awaitable);
      {
        const std::lock_guard hold(mutex_);
        ++connections_;
      }
      asio::co_spawn(loop_, serve(std::move(socket)), asio::detached);
    }
  }

  awaitable<void> serve(tcp::socket socket) {
    Session session;
    if (tls_ != MailSink::Tls::from_the_start) {
      const std::string greeting = greet();
      co_await say(socket, greeting);
      const bool secured = co_await talk(socket, session);
      if (!secured) co_return;
    }
    TlsStream stream(socket, context_);
    co_await stream.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
    session.secure = true;
    session.buffer.clear();
    if (tls_ == MailSink::Tls::from_the_start) {
      const std::string greeting = greet();
      co_await say(stream, greeting);
    }
    co_await talk(stream, session);
  }

  // True: TLS begins now.
  template <class Stream>
  awaitable<bool> talk(Stream& stream, Session& session) {
    for (;;) {
      const std::string line = co_await read_to(stream, session, "\r\n");
      const std::size_t end = std::min(line.find(' '), line.size());
      std::string verb = line.substr(0, end);
      for (char& c : verb) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      std::string argument = line.substr(std::min(end + 1, line.size()));
      {
        const std::lock_guard hold(mutex_);
        commands_.push_back(line);
      }
      const std::string reply = answer(verb, argument, usual(verb, session));
      if (verb == "AUTH" && reply.starts_with('2') && argument.find(' ') == std::string::npos) {
        const std::string go_on = "334 ";
        co_await say(stream, go_on);
        argument += ' ';
        argument += co_await read_to(stream, session, "\r\n");
      }
      co_await say(stream, reply);
      if (verb == "QUIT") co_return false;
      if (reply.front() != '2' && reply.front() != '3') continue;
      if (verb == "STARTTLS") co_return true;
      if (verb == "AUTH") session.mail.login = login_in(argument);
      if (verb == "MAIL") begin(session, argument);
      if (verb == "RCPT") session.mail.to.push_back(argument.substr(argument.find(':') + 1));
      if (verb == "DATA") co_await take(stream, session);
    }
  }

  static void begin(Session& session, const std::string& argument) {
    const std::size_t from = argument.find(':') + 1;
    session.mail.from = argument.substr(from, argument.find(' ', from) - from);
    session.mail.to.clear();
    session.mail.tls = session.secure;
  }

  std::string usual(const std::string& verb, const Session& session) const {
    if (verb == "EHLO") {
      const bool offered = tls_ == MailSink::Tls::offered && !session.secure;
      return std::string("250-sink.example\r\n") + (offered ? "250-STARTTLS\r\n" : "") +
             "250 AUTH PLAIN";
    }
    if (verb == "STARTTLS") return "220 go ahead";
    if (verb == "AUTH") return "235 welcome";
    if (verb == "DATA") return "354 end with a dot";
    if (verb == "QUIT") return "221 good-bye";
    return "250 fine";
  }

  template <class Stream>
  awaitable<void> take(Stream& stream, Session& session) {
    // A mail ends with a line of one dot; one of nothing is that line alone.
    std::string text = co_await read_to(stream, session, "\r\n.\r\n");
    text += "\r\n";
    for (std::size_t at = text.starts_with("..") ? 0 : text.find("\r\n.."); at != std::string::npos;
         at = text.find("\r\n..", at + 2)) {
      text.erase(at + (at == 0 && text.starts_with("..") ? 0 : 2), 1);
    }
    session.mail.text = std::move(text);
    const std::string reply = answer(".", "", "250 queued");
    if (reply.starts_with("250")) {
      const std::lock_guard hold(mutex_);
      mails_.push_back(session.mail);
    }
    co_await say(stream, reply);
  }

  template <class Stream>
  static awaitable<std::string> read_to(Stream& stream, Session& session, std::string_view end) {
    const std::size_t length = co_await asio::async_read_until(
        stream, asio::dynamic_buffer(session.buffer), end, asio::use_awaitable);
    std::string text = session.buffer.substr(0, length - end.size());
    session.buffer.erase(0, length);
    co_return text;
  }

  template <class Stream>
  static awaitable<void> say(Stream& stream, const std::string& reply) {
    if (reply.empty()) {
      asio::steady_timer forever(co_await asio::this_coro::executor,
                                 std::chrono::steady_clock::time_point::max());
      co_await forever.async_wait(asio::use_awaitable);
    }
    const std::string line = reply + "\r\n";
    co_await asio::async_write(stream, asio::buffer(line), asio::use_awaitable);
  }

  std::string greet() { return answer("", "", "220 sink.example ESMTP"); }

  std::string answer(const std::string& verb, const std::string& argument,
                     const std::string& usual) {
    std::size_t mails = 0;
    {
      const std::lock_guard hold(mutex_);
      mails = mails_.size();
    }
    const auto own = script_ ? script_({verb, argument, mails}) : std::nullopt;
    return own.value_or(usual);
  }

  Script script_;
  MailSink::Tls tls_;
  asio::ssl::context context_{asio::ssl::context::tls_server};
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<ReceivedMail> mails_;
  std::vector<std::string> commands_;
  std::size_t connections_ = 0;
  asio::io_context loop_;
  std::thread thread_;
};

MailSink::MailSink(Script script, Tls tls, std::optional<Certificate> certificate)
    : impl_(std::make_unique<Impl>(std::move(script), tls, certificate)) {}
MailSink::~MailSink() = default;
std::uint16_t MailSink::port() const noexcept { return impl_->port_; }
std::string MailSink::url() const {
  return (impl_->tls_ == Tls::from_the_start ? "smtps://127.0.0.1:" : "smtp://127.0.0.1:") +
         std::to_string(port());
}
std::vector<ReceivedMail> MailSink::mails() const {
  const std::lock_guard hold(impl_->mutex_);
  return impl_->mails_;
}
std::vector<std::string> MailSink::commands() const {
  const std::lock_guard hold(impl_->mutex_);
  return impl_->commands_;
}
std::size_t MailSink::connections() const {
  const std::lock_guard hold(impl_->mutex_);
  return impl_->connections_;
}

}  // namespace kpid::testing
