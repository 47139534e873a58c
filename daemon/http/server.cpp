// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The transport: a UNIX socket, HTTP/1.1 over it, and the limits that keep a clumsy or hostile
// client from harming anyone but itself.

#include "http/server.hpp"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/routes.hpp"

namespace kpid::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using local = asio::local::stream_protocol;
using Stream = beast::basic_stream<local, asio::any_io_executor>;
using boost::system::error_code;

constexpr std::uint32_t most_header_bytes = 16U << 10U;
constexpr std::uint64_t most_body_bytes = 64U << 10U;
constexpr std::size_t most_connections = 64;
constexpr std::size_t reader_threads = 2;
// A whole request must come within this time, and so must the next on the same connection.
constexpr std::chrono::seconds read_limit{15};
constexpr std::chrono::seconds write_limit{30};

constexpr auto tuple = asio::as_tuple(asio::use_awaitable);

using Response = beast::http::response<beast::http::string_body>;

Response make_response(Answer answer, unsigned version, bool keep_alive, bool head) {
  Response response;
  response.result(answer.status);
  response.version(version);
  response.set(beast::http::field::content_type, "application/json");
  response.set(beast::http::field::cache_control, "no-store");
  if (!answer.allow.empty()) response.set(beast::http::field::allow, answer.allow);
  response.keep_alive(keep_alive);
  response.body() = std::move(answer.body);
  response.prepare_payload();
  if (head) response.body().clear();  // the length stays that of the GET
  return response;
}

// What to say to a request that could not be read; nothing where nobody listens any more.
std::optional<Answer> refusal(const error_code& problem) {
  using beast::http::error;
  if (problem == error::header_limit || problem == error::buffer_overflow) {
    return error_answer(431, {ErrorKind::config, "the request's header is too long", {}});
  }
  if (problem == error::body_limit) {
    return error_answer(413, {ErrorKind::config, "the request's body is too long", {}});
  }
  static const auto& http_errors = beast::http::make_error_code(error::bad_method).category();
  const bool gone = problem == error::end_of_stream || problem == error::partial_message;
  if (problem.category() != http_errors || gone) return std::nullopt;
  return error_answer(400, {ErrorKind::config, "this is not an HTTP/1.1 request", {}});
}

// Which file a path names, to know our own socket again.
struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};
std::optional<FileIdentity> identity_of(const std::filesystem::path& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return std::nullopt;
  return FileIdentity{found.st_dev, found.st_ino};
}

// Makes way for our socket: a stale one goes, a live one or another kind of file stays.
Result<void> clear_way(asio::io_context& loop, const std::filesystem::path& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return {};  // bind() says what is wrong, if anything
  if (!S_ISSOCK(found.st_mode)) {
    return fail(ErrorKind::config,
                "this is a file, not a socket: give the socket another path, or move the file away",
                path.string());
  }
  local::socket probe(loop);
  error_code problem;
  probe.connect(local::endpoint(path.string()), problem);
  if (problem == asio::error::connection_refused) {
    if (::unlink(path.c_str()) == 0) return {};
    return fail(ErrorKind::config, "the stale socket of an earlier kpid cannot be removed",
                path.string());
  }
  if (problem && problem != asio::error::try_again) {
    return fail(ErrorKind::config,
                "the socket that stands here cannot be reached: " + problem.message(),
                path.string());
  }
  return fail(ErrorKind::conflict, "another kpid listens on this socket already", path.string());
}

// Watches, as long as it lives, whether the client is still there. Nobody reads from the connection
// meanwhile; what the client may send ahead stays where it is, and ends the watch.
class Presence {
 public:
  explicit Presence(Stream& stream) : stream_(stream) {
    stream_.socket().async_wait(
        local::socket::wait_read, [state = state_, &stream](const error_code& problem) {
          if (problem || state->over) return;
          char byte = 0;
          const int socket = stream.socket().native_handle();
          const auto got = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
          if (got == 0) state->gone = true;
        });
  }
  ~Presence() {
    state_->over = true;
    error_code ignored;
    stream_.socket().cancel(ignored);
  }
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;
  [[nodiscard]] std::shared_ptr<const std::atomic<bool>> gone() const {
    return {state_, &state_->gone};
  }

 private:
  struct State {
    std::atomic<bool> gone = false;
    bool over = false;  // the stream must not be looked at any more
  };
  Stream& stream_;
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace

// Shared by the server and its connections, so that a request that is still being worked on when
// the server goes has something to stand on.
class Server::Impl : public std::enable_shared_from_this<Server::Impl> {
 public:
  Impl(asio::io_context& loop, const store::Database& database, const Clock& clock, Actions actions)
      : loop_(loop),
        acceptor_(loop),
        readers_(database, reader_threads),
        backtests_(database, actions.render),
        routes_(clock, std::move(actions), readers_, backtests_) {}

  void configure(std::shared_ptr<const Config> config) { config_ = std::move(config); }

  Result<void> listen(const std::filesystem::path& path) {
    constexpr std::size_t longest_path = 107;  // sockaddr_un
    if (path.empty() || path.string().size() > longest_path) {
      return fail(ErrorKind::config, "a socket's path must have 1 to 107 bytes", path.string());
    }
    auto clear = clear_way(loop_, path);
    if (!clear) return clear;
    error_code problem;
    const auto attempt = [&](auto step) {
      if (!problem) step();
    };
    attempt([&] { acceptor_.open(local(), problem); });
    attempt([&] { acceptor_.bind(local::endpoint(path.string()), problem); });
    // Nobody gets in between bind and listen, so the mode is right before it matters.
    attempt([&] {
      if (::chmod(path.c_str(), 0660) != 0) problem.assign(errno, boost::system::system_category());
    });
    attempt([&] { acceptor_.listen(asio::socket_base::max_listen_connections, problem); });
    if (problem) {
      error_code ignored;
      acceptor_.close(ignored);
      return fail(ErrorKind::config, "the socket cannot be made: " + problem.message(),
                  path.string());
    }
    path_ = path;
    identity_ = identity_of(path);
    asio::co_spawn(loop_, accept(shared_from_this()), asio::detached);
    return {};
  }

  void stop() {
    error_code ignored;
    acceptor_.close(ignored);
    if (identity_ && identity_of(path_) == identity_) ::unlink(path_.c_str());
    identity_.reset();
    for (Stream* stream : streams_) stream->close();
    backtests_.stop();
    readers_.stop();
  }

 private:
  static asio::awaitable<void> accept(std::shared_ptr<Impl> self) {
    asio::steady_timer pause(self->loop_);
    while (self->acceptor_.is_open()) {
      auto [problem, socket] = co_await self->acceptor_.async_accept(tuple);
      if (!self->acceptor_.is_open()) co_return;
      if (problem) {  // out of descriptors: let some come free
        pause.expires_after(std::chrono::milliseconds{100});
        co_await pause.async_wait(tuple);
        continue;
      }
      const std::size_t open = self->streams_.size();
      if (open >= 2 * most_connections) continue;  // closes it
      asio::co_spawn(self->loop_,
                     converse(self, Stream(std::move(socket)), open >= most_connections),
                     asio::detached);
    }
  }

  static asio::awaitable<void> converse(std::shared_ptr<Impl> self, Stream stream, bool busy) {
    self->streams_.insert(&stream);
    const auto leave = [&self, &stream](void*) { self->streams_.erase(&stream); };
    const std::unique_ptr<void, decltype(leave)> left(&stream, leave);
    beast::flat_buffer buffer(most_header_bytes + most_body_bytes);
    bool more = true;
    while (more) more = co_await exchange(*self, stream, buffer, busy);
    error_code ignored;
    stream.socket().shutdown(local::socket::shutdown_both, ignored);
  }

  // One request and its answer; whether the connection goes on.
  static asio::awaitable<bool> exchange(Impl& self, Stream& stream, beast::flat_buffer& buffer,
                                        bool busy) {
    beast::http::request_parser<beast::http::string_body> parser;
    parser.header_limit(most_header_bytes);
    parser.body_limit(most_body_bytes);
    stream.expires_after(read_limit);
    auto [read_problem, taken] = co_await beast::http::async_read(stream, buffer, parser, tuple);
    if (read_problem) {
      auto refused = refusal(read_problem);
      if (refused) co_await write(stream, make_response(std::move(*refused), 11, false, false));
      co_return false;
    }
    auto request = parser.release();
    const bool head = request.method() == beast::http::verb::head;
    const bool keep = request.keep_alive() && !busy;
    stream.expires_never();  // a pull may take its ten minutes
    Answer answer;
    if (busy) {
      answer = error_answer(
          503, {ErrorKind::transient, "too many connections are open; try again in a moment", {}});
    } else {
      const Presence client(stream);
      answer = co_await self.guarded_answer(request, client.gone());
    }
    Response response = make_response(std::move(answer), request.version(), keep, head);
    // So that kpictl shows the trust's own time.
    if (self.config_) response.set("Kpid-Timezone", self.config_->timezone);
    const bool written = co_await write(stream, std::move(response));
    co_return written&& keep;
  }

  asio::awaitable<Answer> guarded_answer(beast::http::request<beast::http::string_body>& request,
                                         std::shared_ptr<const std::atomic<bool>> gone) {
    std::string problem;
    try {
      co_return co_await routes_.answer(config_, request.method(), request.target(),
                                        std::move(request.body()), std::move(gone));
    } catch (const std::exception& thrown) {
      problem = thrown.what();
    }
    co_return error_answer(
        500, {ErrorKind::internal, "kpid could not answer this request: " + problem, {}});
  }

  static asio::awaitable<bool> write(Stream& stream, Response response) {
    stream.expires_after(write_limit);
    beast::http::serializer<false, beast::http::string_body> serializer(response);
    auto [problem, sent] = co_await beast::http::async_write(stream, serializer, tuple);
    co_return !problem;
  }

  asio::io_context& loop_;
  local::acceptor acceptor_;
  ReaderPool readers_;
  Backtests backtests_;
  Routes routes_;
  std::shared_ptr<const Config> config_;
  std::filesystem::path path_;
  std::optional<FileIdentity> identity_;
  std::set<Stream*> streams_;
};

Server::Server(asio::io_context& loop, const store::Database& database, const Clock& clock,
               Actions actions)
    : impl_(std::make_shared<Impl>(loop, database, clock, std::move(actions))) {}

Server::~Server() { impl_->stop(); }

void Server::configure(std::shared_ptr<const Config> config) {
  impl_->configure(std::move(config));
}

Result<void> Server::listen(const std::filesystem::path& socket) { return impl_->listen(socket); }

void Server::stop() { impl_->stop(); }

}  // namespace kpid::http
