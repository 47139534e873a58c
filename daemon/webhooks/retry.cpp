// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "webhooks/retry.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/json.hpp>

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

// A chat answers so where its webhook or channel was deleted; elsewhere 404 may be a receiver that
// is just being installed.
bool is_gone(int status, DestinationFormat format) {
  const bool chat = format == DestinationFormat::slack || format == DestinationFormat::discord;
  return status == 410 || (chat && status == 404);
}

constexpr std::chrono::seconds longest_wait = std::chrono::hours{24};

// Whether a mail server's answer was about who kpid says it is.
bool is_about_login(int status) {
  return status == 530 || status == 534 || status == 535 || status == 538;
}

// In SMTP a 4 means "not now" and a 5 "never so"; the server's own words say why.
std::string words_of_mail_server(const Answer& answer) {
  const std::string number = std::to_string(answer.status);
  const std::string said = answer.body.empty() ? "" : ": " + answer.body;
  if (answer.status < 500) return number + ": the mail server does not take it now" + said;
  if (is_about_login(answer.status)) {
    return number + ": the mail server does not let kpid in" + said +
           "; check the destination's user and password, then replay the delivery";
  }
  return number + ": the mail server refused the mail" + said +
         "; correct the destination, then replay the delivery";
}

// How often and for how long a delivery has been tried.
struct Tried {
  std::uint32_t attempts = 0;
  std::optional<milliseconds> span;  // since it was written
};

bool is_used_up(const Tried& tried, std::span<const milliseconds> schedule) {
  if (tried.attempts == 0 || schedule.empty()) return true;
  if (tried.attempts <= schedule.size()) return false;
  return !tried.span ||
         *tried.span >= std::accumulate(schedule.begin(), schedule.end(), milliseconds{0});
}

Decision try_again(std::string error, const Tried& tried, std::span<const milliseconds> schedule,
                   Timestamp now, double random, std::optional<std::chrono::seconds> asked) {
  if (is_used_up(tried, schedule)) {
    return {DeliveryState::dead, error + "; every retry has been used", {}, false};
  }
  const std::size_t step = std::min<std::size_t>(tried.attempts, schedule.size()) - 1;
  milliseconds wait = with_jitter(schedule[step], random);
  if (asked) wait = std::max<milliseconds>(wait, *asked);
  return {DeliveryState::pending, std::move(error), now + wait, false};
}

}  // namespace

// The header, or what Discord says in the body: {"retry_after": 64.57}.
std::optional<std::chrono::seconds> asked_wait(const Answer& answer, DestinationFormat format) {
  std::optional<std::chrono::seconds> asked = answer.retry_after;
  if (format == DestinationFormat::discord && answer.status == 429) {
    boost::json::error_code error;
    const auto body = boost::json::parse(answer.body, error);
    const auto* object = error ? nullptr : body.if_object();
    const auto* wait = object == nullptr ? nullptr : object->if_contains("retry_after");
    if (wait != nullptr && wait->is_number()) {
      const double most = static_cast<double>(longest_wait.count());
      const double wanted = std::clamp(std::ceil(wait->to_number<double>()), 0.0, most);
      const std::chrono::seconds told{static_cast<std::int64_t>(wanted)};
      asked = std::max(asked.value_or(told), told);
    }
  }
  if (asked)
    asked = std::clamp<std::chrono::seconds>(*asked, std::chrono::seconds{0}, longest_wait);
  return asked;
}

Decision decide(const Answer& answer, std::uint32_t attempts,
                std::span<const milliseconds> schedule, Timestamp now, double random,
                DestinationFormat format, std::optional<Timestamp> born) {
  const int status = answer.status;
  Tried tried{attempts, std::nullopt};
  if (born) tried.span = now - *born;
  const std::string number = std::to_string(status);
  if (status >= 200 && status < 300) return {DeliveryState::delivered, "", {}, false};
  if (format == DestinationFormat::email && status != 0) {
    std::string error = words_of_mail_server(answer);
    if (status >= 500) return {DeliveryState::dead, std::move(error), {}, false};
    return try_again(std::move(error), tried, schedule, now, random, std::nullopt);
  }
  if (status >= 300 && status < 400) {
    return {DeliveryState::dead,
            number +
                ": answered with a redirect, which is never followed; set the destination's URL to "
                "the address it points to",
            {},
            false};
  }
  if (is_gone(status, format)) {
    return {DeliveryState::dead,
            number + ": the receiver is gone and wants no more; give the destination a new URL",
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
  return try_again(std::move(error), tried, schedule, now, random, asked_wait(answer, format));
}

}  // namespace kpid::webhooks
