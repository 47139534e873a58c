// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/fetcher.hpp"

#include <atomic>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "fetch/file_copy.hpp"
#include "fetch/file_search.hpp"

namespace kpid::fetch {
namespace {

namespace asio = boost::asio;

// "https" of "https://…"; empty for a path.
std::string_view scheme_of(std::string_view location) {
  const std::size_t end = location.find("://");
  if (end == std::string_view::npos || end == 0) return {};
  const std::string_view scheme = location.substr(0, end);
  constexpr std::string_view letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-";
  return scheme.find_first_not_of(letters) == std::string_view::npos ? scheme : std::string_view{};
}

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

class SchemeFetcher final : public Fetcher {
 public:
  explicit SchemeFetcher(FetchPolicy policy) : policy_(std::move(policy)), worker_(1) {}
  ~SchemeFetcher() override {
    stop_ = true;
    worker_.join();
  }
  SchemeFetcher(const SchemeFetcher&) = delete;
  SchemeFetcher& operator=(const SchemeFetcher&) = delete;

  asio::awaitable<Result<std::vector<Fetched>>> fetch(FetchRequest request) override {
    // The one place where a scheme is chosen: HTTP and SFTP join here.
    const std::string_view scheme = scheme_of(request.location);
    if (!scheme.empty()) {
      co_return fail(ErrorKind::unsupported,
                     fmt::format("locations of the kind \"{}://\" cannot be fetched by this "
                                 "version of kpid; name a file or a pattern instead",
                                 scheme),
                     request.location);
    }
    co_return co_await off_the_loop(std::move(request));
  }

 private:
  asio::awaitable<Result<std::vector<Fetched>>> off_the_loop(FetchRequest request) {
    const auto executor = co_await asio::this_coro::executor;
    auto stop = [this](asio::cancellation_type) { stop_ = true; };
    auto initiate = [this, executor, stop](auto handler, FetchRequest wanted) {
      auto slot = asio::get_associated_cancellation_slot(handler);
      if (slot.is_connected()) slot.assign(stop);
      auto shared = std::make_shared<decltype(handler)>(std::move(handler));
      // Keeps the loop alive while the worker copies.
      auto guard = asio::prefer(executor, asio::execution::outstanding_work.tracked);
      asio::post(worker_, [this, shared, guard, wanted = std::move(wanted)] {
        auto result =
            std::make_shared<Result<std::vector<Fetched>>>(fetch_files(policy_, wanted, stop_));
        asio::post(guard, [shared, result] { std::move (*shared)(std::move(*result)); });
      });
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&,
                                            void(Result<std::vector<Fetched>>)>(
        initiate, asio::use_awaitable, std::move(request));
  }

  FetchPolicy policy_;
  std::atomic<bool> stop_ = false;  // of the whole run: a cancelled fetch ends its run
  asio::thread_pool worker_;
};

}  // namespace

std::unique_ptr<Fetcher> make_fetcher(FetchPolicy policy) {
  return std::make_unique<SchemeFetcher>(std::move(policy));
}

}  // namespace kpid::fetch
