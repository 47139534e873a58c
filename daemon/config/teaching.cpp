// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/teaching.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "config/syntax.hpp"

namespace kpid::config {
namespace {

using std::chrono::days;
using std::chrono::weekday;
using std::chrono::year_month_day;

constexpr std::size_t most_stretches = 2'000;  // a hundred years are 600
constexpr days longest_holiday{43};            // within a school year
constexpr days longest_summer{76};

std::string described(const NamedDays& item) {
  const std::string name = item.name.empty() ? std::string{"the event"} : in_quotes(item.name);
  return fmt::format("{} from {} to {}", name, format_date(item.days.start),
                     format_date(item.days.end));
}

bool inside(const Period& inner, const Period& outer) {
  return inner.start >= outer.start && inner.end <= outer.end;
}

bool overlap(const Period& a, const Period& b) { return a.start <= b.end && b.start <= a.end; }

void sort_by_days(std::vector<NamedDays>& items) {
  std::stable_sort(items.begin(), items.end(), [](const NamedDays& a, const NamedDays& b) {
    return std::tuple{a.days.start, b.days.end} < std::tuple{b.days.start, a.days.end};
  });
}

std::vector<NamedDays> long_breaks(const CalendarParts& parts) {
  std::vector<NamedDays> all;
  for (const NamedDays& off : parts.breaks) {
    if (is_break(off.days)) all.push_back(off);
  }
  sort_by_days(all);
  return all;
}

// "Term begins" and "term ends" to stretches. Where one of the two is not told, a break tells it.
class Pairing {
 public:
  Pairing(const CalendarParts& parts, const std::vector<NamedDays>& breaks, Faults& faults)
      : parts_(parts), breaks_(breaks), faults_(faults) {}

  std::vector<NamedDays> run() {
    std::vector<std::pair<NamedDays, bool>> turns;  // true: opens
    for (const NamedDays& item : parts_.opens) turns.emplace_back(item, true);
    for (const NamedDays& item : parts_.closes) turns.emplace_back(item, false);
    std::stable_sort(turns.begin(), turns.end(), [](const auto& a, const auto& b) {
      return a.first.days.start < b.first.days.start;
    });
    for (const auto& [item, opens] : turns) opens ? open(item) : close(item);
    if (open_ && !close_at_break(std::nullopt)) {
      faults_.add(open_->place,
                  fmt::format("{} on {} begins a stretch of school that no event "
                              "ends; add the last day of that term",
                              in_quotes(open_->name), format_date(open_->days.start)));
    }
    return std::move(made_);
  }

 private:
  void add(Date last) {
    made_.push_back({{open_->days.start, last}, open_->name, open_->place});
    last_closed_ = last;
    open_.reset();
  }

  // By the last break that begins after it was opened and ends before the limit.
  bool close_at_break(std::optional<Date> limit) {
    const NamedDays* found = nullptr;
    for (const NamedDays& off : breaks_) {
      if (off.days.start > open_->days.start && (!limit || off.days.end < *limit)) found = &off;
    }
    if (found == nullptr) return false;
    add(found->days.start - days{1});
    return true;
  }

  void open(const NamedDays& item) {
    if (open_ && !close_at_break(item.days.start)) {
      // Staff are back first, and pupils some days later.
      const bool staff_only = parts_.inset_days.contains(open_->days.start) &&
                              item.days.start - open_->days.start <= days{7};
      if (!staff_only) {
        faults_.add(item.place,
                    fmt::format("{} on {} begins a stretch of school while that of {} has not "
                                "ended; add the last day of the term between them",
                                in_quotes(item.name), format_date(item.days.start),
                                format_date(open_->days.start)));
      }
    }
    open_ = item;
  }

  void close(const NamedDays& item) {
    if (open_) return add(item.days.end);
    for (const NamedDays& off : breaks_) {  // the first one since the last closing
      if (off.days.end >= item.days.start || (last_closed_ && off.days.start <= *last_closed_)) {
        continue;
      }
      open_ = NamedDays{{off.days.end + days{1}, off.days.end + days{1}}, item.name, item.place};
      return add(item.days.end);
    }
    faults_.add(item.place, fmt::format("{} on {} ends a stretch of school that no event begins; "
                                        "add the first day of that term",
                                        in_quotes(item.name), format_date(item.days.start)));
  }

  const CalendarParts& parts_;
  const std::vector<NamedDays>& breaks_;
  Faults& faults_;
  std::vector<NamedDays> made_;
  std::optional<NamedDays> open_;
  std::optional<Date> last_closed_;
};

// A term that also stands there by its halves is left to them; what else overlaps is a fault.
std::vector<NamedDays> without_overlaps(std::vector<NamedDays> stretches, Faults& faults) {
  constexpr days slack{7};
  sort_by_days(stretches);
  std::vector<NamedDays> kept;
  for (std::size_t i = 0; i < stretches.size(); ++i) {
    const NamedDays& outer = stretches[i];
    Date covered = outer.days.start;
    bool has_parts = false;
    for (std::size_t j = i + 1; j < stretches.size(); ++j) {
      if (!inside(stretches[j].days, outer.days)) break;
      has_parts = has_parts || stretches[j].days.start - outer.days.start <= slack;
      covered = std::max(covered, stretches[j].days.end);
    }
    if (has_parts && outer.days.end - covered <= slack) continue;
    if (!kept.empty() && overlap(kept.back().days, outer.days)) {
      faults.add(outer.place, fmt::format("{} overlaps {}; one of them is wrong", described(outer),
                                          described(kept.back())));
      continue;
    }
    kept.push_back(outer);
  }
  return kept;
}

class Cutter {
 public:
  Cutter(const std::vector<NamedDays>& breaks, const SchoolDays& known, Faults& faults)
      : breaks_(breaks), known_(known), faults_(faults) {}

  // What is left of the stretch between the breaks.
  std::vector<NamedDays> cut(const NamedDays& stretch) {
    std::vector<NamedDays> pieces;
    Date from = stretch.days.start;
    for (const NamedDays& off : breaks_) {
      if (!overlap(off.days, stretch.days)) continue;
      // The day on which one ends and the other begins may stand in both.
      if (off.days.start == stretch.days.end || off.days.end == stretch.days.start) continue;
      if (!inside(off.days, stretch.days)) {
        faults_.add(off.place, fmt::format("{} runs into {}; one of them is wrong", described(off),
                                           described(stretch)));
        continue;
      }
      add(pieces, stretch, {from, off.days.start - days{1}});
      from = std::max(from, off.days.end + days{1});
    }
    add(pieces, stretch, {from, stretch.days.end});
    return pieces;
  }

 private:
  void add(std::vector<NamedDays>& pieces, const NamedDays& stretch, const Period& left) const {
    for (Date date = left.start; date <= left.end; date += days{1}) {
      const bool closed = weekday{date}.iso_encoding() > 5 || known_.bank_holidays.contains(date) ||
                          known_.inset_days.contains(date);
      if (!closed) return pieces.push_back({left, stretch.name, stretch.place});
    }
  }

  const std::vector<NamedDays>& breaks_;
  const SchoolDays& known_;
  Faults& faults_;
};

// A school year of which only the holidays are told: what is between them. Christmas and Easter
// must be among them, or a list of a few closures would be taken for a whole year.
std::optional<NamedDays> year_between(const std::vector<NamedDays>& breaks, int year,
                                      const SchoolDays& known) {
  const NamedDays* christmas = nullptr;
  const NamedDays* easter = nullptr;
  Period span{make_date(year, 9, 3), make_date(year + 1, 7, 22)};
  for (const HalfTerm& usual : known.half_terms) {
    if (usual.year != year) continue;
    if (usual.number == 1) span.start = usual.days.start;
    span.end = usual.days.end;
  }
  const auto holds = [](const NamedDays& off, Date date) {
    return off.days.start <= date && date <= off.days.end;
  };
  for (const NamedDays& off : breaks) {
    if (holds(off, make_date(year, 12, 25))) christmas = &off;
    const bool in_spring = off.days.start >= make_date(year + 1, 3, 15) &&
                           off.days.start <= make_date(year + 1, 4, 25);
    if (in_spring) easter = &off;
    if (holds(off, make_date(year, 8, 10))) span.start = off.days.end + days{1};
    if (holds(off, make_date(year + 1, 8, 10))) span.end = off.days.start - days{1};
  }
  if (christmas == nullptr || easter == nullptr || span.start >= span.end) return std::nullopt;
  return NamedDays{span, fmt::format("the school year {}/{:02}", year, (year + 1) % 100),
                   christmas->place};
}

// Which of the six it is tells the day on which it begins: breaks move, but not that far.
std::uint32_t number_of(Date first, int year) {
  if (first < make_date(year, 10, 10)) return 1;
  if (first < make_date(year, 12, 25)) return 2;
  if (first < make_date(year + 1, 2, 1)) return 3;
  if (first < make_date(year + 1, 3, 21)) return 4;
  return first < make_date(year + 1, 5, 21) ? 5 : 6;
}

void check_gap(const NamedDays& before, const NamedDays& after, Faults& faults) {
  const bool same_year = school_year_of(before.days.start) == school_year_of(after.days.start);
  const days gap = after.days.start - before.days.end;
  if (gap <= (same_year ? longest_holiday : longest_summer)) return;
  faults.add(
      after.place,
      fmt::format("by this calendar there is no school from {} to {}; add the terms between",
                  format_date(before.days.end + days{1}), format_date(after.days.start - days{1})));
}

}  // namespace

int school_year_of(Date date) noexcept {
  const year_month_day day{date};
  return static_cast<int>(day.year()) - (static_cast<unsigned>(day.month()) >= 8 ? 0 : 1);
}

bool reaches_summer(const HalfTerm& half_term) noexcept {
  return half_term.days.end >= make_date(half_term.year + 1, 7, 1);
}

bool is_break(const Period& period) noexcept {
  int weekdays = 0;
  for (Date date = period.start; date <= period.end && weekdays < 3; date += days{1}) {
    if (weekday{date}.iso_encoding() <= 5) ++weekdays;
  }
  return weekdays >= 3;
}

std::map<int, std::vector<HalfTerm>> teaching_years(const CalendarParts& parts,
                                                    const SchoolDays& known, Faults& faults) {
  const auto before = faults.size();
  const auto breaks = long_breaks(parts);
  auto stretches = Pairing{parts, breaks, faults}.run();
  stretches.insert(stretches.end(), parts.teaching.begin(), parts.teaching.end());
  if (stretches.size() > most_stretches || breaks.size() > most_stretches) {
    faults.add((breaks.empty() ? stretches : breaks).front().place,
               fmt::format("there are more than {} terms and holidays", most_stretches));
    return {};
  }
  stretches = without_overlaps(std::move(stretches), faults);

  Cutter cutter{breaks, known, faults};
  std::vector<NamedDays> pieces;
  std::map<int, std::vector<HalfTerm>> years;
  for (const NamedDays& stretch : stretches) {
    for (auto& piece : cutter.cut(stretch)) pieces.push_back(std::move(piece));
  }
  for (const NamedDays& piece : pieces) years[school_year_of(piece.days.start)];
  for (int year = breaks.empty() ? 0 : school_year_of(breaks.front().days.start);
       !breaks.empty() && year <= school_year_of(breaks.back().days.end); ++year) {
    if (years.contains(year)) continue;
    const auto whole = year_between(breaks, year, known);
    if (!whole) continue;
    years[year];
    for (auto& piece : cutter.cut(*whole)) pieces.push_back(std::move(piece));
  }
  sort_by_days(pieces);
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (i > 0) check_gap(pieces[i - 1], pieces[i], faults);
    const int year = school_year_of(pieces[i].days.start);
    const std::uint32_t number = number_of(pieces[i].days.start, year);
    auto& own = years[year];
    if (!own.empty() && own.back().number == number) {
      own.back().days.end = pieces[i].days.end;  // a break within it parts no half-terms
    } else {
      own.push_back({year, number, pieces[i].days});
    }
  }
  if (faults.size() != before) return {};
  std::erase_if(years, [](const auto& year) { return year.second.empty(); });
  return years;
}

}  // namespace kpid::config
