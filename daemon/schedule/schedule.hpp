// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// When a source runs next. Pure: time comes in, an instant comes out. Local times are the trust's;
// a time that a clock change skips runs at the change, one that it repeats runs once.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/error.hpp"
#include "model/schedule_spec.hpp"
#include "model/time.hpp"

namespace kpid {

// "every 15 min", "daily 06:30", "30 6 * * 1-5" (cron, names allowed), "on change", "pushed".
[[nodiscard]] Result<ScheduleSpec> parse_schedule(std::string_view text);

struct ScheduleInput {
  std::optional<Timestamp> last_asked_at;  // nothing: never, so it is due now
  std::uint32_t failures_in_a_row = 0;
  std::optional<Timestamp> retry_at;  // what the upstream asked for (Retry-After)
  std::uint64_t jitter_seed = 0;      // the source's name, hashed: the same source, the same jitter
};

// A run that was missed while the daemon was down is due at once, and only once. After failures
// the next try comes earlier than the schedule would have it: 30 s, doubling, capped at 15 minutes,
// never later than the schedule itself. `on change` has no instant of its own: nothing, unless it
// never ran or failed.
[[nodiscard]] std::optional<Timestamp> next_due(const ScheduleSpec& spec,
                                                const ScheduleInput& input,
                                                std::string_view timezone, Timestamp now);

// Today's date, and local times, in the trust's zone (tzdb of the system).
[[nodiscard]] Date local_date(Timestamp at, std::string_view timezone);
// The instant of a local time. Of a repeated one the first; a skipped one is the change itself.
[[nodiscard]] Timestamp local_instant(Date day, std::chrono::minutes time_of_day,
                                      std::string_view timezone);
// What the clock on the wall shows, in whole minutes since midnight.
[[nodiscard]] std::chrono::minutes local_time_of_day(Timestamp at, std::string_view timezone);
[[nodiscard]] bool is_time_zone(std::string_view name);

}  // namespace kpid
