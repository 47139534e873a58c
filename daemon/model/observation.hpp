// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What a plugin emitted, as it came over the wire and passed its verifier: rows that index a table
// of strings, so that a million rows carry each name once. Views live as long as the batch.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kpid {

struct ObservationRow {
  static constexpr std::uint32_t has_value = 1;
  static constexpr std::uint32_t has_parts = 2;

  std::uint32_t measure = 0;       // index into strings
  std::uint32_t organisation = 0;  // index into strings: the code that the source uses
  std::uint32_t subgroup = 0;      // index into strings
  std::int32_t period_start = 0;   // days since 1970-01-01
  std::int32_t period_end = 0;     // included
  std::uint32_t flags = 0;
  std::uint32_t fetch = 0;      // which fetched document, counted from 1; 0: none
  std::uint32_t row_first = 0;  // rows of that document, counted from 1; 0: not known
  std::uint32_t row_last = 0;
  std::int32_t stated_on = 0;  // day on which the source states it; 0: not known
  double value = 0;
  double numerator = 0;
  double denominator = 0;
};
static_assert(sizeof(ObservationRow) == 64);

struct ObservationBatch {
  std::vector<std::string_view> strings;
  std::span<const ObservationRow> rows;  // every index is already checked against strings
  std::shared_ptr<const void> storage;   // what the views look into
};

// A document that was fetched for a plugin: the provenance of what it emits.
struct FetchedDocument {
  std::uint32_t number = 0;  // counted from 1 within the run
  std::string origin;        // path or URL, without secrets
  std::string sha256;        // lower-case hex of the content
  std::uint64_t size = 0;
  std::int64_t fetched_at_ms = 0;
  std::int64_t modified_at_ms = 0;  // 0: not known
};

// Something that a plugin left out or found odd, in words for the operator.
struct RunNote {
  enum class Level { info, warning, skipped };
  Level level = Level::info;
  std::string place;     // "spring.csv, row 12, column Income"
  std::string sentence;  // "the value "n/a" is not a number; the row was left out"
  friend bool operator==(const RunNote&, const RunNote&) = default;
};

}  // namespace kpid
