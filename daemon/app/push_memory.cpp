// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/push_memory.hpp"

#include <chrono>
#include <utility>

#include "store/async_write.hpp"
#include "store/hook_memory.hpp"

namespace kpid::app {
namespace {

constexpr std::chrono::minutes tolerance{5};

}  // namespace

boost::asio::awaitable<Result<std::optional<store::RunId>>> taken_before(
    store::WriteQueue& queue, std::string source, const PushedDocument& document, Timestamp now) {
  std::optional<store::HookSeen> seen;
  store::WriteQueue::Job job = [&](store::Writer& writer) -> Result<void> {
    auto found = store::hook_memory(writer).hook_seen(source, document.id);
    if (!found) return tl::unexpected<Error>(std::move(found.error()));
    seen = *found;
    return {};
  };
  auto read = co_await store::async_write(queue, std::move(job));
  if (!read) co_return tl::unexpected<Error>(std::move(read.error()));
  if (!seen) co_return std::optional<store::RunId>{};
  const bool again = document.id_is_own || (seen->newest && now - seen->at <= tolerance);
  if (!again) co_return std::optional<store::RunId>{};
  co_return std::optional<store::RunId>{seen->run};
}

}  // namespace kpid::app
