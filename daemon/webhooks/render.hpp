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
};

// The body's limits are the receiver's (standard 20 kB, teams 20 kB): what is too long is cut with
// "and N more", never sent oversized.
[[nodiscard]] Result<Rendered> render(DestinationFormat format, const Event& event,
                                      const std::string& instance);

}  // namespace kpid::webhooks
