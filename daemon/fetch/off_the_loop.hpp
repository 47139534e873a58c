// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Blocking work awaited from the loop. A thread that hangs on a dead network share cannot be
// stopped: it is left behind with its share of the work, and nobody waits for it.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "model/error.hpp"

namespace kpid::fetch {

// Whoever is first, the thread or the cancellation, answers; the other finds nothing left to do.
template <class T, class Handler, class Guard>
class OneAnswer {
 public:
  OneAnswer(Handler handler, Guard guard)
      : handler_(std::move(handler)), guard_(std::move(guard)) {}

  void give(Result<T> result) {  // [any thread]
    std::optional<Handler> handler;
    std::optional<Guard> guard;
    {
      const std::lock_guard hold(mutex_);
      if (!handler_) return;
      handler.emplace(std::move(*handler_));
      guard.emplace(std::move(*guard_));
      handler_.reset();
      guard_.reset();
    }
    auto shared =
        std::make_shared<std::pair<Handler, Result<T>>>(std::move(*handler), std::move(result));
    boost::asio::post(*guard, [shared] {
      boost::asio::get_associated_cancellation_slot(shared->first).clear();
      std::move(shared->first)(std::move(shared->second));
    });
  }

 private:
  std::mutex mutex_;
  std::optional<Handler> handler_;
  std::optional<Guard> guard_;  // keeps the loop alive while the thread works
};

// `work` owns all that it touches. `cancel` is called where the awaiting coroutine is cancelled,
// whose answer is then ErrorKind::cancelled.
template <class T>
[[nodiscard]] boost::asio::awaitable<Result<T>> off_the_loop(std::function<Result<T>()> work,
                                                             std::function<void()> cancel) {
  namespace asio = boost::asio;
  const auto executor = co_await asio::this_coro::executor;
  auto initiate = [executor](auto handler, std::function<Result<T>()> what,
                             std::function<void()> stop) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    auto guard = asio::prefer(executor, asio::execution::outstanding_work.tracked);
    auto answer = std::make_shared<OneAnswer<T, decltype(handler), decltype(guard)>>(
        std::move(handler), std::move(guard));
    if (slot.is_connected()) {
      slot.assign([stop = std::move(stop), answer](asio::cancellation_type) {
        if (stop) stop();
        answer->give(fail(ErrorKind::cancelled, "the fetch was cancelled"));
      });
    }
    std::thread([answer, what = std::move(what)] { answer->give(what()); }).detach();
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(Result<T>)>(
      initiate, asio::use_awaitable, std::move(work), std::move(cancel));
}

}  // namespace kpid::fetch
