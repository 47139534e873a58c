// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What kpid says of an alert of which nobody takes note: to those who know it, a reminder; to those
// it escalates to, who has been told. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/alert.hpp"
#include "model/kpi.hpp"
#include "model/school_calendar.hpp"

namespace kpid {

struct Unnoted {
  Timestamp since{};                  // when it was told, and nobody has taken note since
  Date day{};                         // of `since`, in the trust's time
  std::string length;                 // "12 school days"
  std::vector<std::string> to;        // the destinations that are told of that now
  std::vector<std::string> told;      // those that had been told of the alert
  std::vector<std::string> untold{};  // those that should have been: nothing has arrived there
};

// From one day to another, in school days where there are any: "12 school days", "2 days".
[[nodiscard]] std::string length_words(const SchoolCalendar& calendar, Date from, Date to);

// The data of a kpi.alert.reminder or kpi.alert.escalated, made from that of the alert's last event
// before: the alert's own number and state, "unacknowledged" with what stands above, and, where the
// alert has looked at another figure since, "newest" with it.
[[nodiscard]] std::string unnoted_data(std::string_view last_data, EventType type,
                                       const Alert& alert, const Kpi& kpi, const Unnoted& unnoted);

// What an event's data says of the alert; nothing and nobody where it does not.
[[nodiscard]] std::optional<AlertState> state_in(std::string_view data);
[[nodiscard]] std::vector<std::string> escalated_to(std::string_view data);

}  // namespace kpid
