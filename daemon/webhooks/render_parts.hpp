// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What the formats share: the event's data as an object, and how too long a text is cut. Pure.

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "webhooks/render.hpp"

namespace kpid::webhooks {

// The receivers' limits, with a little room: Standard Webhooks 20 kB, Teams 28 KB (21 KB seen).
constexpr std::size_t largest_body = 20'000;

// The object that `event.data` holds; bytes that are no UTF-8 are replaced, so that the body is
// always valid JSON.
[[nodiscard]] Result<boost::json::object> data_of(const Event& event);

// At most `most` bytes of it and "… and N more characters", cut between characters.
[[nodiscard]] std::string shorten(std::string_view text, std::size_t most);
[[nodiscard]] std::string and_more(std::size_t count);  // "and 12 more"

[[nodiscard]] Result<Rendered> render_standard(const Event& event, const std::string& instance);
[[nodiscard]] Result<Rendered> render_teams(const Event& event);

}  // namespace kpid::webhooks
