// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/line.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace kpid::fetch {

namespace asio = boost::asio;

namespace {
constexpr std::uint32_t connections = 4;  // a redirect, a token's server and a proxy among them
}  // namespace

void Line::make_terms(const std::string& terms) {
  if (terms != terms_) curl_.reset();
  terms_ = terms;
}

asio::awaitable<void> Line::take_turn(std::uint32_t requests_per_minute) {
  if (requests_per_minute == 0) co_return;
  const auto now = std::chrono::steady_clock::now();
  const auto turn = std::max(next_turn_, now);
  next_turn_ = turn + std::chrono::nanoseconds{std::chrono::minutes{1}} / requests_per_minute;
  if (turn == now) co_return;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  timer.expires_at(turn);
  co_await timer.async_wait(asio::use_awaitable);
}

asio::awaitable<Result<CURLcode>> Line::transfer(CURL* easy) {
  const auto executor = co_await asio::this_coro::executor;
  if (!curl_) curl_.emplace(executor_, connections);
  auto initiate = [this, executor](auto handler, CURL* what) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    // Keeps the loop alive while libcurl looks up a name.
    auto guard = asio::prefer(executor, asio::execution::outstanding_work.tracked);
    auto answer = [shared, guard](Result<CURLcode> result) {
      asio::post(guard, [shared, result = std::move(result)]() mutable {
        asio::get_associated_cancellation_slot(*shared).clear();
        std::move (*shared)(std::move(result));
      });
    };
    const bool started = curl_->start(what, [answer](std::optional<CURLcode> code) {
      if (code) return answer(*code);
      answer(fail(ErrorKind::cancelled, "the fetch was cancelled"));
    });
    if (!started) {
      return answer(fail(ErrorKind::internal, "the request could not be prepared"));
    }
    if (slot.is_connected()) {
      slot.assign([this, what](asio::cancellation_type) { curl_->cancel(what); });
    }
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(Result<CURLcode>)>(
      initiate, asio::use_awaitable, easy);
}

std::shared_ptr<Line> Lines::of(const std::string& source, const asio::any_io_executor& executor) {
  auto& line = lines_[source];
  if (!line) line = std::make_shared<Line>(executor);
  return line;
}

}  // namespace kpid::fetch
