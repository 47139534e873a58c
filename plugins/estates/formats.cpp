// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "formats.hpp"

#include "estates/bills.hpp"
#include "estates/consumption.hpp"
#include "estates/layouts.hpp"
#include "estates/registers.hpp"

namespace kpid::plugins::estates {
namespace {

tl::expected<Reading, Failure> read_readings(std::span<const Document> documents,
                                             const Settings& settings) {
  Notes notes;
  Reading out;
  const auto half_hours = read_half_hours(documents, settings, notes, out.rows);
  if (!half_hours) return tl::unexpected(half_hours.error());
  give_consumption(uses_of(*half_hours), settings, false, out, notes);
  notes.give(out);
  return out;
}

}  // namespace

tl::expected<Reading, Failure> read_estate(std::span<const Document> documents,
                                           const Settings& settings) {
  switch (settings.format) {
    case Format::bills:
      return read_bills(documents, settings);
    case Format::compliance:
      return read_checks(documents, settings);
    case Format::defects:
      return read_defects(documents, settings);
    case Format::bids:
      return read_bids(documents, settings);
    case Format::half_hourly:
      break;
  }
  return read_readings(documents, settings);
}

}  // namespace kpid::plugins::estates
