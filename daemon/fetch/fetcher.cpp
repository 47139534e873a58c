// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/fetcher.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "fetch/file_copy.hpp"
#include "fetch/file_search.hpp"
#include "fetch/http_fetch.hpp"
#include "fetch/line.hpp"
#include "fetch/url.hpp"

namespace kpid::fetch {
namespace {

namespace asio = boost::asio;

Result<std::vector<Fetched>> fetch_files(const FetchPolicy& policy, const FetchRequest& request,
                                         const std::atomic<bool>& stop) {
  const auto files = find_files(policy.base, request);
  if (!files) return tl::unexpected(files.error());
  std::vector<Fetched> all;
  for (const std::filesystem::path& file : *files) {
    auto fetched = copy_file(file, policy, stop);
    if (!fetched) return tl::unexpected(fetched.error());
    all.push_back(std::move(*fetched));
  }
  return all;
}

// One run's fetching, shared with the threads that do it. A thread that hangs on a dead network
// share cannot be stopped: it is left behind with its share of this, and nobody waits for it.
struct Work {
  FetchPolicy policy;
  std::atomic<bool> stop = false;  // of the whole run: a cancelled fetch ends its run
};

using Documents = Result<std::vector<Fetched>>;

// Whoever is first, the thread or the cancellation, answers; the other finds nothing left to do.
template <class Handler, class Guard>
class Answer {
 public:
  Answer(Handler handler, Guard guard) : handler_(std::move(handler)), guard_(std::move(guard)) {}

  void give(Documents documents) {  // [any thread]
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
        std::make_shared<std::pair<Handler, Documents>>(std::move(*handler), std::move(documents));
    asio::post(*guard, [shared] {
      asio::get_associated_cancellation_slot(shared->first).clear();
      std::move(shared->first)(std::move(shared->second));
    });
  }

 private:
  std::mutex mutex_;
  std::optional<Handler> handler_;
  std::optional<Guard> guard_;  // keeps the loop alive while the thread works
};

class SchemeFetcher final : public Fetcher {
 public:
  explicit SchemeFetcher(FetchPolicy policy) : work_(std::make_shared<Work>()) {
    work_->policy = std::move(policy);
  }
  ~SchemeFetcher() override { work_->stop = true; }
  SchemeFetcher(const SchemeFetcher&) = delete;
  SchemeFetcher& operator=(const SchemeFetcher&) = delete;

  asio::awaitable<Documents> fetch(FetchRequest request) override {
    retry_at_.reset();
    // The one place where a scheme is chosen.
    const std::string scheme(scheme_of(request.location));
    if (scheme == "https" || scheme == "http") co_return co_await over_http(request);
    if (!request.headers.empty() || request.body) {
      co_return fail(ErrorKind::config,
                     "the plugin asks for this with headers or a question, which only a location "
                     "that begins with https:// can answer; correct the settings",
                     request.location);
    }
    if (scheme.empty()) co_return co_await off_the_loop(std::move(request));
    co_return fail(ErrorKind::unsupported,
                   fmt::format("locations of the kind \"{}://\" cannot be fetched by this "
                               "version of kpid; name a file, a pattern, or an address that "
                               "begins with https://",
                               scheme),
                   request.location);
  }
  [[nodiscard]] std::optional<Timestamp> retry_at() const override { return retry_at_; }

 private:
  asio::awaitable<Documents> over_http(const FetchRequest& request) {
    if (!http_) {
      const auto executor = co_await asio::this_coro::executor;
      const FetchPolicy& policy = work_->policy;
      http_.emplace(policy, policy.lines ? policy.lines->of(policy.source, executor)
                                         : std::make_shared<Line>(executor));
    }
    auto document = co_await http_->fetch(request, std::nullopt);
    if (!document) {
      if (const auto wait = http_->retry_after()) retry_at_ = now() + *wait;
      co_return tl::unexpected(std::move(document.error()));
    }
    std::vector<Fetched> all;
    all.push_back(std::move(document->fetched));
    co_return all;
  }

  [[nodiscard]] Timestamp now() const {
    const SystemClock system;
    const Clock* clock = work_->policy.clock;
    return clock != nullptr ? clock->now() : system.now();
  }

  asio::awaitable<Documents> off_the_loop(FetchRequest request) {
    const auto executor = co_await asio::this_coro::executor;
    auto initiate = [work = work_, executor](auto handler, FetchRequest wanted) {
      auto slot = asio::get_associated_cancellation_slot(handler);
      auto guard = asio::prefer(executor, asio::execution::outstanding_work.tracked);
      auto answer = std::make_shared<Answer<decltype(handler), decltype(guard)>>(std::move(handler),
                                                                                 std::move(guard));
      if (slot.is_connected()) {
        slot.assign([work, answer](asio::cancellation_type) {
          work->stop = true;
          answer->give(fail(ErrorKind::cancelled, "the fetch was cancelled"));
        });
      }
      std::thread([work, answer, wanted = std::move(wanted)] {
        answer->give(fetch_files(work->policy, wanted, work->stop));
      }).detach();
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(Documents)>(
        initiate, asio::use_awaitable, std::move(request));
  }

  std::shared_ptr<Work> work_;
  std::optional<HttpFetch> http_;  // made at the first need
  std::optional<Timestamp> retry_at_;
};

}  // namespace

std::unique_ptr<Fetcher> make_fetcher(FetchPolicy policy) {
  return std::make_unique<SchemeFetcher>(std::move(policy));
}

}  // namespace kpid::fetch
