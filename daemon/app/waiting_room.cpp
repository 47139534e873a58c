// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/waiting_room.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace kpid::app {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

// While something waits it is looked at this often: a silence over it may have ended, a destination
// may have left the config, the machine may have slept or its clock been set.
constexpr milliseconds longest_rest{std::chrono::minutes{1}};
constexpr milliseconds shortest_rest{10};

}  // namespace

WaitingRoom::WaitingRoom(asio::io_context& loop, const Clock& clock, EventLog& log, Flush flush)
    : loop_(loop), clock_(clock), log_(log), flush_(std::move(flush)), timer_(loop) {}

void WaitingRoom::start() {
  due_ = clock_.now();
  asio::co_spawn(
      loop_, [self = shared_from_this()]() -> asio::awaitable<void> { co_await self->run(); },
      asio::detached);
}

void WaitingRoom::stop() {
  stopping_ = true;
  timer_.cancel();
}

void WaitingRoom::hear(Timestamp due) {
  asio::post(loop_, [weak = weak_from_this(), due] {
    if (const auto self = weak.lock()) self->wake_by(due);
  });
}

void WaitingRoom::look() { wake_by(clock_.now()); }

void WaitingRoom::wake_by(Timestamp due) {
  if (due_ && *due_ <= due) return;
  due_ = due;
  timer_.cancel();
}

asio::awaitable<Result<ingest::Bundles>> WaitingRoom::flush() {
  due_.reset();  // what comes to wait from now on is heard of
  auto made = co_await flush_();
  const Timestamp latest = clock_.now() + longest_rest;
  if (!made) {
    wake_by(latest);
    co_return made;
  }
  if (made->waiting > 0) wake_by(std::min(made->next_due.value_or(latest), latest));
  for (const std::string& name : made->dropped) {
    log_.warning("what waited for a destination that has left the config was dropped",
                 {{"destination", name}, {"events", std::to_string(made->events_dropped)}});
  }
  co_return made;
}

asio::awaitable<void> WaitingRoom::run() {
  while (!stopping_) {
    const Timestamp now = clock_.now();
    if (due_ && *due_ <= now) {
      const auto made = co_await flush();
      if (!made) {
        log_.error("what waits for its time could not be told; it is tried again",
                   {{"reason", made.error().text()}});
      }
      continue;
    }
    if (due_) {
      timer_.expires_after(std::clamp(*due_ - now, shortest_rest, longest_rest));
    } else {
      timer_.expires_at(asio::steady_timer::time_point::max());
    }
    co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

}  // namespace kpid::app
