// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "webhooks/retry.hpp"

#include <algorithm>

namespace kpid::webhooks {
namespace {

using std::chrono::milliseconds;

// Full jitter for short steps, +-20 % for long ones.
milliseconds with_jitter(milliseconds step, double random) {
  const double factor = step < std::chrono::minutes{1} ? random : 0.8 + 0.4 * random;
  return milliseconds{static_cast<std::int64_t>(static_cast<double>(step.count()) * factor)};
}

bool is_refusal(int status) {
  return status == 400 || status == 401 || status == 403 || status == 413 || status == 415 ||
         status == 422;
}

}  // namespace

Decision decide(const Answer& answer, std::uint32_t attempts,
                std::span<const milliseconds> schedule, Timestamp now, double random) {
  const int status = answer.status;
  const std::string number = std::to_string(status);
  if (status >= 200 && status < 300) return {DeliveryState::delivered, "", {}, false};
  if (status >= 300 && status < 400) {
    return {DeliveryState::dead,
            number +
                ": answered with a redirect, which is never followed; set the destination's URL to "
                "the address it points to",
            {},
            false};
  }
  if (status == 410) {
    return {DeliveryState::dead,
            "410: the receiver is gone and wants no more; give the destination a new URL",
            {},
            true};
  }
  if (is_refusal(status)) {
    return {DeliveryState::dead,
            number +
                ": the receiver refused the request; check the destination's URL and "
                "secret, then replay the delivery",
            {},
            false};
  }
  std::string error = status == 0 ? answer.network_error : number + ": the receiver failed";
  if (status == 429) error = "429: the receiver asks for fewer requests";
  if (error.empty()) error = "no answer was received";
  if (attempts == 0 || attempts > schedule.size()) {
    return {DeliveryState::dead, error + "; every retry has been used", {}, false};
  }
  milliseconds wait = with_jitter(schedule[attempts - 1], random);
  if (answer.retry_after) {
    const auto asked = std::clamp<std::chrono::seconds>(
        *answer.retry_after, std::chrono::seconds{0}, std::chrono::hours{24});
    wait = std::max<milliseconds>(wait, asked);
  }
  return {DeliveryState::pending, error, now + wait, false};
}

}  // namespace kpid::webhooks
