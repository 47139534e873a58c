// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "half_hours.hpp"

#include <algorithm>
#include <utility>

namespace kpid::plugins::estates {
namespace {

void come_from(Day& day, const Document* document, std::uint32_t row) {
  if (day.document == document) {
    day.row = std::min(day.row, row);
  } else {
    day.document = document;
    day.row = row;
  }
}

}  // namespace

void HalfHours::add(std::size_t meter, Slot slot, const Value& value) {
  const std::int32_t on = local_day(slot);
  const auto at = static_cast<std::size_t>(slot - day_begin(on));
  Day& day = meters_.at(meter)[on];
  State& state = day.states.at(at);
  double& known = day.kilowatt_hours.at(at);
  const State now = value.estimated ? State::estimated : State::actual;
  const bool is_worse = now == State::estimated && state != State::missing &&
                        state != State::estimated && state != State::estimates_differ;
  if (is_worse || (state == now && known == value.kilowatt_hours)) return;
  const bool is_better =
      now == State::actual && state != State::actual && state != State::actuals_differ;
  if (state == State::missing || is_better) {
    state = now;
    known = value.kilowatt_hours;
    come_from(day, value.document, value.row);
    return;
  }
  contradict(meter, on, day, value);
  state = value.estimated ? State::estimates_differ : State::actuals_differ;
  known = 0;
}

bool HalfHours::has(std::size_t meter, Slot slot) const {
  const std::int32_t on = local_day(slot);
  const auto day = meters_.at(meter).find(on);
  if (day == meters_.at(meter).end()) return false;
  return day->second.states.at(static_cast<std::size_t>(slot - day_begin(on))) != State::missing;
}

void HalfHours::contradict(std::size_t meter, std::int32_t day, const Day& known,
                           const Value& value) {
  contradictions_.try_emplace({meter, day}, Contradiction{meter, day, 0, value.document, value.row,
                                                          known.document, known.row});
}

void HalfHours::join(const HalfHours& other) {
  for (const auto& [key, one] : other.contradictions_) contradictions_.try_emplace(key, one);
  for (std::size_t meter = 0; meter < other.meters_.size(); ++meter) {
    for (const auto& [on, theirs] : other.meters_[meter]) {
      for (std::size_t i = 0; i < kHalfHoursMax; ++i) {
        const State state = theirs.states.at(i);
        if (state == State::missing) continue;
        if (!counts(state)) {
          Day& ours = meters_.at(meter)[on];
          if (state == State::estimates_differ && ours.states.at(i) == State::actual) continue;
          ours.states.at(i) = std::max(state, ours.states.at(i));
          ours.kilowatt_hours.at(i) = 0;
          continue;
        }
        add(meter, day_begin(on) + static_cast<Slot>(i),
            {theirs.kilowatt_hours.at(i), state == State::estimated, theirs.document, theirs.row});
      }
    }
  }
}

std::uint64_t HalfHours::replace_by(const HalfHours& later) {
  std::uint64_t changed = 0;
  for (const auto& [key, one] : later.contradictions_) contradictions_.insert_or_assign(key, one);
  for (std::size_t meter = 0; meter < later.meters_.size(); ++meter) {
    for (const auto& [on, theirs] : later.meters_[meter]) {
      Day& ours = meters_.at(meter)[on];
      for (std::size_t i = 0; i < kHalfHoursMax; ++i) {
        if (theirs.states.at(i) == State::missing) continue;
        changed +=
            counts(ours.states.at(i)) && ours.kilowatt_hours.at(i) != theirs.kilowatt_hours.at(i)
                ? 1
                : 0;
        ours.states.at(i) = theirs.states.at(i);
        ours.kilowatt_hours.at(i) = theirs.kilowatt_hours.at(i);
      }
      if (theirs.document != nullptr) come_from(ours, theirs.document, theirs.row);
    }
  }
  return changed;
}

std::vector<Contradiction> HalfHours::contradictions() const {
  std::vector<Contradiction> out;
  for (const auto& [key, one] : contradictions_) {
    const auto& states = meters_.at(one.meter).at(one.day).states;
    Contradiction open = one;
    open.half_hours = static_cast<int>(std::count_if(states.begin(), states.end(), [](State state) {
      return state == State::estimates_differ || state == State::actuals_differ;
    }));
    if (open.half_hours > 0) out.push_back(open);
  }
  return out;
}

}  // namespace kpid::plugins::estates
