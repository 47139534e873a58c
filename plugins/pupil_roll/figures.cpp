// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "figures.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>

#include "common/year_group.hpp"

namespace kpid::plugins::pupil_roll {
namespace {

// What is left of `whole` beyond the year groups that are shown: these can be worked out.
std::int64_t hidden(const std::map<Part, Count>& shown, const Part& whole, std::int64_t pupils) {
  for (const auto& [part, count] : shown) {
    if (part.pupil_group == whole.pupil_group && !part.year_group.empty()) pupils -= count.value;
  }
  return pupils;
}

std::map<Part, Count>::iterator smallest_year(std::map<Part, Count>& shown, const Part& whole) {
  auto found = shown.end();
  for (auto at = shown.begin(); at != shown.end(); ++at) {
    if (at->first.pupil_group != whole.pupil_group || at->first.year_group.empty()) continue;
    if (found == shown.end() || at->second.value < found->second.value) found = at;
  }
  return found;
}

void leave_out_small_groups(std::map<Part, Count>& shown, std::int64_t smallest_group,
                            Suppressed& suppressed) {
  suppressed.small += std::erase_if(shown, [&](const auto& one) {
    return one.first != Part{} && one.second.value < smallest_group;
  });
  std::vector<Part> wholes;
  for (const auto& [part, count] : shown) {
    if (part.year_group.empty()) wholes.push_back(part);
  }
  for (const Part& whole : wholes) {
    for (;;) {
      const auto left = hidden(shown, whole, shown.at(whole).value);
      const auto smallest = smallest_year(shown, whole);
      if (left <= 0 || left >= smallest_group || smallest == shown.end()) break;
      shown.erase(smallest);
      ++suppressed.telling;
    }
  }
}

void give_day(const SchoolAndDay& key, const SchoolDay& day, Reading& reading) {
  const auto add = [&](std::string_view measure, const Part& part, const Count& count) {
    Observation one;
    one.measure = measure;
    one.organisation = key.first;
    one.subgroup = subgroup_of(part.year_group, part.pupil_group);
    one.period_start = key.second;
    one.period_end = key.second;
    one.value = static_cast<double>(count.value);
    one.document = count.document;
    one.row = count.row;
    one.stated_on = count.stated_on;
    reading.observations.push_back(std::move(one));
  };
  for (const auto& [part, count] : day.pupils) add("roll.pupils", part, count);
  if (day.capacity) add("roll.capacity", {}, *day.capacity);
}

void give_movement(const SchoolAndDay& key, const Movement& movement, Reading& reading) {
  const auto add = [&](std::string_view measure, const std::optional<Count>& count) {
    if (!count) return;
    Observation one;
    one.measure = measure;
    one.organisation = key.first;
    one.period_start = key.second;
    one.period_end = academic_year_of(key.second).last;
    one.value = static_cast<double>(count->value);
    one.document = count->document;
    one.row = count->row;
    one.stated_on = count->stated_on;
    reading.observations.push_back(std::move(one));
  };
  add("roll.joiners", movement.joiners);
  add("roll.leavers", movement.leavers);
}

}  // namespace

AcademicYear academic_year_of(std::int32_t day) {
  using namespace std::chrono;
  const year_month_day date{sys_days(days(day))};
  const year first = date.month() >= September ? date.year() : date.year() - years(1);
  return {static_cast<std::int32_t>(sys_days(first / September / 1).time_since_epoch().count()),
          static_cast<std::int32_t>(
              sys_days((first + years(1)) / August / 31).time_since_epoch().count())};
}

void Figures::merge(const Figures& later) {
  const auto take = [](std::optional<Count>& known, const std::optional<Count>& said,
                       std::int32_t stated_on) {
    if (!said) return;
    known = said;
    known->stated_on = stated_on;
  };
  for (const auto& [key, day] : later.days) {
    SchoolDay& known = days[key];
    for (const auto& [part, count] : day.pupils) {
      Count& figure = known.pupils[part];
      figure = count;
      figure.stated_on = day.stated_on;
    }
    take(known.capacity, day.capacity, day.stated_on);
  }
  for (const auto& [key, movement] : later.movements) {
    Movement& known = movements[key];
    take(known.joiners, movement.joiners, movement.stated_on);
    take(known.leavers, movement.leavers, movement.stated_on);
  }
}

void leave_out_small_groups(Figures& figures, std::int64_t smallest_group, Suppressed& suppressed) {
  for (auto& [key, day] : figures.days) {
    leave_out_small_groups(day.pupils, smallest_group, suppressed);
  }
}

void add_wholes(SchoolDay& day) {
  std::map<std::string, Count> sums;  // by group
  std::map<std::string, std::set<std::string>> years;
  for (const auto& [part, count] : day.pupils) {
    if (part.year_group.empty()) continue;
    const auto [sum, first] = sums.try_emplace(part.pupil_group, Count{0, count.document, 0});
    sum->second.value += count.value;
    years[part.pupil_group].insert(part.year_group);
  }
  for (const Part& part : day.unknown) sums.erase(part.pupil_group);
  for (const auto& [group, sum] : sums) {
    // A group is counted in every year group, or its sum would be that of some of them.
    if (years[group] != years[""]) continue;
    day.pupils.try_emplace(Part{"", group}, sum);
  }
}

void give(const Figures& figures, Reading& reading) {
  for (const auto& [key, day] : figures.days) give_day(key, day, reading);
  for (const auto& [key, movement] : figures.movements) give_movement(key, movement, reading);
}

void note(const Suppressed& suppressed, std::int64_t smallest_group, Notes& notes) {
  if (suppressed.small == 0) return;
  std::string text = counted(suppressed.small, "group", "groups") + " of fewer than " +
                     std::to_string(smallest_group) + " pupils " +
                     (suppressed.small == 1 ? "was" : "were") + " left out";
  if (suppressed.telling != 0) {
    text +=
        ", and " + std::to_string(suppressed.telling) + " more from which they could be worked out";
  }
  notes.info("setting smallest_group", text + ".");
}

}  // namespace kpid::plugins::pupil_roll
