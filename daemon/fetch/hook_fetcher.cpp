// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/hook_fetcher.hpp"

#include <functional>
#include <utility>

#include "fetch/off_the_loop.hpp"
#include "fetch/scratch.hpp"
#include "model/hook_location.hpp"

namespace kpid::fetch {
namespace {

namespace asio = boost::asio;
using Documents = std::vector<Fetched>;
using Changed = std::optional<Documents>;

Result<Documents> copy_pushed(const FetchPolicy& policy, const PushedContent& pushed) {
  auto scratch = Scratch::make(policy);
  if (!scratch) return tl::unexpected(std::move(scratch.error()));
  auto written = scratch->write(pushed.body, pushed.origin);
  if (!written) return tl::unexpected(std::move(written.error()));
  const SystemClock system;
  const Clock& clock = policy.clock != nullptr ? *policy.clock : system;
  auto sealed = scratch->seal(policy, pushed.origin, milliseconds_since_epoch(clock.now()));
  if (!sealed) return tl::unexpected(std::move(sealed.error()));
  Documents one;
  one.push_back(std::move(*sealed));
  return one;
}

class HookFetcher final : public Fetcher {
 public:
  HookFetcher(FetchPolicy policy, std::shared_ptr<const PushedContent> pushed)
      : policy_(std::make_shared<const FetchPolicy>(policy)),
        pushed_(std::move(pushed)),
        others_(make_fetcher(std::move(policy))) {}

  asio::awaitable<Result<Documents>> fetch(FetchRequest request) override {
    if (request.location != hook_location) co_return co_await others_->fetch(std::move(request));
    if (!request.headers.empty() || request.body) {
      co_return fail(ErrorKind::config,
                     "the plugin asks for what is pushed with headers or a question, which nobody "
                     "could answer; correct the settings",
                     request.location);
    }
    std::function<Result<Documents>()> copy = [policy = policy_, pushed = pushed_] {
      return copy_pushed(*policy, *pushed);
    };
    std::function<void()> stop;  // it is soon done
    co_return co_await off_the_loop(std::move(copy), std::move(stop));
  }
  asio::awaitable<Result<Changed>> fetch_unless_unchanged(
      FetchRequest request, std::vector<FetchedBefore> before) override {
    if (request.location != hook_location) {
      co_return co_await others_->fetch_unless_unchanged(std::move(request), std::move(before));
    }
    auto documents = co_await fetch(std::move(request));
    if (!documents) co_return tl::unexpected(std::move(documents.error()));
    co_return Changed(std::move(*documents));
  }
  [[nodiscard]] std::optional<Timestamp> retry_at() const override { return others_->retry_at(); }
  [[nodiscard]] DropReport drop_report() const override { return others_->drop_report(); }

 private:
  std::shared_ptr<const FetchPolicy> policy_;
  std::shared_ptr<const PushedContent> pushed_;
  std::unique_ptr<Fetcher> others_;
};

}  // namespace

std::unique_ptr<Fetcher> make_hook_fetcher(FetchPolicy policy,
                                           std::shared_ptr<const PushedContent> pushed) {
  return std::make_unique<HookFetcher>(std::move(policy), std::move(pushed));
}

}  // namespace kpid::fetch
