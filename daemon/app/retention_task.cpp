// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/retention_task.hpp"

#include <memory>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "ingest/span_back.hpp"
#include "schedule/schedule.hpp"
#include "store/async_write.hpp"

namespace kpid::app {
namespace {

namespace asio = boost::asio;

asio::awaitable<Result<void>> look(store::RetentionRound& round, const store::Reader& reader) {
  co_return round.look(reader);
}

}  // namespace

store::Keep keep_of(const Config& config, Timestamp now) {
  const Date today = local_date(now, config.timezone);
  const auto day = [&](const std::optional<Span>& span) -> std::optional<Date> {
    if (!span) return std::nullopt;
    return ingest::span_before(config.calendars.trust(), today, *span);
  };
  const auto instant = [&](const std::optional<Span>& span) -> std::optional<Timestamp> {
    const auto since = day(span);
    return since ? std::optional{Timestamp{*since}} : std::nullopt;
  };
  const Retention& kept = config.retention;
  return {instant(kept.runs), instant(kept.deliveries), instant(kept.superseded), day(kept.daily)};
}

asio::awaitable<Result<store::Dropped>> retain(RetentionParts parts, store::Keep keep) {
  store::RetentionRound round(keep);
  std::unique_ptr<store::Reader> reader;
  while (!round.done() && !parts.stopping) {
    Result<void> done;
    if (round.wants_to_look()) {
      if (!reader) {
        auto opened = parts.database.reader();
        if (!opened) co_return tl::unexpected<Error>(std::move(opened.error()));
        reader = std::move(*opened);
      }
      auto looking = look(round, *reader);
      done = co_await asio::co_spawn(parts.readers, std::move(looking), asio::use_awaitable);
    } else {
      store::WriteQueue::Job step = [&round](store::Writer& writer) { return round.step(writer); };
      done = co_await store::async_write(parts.queue, std::move(step));
    }
    if (!done) co_return tl::unexpected<Error>(std::move(done.error()));
  }
  co_return round.dropped();
}

}  // namespace kpid::app
