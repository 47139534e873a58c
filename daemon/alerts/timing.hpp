// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// When a destination is told of an event: at once, or later and together with others. In the
// trust's time and by the trust's calendar. Pure.

#include <optional>
#include <string>
#include <string_view>

#include "model/alert.hpp"
#include "model/config.hpp"
#include "model/school_calendar.hpp"
#include "model/time.hpp"

namespace kpid {

struct Wait {
  Timestamp due_at{};
  std::string bundle;  // what is due together goes out as one message
};
// Bundles: "digest", "quiet", "school:CODE", "kpi:ID", "run:MILLISECONDS".
inline constexpr std::string_view digest_bundle = "digest";
inline constexpr std::string_view quiet_bundle = "quiet";

struct TimingInput {
  const DestinationConfig& destination;
  std::string_view timezone;
  const SchoolCalendar& calendar;  // of the trust
};

// Nothing: it is told at once. A destination with a digest gets everything with the next one; else
// what comes up in quiet times waits for their end; else it waits for others of its group, as long
// as the destination's group_wait. A test ping waits for nothing, what is urgent for its group
// alone.
[[nodiscard]] std::optional<Wait> wait_of(const TimingInput& input, const Event& event,
                                          Timestamp now);

// As bad as the destination's `urgent`. That somebody has taken note, or that it is over, never is.
[[nodiscard]] bool is_urgent(const DestinationConfig& destination, const Event& event);

// The end of the quiet times that hold at that instant; nothing where none do. Neighbouring ones
// count as one: from Friday evening to Monday morning. Hours that a clock change skips begin or end
// at the change; of a repeated hour the first counts, so that no night is quiet twice.
[[nodiscard]] std::optional<Timestamp> quiet_until(const TimingInput& input, Timestamp at);

// The first digest at or after that instant.
[[nodiscard]] Timestamp next_digest(const DigestTimes& times, std::string_view timezone,
                                    Timestamp at);

// Whether the config still puts events into such a bundle; where not, nothing need wait there.
[[nodiscard]] bool is_bundle_of(const DestinationConfig& destination, std::string_view bundle);

// Why something waits there, for people: "quiet hours", "the daily digest", "others of its school".
[[nodiscard]] std::string why_words(const DestinationConfig* destination, std::string_view bundle);

// "Monday 07:00" within a week of `now`, "today 07:00", else "7 January 2026 07:00".
[[nodiscard]] std::string moment_words(Timestamp at, Timestamp now, std::string_view timezone);

}  // namespace kpid
