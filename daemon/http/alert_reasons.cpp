// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "http/alert_reasons.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <boost/json/array.hpp>

#include "http/json_parts.hpp"
#include "schedule/schedule.hpp"

namespace kpid::http {

namespace json = boost::json;
using std::chrono::days;

namespace {

constexpr days longest_told{400};  // holidays further back tell nothing any more

bool is_weekend(Date date) { return std::chrono::weekday{date}.iso_encoding() > 5; }

// Weekdays without school in a row, a weekend between them or not. A bank holiday within a holiday
// is not named.
struct Closed {
  Date from{};
  Date to{};
  std::vector<std::string> names;
  bool bank_holidays_only = true;

  void add(Date date, const SchoolDay& day) {
    to = date;
    const bool bank_holiday = day.kind == DayKind::bank_holiday;
    if (bank_holiday && !bank_holidays_only) return;
    if (!bank_holiday && bank_holidays_only) names.clear();
    bank_holidays_only = bank_holidays_only && bank_holiday;
    if (std::find(names.begin(), names.end(), day.name) == names.end()) names.push_back(day.name);
  }
};

json::array closed_json(const SchoolCalendar& calendar, Date from, Date to) {
  std::vector<Closed> stretches;
  bool open = false;
  for (Date date = std::max(from, to - longest_told); date <= to; date += days{1}) {
    if (is_weekend(date)) continue;
    const SchoolDay day = calendar.day(date);
    const bool closed = day.kind != DayKind::school_day;
    if (closed && !open) stretches.push_back({date, date, {}, true});
    if (closed) stretches.back().add(date, day);
    open = closed;
  }
  json::array list;
  for (const Closed& one : stretches) {
    std::string name;
    for (const std::string& each : one.names) name += (name.empty() ? "" : ", ") + each;
    list.push_back(json::object{
        {"from", format_date(one.from)}, {"to", format_date(one.to)}, {"name", std::move(name)}});
  }
  return list;
}

json::value term_json(const SchoolCalendar& calendar, Date date) {
  const auto term = calendar.term_of(date);
  if (!term || term->days.end < date) return nullptr;
  return json::object{{"name", std::string(to_string(term->name)) + " term"},
                      {"from", format_date(term->days.start)},
                      {"to", format_date(term->days.end)}};
}

json::value late_json(const SchoolCalendar& calendar, const Rule& rule, const Kpi& kpi, Date last,
                      Date today) {
  const auto& allowed = rule.stale_after ? rule.stale_after : kpi.stale_after;
  const Date due = expected_by(calendar, kpi.calendar, last, allowed);
  return json::object{{"last", format_date(last)},
                      {"due", format_date(due)},
                      {"allowed", allowance_words(kpi.calendar, allowed)},
                      {"school_days", today > due ? calendar.school_days_between(due, today) : 0U}};
}

json::value compared_json(const SchoolCalendar& calendar, const Rule& rule, const Kpi& kpi,
                          const Period& period) {
  std::optional<Period> against;
  if (rule.compare == Comparison::year_before) {
    against = calendar.year_before(period, kpi.calendar);
  } else if (rule.compare == Comparison::term_before) {
    against = calendar.term_before(period, kpi.calendar);
  }
  if (!against) return nullptr;
  json::object compared{{"period", period_json(*against, kpi.calendar)},
                        {"teaching_week", nullptr}};
  const bool short_period = kpi.calendar == Calendar::day || kpi.calendar == Calendar::week;
  if (const auto week = calendar.teaching_week_of(against->start); week && short_period) {
    compared["teaching_week"] =
        "week " + std::to_string(week->number) + " of " + name_of(week->half_term);
  }
  return compared;
}

}  // namespace

Result<std::vector<KpiValue>> other_series(const store::Reader& reader, const Config& config,
                                           const Rule& rule, const Kpi& kpi,
                                           const Organisation& organisation, const Window& window) {
  const Kpi* other_kpi = rule.compare == Comparison::kpi ? config.kpi(rule.other_kpi) : &kpi;
  const Organisation* other = rule.compare == Comparison::organisation
                                  ? config.organisations.find(rule.other_organisation)
                                  : &organisation;
  const bool names_one =
      rule.compare == Comparison::kpi || rule.compare == Comparison::organisation;
  if (!names_one || other_kpi == nullptr || other == nullptr) return std::vector<KpiValue>{};
  return kpi_series(*other_kpi, *other, rule.subgroup, config, reader, window);
}

json::value forecast_json(const std::optional<Forecast>& forecast, const Rule& rule,
                          const Kpi& kpi) {
  if (!forecast) return nullptr;
  const auto text = [&kpi](double value) { return format_value(value, kpi.unit, kpi.decimals); };
  return json::object{{"value", number(forecast->value)},
                      {"text", text(forecast->value)},
                      {"low", number(forecast->low)},
                      {"low_text", text(forecast->low)},
                      {"high", number(forecast->high)},
                      {"high_text", text(forecast->high)},
                      {"sure", number(rule.forecast.sure)},
                      {"ahead", rule.forecast.ahead},
                      {"per_period", number(forecast->per_period)},
                      {"points", forecast->points},
                      {"r_squared", number(forecast->r_squared)}};
}

json::object calendar_json(const Config& config, const Rule* rule, const Kpi& kpi,
                           const Alert& alert, Date today) {
  const SchoolCalendar& calendar = config.calendars.of(alert.organisation);
  const SchoolDay day = calendar.day(today);
  const bool silent = rule != nullptr && rule->compare == Comparison::stale;
  // A term's or year's figure so far is in breach from when that was seen, not from its first day.
  const bool is_long = kpi.calendar != Calendar::day && kpi.calendar != Calendar::week;
  const Date seen = local_date(alert.opened_at, config.timezone);
  const Date since = silent ? alert.period.end : is_long ? seen : alert.since.start - days{1};
  const auto written = calendar.written();
  json::object counted{
      {"day",
       json::object{
           {"date", format_date(today)}, {"kind", to_string(day.kind)}, {"name", day.name}}},
      {"term", term_json(calendar, today)},
      {"breach", json::object{{"from", format_date(since + days{1})},
                              {"school_days",
                               since < today ? calendar.school_days_between(since, today) : 0U}}},
      {"closed", closed_json(calendar, since + days{1}, today)},
      {"late", nullptr},
      {"compared", nullptr},
      {"typical", !written || today < written->start || written->end < today}};
  if (silent) counted["late"] = late_json(calendar, *rule, kpi, alert.period.end, today);
  if (rule != nullptr) counted["compared"] = compared_json(calendar, *rule, kpi, alert.period);
  return counted;
}

}  // namespace kpid::http
