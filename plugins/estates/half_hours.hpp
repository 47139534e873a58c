// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The half hours of meters, by local day: each has one reading, none, or readings that contradict
// each other, of which none counts. Not safe to share between threads. Documents are borrowed.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/reading.hpp"
#include "estates/clock.hpp"

namespace kpid::plugins::estates {

// The last two: estimates that contradict each other, which an actual reading settles, and actual
// readings that do, which nothing of the same day settles.
enum class State : std::uint8_t { missing, actual, estimated, estimates_differ, actuals_differ };

constexpr bool counts(State state) noexcept {
  return state == State::actual || state == State::estimated;
}

struct Day {
  std::array<double, kHalfHoursMax> kilowatt_hours{};
  std::array<State, kHalfHoursMax> states{};  // beyond the day's half hours: missing
  const Document* document = nullptr;         // the last that a half hour came from
  std::uint32_t row = 0;                      // the first row of it that gave one
};

struct Value {
  double kilowatt_hours = 0;
  bool estimated = false;
  const Document* document = nullptr;
  std::uint32_t row = 0;
};

// Two documents, or two rows of one, that say different things of a day; told once a meter and day.
struct Contradiction {
  std::size_t meter = 0;
  std::int32_t day = 0;
  int half_hours = 0;
  const Document* document = nullptr;  // of the reading that came second
  std::uint32_t row = 0;
  const Document* other_document = nullptr;
  std::uint32_t other_row = 0;
};

class HalfHours {
 public:
  using Days = std::map<std::int32_t, Day>;

  explicit HalfHours(std::size_t meters) : meters_(meters) {}

  // The same reading again changes nothing, and an actual one takes the place of estimates; two
  // others contradict each other. The order of adding does not matter.
  void add(std::size_t meter, Slot slot, const Value& value);
  [[nodiscard]] bool has(std::size_t meter, Slot slot) const;

  // What other documents of the same day say, by the same rules.
  void join(const HalfHours& other);
  // What documents of a later day say counts in the place of what is here; how many readings it
  // has changed.
  std::uint64_t replace_by(const HalfHours& later);

  [[nodiscard]] std::size_t meters() const { return meters_.size(); }
  [[nodiscard]] const Days& days(std::size_t meter) const { return meters_.at(meter); }
  // Those that no later document has settled.
  [[nodiscard]] std::vector<Contradiction> contradictions() const;

 private:
  void contradict(std::size_t meter, std::int32_t day, const Day& known, const Value& value);

  std::vector<Days> meters_;
  std::map<std::pair<std::size_t, std::int32_t>, Contradiction> contradictions_;
};

}  // namespace kpid::plugins::estates
