// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Drops what need not be kept any more: once a day, beside everything else. [loop thread]

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include "model/config.hpp"
#include "store/retention_round.hpp"
#include "store/write_queue.hpp"

namespace kpid::app {

// What the config keeps, counted back from now in the trust's calendar.
[[nodiscard]] store::Keep keep_of(const Config& config, Timestamp now);

struct RetentionParts {
  store::WriteQueue& queue;
  const store::Database& database;
  boost::asio::thread_pool& readers;  // where it looks, long
  const bool& stopping;               // ends it between two steps
};
// All of `parts` must outlive it.
[[nodiscard]] boost::asio::awaitable<Result<store::Dropped>> retain(RetentionParts parts,
                                                                    store::Keep keep);

}  // namespace kpid::app
