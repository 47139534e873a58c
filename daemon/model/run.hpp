// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// One pull of one source, and what is known of a source between pulls.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"
#include "model/observation.hpp"
#include "model/time.hpp"

namespace kpid {

enum class RunOutcome { running, succeeded, unchanged, failed, interrupted };
[[nodiscard]] std::string_view to_string(RunOutcome outcome) noexcept;

struct RunCounts {
  std::uint64_t rows_read = 0;     // as the plugin reports them
  std::uint64_t observations = 0;  // emitted
  std::uint64_t created = 0;
  std::uint64_t revised = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t refused = 0;  // outside bounds, unknown organisation, …: each has a note
};

struct Run {
  std::int64_t id = 0;
  std::string source;
  Timestamp started_at{};
  std::optional<Timestamp> ended_at;
  RunOutcome outcome = RunOutcome::running;
  ErrorKind error_kind = ErrorKind::internal;  // where it failed
  std::string reason;                          // for the operator; empty where it succeeded
  std::string detail;                          // for the plugin's developer
  RunCounts counts;
  std::vector<RunNote> notes;  // at most max_run_notes are kept
  std::uint64_t notes_total = 0;
};
inline constexpr std::size_t max_run_notes = 200;

// A source's memory: its cursor and its three clocks (last asked, content changed, data until).
struct SourceState {
  std::string name;
  std::string cursor;
  std::optional<Timestamp> last_asked_at;
  std::optional<Timestamp> last_succeeded_at;
  std::optional<Timestamp> content_changed_at;
  std::optional<Date> data_until;
  std::optional<Timestamp> next_due_at;
  std::uint32_t failures_in_a_row = 0;
  std::uint32_t crashes_in_a_row = 0;
  bool failing_told = false;        // a source.failing event is open
  bool stale_told = false;          // a source.stale event is open
  std::string quarantined_library;  // fingerprint of the library that crashed; empty: not held
  std::string last_reason;          // why the last run failed; empty where it did not
};

}  // namespace kpid
