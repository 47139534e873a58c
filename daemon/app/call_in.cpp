// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/call_in.hpp"

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "app/acknowledge_by_link.hpp"
#include "app/source_actor.hpp"

namespace kpid::app {
namespace {

namespace asio = boost::asio;

asio::awaitable<Result<http::Taken>> push(ActionParts& parts, std::string source,
                                          http::Pushed pushed) {
  const auto actor = parts.actors().find(source);
  if (actor == parts.actors().end()) {
    co_return fail(ErrorKind::not_found, "this source is no longer in the config");
  }
  const std::shared_ptr<SourceActor> held = actor->second;
  PushedDocument document;
  document.content.body = std::move(pushed.body);
  document.content.origin =
      fmt::format("pushed to kpid at {}", format_timestamp(parts.clock().now()));
  document.id = std::move(pushed.id);
  document.id_is_own = pushed.id_is_own;
  auto taking = held->push(std::move(document));
  co_return co_await std::move(taking);
}

}  // namespace

http::CallIn make_call_in(ActionParts& parts) {
  http::CallIn call_in;
  call_in.push = [&parts](std::string source, http::Pushed pushed) {
    return push(parts, std::move(source), std::move(pushed));
  };
  call_in.acknowledge = [&parts](std::string token, bool submitted, std::string form) {
    return acknowledge_by_link(link_parts(parts), std::move(token), submitted, std::move(form));
  };
  return call_in;
}

void log_refusal(EventLog& log, const http::Refusal& refusal) {
  log.warning("a push was refused", {{"source", refusal.source},
                                     {"from", refusal.from},
                                     {"status", std::to_string(refusal.status)},
                                     {"reason", refusal.reason},
                                     {"not_told_before", std::to_string(refusal.untold)}});
}

}  // namespace kpid::app
