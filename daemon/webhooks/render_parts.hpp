// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What the formats share beside the message: the event's data as an object, and how too long a text
// is cut. Pure.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "webhooks/message.hpp"
#include "webhooks/render.hpp"

namespace kpid::webhooks {

// The receivers' limits, with a little room: Standard Webhooks 20 kB, Teams 28 KB (21 KB seen),
// Google Chat 32 kB. Others have limits of their own.
constexpr std::size_t largest_body = 20'000;

// What stands on the button that takes note of an alert.
constexpr std::string_view acknowledge_words = "I have seen this";

// All that a format draws on.
struct Draft {
  const DestinationConfig& destination;
  const Event& event;
  const boost::json::object& data;
  const std::string& instance;
};

// The object that `event.data` holds; bytes that are no UTF-8 are replaced, so that the body is
// always valid JSON.
[[nodiscard]] Result<boost::json::object> data_of(const Event& event);

// At most `most` bytes of it and "… and N more characters", cut between characters.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t most);
[[nodiscard]] std::string and_more(std::size_t count);  // "and 12 more"

// Escaped and at most `most` bytes in all, which is never more than as many characters; no escape
// sequence is cut in two. `most` is at least 60: what says how much is missing.
template <class Escape>
[[nodiscard]] std::string cut(std::string_view text, std::size_t most, Escape escape) {
  std::size_t keep = std::min(text.size(), most);
  for (;;) {
    std::string escaped = escape(shorten(text, keep));
    if (escaped.size() <= most || keep == 0) return escaped;
    const std::size_t over = escaped.size() - most;
    keep -= std::min(keep, std::max<std::size_t>(1, over / 6));  // an escape is six bytes at most
  }
}

// Laid out with less and less room until it is no larger than the receiver takes.
template <class LayOut>
[[nodiscard]] Result<Rendered> fitted(const Event& event, std::size_t largest,
                                      const std::string& content_type, LayOut lay_out) {
  for (Room room = room_for(event.type); room.name > 10; room = room.half()) {
    std::string body = lay_out(room);
    if (body.size() <= largest) return Rendered{content_type, std::move(body)};
  }
  return fail(ErrorKind::internal, "event " + event.id + " does not fit into a message of " +
                                       std::to_string(largest) + " bytes");
}

[[nodiscard]] Result<Rendered> render_standard(const Draft& draft);
[[nodiscard]] Result<Rendered> render_teams(const Draft& draft);
[[nodiscard]] Result<Rendered> render_slack(const Draft& draft);
[[nodiscard]] Result<Rendered> render_google_chat(const Draft& draft);
[[nodiscard]] Result<Rendered> render_discord(const Draft& draft);
[[nodiscard]] Result<Rendered> render_pagerduty(const Draft& draft);
[[nodiscard]] Result<Rendered> render_alertmanager(const Draft& draft);
[[nodiscard]] Result<Rendered> render_ntfy(const Draft& draft);
[[nodiscard]] Result<Rendered> render_template(const Draft& draft);
[[nodiscard]] Result<Rendered> render_email(const Draft& draft);

}  // namespace kpid::webhooks
