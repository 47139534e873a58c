// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "tally.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "common/year_group.hpp"

namespace kpid::plugins::attendance {
namespace {

constexpr std::array<std::string_view, kGroups> kGroupNames{"pupil_premium", "fsm", "send", "eal"};
constexpr std::array<std::string_view, kWeekDays> kDayNames{
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

constexpr std::uint64_t packed(std::uint8_t meaning) {
  switch (static_cast<Meaning>(meaning)) {
    case Meaning::none:
    case Meaning::not_counted:
      return 0;
    case Meaning::unauthorised_late:
      return Packed::of(Packed::unauthorised, 1) + Packed::of(Packed::late, 1);
    case Meaning::unauthorised:
      return Packed::of(Packed::unauthorised, 1);
    case Meaning::authorised:
      return Packed::of(Packed::authorised, 1);
    case Meaning::present_late:
      return Packed::of(Packed::attended, 1) + Packed::of(Packed::late, 1);
    case Meaning::approved:
    case Meaning::present:
      break;
  }
  return Packed::of(Packed::attended, 1);
}

// The packed sessions of a day's byte.
constexpr std::array<std::uint64_t, 256> make_day_table() {
  std::array<std::uint64_t, 256> out{};
  for (std::size_t byte = 0; byte < out.size(); ++byte) {
    out.at(byte) = packed(static_cast<std::uint8_t>(byte & kMeaningMask)) +
                   packed(static_cast<std::uint8_t>((byte >> 4U) & kMeaningMask));
  }
  return out;
}
constexpr std::array<std::uint64_t, 256> kDayTable = make_day_table();

// Which cells of a partition may be told: those of at least `least` pupils; and where the pupils
// that are not told are fewer than that, not the smallest of the others either, because the whole
// less the rest would tell of them.
std::vector<bool> told(const std::vector<std::uint32_t>& pupils, std::uint32_t not_in_a_cell,
                       std::int64_t least) {
  std::vector<bool> out(pupils.size());
  std::int64_t hidden = not_in_a_cell;
  for (std::size_t i = 0; i < pupils.size(); ++i) {
    out[i] = pupils[i] > 0 && pupils[i] >= least;
    if (!out[i]) hidden += pupils[i];
  }
  if (hidden == 0 || hidden >= least) return out;
  std::size_t smallest = pupils.size();
  for (std::size_t i = 0; i < pupils.size(); ++i) {
    if (out[i] && (smallest == pupils.size() || pupils[i] < pupils[smallest])) smallest = i;
  }
  if (smallest < pupils.size()) out[smallest] = false;
  return out;
}

}  // namespace

void SessionCounts::add(std::uint64_t word) {
  attended += static_cast<std::uint32_t>(Packed::part(word, Packed::attended));
  authorised += static_cast<std::uint32_t>(Packed::part(word, Packed::authorised));
  unauthorised += static_cast<std::uint32_t>(Packed::part(word, Packed::unauthorised));
  late += static_cast<std::uint32_t>(Packed::part(word, Packed::late));
  ++pupils;
}

SessionCounts& SessionCounts::operator+=(const SessionCounts& other) {
  attended += other.attended;
  authorised += other.authorised;
  unauthorised += other.unauthorised;
  late += other.late;
  pupils += other.pupils;
  return *this;
}

Tally::Part& Tally::Part::operator+=(const Part& other) {
  year += other.year;
  persistent += other.persistent;
  severe += other.severe;
  for (std::size_t w = 0; w < kWeeks; ++w) weeks.at(w) += other.weeks.at(w);
  return *this;
}

// Cells that together hold every pupil whose value is known.
struct Tally::Partition {
  std::vector<Cell> cells;
  Part unknown;  // of pupils in none of them
};

void Tally::add(const Traits& traits, const PupilYear& pupil) {
  Part& part = parts_[traits];
  std::uint64_t year = 0;
  std::array<std::uint64_t, kWeekDays> weekdays{};
  for (std::size_t w = 0; w < kWeeks; ++w) {
    const std::uint8_t* const days = &pupil.days[w * kWeekDays];
    std::uint64_t week = pupil.weeks ? (*pupil.weeks)[w] & ~(std::uint64_t{1} << 63U) : 0;
    for (std::size_t d = 0; d < kWeekDays; ++d) {
      const std::uint64_t day = kDayTable[days[d]];
      week += day;
      weekdays[d] += day;
    }
    if (Packed::possible(week) == 0) continue;
    part.weeks[w].add(week);
    year += week;
  }
  const std::uint64_t possible = Packed::possible(year);
  if (possible == 0) return;
  part.year.add(year);
  const std::uint64_t absent = Packed::absent(year);
  part.persistent += absent * 10 >= possible ? 1 : 0;
  part.severe += absent * 2 >= possible ? 1 : 0;
  for (std::size_t d = 0; d < kWeekDays; ++d) {
    if (Packed::possible(weekdays[d]) > 0) weekdays_[d].add(weekdays[d]);
  }
}

std::vector<Tally::Partition> Tally::partitions() const {
  std::vector<Partition> out(2 + kGroups);
  out[0].cells.push_back({"", {}});
  for (const auto& [traits, part] : parts_) {
    out[0].cells[0].part += part;
    std::vector<Cell>& years = out[1].cells;
    if (traits.year_group.empty()) {
      out[1].unknown += part;
    } else {
      const std::string subgroup = subgroup_of(traits.year_group, "");
      auto at = std::find_if(years.begin(), years.end(),
                             [&](const Cell& cell) { return cell.subgroup == subgroup; });
      if (at == years.end()) at = years.insert(years.end(), {subgroup, {}});
      at->part += part;
    }
    for (std::size_t g = 0; g < kGroups; ++g) {
      Partition& group = out[2 + g];
      if (group.cells.empty()) {
        const std::string name(kGroupNames.at(g));
        group.cells = {{subgroup_of("", name), {}}, {subgroup_of("", "not_" + name), {}}};
      }
      const Member member = traits.groups.at(g);
      Part& whole = member == Member::unknown ? group.unknown
                                              : group.cells[member == Member::yes ? 0 : 1].part;
      whole += part;
    }
  }
  return out;
}

void Tally::tell(const Partition& partition, SchoolYear& out) const {
  const auto pupils_of = [&](auto counts_of) {
    std::vector<std::uint32_t> pupils;
    pupils.reserve(partition.cells.size());
    for (const Cell& cell : partition.cells) pupils.push_back(counts_of(cell.part).pupils);
    return pupils;
  };
  const bool is_whole = partition.cells.size() == 1 && partition.cells[0].subgroup.empty();
  const bool with_weeks =
      settings_.weeks == WeekDetail::groups || (settings_.weeks == WeekDetail::school && is_whole);
  const auto year_pupils = pupils_of([](const Part& part) { return part.year; });
  const auto year_told = told(year_pupils, partition.unknown.year.pupils, settings_.smallest_group);
  std::vector<CellFigures> cells(partition.cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Part& part = partition.cells[i].part;
    cells[i] = {
        partition.cells[i].subgroup, year_told[i], part.year, part.persistent, part.severe, {}};
    out.suppressed += year_pupils[i] > 0 && !year_told[i] ? 1 : 0;
    if (with_weeks) cells[i].weeks.resize(kWeeks);
  }
  for (std::size_t w = 0; with_weeks && w < kWeeks; ++w) {
    const auto pupils = pupils_of([w](const Part& part) { return part.weeks[w]; });
    const auto week_told =
        told(pupils, partition.unknown.weeks[w].pupils, settings_.smallest_group);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (week_told[i]) cells[i].weeks[w] = partition.cells[i].part.weeks[w];
      out.weeks_suppressed += pupils[i] > 0 && !week_told[i] ? 1 : 0;
    }
  }
  for (CellFigures& cell : cells) {
    const bool any_week = std::any_of(cell.weeks.begin(), cell.weeks.end(),
                                      [](const SessionCounts& week) { return week.pupils > 0; });
    if (cell.year_told || any_week) out.cells.push_back(std::move(cell));
  }
}

SchoolYear Tally::finish() {
  SchoolYear out;
  for (const Partition& partition : partitions()) tell(partition, out);
  const bool whole_told =
      !out.cells.empty() && out.cells[0].subgroup.empty() && out.cells[0].year_told;
  for (std::size_t d = 0; whole_told && d < kWeekDays; ++d) {
    if (weekdays_[d].pupils >= settings_.smallest_group) out.weekdays[d] = weekdays_[d];
  }
  parts_.clear();
  weekdays_ = {};
  return out;
}

std::int32_t first_monday(int year) { return week_of(academic_year_from(year).first).first; }

void append_figures(std::vector<Observation>& out, const SchoolYear& school) {
  Origin origin{school.school,   "", academic_year_from(school.year), school.stated_on,
                school.document, 0};
  for (const CellFigures& cell : school.cells) {
    if (!cell.year_told) continue;
    origin.subgroup = cell.subgroup;
    append_sessions(out, Span::year, origin, cell.year.sessions());
    out.push_back(figure(kPupilsMeasured, origin, cell.year.pupils));
    out.push_back(figure(kPersistentAbsentees, origin, cell.persistent));
    out.push_back(figure(kSevereAbsentees, origin, cell.severe));
  }
  for (std::size_t d = 0; d < kWeekDays; ++d) {
    if (school.weekdays[d].pupils == 0) continue;
    origin.subgroup = "weekday=" + std::string(kDayNames.at(d));
    append_sessions(out, Span::year, origin, school.weekdays[d].sessions());
  }
  for (const CellFigures& cell : school.cells) {
    origin.subgroup = cell.subgroup;
    for (std::size_t w = 0; w < cell.weeks.size(); ++w) {
      if (cell.weeks[w].pupils == 0) continue;
      const auto monday = first_monday(school.year) + static_cast<std::int32_t>(w * kWeekDays);
      origin.dates = {monday, monday + 6};
      append_sessions(out, Span::week, origin, cell.weeks[w].sessions());
    }
  }
}

void join_split_weeks(std::vector<SchoolYear>& all) {
  for (std::size_t i = 1; i < all.size(); ++i) {
    SchoolYear& before = all[i - 1];
    SchoolYear& after = all[i];
    if (before.school != after.school || before.year + 1 != after.year) continue;
    const auto last =
        static_cast<std::size_t>(first_monday(after.year) - first_monday(before.year)) / kWeekDays;
    for (CellFigures& cell : before.cells) {
      if (last >= cell.weeks.size() || cell.weeks[last].pupils == 0) continue;
      const auto same =
          std::find_if(after.cells.begin(), after.cells.end(), [&](const CellFigures& one) {
            return one.subgroup == cell.subgroup && !one.weeks.empty() && one.weeks[0].pupils > 0;
          });
      if (same == after.cells.end()) continue;
      const std::uint32_t pupils = std::max(cell.weeks[last].pupils, same->weeks[0].pupils);
      same->weeks[0] += cell.weeks[last];
      same->weeks[0].pupils = pupils;
      cell.weeks[last] = {};
    }
  }
}

}  // namespace kpid::plugins::attendance
