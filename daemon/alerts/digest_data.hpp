// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Several events as one: what a digest tells, in which order and in which words. Pure.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/alert.hpp"

namespace kpid {

// All that a digest has to tell of one subject.
struct DigestEntry {
  Event event;                               // the last one
  std::vector<std::string> superseded{};     // ids of those before it, oldest first
  bool began = false;                        // what it tells of began while it waited
  std::optional<Timestamp> over_since{};     // over by now, which the event itself does not say
  Resolution resolution = Resolution::none;  // then
};

// One entry a subject, of its last event; in the order in which a digest tells them: red, amber,
// what is over, what is of kpid itself; then by school and KPI. `events` in the order in which they
// came.
[[nodiscard]] std::vector<DigestEntry> digest_entries(std::vector<Event> events);
void sort_for_digest(std::vector<DigestEntry>& entries);

struct DigestFrame {
  std::string destination;
  std::string bundle;  // see alerts/timing.hpp
  Timestamp from{};    // when the first of them happened
  Timestamp until{};   // now
  std::string timezone;
  std::string dashboard_url{};
};

struct DigestCounts {
  std::size_t red = 0;
  std::size_t amber = 0;
  std::size_t recovered = 0;
  std::size_t withdrawn = 0;  // their figures were corrected
  std::size_t closed = 0;     // their rules were removed
  std::size_t operational = 0;
  std::size_t events = 0;  // of all entries
};
[[nodiscard]] DigestCounts counts_of(std::span<const DigestEntry> entries);
// "3 red, 2 amber, 1 recovered".
[[nodiscard]] std::string count_words(const DigestCounts& counts);

// The worst that is not over; none where all is.
[[nodiscard]] Severity severity_of_digest(std::span<const DigestEntry> entries);

// The JSON object for `data` of the standard body. Every event stands in it: as one of "items", or,
// where a newer one of its subject does, by its id in "also".
[[nodiscard]] std::string digest_data(const DigestFrame& frame,
                                      std::span<const DigestEntry> entries);

}  // namespace kpid
