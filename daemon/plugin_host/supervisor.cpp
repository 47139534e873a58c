// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/supervisor.hpp"

#include <exception>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "plugin_host/sandbox.hpp"
#include "plugin_host/session.hpp"

namespace kpid::plugin_host {

namespace asio = boost::asio;

// The session runs outside the caller's cancellation, which only passes the wish on: it has a child
// to end in good order before it can end itself.
asio::awaitable<PullOutcome> run_plugin(PullRequest request, PullSink& sink,
                                        fetch::Fetcher& fetcher) {
  const auto executor = co_await asio::this_coro::executor;
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) co_return cancelled_outcome();
  const auto session = std::make_shared<Session>(executor, std::move(request), sink, fetcher);
  auto initiate = [session, executor](auto handler) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    if (slot.is_connected()) {
      slot.assign([weak = std::weak_ptr(session)](asio::cancellation_type) {
        if (const auto running = weak.lock()) running->stop(Session::Stop::caller);
      });
    }
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    asio::co_spawn(executor, session->run(),
                   [session, shared](std::exception_ptr fault, PullOutcome outcome) {
                     session->close();
                     std::move (*shared)(fault, std::move(outcome));
                   });
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&,
                                          void(std::exception_ptr, PullOutcome)>(
      initiate, asio::use_awaitable);
}

std::vector<std::string> missing_sandbox_parts() { return parts_that_the_kernel_lacks(); }

}  // namespace kpid::plugin_host
