// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What follows from one attempt to deliver: a pure function, so that every case is a test's row.

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/config.hpp"
#include "model/delivery.hpp"
#include "model/time.hpp"

namespace kpid::webhooks {

struct Answer {
  int status = 0;             // 0: no answer
  std::string network_error;  // in words, without the URL; read where status is 0
  std::optional<std::chrono::seconds> retry_after;
  std::string body{};  // its beginning, where the receiver did not accept
  std::vector<std::pair<std::string, std::string>> headers{};  // those that were asked for
};

struct Decision {
  DeliveryState state = DeliveryState::pending;
  std::string error;            // empty: delivered
  Timestamp next_attempt_at{};  // where state is pending
  bool disable_destination = false;
};

// `attempts` counts the one just made; `random` is in [0, 1). Receivers of some formats answer in a
// way of their own: chats that say 404 for a channel that is gone, Discord's wait in the body.
// `born`: when the delivery was written. It is given up when every retry has been used and as much
// time has passed as all the waits make, so that neither attempts before their time nor short waits
// of chance end it early; nothing: when every retry has been used.
[[nodiscard]] Decision decide(const Answer& answer, std::uint32_t attempts,
                              std::span<const std::chrono::milliseconds> schedule, Timestamp now,
                              double random, DestinationFormat format = DestinationFormat::standard,
                              std::optional<Timestamp> born = std::nullopt);

// How long the receiver asks to be left alone: in its header, or in its body where that is its way.
[[nodiscard]] std::optional<std::chrono::seconds> asked_wait(const Answer& answer,
                                                             DestinationFormat format);

}  // namespace kpid::webhooks
