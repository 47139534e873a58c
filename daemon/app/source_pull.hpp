// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// One pull of one source, from its plugin's process to the evaluated alerts: the middle of the
// street as one coroutine. Never fails because a source does: that is a run with a reason.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "app/event_log.hpp"
#include "app/installation.hpp"
#include "app/push_memory.hpp"
#include "fetch/fetcher.hpp"
#include "ingest/evaluate_marked.hpp"
#include "model/clock.hpp"
#include "model/config.hpp"
#include "model/run.hpp"
#include "store/write_queue.hpp"

namespace kpid::app {

struct PullParts {  // all outlive the pull
  store::WriteQueue& queue;
  const Clock& clock;
  IdentifierSource& identifiers;
  const ingest::Render& render;
  EventLog& log;
  const Installation& installation;
  std::shared_ptr<fetch::Lines> lines{};        // what sources keep between their pulls
  std::function<void(Timestamp)> on_waiting{};  // as in ingest::EvaluationContext
};

struct PullReport {
  Run run;
  ingest::Evaluation evaluation;               // its deliveries are committed and to be sent
  std::vector<fetch::FetchRequest> locations;  // what the plugin asked for: `on change` looks there
};

// The same source gets the same jitter in every process.
[[nodiscard]] std::uint64_t jitter_seed(std::string_view name) noexcept;

// An Error only where no run was made: the source is quarantined (conflict), or the store failed.
// Ends early, with a run that says so, when the awaiting coroutine is cancelled. What was `pushed`,
// if anything, is what the location "hook:" stands for, and is remembered with the run's success.
[[nodiscard]] boost::asio::awaitable<Result<PullReport>> pull_source(
    PullParts parts, std::shared_ptr<const Config> config, const SourceConfig& source,
    std::shared_ptr<const PushedDocument> pushed = nullptr);

}  // namespace kpid::app
