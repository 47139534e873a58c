// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "http/reader_pool.hpp"

#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>

namespace kpid::http {
namespace {

Result<std::string> answer(const ReaderPool::Query& query,
                           const Result<const store::Reader*>& reader) {
  if (!reader) return tl::unexpected(reader.error());
  try {
    auto found = query(**reader);
    if (!found) return tl::unexpected(std::move(found).error());
    return boost::json::serialize(*found);
  } catch (const std::exception& problem) {
    return fail(ErrorKind::internal,
                std::string("the question could not be answered: ") + problem.what());
  }
}

}  // namespace

ReaderPool::ReaderPool(const store::Database& database, std::size_t threads) : database_(database) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

ReaderPool::~ReaderPool() { stop(); }

void ReaderPool::stop() {
  std::deque<Task> unanswered;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    unanswered.swap(waiting_);
  }
  wake_.notify_all();
  for (const Task& task : unanswered) task(fail(ErrorKind::cancelled, "kpid is stopping"));
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void ReaderPool::work() {
  std::unique_ptr<store::Reader> reader;
  for (;;) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      task = std::move(waiting_.front());
      waiting_.pop_front();
    }
    if (reader == nullptr) {  // a database that did not open may open the next time
      auto opened = database_.reader();
      if (!opened) {
        task(tl::unexpected(std::move(opened).error()));
        continue;
      }
      reader = std::move(*opened);
    }
    task(reader.get());
  }
}

boost::asio::awaitable<Result<std::string>> ReaderPool::ask(Query query) {
  auto executor = co_await boost::asio::this_coro::executor;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) co_return fail(ErrorKind::cancelled, "kpid is stopping");
    if (waiting_.size() >= most_waiting) {
      co_return fail(ErrorKind::transient, "too many questions are waiting; ask again in a moment");
    }
  }
  auto initiate = [this, executor](auto handler, Query asked) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    // Keeps the loop alive while the thread works.
    auto guard = boost::asio::prefer(executor, boost::asio::execution::outstanding_work.tracked);
    Task task = [shared, guard,
                 asked = std::move(asked)](const Result<const store::Reader*>& reader) {
      boost::asio::post(guard, [shared, result = answer(asked, reader)]() mutable {
        std::move (*shared)(std::move(result));
      });
    };
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(task));
    wake_.notify_one();
  };
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&,
                                                 void(Result<std::string>)>(
      initiate, boost::asio::use_awaitable, std::move(query));
}

}  // namespace kpid::http
