// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// An event as the bytes that a receiver takes. Rendered once, stored, and never again.

#include <string>

#include "model/alert.hpp"
#include "model/config.hpp"
#include "model/delivery.hpp"
#include "model/error.hpp"

namespace kpid::webhooks {

struct Rendered {
  std::string content_type;
  std::string body;
  std::size_t left_out = 0;  // of a digest's items: those that the body does not tell
};

// The body's limits are the receiver's: what is too long is cut with "and N more", never sent
// oversized. Every text from outside is escaped for that receiver. What must not stand in the store
// (PagerDuty's routing key) is left out: delivery_request.hpp adds it. Nothing but data that is no
// JSON object is an error: an alert is told, whatever its names hold.
[[nodiscard]] Result<Rendered> render(const DestinationConfig& destination, const Event& event,
                                      const std::string& instance);

}  // namespace kpid::webhooks
