// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The school year: on which days a school is open, and how time is counted in those days. A plain
// value that config/ makes from iCal files, or typical_england() where there are none. Copies share
// their days. Pure. [any thread]

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/time.hpp"

namespace kpid {

// A stretch that is counted in a calendar, not measured: "10 school days", "2 school weeks",
// "1 half-term", "1 term", "3 months", "1 year"; "5 d" and "5 days" are plain days, "2 weeks" 14.
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

// A stretch of teaching between two holidays, or between a holiday and a half-term break. Numbers 1
// and 2 are autumn's, 3 and 4 spring's, 5 and 6 summer's.
struct HalfTerm {
  int year = 0;              // 2025 for 2025/26
  std::uint32_t number = 1;  // 1 to 6 within its academic year
  Period days;               // first to last school day, both included
  friend bool operator==(const HalfTerm&, const HalfTerm&) = default;
};
[[nodiscard]] std::string name_of(const HalfTerm& half_term);  // "autumn term, first half"

enum class TermName { autumn, spring, summer };
[[nodiscard]] std::string_view to_string(TermName name) noexcept;
struct Term {  // two half-terms, or one where there is no break
  int year = 0;
  TermName name = TermName::autumn;
  Period days;
  friend bool operator==(const Term&, const Term&) = default;
};

// What the days of a calendar are made from. Half-terms in order, not overlapping; the days between
// them are holidays, and so are those within them that `holidays` holds.
struct SchoolDays {
  std::vector<HalfTerm> half_terms;
  std::map<Date, std::string> bank_holidays;
  std::map<Date, std::string> inset_days;
  std::vector<std::pair<Period, std::string>> holidays;  // names of breaks, where a file has them
};

// A week of teaching: from Monday to Sunday, with at least one school day.
struct TeachingWeek {
  HalfTerm half_term;
  std::uint32_t number = 1;  // from 1, within its half-term
  Period days;
  friend bool operator==(const TeachingWeek&, const TeachingWeek&) = default;
};

class SchoolCalendar {
 public:
  SchoolCalendar();  // the typical year, always
  // Academic years between 2000 and 2060 of which `days` has no half-term are filled with
  // typical_england(), so that counting never runs out, with the bank holidays of calendar years of
  // which it has none; half-terms are trimmed to their first and last school day.
  explicit SchoolCalendar(SchoolDays days);

  // The year as most English schools keep it, for any year: six half-terms around Christmas, Easter
  // and the three half-term weeks, the bank holidays of England and Wales, closed from late July to
  // the first days of September. What is used beyond the years that an iCal file covers.
  [[nodiscard]] static SchoolDays typical_england(int first_year = 2000, int last_year = 2060);

  [[nodiscard]] SchoolDay day(Date date) const;
  [[nodiscard]] bool is_school_day(Date date) const;
  // The count-th school day after `date`; 0 is the date itself, or the next school day. Beyond the
  // last one that is known, weekdays are counted.
  [[nodiscard]] Date school_day_after(Date date, std::uint32_t count) const;
  // School days in (from, to].
  [[nodiscard]] std::uint32_t school_days_between(Date from, Date to) const;
  // The half-term or term that holds the day, or the last one before it.
  [[nodiscard]] std::optional<HalfTerm> half_term_of(Date date) const;
  [[nodiscard]] std::optional<Term> term_of(Date date) const;
  // The teaching week that holds the day; nothing where its week has no school day.
  [[nodiscard]] std::optional<TeachingWeek> teaching_week_of(Date date) const;
  // Whether any day of the period is a school day.
  [[nodiscard]] bool any_school_day(const Period& period) const;
  // The day on which a span that begins after `date` is over. School weeks, half-terms and terms
  // keep the weekday, half-terms and terms also the teaching week; but they go no further than the
  // last day of the half-term or term that they reach, and from the last school day of one, or the
  // break after it, they lead to the last school day. Months and years keep a month's end.
  [[nodiscard]] Date after(Date date, const Span& span) const;
  // The period that a comparison "a year before" means: a week or a day moves to the same teaching
  // week of the same half-term of the year before (its weekday kept), or, outside terms and where
  // that half-term was shorter, by 52 weeks; a half-term or term to its namesake; else
  // kpid::year_before().
  [[nodiscard]] Period year_before(const Period& period, Calendar calendar) const;
  // Likewise one term earlier: the same teaching week of the term before (weeks are counted through
  // its half-term break), nothing where that term was shorter; the term before itself; of a
  // half-term the same half of the term before.
  [[nodiscard]] std::optional<Period> term_before(const Period& period, Calendar calendar) const;
  // The days that files (not typical_england()) speak for; nothing where there is no file.
  [[nodiscard]] std::optional<Period> written() const noexcept { return written_; }
  void set_written(Period written) { written_ = written; }
  [[nodiscard]] const SchoolDays& days() const noexcept { return table_->days; }
  [[nodiscard]] const std::vector<Term>& terms() const noexcept { return table_->terms; }

 private:
  struct Table {
    SchoolDays days;
    std::vector<Term> terms;        // in order
    std::vector<Date> school_days;  // every one, in order
  };
  static std::shared_ptr<const Table> make_table(SchoolDays days);

  std::shared_ptr<const Table> table_;
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

// England's and Wales' bank holidays of a calendar year, substitute days in place of those that
// fall on a weekend, with the one-off days since 1999 (gov.uk/bank-holidays).
[[nodiscard]] std::map<Date, std::string> bank_holidays_england(int year);
[[nodiscard]] Date easter_sunday(int year);  // Gregorian

}  // namespace kpid
