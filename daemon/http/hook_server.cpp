// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The transport: a TCP port, HTTP/1.1 over it, and the limits that keep a slow, greedy or hostile
// caller from harming anyone but itself.

#include "http/hook_server.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <map>
#include <set>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "http/hook_address.hpp"
#include "http/hook_call.hpp"

namespace kpid::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;
using Steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr auto tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_ahead = 64U << 10U;
constexpr std::uint64_t most_told_a_minute = 10;
constexpr unsigned busy_seconds = 10;
// What is still on its way when a request is refused: read, so that the answer arrives.
constexpr std::size_t most_drained = 1U << 20U;
constexpr milliseconds drain_time{2'000};

using Parser = beast::http::request_parser<beast::http::string_body>;
using Response = beast::http::response<beast::http::string_body>;

// Ends what a connection waits for at a deadline, and leaves it open: there is an answer to give.
class Watch {
 public:
  explicit Watch(tcp::socket& socket) : socket_(socket), timer_(socket.get_executor()) {}
  ~Watch() { state_->over = true; }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  void until(Steady::time_point end) {
    state_->passed = false;
    const std::uint64_t number = ++state_->number;
    timer_.expires_at(end);
    timer_.async_wait([state = state_, number, &socket = socket_](const error_code& cancelled) {
      if (cancelled || state->over || state->number != number) return;
      state->passed = true;
      error_code ignored;
      socket.cancel(ignored);
    });
  }
  void rest() {
    ++state_->number;
    timer_.cancel();
  }
  [[nodiscard]] bool passed() const noexcept { return state_->passed; }

 private:
  struct State {
    bool over = false;  // the socket must not be looked at any more
    bool passed = false;
    std::uint64_t number = 0;
  };
  tcp::socket& socket_;
  asio::steady_timer timer_;
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

struct Connection {
  Connection(tcp::socket from, std::size_t most_buffered)
      : socket(std::move(from)), watch(socket), buffer(most_buffered) {
    error_code unknown;
    const auto peer = socket.remote_endpoint(unknown);
    if (!unknown) address = peer.address().to_string();
  }
  tcp::socket socket;
  Watch watch;
  beast::flat_buffer buffer;
  std::string address;
  bool at_work = false;  // for a request that has come whole
};

// The few places for large bodies. Who has proven whom they come from before the body shares some;
// of others each hook has one, so that who has no proof keeps away nobody but the source that they
// name.
class Places {
 public:
  // One of them, given back at its end.
  class Place {
   public:
    explicit Place(std::size_t& taken) : taken_(taken) { ++taken_; }
    ~Place() { --taken_; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

   private:
    std::size_t& taken_;
  };

  // False where there is none.
  bool take(const Call& call, std::size_t for_proven, std::optional<Place>& place) {
    const bool proven = call.hook.proof == HookConfig::Proof::bearer;
    std::size_t& taken = taken_[proven ? std::string() : call.name];
    if (taken >= (proven ? for_proven : 1)) return false;
    place.emplace(taken);
    return true;
  }

 private:
  std::map<std::string, std::size_t> taken_;  // a hook's name; "" is of the proven ones
};

Error too_many() {
  return {ErrorKind::transient, "too many connections are open; try again in a moment", {}};
}

Error no_room() {
  return {
      ErrorKind::transient, "several large documents are being pushed; try again in a moment", {}};
}

// What to say to a request that could not be read; nothing where nobody listens any more.
std::optional<CallAnswer> unreadable(const error_code& problem) {
  using beast::http::error;
  if (problem == error::header_limit || problem == error::buffer_overflow) {
    return refuse_call(431, "the request's header is too long");
  }
  static const auto& http_errors = beast::http::make_error_code(error::bad_method).category();
  const bool gone = problem == error::end_of_stream || problem == error::partial_message;
  if (problem.category() != http_errors || gone) return std::nullopt;
  return refuse_call(400, "this is not an HTTP/1.1 request");
}

Response make_response(CallAnswer answer, unsigned version, bool keep_alive, bool head) {
  Response response;
  response.result(answer.status);
  response.version(version);
  response.set(beast::http::field::content_type, answer.content_type);
  response.set(beast::http::field::cache_control, "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : answer.headers) response.set(name, value);
  response.keep_alive(keep_alive);
  response.body() = std::move(answer.body);
  response.prepare_payload();
  if (head) response.body().clear();  // the length stays that of the GET
  return response;
}

}  // namespace

// Shared by the server and its connections, so that a push that is still being worked on when the
// server goes has something to stand on.
class HookServer::Impl : public std::enable_shared_from_this<HookServer::Impl> {
 public:
  Impl(asio::io_context& loop, const Clock& clock, CallIn call_in,
       std::function<void(const Refusal&)> on_refused, HookLimits limits)
      : loop_(loop),
        clock_(clock),
        call_in_(std::move(call_in)),
        on_refused_(std::move(on_refused)),
        limits_(limits) {}

  void configure(std::shared_ptr<const Config> config) { config_ = std::move(config); }

  Result<void> listen(const std::optional<ListenConfig>& wanted) {
    if (!wanted) {
      close();
      return {};
    }
    const bool same_place = bound_ && bound_->address == wanted->address &&
                            (bound_->port == wanted->port || wanted->port == 0);
    if (same_place) return {};
    auto opened = open(*wanted);
    const std::optional<ListenConfig> before = bound_;
    // "0.0.0.0:8417" cannot be had while "127.0.0.1:8417" is: the old one makes way.
    if (!opened && before && before->port == wanted->port) {
      close();
      opened = open(*wanted);
      if (!opened) {
        auto again = open(*before);
        if (again) take(std::move(*again), *before);
      }
    }
    if (!opened) return tl::unexpected(std::move(opened.error()));
    close();
    take(std::move(*opened), *wanted);
    return {};
  }

  [[nodiscard]] std::string address() const { return bound_ ? listen_text(*bound_) : ""; }

  void stop() {
    stopping_ = true;
    close();
    error_code ignored;
    for (Connection* one : connections_) {
      if (!one->at_work) one->socket.close(ignored);
    }
  }

  void end() {
    stop();
    call_in_ = {};
    on_refused_ = nullptr;
    error_code ignored;
    for (Connection* one : connections_) one->socket.close(ignored);
  }

 private:
  using Acceptor = std::shared_ptr<tcp::acceptor>;

  Result<Acceptor> open(const ListenConfig& wanted) {
    error_code problem;
    const auto address = asio::ip::make_address(wanted.address, problem);
    auto acceptor = std::make_shared<tcp::acceptor>(loop_);
    const tcp::endpoint endpoint(address, wanted.port);
    const auto attempt = [&](auto step) {
      if (!problem) step();
    };
    attempt([&] { acceptor->open(endpoint.protocol(), problem); });
    attempt([&] { acceptor->set_option(asio::socket_base::reuse_address(true), problem); });
    attempt([&] {
      // "[::]" is the IPv6 addresses alone, as written.
      if (address.is_v6()) acceptor->set_option(asio::ip::v6_only(true), problem);
    });
    attempt([&] { acceptor->bind(endpoint, problem); });
    attempt([&] { acceptor->listen(asio::socket_base::max_listen_connections, problem); });
    if (!problem) return acceptor;
    if (problem == asio::error::address_in_use) {
      return fail(ErrorKind::conflict,
                  "another program listens on this address already; stop it, or give [http] "
                  "another port",
                  listen_text(wanted));
    }
    return fail(ErrorKind::config,
                "kpid cannot listen at the address of [http]: " + problem.message(),
                listen_text(wanted));
  }

  void take(Acceptor acceptor, const ListenConfig& wanted) {
    acceptor_ = std::move(acceptor);
    bound_ = wanted;
    bound_->port = acceptor_->local_endpoint().port();
    asio::co_spawn(loop_, accept(shared_from_this(), acceptor_), asio::detached);
  }

  void close() {
    error_code ignored;
    if (acceptor_) acceptor_->close(ignored);
    acceptor_.reset();
    bound_.reset();
  }

  static asio::awaitable<void> accept(std::shared_ptr<Impl> self, Acceptor acceptor) {
    asio::steady_timer pause(self->loop_);
    while (acceptor->is_open()) {
      auto [problem, socket] = co_await acceptor->async_accept(tuple);
      if (!acceptor->is_open()) co_return;
      if (problem) {  // out of descriptors: let some come free
        pause.expires_after(milliseconds{100});
        co_await pause.async_wait(tuple);
        continue;
      }
      const std::size_t open = self->connections_.size();
      if (open >= 2 * self->limits_.connections) continue;  // closes it
      asio::co_spawn(self->loop_,
                     converse(self, std::move(socket), open >= self->limits_.connections),
                     asio::detached);
    }
  }

  static asio::awaitable<void> converse(std::shared_ptr<Impl> self, tcp::socket socket, bool busy) {
    Connection connection(std::move(socket), self->limits_.header_bytes + read_ahead);
    self->connections_.insert(&connection);
    const auto leave = [&self, &connection](void*) { self->connections_.erase(&connection); };
    const std::unique_ptr<void, decltype(leave)> left(&connection, leave);
    bool more = true;
    while (more && !self->stopping_) more = co_await self->exchange(connection, busy);
    error_code ignored;
    connection.socket.shutdown(tcp::socket::shutdown_both, ignored);
  }

  // One request and its answer; whether the connection goes on.
  asio::awaitable<bool> exchange(Connection& connection, bool busy) {
    Parser parser;
    parser.header_limit(limits_.header_bytes);
    parser.body_limit(boost::none);  // each hook has its own
    connection.watch.until(Steady::now() + limits_.header_time);
    auto [problem, got] = co_await beast::http::async_read_header(connection.socket,
                                                                  connection.buffer, parser, tuple);
    if (problem) {
      std::optional<CallAnswer> refused = unreadable(problem);
      if (connection.watch.passed() && connection.buffer.size() + got > 0) {
        refused = refuse_call(408, "the request did not come in time");
      }
      if (!refused) co_return false;
      const bool told = co_await answer(connection, *refused, 11, false, false);
      if (told) co_await drain(connection);
      co_return false;
    }
    const auto& header = parser.get().base();
    const unsigned version = header.version();
    const bool head = header.method() == beast::http::verb::head;
    const std::string hook = hook_named({header.target().data(), header.target().size()});
    bool keep = parser.get().keep_alive() && !busy;
    CallAnswer said;
    if (busy) {
      said = retry_later(503, too_many(), busy_seconds);
    } else {
      said = co_await serve(connection, parser);
    }
    if (!hook.empty() && said.status >= 400) tell(hook, connection.address, said);
    // What has not been read cannot be told from the next request.
    const bool whole = parser.is_done();
    keep = keep && whole && !stopping_;
    const bool written = co_await answer(connection, said, version, keep, head);
    connection.at_work = false;
    if (written && !whole) co_await drain(connection);
    co_return written&& keep;
  }

  // From the header to what is said.
  asio::awaitable<CallAnswer> serve(Connection& connection, Parser& parser) {
    const Timestamp now = clock_.now();
    std::optional<std::uint64_t> length;
    if (const auto told = parser.content_length()) length = *told;
    auto call = read_call(*config_, parser.get().base(), length, parser.chunked(), now);
    if (!call) co_return std::move(call.error());
    std::optional<Places::Place> place;
    const bool large = length && *length > limits_.small_body;
    if (large && !places_.take(*call, limits_.bodies, place)) {
      co_return retry_later(503, no_room(), busy_seconds);
    }
    parser.body_limit(call->size_limit);
    if (call->waits_for_go_ahead && connection.buffer.size() == 0 && !parser.is_done()) {
      const bool told = co_await go_ahead(connection);
      if (!told) co_return refuse_call(408, "nobody waits for the answer");
    }
    auto refused = co_await read_body(connection, parser, *call, place);
    if (refused) co_return too_large_or(*refused, call->size_limit);
    connection.at_work = true;
    connection.watch.rest();
    co_return co_await guarded(*call, parser.get().body(), now);
  }

  static CallAnswer too_large_or(CallAnswer refused, std::uint64_t limit) {
    return refused.status == 413 ? too_large(limit) : refused;
  }

  // When the body is too slow, if nothing more of it comes.
  [[nodiscard]] Steady::time_point end_of_patience(Steady::time_point start,
                                                   std::uint64_t received) const {
    const auto earned = [received](std::uint64_t pace) {
      return milliseconds{static_cast<std::int64_t>(received * 1000 / pace)};
    };
    return start + std::min(limits_.body_time + earned(limits_.fast_pace),
                            std::max(limits_.patience, earned(limits_.slow_pace)));
  }

  asio::awaitable<std::optional<CallAnswer>> read_body(Connection& connection, Parser& parser,
                                                       const Call& call,
                                                       std::optional<Places::Place>& place) {
    const auto start = Steady::now();
    while (!parser.is_done()) {
      const std::uint64_t received = parser.get().body().size();
      const bool large = received > limits_.small_body;
      if (large && !place && !places_.take(call, limits_.bodies, place)) {
        co_return retry_later(503, no_room(), busy_seconds);
      }
      connection.watch.until(end_of_patience(start, received));
      auto [problem, got] = co_await beast::http::async_read_some(connection.socket,
                                                                  connection.buffer, parser, tuple);
      if (connection.watch.passed()) {
        co_return refuse_call(408, "the body came too slowly, or not at all");
      }
      if (problem == beast::http::error::body_limit) co_return refuse_call(413, {});
      if (problem) co_return refuse_call(400, "the body broke off, or is not as its header says");
    }
    co_return std::nullopt;
  }

  asio::awaitable<bool> go_ahead(Connection& connection) {
    static constexpr std::string_view words = "HTTP/1.1 100 Continue\r\n\r\n";
    connection.watch.until(Steady::now() + limits_.write_time);
    auto [problem, sent] =
        co_await asio::async_write(connection.socket, asio::buffer(words), tuple);
    co_return !problem;
  }

  asio::awaitable<CallAnswer> guarded(const Call& call, std::string& body, Timestamp now) {
    std::string problem;
    try {
      co_return co_await act(call, body, now);
    } catch (const std::exception& thrown) {
      problem = thrown.what();
    }
    co_return refuse_call(500, "kpid could not answer this request: " + problem);
  }

  asio::awaitable<CallAnswer> act(const Call& call, std::string& body, Timestamp now) {
    if (call.kind == Call::Kind::health) {
      CallAnswer well;
      well.body = "{\"healthy\":true}";
      co_return well;
    }
    if (call.kind == Call::Kind::link) {
      if (!call_in_.acknowledge) co_return refuse_call(404, "there is nothing here");
      auto acknowledging = call_in_.acknowledge(call.name, call.submitted, std::move(body));
      Page page = co_await std::move(acknowledging);
      co_return answer_of(std::move(page));
    }
    const auto proven = check_proof(call.hook, call.proof, body, now);
    if (!proven) {
      const bool ours = proven.error().kind != ErrorKind::source;
      co_return refuse_call(ours ? 500 : 401, proven.error().sentence);
    }
    if (!call_in_.push) co_return refuse_call(404, "there is nothing here");
    Pushed pushed;
    pushed.id = push_id(call.hook, call.proof, body);
    pushed.id_is_own = call.hook.proof == HookConfig::Proof::standard_webhooks;
    pushed.body = std::move(body);
    auto pushing = call_in_.push(call.name, std::move(pushed));
    const Result<Taken> taken = co_await std::move(pushing);
    co_return answer_of(taken);
  }

  asio::awaitable<bool> answer(Connection& connection, CallAnswer& said, unsigned version,
                               bool keep, bool head) {
    Response response = make_response(std::move(said), version, keep, head);
    connection.watch.until(Steady::now() + limits_.write_time);
    beast::http::serializer<false, beast::http::string_body> serializer(response);
    auto [problem, sent] = co_await beast::http::async_write(connection.socket, serializer, tuple);
    connection.watch.rest();
    co_return !problem;
  }

  // A socket that is closed with something unread takes its last answer along.
  static asio::awaitable<void> drain(Connection& connection) {
    error_code ignored;
    connection.socket.shutdown(tcp::socket::shutdown_send, ignored);
    connection.watch.until(Steady::now() + drain_time);
    std::array<char, 8192> rest{};
    for (std::size_t seen = 0; seen < most_drained;) {
      auto [problem, got] = co_await connection.socket.async_read_some(asio::buffer(rest), tuple);
      if (problem) break;
      seen += got;
    }
    connection.watch.rest();
  }

  void tell(const std::string& source, const std::string& from, const CallAnswer& said) {
    const auto minute = std::chrono::floor<std::chrono::minutes>(clock_.now());
    if (minute != minute_) {
      minute_ = minute;
      told_ = 0;
    }
    if (++told_ > most_told_a_minute) {
      ++untold_;
      return;
    }
    if (on_refused_) {
      on_refused_({source, from, said.status, said.reason, std::exchange(untold_, 0)});
    }
  }

  asio::io_context& loop_;
  const Clock& clock_;
  CallIn call_in_;
  std::function<void(const Refusal&)> on_refused_;
  HookLimits limits_;
  std::shared_ptr<const Config> config_;
  Acceptor acceptor_;
  std::optional<ListenConfig> bound_;
  std::set<Connection*> connections_;
  Places places_;
  std::chrono::sys_time<std::chrono::minutes> minute_{};
  std::uint64_t told_ = 0;
  std::uint64_t untold_ = 0;
  bool stopping_ = false;
};

HookServer::HookServer(asio::io_context& loop, const Clock& clock, CallIn call_in,
                       std::function<void(const Refusal&)> on_refused, HookLimits limits)
    : impl_(
          std::make_shared<Impl>(loop, clock, std::move(call_in), std::move(on_refused), limits)) {}

HookServer::~HookServer() { impl_->end(); }

void HookServer::configure(std::shared_ptr<const Config> config) {
  impl_->configure(std::move(config));
}

Result<void> HookServer::listen(const std::optional<ListenConfig>& wanted) {
  return impl_->listen(wanted);
}

std::string HookServer::address() const { return impl_->address(); }

void HookServer::stop() { impl_->stop(); }

}  // namespace kpid::http
