// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What was pushed to a source, and whether it was pushed before.

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "fetch/hook_fetcher.hpp"
#include "model/error.hpp"
#include "model/time.hpp"
#include "store/store.hpp"
#include "store/write_queue.hpp"

namespace kpid::app {

struct PushedDocument {
  fetch::PushedContent content;
  std::string id;
  bool id_is_own = true;  // the sender's; else a digest of the body
};

// The run that took it, where it was taken before. A sender's id counts as long as it is
// remembered; a digest for five minutes only, and only while nothing else was taken since: the same
// content may well be pushed again, to say that it is so again.
[[nodiscard]] boost::asio::awaitable<Result<std::optional<store::RunId>>> taken_before(
    store::WriteQueue& queue, std::string source, const PushedDocument& document, Timestamp now);

}  // namespace kpid::app
