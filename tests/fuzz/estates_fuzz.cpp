// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Any bytes in every format of the plugin "estates": what comes of them stays within what its
// manifest and the daemon allow, and the same bytes twice, in either order, give the same.

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "estates/carbon.hpp"
#include "estates/formats.hpp"
#include "readers/encoding.hpp"

namespace {

using namespace kpid;
using plugins::estates::Format;
using plugins::estates::Fuel;
using plugins::estates::Unit;

constexpr std::int64_t kModified = 1'769'817'600'000;  // 2026-01-31

void require(bool held) {
  if (!held) std::abort();
}

void check(const plugins::Observation& one) {
  require(!one.organisation.empty() && one.organisation.size() <= 200);
  require(one.period_start >= 0 && one.period_end >= one.period_start && one.period_end < 48'000);
  require(std::isfinite(one.value) && one.value >= 0 && one.value <= 1e12);
  require(one.document >= 1 && one.document <= 2);
}

void check(const tl::expected<plugins::Reading, plugins::Failure>& reading) {
  if (!reading) {
    require(!reading.error().sentence.empty() && reading.error().sentence.size() <= 1000);
    return;
  }
  for (const auto& one : reading->observations) check(one);
  for (const auto& note : reading->notes) {
    require(note.place.size() <= 500 && note.sentence.size() <= 1000);
    require(readers::is_utf8(note.place) && readers::is_utf8(note.sentence));
  }
}

plugins::estates::Settings settings_for(std::uint8_t choice) {
  using plugins::estates::kDayFirst;
  using plugins::estates::kDayLast;
  plugins::estates::Settings out;
  out.format = static_cast<Format>(choice % 5);
  out.meters = {{"M1", "1", Fuel::electricity, Unit::kilowatt_hours, kDayFirst, kDayLast},
                {"M2", "1", Fuel::gas, Unit::cubic_metres, kDayFirst, kDayLast}};
  if ((choice & 0x80U) != 0) out.meters.pop_back();
  out.schools = {{"1", 500, {true, true}}};
  out.gaps_allowed_percent = 10;
  out.clock =
      (choice & 0x40U) != 0 ? plugins::estates::ShownBy::gmt : plugins::estates::ShownBy::local;
  out.repeated_hour = (choice & 0x20U) != 0 ? plugins::estates::RepeatedHour::summed
                                            : plugins::estates::RepeatedHour::missing;
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto settings = settings_for(data[0]);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::array<plugins::Document, 1> once{{{1, "f.csv", bytes, kModified}}};
  const auto reading = plugins::estates::read_estate(once, settings);
  check(reading);
  static_cast<void>(plugins::estates::read_factors(once[0]));
  const std::array<plugins::Document, 2> twice{
      {{1, "f.csv", bytes, kModified}, {2, "g.csv", bytes, kModified + 90'000'000}}};
  const auto again = plugins::estates::read_estate(twice, settings);
  check(again);
  require(reading.has_value() == again.has_value());
  return 0;
}
