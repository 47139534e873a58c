// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Judges the newest period of a KPI's series by a rule. A pure function: no SQLite, clock, network.

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "model/kpi.hpp"
#include "model/organisation.hpp"
#include "model/rule.hpp"
#include "model/school_calendar.hpp"

namespace kpid {

// What is missing, and how the calendar counts it.
struct Lateness {
  Date last{};                    // the end of the newest period that came
  Date expected{};                // by when the next one should have come
  Span allowed;                   // what the rule, the KPI or its calendar allows after `last`
  std::uint32_t school_days = 0;  // from `last` until today
};

// All that a judgement draws on.
struct Subject {
  const Rule& rule;
  const Kpi& kpi;
  const Organisation& organisation;
  const SchoolCalendar& calendar;    // the organisation's
  std::span<const KpiValue> series;  // in order of period
  std::span<const KpiValue> other;   // of the other KPI or organisation that the rule names
  Severity held = Severity::none;    // what the open alert shows
  Date today{};                      // in the trust's time zone; only `stale` looks at it
};

struct Judgement {
  Severity severity = Severity::none;  // after hysteresis and `for`; what the alert should show
  Severity breach = Severity::none;    // what the newest period is by itself, after hysteresis
  KpiValue value;                      // the newest period
  // What met the thresholds: the value, the difference, of a forecast the kinder end of its
  // interval, of a late figure the school days since it was due.
  double compared = 0;
  std::optional<KpiValue> reference;  // the earlier or other value, where there is one
  std::optional<double> target;
  std::optional<Forecast> forecast;    // compare = forecast
  std::optional<Lateness> late;        // compare = stale; none where nothing more is expected
  std::optional<Threshold> threshold;  // the one that was breached; where none: the mildest
  Period since{};                      // first period of the unbroken breach
  std::uint32_t periods_in_breach = 0;
};

// The held severity ends only when its threshold is cleared by the rule's margin. Of a roll-up only
// values that are complete enough are judged: by the rule's own share, else sums of every school
// and ratios of as many schools as in any of the last year's. Nothing where there is no value or no
// reference: missing data judges nothing, so it never resolves an alert, unless the rule asks for
// just that.
[[nodiscard]] std::optional<Judgement> evaluate(const Subject& subject);

// What a KPI's calendar allows from the end of one period to the coming of the next, where neither
// the rule nor the catalogue says: a day 6 school days, a week 10, a month 1 month and 10 school
// days, a term 1 term and 20, a year 1 year and 120. Where that day is none of the school's, its
// next one.
[[nodiscard]] Date expected_by(const SchoolCalendar& calendar, Calendar of, Date last,
                               const std::optional<Span>& allowed);
// The same in words: "10 school days", "1 month and 10 school days".
[[nodiscard]] std::string allowance_words(Calendar of, const std::optional<Span>& allowed);

}  // namespace kpid
