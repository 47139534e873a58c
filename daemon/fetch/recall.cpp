// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/recall.hpp"

#include <algorithm>

namespace kpid::fetch {
namespace {

namespace asio = boost::asio;

constexpr std::size_t most_locations = 100;
constexpr std::size_t most_documents = 1000;

FetchRequest request_of(const FetchedBefore& before) {
  FetchRequest request;
  request.location = before.location;
  request.select = static_cast<FetchRequest::Select>(std::clamp(before.select, 0, 2));
  return request;
}

bool same(const std::vector<Fetched>& now, const std::vector<FetchedBefore>& before) {
  return std::equal(now.begin(), now.end(), before.begin(), before.end(),
                    [](const Fetched& one, const FetchedBefore& other) {
                      return one.document.origin == other.origin &&
                             one.document.sha256 == other.sha256;
                    });
}

}  // namespace

Recall::Recall(std::unique_ptr<Fetcher> inner, FetchMemory before)
    : inner_(std::move(inner)), before_(std::move(before)) {}

asio::awaitable<bool> Recall::same_again(FetchRequest request, std::vector<FetchedBefore> before) {
  auto again = co_await inner_->fetch_unless_unchanged(request, before);
  if (again && !*again) co_return true;
  if (!again) {  // the plugin gets the same answer: nobody is asked twice in a moment
    kept_.emplace_back(std::move(request), tl::unexpected(std::move(again.error())));
    co_return false;
  }
  const bool unchanged = same(**again, before);
  kept_.emplace_back(std::move(request), std::move(**again));
  co_return unchanged;
}

asio::awaitable<bool> Recall::nothing_changed() {
  const std::vector<FetchedBefore>& all = before_.documents;
  for (auto at = all.begin(); at != all.end();) {
    const auto end = std::find_if(at, all.end(), [&](const FetchedBefore& one) {
      return one.location != at->location || one.select != at->select;
    });
    FetchRequest request = request_of(*at);
    std::vector<FetchedBefore> before(at, end);
    const bool unchanged = co_await same_again(std::move(request), std::move(before));
    if (!unchanged) co_return false;
    at = end;
  }
  if (all.empty()) co_return false;
  for (const FetchedBefore& one : all) {
    if (locations_.size() == most_locations) break;
    const FetchRequest request = request_of(one);
    if (locations_.empty() || locations_.back() != request) locations_.push_back(request);
  }
  kept_.clear();
  co_return true;
}

asio::awaitable<Result<std::vector<Fetched>>> Recall::fetch(FetchRequest request) {
  if (locations_.size() < most_locations) locations_.push_back(request);
  Documents documents = std::vector<Fetched>{};
  const auto kept = std::find_if(kept_.begin(), kept_.end(),
                                 [&](const auto& one) { return one.first == request; });
  if (kept != kept_.end()) {
    documents = std::move(kept->second);
    kept_.erase(kept);
  } else {
    documents = co_await inner_->fetch(request);
  }
  if (documents) remember(request, *documents);
  co_return documents;
}

void Recall::remember(const FetchRequest& request, const std::vector<Fetched>& documents) {
  if (!request.headers.empty() || request.body || now_.size() + documents.size() > most_documents) {
    can_be_recalled_ = false;
    return;
  }
  for (const Fetched& one : documents) {
    now_.push_back({request.location, static_cast<std::int32_t>(request.select),
                    one.document.origin, one.document.sha256, one.etag, one.last_modified});
  }
  if (documents.empty()) {
    now_.push_back({request.location, static_cast<std::int32_t>(request.select), {}, {}, {}, {}});
  }
}

DropReport Recall::drop_report() const {
  DropReport report = inner_->drop_report();
  if (!kept_.empty()) report.taken.clear();
  return report;
}

FetchMemory Recall::memory(std::string made_by) const {
  FetchMemory memory;
  memory.made_by = std::move(made_by);
  if (can_be_recalled_) memory.documents = now_;
  return memory;
}

}  // namespace kpid::fetch
