// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "support/receiver.hpp"

#include <atomic>
#include <cctype>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

namespace kpid::testing {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::awaitable;
using asio::ip::tcp;
using Tls = asio::ssl::stream<tcp::socket>;

ReceivedRequest remembered(const http::request<http::string_body>& request) {
  ReceivedRequest kept;
  kept.method = std::string{request.method_string()};
  kept.target = std::string{request.target()};
  kept.body = request.body();
  kept.at = std::chrono::steady_clock::now();
  for (const auto& field : request) {
    std::string name{field.name_string()};
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    kept.headers[name] = std::string{field.value()};
  }
  return kept;
}

}  // namespace

class Receiver::Impl {
 public:
  Impl(Script script, std::optional<Certificate> tls, std::string client_authority, bool outdated)
      : script_(std::move(script)),
        tls_(std::move(tls)),
        client_authority_(std::move(client_authority)),
        outdated_(outdated) {}

  // A loop for each start: what an earlier one left open is gone with it.
  struct Running {
    asio::io_context loop;
    std::optional<asio::ssl::context> tls;
    std::thread thread;
  };

  void start() {
    auto running = std::make_unique<Running>();
    if (tls_) {
      running->tls.emplace(outdated_ ? asio::ssl::context::tlsv1_server
                                     : asio::ssl::context::tls_server);
      // Else OpenSSL itself would refuse to speak it.
      if (outdated_) SSL_CTX_set_security_level(running->tls->native_handle(), 0);
      running->tls->use_certificate(asio::buffer(tls_->certificate), asio::ssl::context::pem);
      running->tls->use_private_key(asio::buffer(tls_->key), asio::ssl::context::pem);
      if (!client_authority_.empty()) {
        running->tls->set_verify_mode(asio::ssl::verify_peer |
                                      asio::ssl::verify_fail_if_no_peer_cert);
        running->tls->add_certificate_authority(asio::buffer(client_authority_));
      }
    }
    tcp::acceptor acceptor(running->loop);
    acceptor.open(tcp::v4());
    acceptor.set_option(tcp::acceptor::reuse_address(true));
    acceptor.bind({asio::ip::address_v4::loopback(), port_});
    acceptor.listen();
    port_ = acceptor.local_endpoint().port();
    asio::co_spawn(running->loop, accept(*running, std::move(acceptor)), asio::detached);
    running->thread = std::thread([loop = &running->loop] { loop->run(); });
    running_ = std::move(running);
  }

  void stop() {
    if (!running_) return;
    running_->loop.stop();
    running_->thread.join();
    running_.reset();
  }

  awaitable<void> accept(Running& running, tcp::acceptor acceptor) {
    for (;;) {
      auto socket = co_await acceptor.async_accept(asio::use_awaitable);
      const std::size_t number = ++connections_;
      if (running.tls) {
        asio::co_spawn(running.loop, secure(Tls(std::move(socket), *running.tls), number),
                       asio::detached);
      } else {
        asio::co_spawn(running.loop, serve(std::move(socket), number), asio::detached);
      }
    }
  }

  awaitable<void> secure(Tls stream, std::size_t number) {
    co_await stream.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
    co_await serve(std::move(stream), number);
  }

  template <class Stream>
  awaitable<void> serve(Stream stream, std::size_t connection) {
    boost::beast::flat_buffer buffer;
    for (;;) {
      http::request<http::string_body> request;
      co_await http::async_read(stream, buffer, request, asio::use_awaitable);
      const Reply reply = answer(remembered(request), connection);
      if (reply.hang_up) co_return;
      if (reply.never) {
        asio::steady_timer forever(co_await asio::this_coro::executor,
                                   std::chrono::steady_clock::time_point::max());
        co_await forever.async_wait(asio::use_awaitable);
      }
      http::response<http::string_body> response{static_cast<http::status>(reply.status), 11};
      for (const auto& [name, value] : reply.headers) response.set(name, value);
      if (reply.endless > 0) {
        co_await endless(stream, reply);
        co_return;
      }
      response.body() = reply.body;
      response.prepare_payload();
      co_await http::async_write(stream, response, asio::use_awaitable);
    }
  }

  template <class Stream>
  awaitable<void> endless(Stream& stream, const Reply& reply) {
    const std::string head = "HTTP/1.1 " + std::to_string(reply.status) +
                             " OK\r\nContent-Length: " + std::to_string(reply.endless) + "\r\n\r\n";
    co_await asio::async_write(stream, asio::buffer(head), asio::use_awaitable);
    const std::string part(65536, 'x');
    for (std::uint64_t sent = 0; sent < reply.endless; sent += part.size()) {
      co_await asio::async_write(stream, asio::buffer(part), asio::use_awaitable);
      bytes_sent_ += part.size();
    }
  }

  Reply answer(ReceivedRequest request, std::size_t connection) {
    request.connection = connection;
    std::size_t number = 0;
    {
      const std::lock_guard hold(mutex_);
      number = requests_.size();
      requests_.push_back(request);
    }
    return script_(request, number);
  }

  std::vector<ReceivedRequest> requests() const {
    const std::lock_guard hold(mutex_);
    return requests_;
  }

  Script script_;
  std::optional<Certificate> tls_;
  std::string client_authority_;
  bool outdated_;
  std::uint16_t port_ = 0;
  std::atomic<std::uint64_t> bytes_sent_{0};
  std::size_t connections_ = 0;
  mutable std::mutex mutex_;
  std::vector<ReceivedRequest> requests_;
  std::unique_ptr<Running> running_;
};

Receiver::Receiver(Script script, std::optional<Certificate> tls, std::string client_authority,
                   bool outdated)
    : impl_(std::make_unique<Impl>(std::move(script), std::move(tls), std::move(client_authority),
                                   outdated)) {
  impl_->start();
}
Receiver::~Receiver() { impl_->stop(); }
void Receiver::stop() { impl_->stop(); }
void Receiver::start() { impl_->start(); }
std::uint16_t Receiver::port() const noexcept { return impl_->port_; }
std::string Receiver::url(const std::string& path) const {
  return (impl_->tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port()) + path;
}
std::vector<ReceivedRequest> Receiver::requests() const { return impl_->requests(); }
std::uint64_t Receiver::bytes_sent() const noexcept { return impl_->bytes_sent_; }

}  // namespace kpid::testing
