// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The events of a digest, one line each. Pure.

#include <cstddef>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "webhooks/message.hpp"

namespace kpid::webhooks {

// An item of a digest's data as the event that it tells of; where it is over by now, as its end.
[[nodiscard]] Event event_of_item(const boost::json::object& item);

// As many as the room has; `left` are not among them.
[[nodiscard]] std::vector<Line> lines_of(const boost::json::object& data, const Room& room,
                                         std::size_t& left);

// The lines as a text, each with its mark, and "and N more".
[[nodiscard]] std::string lines_text(const Message& message);

}  // namespace kpid::webhooks
