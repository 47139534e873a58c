// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A write as an awaitable: `co_await async_write(queue, job)` resumes on the awaiting executor
// after the commit. The job runs on the writer thread; what it needs must live until then.
// Hand in a named Job: of a lambda that is made within the co_await expression, g++ 12 destroys the
// captures twice.

#include <exception>
#include <memory>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "store/write_queue.hpp"

namespace kpid::store {

[[nodiscard]] inline boost::asio::awaitable<Result<void>> async_write(WriteQueue& queue,
                                                                      WriteQueue::Job job) {
  auto executor = co_await boost::asio::this_coro::executor;
  auto initiate = [&queue, executor](auto handler, WriteQueue::Job&& work) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    // Keeps the loop alive while the writer works.
    auto guard = boost::asio::prefer(executor, boost::asio::execution::outstanding_work.tracked);
    queue.submit(std::move(work), [shared, guard](Result<void> result) {
      boost::asio::post(guard, [shared, result = std::move(result)]() mutable {
        std::move (*shared)(std::move(result));
      });
    });
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&,
                                                 void(Result<void>)>(
      initiate, boost::asio::use_awaitable, std::move(job));
}

}  // namespace kpid::store
