// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "cli/client.hpp"

#include <cerrno>
#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>

#include "model/time.hpp"

namespace kpid::cli {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using local = asio::local::stream_protocol;
using Stream = beast::basic_stream<local, asio::any_io_executor>;
using boost::system::error_code;

constexpr auto tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::uint64_t most_answer_bytes = 1ULL << 30U;

Error not_reached(const error_code& problem, const std::filesystem::path& socket) {
  const std::string path = socket.string();
  if (problem.value() == ENOENT || problem.value() == ECONNREFUSED) {
    return {ErrorKind::transient,
            "kpid is not running (nothing listens on " + path +
                "); start it with `systemctl start kpid`",
            {}};
  }
  if (problem.value() == EACCES || problem.value() == EPERM) {
    return {ErrorKind::config,
            "you may not speak to kpid: the socket " + path +
                " is for root and the group kpid; use sudo or join the group",
            {}};
  }
  return {ErrorKind::internal, "the socket cannot be reached: " + problem.message(), path};
}

Error not_answered(const error_code& problem, const Question& question) {
  if (problem == beast::error::timeout) {
    return {ErrorKind::internal,
            "kpid did not answer within " + format_duration(question.limit) +
                "; `systemctl status kpid` and `journalctl -u kpid` tell more",
            {}};
  }
  return {ErrorKind::internal,
          "kpid broke off its answer (" + problem.message() +
              "); `journalctl -u kpid` tells whether it has stopped",
          {}};
}

asio::awaitable<void> converse(const std::filesystem::path& socket, const Question& question,
                               asio::steady_timer& ticker, std::optional<Result<Reply>>& result) {
  Stream stream(co_await asio::this_coro::executor);
  stream.expires_after(question.limit);
  auto [no_connection] = co_await stream.async_connect(local::endpoint(socket.string()), tuple);
  if (no_connection) {
    result = tl::unexpected(not_reached(no_connection, socket));
    ticker.cancel();
    co_return;
  }
  http::request<http::string_body> request(question.post ? http::verb::post : http::verb::get,
                                           question.target, 11);
  request.set(http::field::host, "kpid");
  request.keep_alive(false);
  if (!question.body.empty()) request.set(http::field::content_type, "application/json");
  request.body() = question.body;
  request.prepare_payload();
  auto [not_sent, sent] = co_await http::async_write(stream, request, tuple);
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(most_answer_bytes);
  error_code problem = not_sent;
  if (!problem) {
    auto [not_read, read] = co_await http::async_read(stream, buffer, parser, tuple);
    problem = not_read;
  }
  ticker.cancel();
  if (problem) {
    result = tl::unexpected(not_answered(problem, question));
    co_return;
  }
  auto response = parser.release();
  Reply reply;
  reply.status = response.result_int();
  reply.timezone = std::string(response["Kpid-Timezone"]);
  reply.text = std::move(response.body());
  error_code no_json;
  reply.body = boost::json::parse(reply.text, no_json);
  if (no_json) {
    result = fail(ErrorKind::internal, "what answers on this socket does not speak JSON",
                  socket.string());
    co_return;
  }
  result = std::move(reply);
}

asio::awaitable<void> tick(const Question& question, asio::steady_timer& ticker,
                           const std::optional<Result<Reply>>& result) {
  for (std::chrono::seconds waited{1}; !result; ++waited) {
    ticker.expires_after(std::chrono::seconds{1});
    auto [stopped] = co_await ticker.async_wait(tuple);
    if (stopped || result) co_return;
    question.on_wait(waited);
  }
}

}  // namespace

Result<Reply> ask(const std::filesystem::path& socket, const Question& question) {
  constexpr std::size_t longest_path = 107;  // sockaddr_un
  if (socket.empty() || socket.string().size() > longest_path) {
    return fail(ErrorKind::config, "a socket's path must have 1 to 107 bytes", socket.string());
  }
  asio::io_context loop;
  std::optional<Result<Reply>> result;
  asio::steady_timer ticker(loop);
  asio::co_spawn(loop, converse(socket, question, ticker, result), asio::detached);
  if (question.on_wait) asio::co_spawn(loop, tick(question, ticker, result), asio::detached);
  loop.run();
  return std::move(*result);
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4U];
      out += digits[byte & 0xFU];
    }
  }
  return out;
}

}  // namespace kpid::cli
