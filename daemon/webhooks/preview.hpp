// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What a destination would be sent, without sending it: the whole request, with its secrets masked.
// Pure.

#include <string>

#include <boost/json/object.hpp>

#include "model/config.hpp"
#include "model/error.hpp"

namespace kpid::webhooks {

// {"destination", "format", "event", "url": scheme and host alone, "headers": [line], "body",
// "bytes", "withheld": why the destination would not be told of it, or null}.
[[nodiscard]] Result<boost::json::object> preview(const Config& config,
                                                  const std::string& destination, EventType type,
                                                  Timestamp now);

}  // namespace kpid::webhooks
