// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "cli/listen.hpp"

#include <chrono>
#include <deque>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "webhooks/signature.hpp"

namespace kpid::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::uint32_t most_header_bytes = 16U << 10U;
constexpr std::uint64_t most_body_bytes = 1U << 20U;
constexpr std::size_t most_connections = 64;
constexpr std::size_t most_ids = 100'000;
constexpr std::chrono::seconds time_limit{30};

using Request = http::request<http::string_body>;
using Response = http::response<http::empty_body>;

std::string header(const Request& request, std::string_view name) {
  return std::string(request[beast::string_view(name.data(), name.size())]);
}

}  // namespace

class Listener::Impl : public std::enable_shared_from_this<Listener::Impl> {
 public:
  Impl(asio::io_context& loop, const Clock& clock, ListenOptions options,
       std::function<void(const Received&)> on_received)
      : loop_(loop),
        acceptor_(loop),
        clock_(clock),
        options_(std::move(options)),
        on_received_(std::move(on_received)) {}

  Result<std::uint16_t> start() {
    for (const Secret& secret : options_.secrets) {
      auto valid = webhooks::check_key(secret);
      if (!valid) return tl::unexpected(std::move(valid).error());
    }
    error_code problem;
    const auto address = asio::ip::make_address(options_.address, problem);
    if (problem) {
      return fail(ErrorKind::config, "\"" + options_.address + "\" is not an IP address");
    }
    const tcp::endpoint endpoint(address, options_.port);
    acceptor_.open(endpoint.protocol(), problem);
    if (!problem) acceptor_.set_option(asio::socket_base::reuse_address(true), problem);
    if (!problem) acceptor_.bind(endpoint, problem);
    if (!problem) acceptor_.listen(asio::socket_base::max_listen_connections, problem);
    if (problem) {
      return fail(ErrorKind::conflict, "nobody can listen on " + options_.address + ", port " +
                                           std::to_string(options_.port) + ": " +
                                           problem.message() + "; give another with --port");
    }
    asio::co_spawn(loop_, accept(shared_from_this()), asio::detached);
    return acceptor_.local_endpoint().port();
  }

  void stop() {
    error_code ignored;
    acceptor_.close(ignored);
    for (beast::tcp_stream* stream : streams_) stream->close();
  }

 private:
  static asio::awaitable<void> accept(std::shared_ptr<Impl> self) {
    asio::steady_timer pause(self->loop_);
    while (self->acceptor_.is_open()) {
      auto [problem, socket] = co_await self->acceptor_.async_accept(tuple);
      if (!self->acceptor_.is_open()) co_return;
      if (problem) {
        pause.expires_after(std::chrono::milliseconds{100});
        co_await pause.async_wait(tuple);
        continue;
      }
      if (self->streams_.size() >= most_connections) continue;  // closes it
      asio::co_spawn(self->loop_, converse(self, beast::tcp_stream(std::move(socket))),
                     asio::detached);
    }
  }

  static asio::awaitable<void> converse(std::shared_ptr<Impl> self, beast::tcp_stream stream) {
    self->streams_.insert(&stream);
    const auto leave = [&self, &stream](void*) { self->streams_.erase(&stream); };
    const std::unique_ptr<void, decltype(leave)> left(&stream, leave);
    beast::flat_buffer buffer;
    bool more = true;
    while (more) more = co_await exchange(*self, stream, buffer);
    error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
  }

  static asio::awaitable<bool> exchange(Impl& self, beast::tcp_stream& stream,
                                        beast::flat_buffer& buffer) {
    http::request_parser<http::string_body> parser;
    parser.header_limit(most_header_bytes);
    parser.body_limit(most_body_bytes);
    stream.expires_after(time_limit);
    auto [read_problem, taken] = co_await http::async_read(stream, buffer, parser, tuple);
    if (read_problem) co_return false;
    Request request = parser.release();
    Response response;
    response.version(request.version());
    response.keep_alive(request.keep_alive());
    response.result(http::status::method_not_allowed);
    std::optional<Received> received;
    if (request.method() == http::verb::post) {
      received = self.judge(request);
      response.result(received->check == Received::Check::refused ? http::status::unauthorized
                                                                  : http::status::no_content);
    } else {
      response.set(http::field::allow, "POST");
    }
    response.prepare_payload();
    http::serializer<false, http::empty_body> serializer(response);
    auto [write_problem, sent] = co_await http::async_write(stream, serializer, tuple);
    if (received) self.on_received_(*received);
    co_return !write_problem && request.keep_alive();
  }

  Received judge(const Request& request) {
    Received received;
    received.at = clock_.now();
    received.id = header(request, "webhook-id");
    received.body = request.body();
    read_body(received);
    const std::string timestamp = header(request, "webhook-timestamp");
    const std::string signature = header(request, "webhook-signature");
    if (received.type == "Teams card" && signature.empty()) {
      received.check = Received::Check::unsigned_card;
      return received;
    }
    for (const Secret& secret : options_.secrets) {
      auto verified =
          webhooks::verify(secret, {received.id, timestamp, signature}, received.body, received.at);
      if (verified) {
        received.check = Received::Check::verified;
        received.fault.clear();
        break;
      }
      received.check = Received::Check::refused;
      received.fault = verified.error().sentence;
    }
    // An id that was forged must not make the real one look like a repetition.
    if (received.check != Received::Check::refused) received.again = !remember(received.id);
    return received;
  }

  // Whether the id is new.
  bool remember(const std::string& id) {
    if (id.empty()) return true;
    if (!seen_.insert(id).second) return false;
    order_.push_back(id);
    if (order_.size() > most_ids) {
      seen_.erase(order_.front());
      order_.pop_front();
    }
    return true;
  }

  asio::io_context& loop_;
  tcp::acceptor acceptor_;
  const Clock& clock_;
  ListenOptions options_;
  std::function<void(const Received&)> on_received_;
  std::set<beast::tcp_stream*> streams_;
  std::set<std::string> seen_;
  std::deque<std::string> order_;
};

Listener::Listener(asio::io_context& loop, const Clock& clock, ListenOptions options,
                   std::function<void(const Received&)> on_received)
    : impl_(std::make_shared<Impl>(loop, clock, std::move(options), std::move(on_received))) {}

Listener::~Listener() { impl_->stop(); }

Result<std::uint16_t> Listener::start() { return impl_->start(); }

void Listener::stop() { impl_->stop(); }

Result<std::vector<Secret>> read_secrets(const std::string& file) {
  std::ifstream stream(file);
  if (!stream) {
    return fail(ErrorKind::config, "the file of secrets cannot be read", file);
  }
  std::vector<Secret> secrets;
  for (std::string line; std::getline(stream, line);) {
    const std::size_t start = line.find_first_not_of(" \t\r");
    if (start == std::string::npos || line[start] == '#') continue;
    line.erase(line.find_last_not_of(" \t\r") + 1);
    secrets.emplace_back(line.substr(start));
  }
  if (secrets.empty()) return fail(ErrorKind::config, "the file holds no secret", file);
  return secrets;
}

}  // namespace kpid::cli
