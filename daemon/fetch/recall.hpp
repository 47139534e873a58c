// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A fetcher that remembers: what the last successful run fetched is asked for again before the
// plugin is started, so that what has not changed wakes no parser; and what this run fetches is
// remembered for the next. What was asked for beforehand is not asked for twice. [loop thread]

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fetch/fetcher.hpp"
#include "model/fetch_memory.hpp"

namespace kpid::fetch {

class Recall final : public Fetcher {
 public:
  Recall(std::unique_ptr<Fetcher> inner, FetchMemory before);

  // Whether everything is as it was. Stops at the first that is not.
  [[nodiscard]] boost::asio::awaitable<bool> nothing_changed();

  [[nodiscard]] boost::asio::awaitable<Result<std::vector<Fetched>>> fetch(
      FetchRequest request) override;
  [[nodiscard]] std::optional<Timestamp> retry_at() const override { return inner_->retry_at(); }
  // What was taken beforehand counts once the plugin has asked for it.
  [[nodiscard]] DropReport drop_report() const override;

  // Of this run, for the next. Without documents where there were too many, or questions that may
  // be answered differently each time.
  [[nodiscard]] FetchMemory memory(std::string made_by) const;
  // What was asked for, in its order: `on change` looks there.
  [[nodiscard]] const std::vector<FetchRequest>& locations() const noexcept { return locations_; }

 private:
  using Documents = Result<std::vector<Fetched>>;
  void remember(const FetchRequest& request, const std::vector<Fetched>& documents);
  [[nodiscard]] boost::asio::awaitable<bool> same_again(FetchRequest request,
                                                        std::vector<FetchedBefore> before);

  std::unique_ptr<Fetcher> inner_;
  FetchMemory before_;
  std::vector<std::pair<FetchRequest, Documents>> kept_;  // asked for beforehand
  std::vector<FetchedBefore> now_;
  std::vector<FetchRequest> locations_;
  bool can_be_recalled_ = true;
};

}  // namespace kpid::fetch
