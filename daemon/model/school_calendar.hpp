// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The school year: on which days a school is open, and how time is counted in those days. A plain
// value that config/ makes from iCal files, or typical_england() where there are none. Pure.
// [any thread]

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/time.hpp"

namespace kpid {

// A stretch that is counted in a calendar, not measured: "10 school days", "2 school weeks",
// "1 half-term", "1 term", "3 months", "1 year"; "5 d" and "5 days" are plain days.
struct Span {
  enum class Unit { days, school_days, school_weeks, half_terms, terms, months, years };
  std::uint32_t count = 0;
  Unit unit = Unit::days;
  friend bool operator==(const Span&, const Span&) = default;
};
[[nodiscard]] std::optional<Span> parse_span(std::string_view text);
[[nodiscard]] std::string format_span(const Span& span);  // "10 school days", "1 term"

enum class DayKind { school_day, weekend, holiday, bank_holiday, inset };
[[nodiscard]] std::string_view to_string(DayKind kind) noexcept;

struct SchoolDay {  // what a day is, and the name of what makes it so
  DayKind kind = DayKind::school_day;
  std::string name;  // "Easter holiday", "Good Friday", "INSET day"; of a school day its half-term
};

// A stretch of teaching between two holidays, or between a holiday and a half-term break.
struct HalfTerm {
  int year = 0;              // 2025 for 2025/26
  std::uint32_t number = 1;  // 1 to 6 within its academic year
  Period days;               // first to last school day, both included
  friend bool operator==(const HalfTerm&, const HalfTerm&) = default;
};
enum class TermName { autumn, spring, summer };
struct Term {  // two half-terms, or one where there is no break
  int year = 0;
  TermName name = TermName::autumn;
  Period days;
  friend bool operator==(const Term&, const Term&) = default;
};

// What the days of a calendar are made from. Half-terms in order, not overlapping; the days between
// them are holidays.
struct SchoolDays {
  std::vector<HalfTerm> half_terms;
  std::map<Date, std::string> bank_holidays;
  std::map<Date, std::string> inset_days;
  std::vector<std::pair<Period, std::string>> holidays;  // names of breaks, where a file has them
};

class SchoolCalendar {
 public:
  SchoolCalendar() : SchoolCalendar(typical_england()) {}
  explicit SchoolCalendar(SchoolDays days);

  // The year as most English schools keep it, for any year: six half-terms around Christmas, Easter
  // and the three half-term weeks, the bank holidays of England and Wales, closed from late July to
  // the first days of September. What is used beyond the years that an iCal file covers.
  [[nodiscard]] static SchoolDays typical_england(int first_year = 2015, int last_year = 2045);

  [[nodiscard]] SchoolDay day(Date date) const;
  [[nodiscard]] bool is_school_day(Date date) const;
  // The count-th school day after `date`; 0 is the date itself, or the next school day.
  [[nodiscard]] Date school_day_after(Date date, std::uint32_t count) const;
  // School days in (from, to].
  [[nodiscard]] std::uint32_t school_days_between(Date from, Date to) const;
  // The half-term or term that holds the day, or the last one before it.
  [[nodiscard]] std::optional<HalfTerm> half_term_of(Date date) const;
  [[nodiscard]] std::optional<Term> term_of(Date date) const;
  // Whether any day of the period is a school day.
  [[nodiscard]] bool any_school_day(const Period& period) const;
  // The day on which a span that begins after `date` is over.
  [[nodiscard]] Date after(Date date, const Span& span) const;
  // The period that a comparison "a year before" means: a week or a day moves to the same teaching
  // week of the same half-term of the year before (its weekday kept), or, outside terms and where
  // that half-term was shorter, by 52 weeks; a half-term or term to its namesake; else
  // kpid::year_before().
  [[nodiscard]] Period year_before(const Period& period, Calendar calendar) const;
  // Likewise one term earlier: the same teaching week of the term before, the term before itself.
  [[nodiscard]] std::optional<Period> term_before(const Period& period, Calendar calendar) const;
  // The days that files (not typical_england()) speak for; nothing where there is no file.
  [[nodiscard]] std::optional<Period> written() const noexcept { return written_; }
  void set_written(Period written) { written_ = written; }
  [[nodiscard]] const SchoolDays& days() const noexcept { return days_; }

 private:
  SchoolDays days_;
  std::optional<Period> written_;
};

// The trust's calendar, and those of schools that have one of their own.
class SchoolCalendars {
 public:
  SchoolCalendars() = default;
  explicit SchoolCalendars(SchoolCalendar trust) : trust_(std::move(trust)) {}
  void add(std::string organisation, SchoolCalendar calendar) {
    own_.insert_or_assign(std::move(organisation), std::move(calendar));
  }
  [[nodiscard]] const SchoolCalendar& of(std::string_view organisation) const {
    const auto found = own_.find(organisation);
    return found == own_.end() ? trust_ : found->second;
  }
  [[nodiscard]] const SchoolCalendar& trust() const noexcept { return trust_; }

 private:
  SchoolCalendar trust_;
  std::map<std::string, SchoolCalendar, std::less<>> own_;
};

// England's and Wales' bank holidays of a year, with the one-off days since 2012
// (gov.uk/bank-holidays).
[[nodiscard]] std::map<Date, std::string> bank_holidays_england(int year);
[[nodiscard]] Date easter_sunday(int year);  // Gregorian

}  // namespace kpid
