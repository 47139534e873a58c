// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/fetcher.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "fetch/drop_folder.hpp"
#include "fetch/file_copy.hpp"
#include "fetch/file_search.hpp"
#include "fetch/http_fetch.hpp"
#include "fetch/line.hpp"
#include "fetch/off_the_loop.hpp"
#include "fetch/sftp_fetch.hpp"
#include "fetch/url.hpp"
#include "model/hook_location.hpp"

namespace kpid::fetch {
namespace {

namespace asio = boost::asio;
using Documents = std::vector<Fetched>;
using Changed = std::optional<Documents>;

Result<Documents> fetch_files(const FetchPolicy& policy, const FetchRequest& request,
                              const std::atomic<bool>& stop) {
  const auto files = find_files(policy.base, request);
  if (!files) return tl::unexpected(files.error());
  Documents all;
  for (const std::filesystem::path& file : *files) {
    auto fetched = copy_file(file, policy, stop);
    if (!fetched) return tl::unexpected(fetched.error());
    all.push_back(std::move(*fetched));
  }
  return all;
}

tl::unexpected<Error> nothing_pushed(const FetchPolicy& policy) {
  return fail(ErrorKind::config,
              "this stands for what is pushed to the source, and nothing was; it is read when "
              "somebody posts to /hooks/" +
                  policy.source,
              std::string(hook_location));
}

// One run's fetching, shared with the threads that do it.
struct Work {
  FetchPolicy policy;
  std::atomic<bool> stop = false;  // of the whole run: a cancelled fetch ends its run
};

class SchemeFetcher final : public Fetcher {
 public:
  explicit SchemeFetcher(FetchPolicy policy) : work_(std::make_shared<Work>()) {
    work_->policy = std::move(policy);
  }
  ~SchemeFetcher() override { work_->stop = true; }
  SchemeFetcher(const SchemeFetcher&) = delete;
  SchemeFetcher& operator=(const SchemeFetcher&) = delete;

  asio::awaitable<Result<Documents>> fetch(FetchRequest request) override {
    const std::string location = request.location;
    auto documents = co_await fetch_unless_unchanged(std::move(request), {});
    if (!documents) co_return tl::unexpected(std::move(documents.error()));
    if (*documents) co_return std::move(**documents);
    co_return fail(ErrorKind::not_found, "there is no new file; nothing has to be done", location);
  }

  asio::awaitable<Result<Changed>> fetch_unless_unchanged(
      FetchRequest request, std::vector<FetchedBefore> before) override {
    retry_at_.reset();
    // The one place where a scheme is chosen.
    if (request.location == hook_location) co_return nothing_pushed(work_->policy);
    const std::string scheme(scheme_of(request.location));
    if (scheme == "https" || scheme == "http") co_return co_await over_http(request, before);
    if (!request.headers.empty() || request.body) {
      co_return fail(ErrorKind::config,
                     "the plugin asks for this with headers or a question, which only a location "
                     "that begins with https:// can answer; correct the settings",
                     request.location);
    }
    if (scheme == "sftp") {
      auto documents = co_await over_sftp(request);
      co_return changed(std::move(documents));
    }
    if (!scheme.empty()) {
      co_return fail(
          ErrorKind::unsupported,
          fmt::format("locations of the kind \"{}://\" cannot be fetched by this version "
                      "of kpid; name a file, a pattern, or an address that begins with "
                      "https:// or sftp://",
                      scheme),
          request.location);
    }
    if (work_->policy.drop) co_return co_await from_drop_folder(std::move(request));
    auto documents = co_await from_files(std::move(request));
    co_return changed(std::move(documents));
  }

  [[nodiscard]] std::optional<Timestamp> retry_at() const override { return retry_at_; }
  [[nodiscard]] DropReport drop_report() const override { return drop_report_; }

 private:
  static Result<Changed> changed(Result<Documents> documents) {
    if (!documents) return tl::unexpected(std::move(documents.error()));
    return Changed(std::move(*documents));
  }

  asio::awaitable<std::shared_ptr<Line>> line() {
    const auto executor = co_await asio::this_coro::executor;
    const FetchPolicy& policy = work_->policy;
    co_return policy.lines ? policy.lines->of(policy.source, executor)
                           : std::make_shared<Line>(executor);
  }

  asio::awaitable<Result<Changed>> over_http(const FetchRequest& request,
                                             const std::vector<FetchedBefore>& before) {
    if (!http_) {
      auto mine = co_await line();
      http_.emplace(work_->policy, std::move(mine));
    }
    std::optional<Condition> condition;
    if (before.size() == 1 && !(before[0].etag.empty() && before[0].last_modified.empty())) {
      condition = Condition{before[0].etag, before[0].last_modified};
    }
    auto document = co_await http_->fetch(request, condition);
    if (!document) {
      if (const auto wait = http_->retry_after()) retry_at_ = now() + *wait;
      co_return tl::unexpected(std::move(document.error()));
    }
    if (document->not_modified) co_return Changed();
    Documents all;
    all.push_back(std::move(document->fetched));
    co_return Changed(std::move(all));
  }

  asio::awaitable<Result<Documents>> over_sftp(const FetchRequest& request) {
    if (!sftp_) {
      auto mine = co_await line();
      sftp_.emplace(work_->policy, std::move(mine));
    }
    co_return co_await sftp_->fetch(request);
  }

  asio::awaitable<Result<Documents>> from_files(FetchRequest request) {
    std::function<Result<Documents>()> read = [work = work_, wanted = std::move(request)] {
      return fetch_files(work->policy, wanted, work->stop);
    };
    std::function<void()> stop = [work = work_] { work->stop = true; };
    co_return co_await off_the_loop(std::move(read), std::move(stop));
  }

  asio::awaitable<Result<Changed>> from_drop_folder(FetchRequest request) {
    std::function<Result<Dropped>()> look = [work = work_, at = now(),
                                             wanted = std::move(request)] {
      return take_dropped(work->policy, wanted, at, work->stop);
    };
    std::function<void()> stop = [work = work_] { work->stop = true; };
    auto dropped = co_await off_the_loop(std::move(look), std::move(stop));
    if (!dropped) co_return tl::unexpected(std::move(dropped.error()));
    drop_report_.add(*dropped);
    if (dropped->documents.empty()) co_return Changed();
    co_return Changed(std::move(dropped->documents));
  }

  [[nodiscard]] Timestamp now() const {
    const SystemClock system;
    const Clock* clock = work_->policy.clock;
    return clock != nullptr ? clock->now() : system.now();
  }

  std::shared_ptr<Work> work_;
  std::optional<HttpFetch> http_;  // made at the first need
  std::optional<SftpFetch> sftp_;
  std::optional<Timestamp> retry_at_;
  DropReport drop_report_;
};

}  // namespace

asio::awaitable<Result<Changed>> Fetcher::fetch_unless_unchanged(
    FetchRequest request, std::vector<FetchedBefore> /*before*/) {
  auto documents = co_await fetch(std::move(request));
  if (!documents) co_return tl::unexpected(std::move(documents.error()));
  co_return Changed(std::move(*documents));
}

void DropReport::add(const Dropped& dropped) {
  taken.insert(taken.end(), dropped.taken.begin(), dropped.taken.end());
  old.insert(old.end(), dropped.old.begin(), dropped.old.end());
  if (dropped.look_again_at) {
    look_again_at =
        std::min(look_again_at.value_or(*dropped.look_again_at), *dropped.look_again_at);
  }
  if (dropped.documents.empty()) nothing_new = true;
}

std::unique_ptr<Fetcher> make_fetcher(FetchPolicy policy) {
  return std::make_unique<SchemeFetcher>(std::move(policy));
}

}  // namespace kpid::fetch
