// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "row_taker.hpp"

#include <algorithm>

#include "common/year_group.hpp"

namespace kpid::plugins::attendance {
namespace {

constexpr unsigned kKnownDaysBits = 11;
constexpr std::size_t kCodeBytes = 60;  // of a school
constexpr std::size_t kIdBytes = 60;    // of a pupil

std::string lower(std::string_view text) {
  std::string out(readers::trim(text));
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

template <std::size_t kSize>
bool is_one_of(const std::string& text, const std::array<std::string_view, kSize>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// A blank cell says no: exports mark the members of a group and leave the others.
std::optional<Member> member_of(std::string_view cell) {
  constexpr std::array<std::string_view, 6> kYes{"y", "yes", "1", "true", "t", "x"};
  constexpr std::array<std::string_view, 7> kNo{"", "n", "no", "0", "false", "f", "-"};
  const std::string text = lower(cell);
  if (is_one_of(text, kYes)) return Member::yes;
  if (is_one_of(text, kNo)) return Member::no;
  return std::nullopt;
}

// K (SEN support) and E (education, health and care plan) of the school census, the codes before
// them, and the words that exports write.
std::optional<Member> send_of(std::string_view cell) {
  constexpr std::array<std::string_view, 17> kYes{"k",
                                                  "e",
                                                  "s",
                                                  "a",
                                                  "p",
                                                  "sen support",
                                                  "sen",
                                                  "ehcp",
                                                  "ehc plan",
                                                  "ehc",
                                                  "send",
                                                  "education, health and care plan",
                                                  "statement",
                                                  "sen support (k)",
                                                  "k - sen support",
                                                  "e - education, health and care plan",
                                                  "education health and care plan"};
  constexpr std::array<std::string_view, 3> kNo{"no sen", "none", "no special educational need"};
  const std::string text = lower(cell);
  if (is_one_of(text, kYes)) return Member::yes;
  if (is_one_of(text, kNo)) return Member::no;
  return member_of(cell);
}

}  // namespace

RowTaker::RowTaker(const Document& document, const Settings& settings,
                   const std::array<std::string, kPupilColumns>& titles,
                   const std::array<bool, kPupilColumns>& there, Register& reg, Notes& notes)
    : document_(document),
      settings_(settings),
      titles_(titles),
      there_(there),
      register_(reg),
      notes_(notes),
      by_session_(there[session] && there[mark]),
      codes_{CodeTable(kCodeTableDays[0]), CodeTable(kCodeTableDays[1]),
             CodeTable(kCodeTableDays[2])},
      known_days_(std::size_t{1} << kKnownDaysBits) {
  change_traits({}, 0);
}

bool RowTaker::fault(std::uint32_t row, PupilColumn column, std::string_view is,
                     std::string_view outcome) {
  notes_.skipped(place(document_.name, row, titles_.at(column)),
                 "The value " + std::string(is) + ". " + std::string(outcome));
  return true;
}

bool RowTaker::change_pupil(const Cells& cells, std::uint32_t row) {
  current_ = nullptr;
  last_school_.set(cells[school]);
  last_pupil_.set(cells[pupil]);
  school_ = settings_.school_code.empty() ? std::string(readers::trim(cells[school]))
                                          : settings_.school_code;
  pupil_ = std::string(readers::trim(cells[pupil]));
  named_ = false;
  if (school_.empty() || pupil_.empty()) {
    const PupilColumn column = school_.empty() ? school : pupil;
    notes_.skipped(
        place(document_.name, row, titles_.at(column)),
        std::string(column == school ? "The row names no school. " : "The row names no pupil. ") +
            std::string(kRowOut));
    return false;
  }
  if (school_.size() > kCodeBytes || pupil_.size() > kIdBytes) {
    const PupilColumn column = school_.size() > kCodeBytes ? school : pupil;
    fault(row, column, "is longer than 60 bytes", kRowOut);
    return false;
  }
  named_ = true;
  return true;
}

RowTaker::Day RowTaker::day_of(std::string_view cell) const {
  const auto found = readers::to_date(readers::trim(cell), settings_.date_order);
  if (!found || *found < kDayFirst || *found > kDayLast) return {};
  return day_at(*found);
}

RowTaker::Day RowTaker::day_at(std::int32_t day) const {
  Day out;
  out.known = true;
  out.day = day;
  out.year = academic_year_of(day);
  out.slot = static_cast<std::size_t>(day - first_monday(out.year));
  std::size_t table = 0;
  while (table + 1 < kCodeTableDays.size() && day >= kCodeTableDays.at(table + 1)) ++table;
  out.codes = &codes_.at(table);
  return out;
}

// Reads each way of writing a day once: there are a few hundred of them in millions of rows.
const RowTaker::Day* RowTaker::known_day(std::string_view cell) {
  if (cell.empty() || cell.size() > sizeof(KnownDay::cell)) return nullptr;
  std::uint64_t hash = 0;
  std::memcpy(&hash, cell.data() + (cell.size() > 8 ? cell.size() - 8 : 0),
              std::min<std::size_t>(cell.size(), 8));
  constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15ULL;
  constexpr std::size_t kProbes = 8;
  const std::size_t first = (hash * kSpread) >> (64U - kKnownDaysBits);
  for (std::size_t i = 0; i < kProbes; ++i) {
    KnownDay& known = known_days_[(first + i) % known_days_.size()];
    if (known.size == cell.size() && same_bytes(known.cell.data(), cell.data(), cell.size())) {
      return &known.day;
    }
    if (known.size != 0) continue;
    std::copy(cell.begin(), cell.end(), known.cell.begin());
    known.size = cell.size();
    known.day = day_of(cell);
    return &known.day;
  }
  return nullptr;
}

bool RowTaker::change_date(std::string_view cell, std::uint32_t row) {
  last_date_.set(cell);
  const Day* known = known_day(cell);
  day_ = known != nullptr ? *known : day_of(cell);
  if (day_.known) return true;
  if (readers::trim(cell).empty()) {
    notes_.skipped(place(document_.name, row, titles_.at(date)),
                   "The row has no date. " + std::string(kRowOut));
    return false;
  }
  fault(row, date,
        "is not a date between 1990 and 2099 such as 2026-01-21 or 21/01/2026; see date_order",
        kRowOut);
  return false;
}

void RowTaker::change_traits(const Cells& cells, std::uint32_t row) {
  Traits traits;
  for (std::size_t c = year_group; c <= in_eal; ++c) {
    last_traits_.at(c - year_group).set(cells.at(c));
  }
  const auto odd = [&](PupilColumn column) {
    if (odd_traits_.at(column - year_group)++ > 0) return;
    fault(row, column,
          column == year_group ? "is not a year group"
                               : "does not say whether a pupil is in the group",
          "Its pupil is counted in none; rows like it are not told one by one.");
  };
  if (there_[year_group]) {
    const auto text = readers::trim(cells[year_group]);
    if (const auto known = kpid::plugins::year_group(text)) {
      traits.year_group = *known;
    } else if (!text.empty()) {
      odd(year_group);
    }
  }
  constexpr std::array<std::pair<PupilColumn, Group>, kGroups> kColumns{
      {{in_pupil_premium, pupil_premium}, {in_fsm, fsm}, {sen, send}, {in_eal, eal}}};
  for (const auto& [column, group] : kColumns) {
    if (!there_[column]) continue;
    const auto member = column == sen ? send_of(cells[column]) : member_of(cells[column]);
    if (!member) odd(column);
    traits.groups.at(group) = member.value_or(Member::unknown);
  }
  traits_ = register_.intern(traits);
}

int RowTaker::other_shift_of(std::string_view cell) {
  constexpr std::array<std::string_view, 4> kMorning{"am", "a", "1", "morning"};
  constexpr std::array<std::string_view, 4> kLater{"pm", "p", "2", "afternoon"};
  const std::string text = lower(cell);
  if (is_one_of(text, kMorning)) return 0;
  return is_one_of(text, kLater) ? static_cast<int>(kAfternoon) : -1;
}

bool RowTaker::take_week(const Cells& cells, std::uint32_t row) {
  if (!locate(cells, row)) return !stopped_;
  const std::int32_t monday = week_of(day_.day).first;
  if (!week_[0].known || week_[0].day != monday) {
    for (std::size_t d = 0; d < kWeekDays; ++d) {
      week_.at(d) = day_at(monday + static_cast<std::int32_t>(d));
    }
  }
  return there_[marks] ? take_week_marks(cells[marks], row) : take_week_counts(cells, row);
}

// Ten marks for Monday morning to Friday afternoon, or fourteen with the weekend; a code of two or
// three characters is a letter with its digits. Separators may stand between, and "-" is no mark.
bool RowTaker::take_week_marks(std::string_view text, std::uint32_t row) {
  constexpr std::size_t kMarksMax = 2 * kWeekDays;
  std::array<std::string_view, kMarksMax> found;
  std::size_t count = 0;
  text = readers::trim(text);
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == ' ' || c == ',' || c == ';' || c == '|') {
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    if (count == kMarksMax) return fault(row, marks, "holds more than 14 marks", kRowOut);
    found.at(count++) = text.substr(i, end - i);
    i = end;
  }
  constexpr std::size_t kSchoolWeek = 10;
  if (count != kSchoolWeek && count != kMarksMax) {
    return fault(row, marks, "does not hold the 10 marks of Monday to Friday, AM and PM, or 14",
                 kRowOut);
  }
  for (std::size_t i = 0; i < count; ++i) {
    const Day& day = week_.at(i / 2);  // may lie in another year, or after a change of the codes
    if (!open(day)) return false;
    put(found.at(i), day, i % 2 == 0 ? 0 : kAfternoon, row, marks);
  }
  return true;
}

bool RowTaker::take_week_counts(const Cells& cells, std::uint32_t row) {
  constexpr std::int64_t kSessionsMax = 14;
  std::uint64_t packed = 0;
  std::int64_t sum = 0;
  constexpr std::array<std::pair<PupilColumn, Packed::Part>, 4> kParts{
      {{attended, Packed::attended},
       {authorised, Packed::authorised},
       {unauthorised, Packed::unauthorised},
       {late, Packed::late}}};
  for (const auto& [column, part] : kParts) {
    if (!there_[column]) continue;
    const auto text = readers::trim(cells[column]);
    const auto count = text.empty() ? std::optional<std::int64_t>(0) : readers::to_integer(text);
    if (!count || *count < 0 || *count > kSessionsMax) {
      return fault(row, column, "is no number of sessions of a week, 0 to 14", kRowOut);
    }
    packed += Packed::of(part, static_cast<std::uint64_t>(*count));
    sum += column == late ? 0 : *count;
  }
  if (sum > kSessionsMax) {
    return fault(row, attended, "and the absences make more than the 14 sessions of a week",
                 kRowOut);
  }
  constexpr std::size_t kFriday = 4;  // says to which academic year a week's counts belong
  if (!open(week_[kFriday])) return false;
  const std::size_t week = week_[kFriday].slot / kWeekDays;
  if (!register_.put_week(*current_, week, packed)) ++conflicting_weeks_;
  return true;
}

void RowTaker::summarise() {
  if (blank_ > 0) {
    notes_.info(place(document_.name),
                counted(blank_, "session has", "sessions have") +
                    " no mark; they count neither as possible nor as missed.");
  }
  if (withdrawn_ > 0) {
    notes_.warning(
        place(document_.name),
        counted(withdrawn_, "mark has a code", "marks have codes") +
            " that had been withdrawn by its date (F, H, J, Y); it counts as it did before.");
  }
  if (conflicting_weeks_ > 0) {
    notes_.warning(place(document_.name),
                   counted(conflicting_weeks_, "row gives", "rows give") +
                       " other counts than an earlier row of the same pupil and week; the earlier "
                       "row counts.");
  }
}

}  // namespace kpid::plugins::attendance
