// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What is told of kpid itself: a source that fails or works again, a destination that was switched
// off, a test. Each is the JSON object for `data` of the standard body, with the sentence for
// people under "explanation". Pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/school_calendar.hpp"
#include "model/time.hpp"

namespace kpid {

struct SourceTrouble {
  std::string source;
  std::string reason;
  std::uint32_t failures_in_a_row = 0;
  std::optional<Timestamp> last_succeeded_at;
  bool quarantined = false;
};
[[nodiscard]] std::string source_failing_data(const SourceTrouble& trouble);

struct SourceSilence {
  std::string source;
  Timestamp content_changed_at{};
  Span stale_after;
  std::optional<Date> data_until;
};
[[nodiscard]] std::string source_stale_data(const SourceSilence& silence);
[[nodiscard]] std::string source_recovered_data(std::string_view source, std::uint32_t failures);
// Of the database itself; told past it.
[[nodiscard]] std::string store_failing_data(std::string_view reason);
[[nodiscard]] std::string store_damaged_data(std::string_view reason);
[[nodiscard]] std::string store_recovered_data();
[[nodiscard]] std::string destination_disabled_data(std::string_view destination,
                                                    std::string_view reason);
[[nodiscard]] std::string test_ping_data(std::string_view destination, std::string_view trust);

}  // namespace kpid
