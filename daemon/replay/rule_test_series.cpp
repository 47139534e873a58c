// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "replay/rule_test_series.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "config/syntax.hpp"
#include "model/subgroup.hpp"

namespace kpid::replay {
namespace {

using config::in_quotes;
using config::Place;
using config::TableReader;

constexpr std::int64_t longest_delay = 1000;  // days
constexpr double default_denominator = 1000;
constexpr double default_denominator_pounds = 1'000'000;

constexpr std::array<std::pair<std::string_view, Calendar>, 6> calendars{
    {{"day", Calendar::day},
     {"week", Calendar::week},
     {"month", Calendar::month},
     {"term", Calendar::term},
     {"academic_year", Calendar::academic_year},
     {"financial_year", Calendar::financial_year}}};

bool is_year(Calendar calendar) {
  return calendar == Calendar::academic_year || calendar == Calendar::financial_year;
}

bool rests_on(const Kpi& kpi, const std::string& measure) {
  return std::any_of(kpi.inputs.begin(), kpi.inputs.end(),
                     [&](const MeasureInput& input) { return input.measure == measure; });
}

// Whether a KPI takes the measure for money as it is: then a test writes it in pounds.
bool is_money(const Config& config, const std::string& measure) {
  return std::any_of(config.kpis.begin(), config.kpis.end(), [&](const Kpi& kpi) {
    if (!rests_on(kpi, measure)) return false;
    const bool plain = std::holds_alternative<MeasureOf>(kpi.definition) ||
                       std::holds_alternative<DifferenceOf>(kpi.definition);
    const bool ratio = std::holds_alternative<RatioOf>(kpi.definition);
    return (plain && kpi.unit == Unit::pence) || (ratio && kpi.worth_rate == "pence");
  });
}

// The calendar of a measure: that of a KPI under test that rests on it, else of any KPI that does.
std::optional<Calendar> calendar_of(const Config& config, const std::string& measure) {
  for (const Rule& rule : config.rules) {
    const Kpi* kpi = config.kpi(rule.kpi);
    if (kpi != nullptr && rests_on(*kpi, measure)) return kpi->calendar;
  }
  for (const Kpi& kpi : config.kpis) {
    if (rests_on(kpi, measure)) return kpi.calendar;
  }
  return std::nullopt;
}

std::optional<Period> period_on(Date day, Calendar calendar, const SchoolCalendar& school) {
  const std::chrono::year_month_day date{day};
  const auto first_of_month = Date{date.year() / date.month() / std::chrono::day{1}};
  const auto last_of_month = Date{date.year() / date.month() / std::chrono::last};
  switch (calendar) {
    case Calendar::day:
      return Period{day, day};
    case Calendar::week: {
      const std::chrono::weekday weekday{day};
      const Date monday = day - std::chrono::days{weekday.iso_encoding() - 1};
      return Period{monday, monday + std::chrono::days{6}};
    }
    case Calendar::month:
      return Period{first_of_month, last_of_month};
    case Calendar::term: {
      const auto term = school.term_of(day);
      if (!term) return std::nullopt;
      return term->days;
    }
    case Calendar::academic_year:
    case Calendar::financial_year:
      break;
  }
  return academic_year_of(day);
}

class SeriesReader {
 public:
  SeriesReader(TableReader& table, const Config& config, std::vector<KnownFact>& facts)
      : table_(table), config_(config), facts_(facts) {}

  void read() {
    const auto faults_before = table_.faults().size();
    read_subject();
    const Organisation* school = read_school(table_, "school", config_);
    const auto subgroup = read_subgroup(table_);
    if (const auto calendar = table_.choice("calendar", calendars)) calendar_ = calendar->value;
    if (const auto of = table_.number("of")) {
      if (of->value <= 0) table_.faults().add(of->place, "\"of\" must be more than 0");
      of_ = of->value;
    }
    if (const auto delay = table_.integer("known_after", 0, longest_delay)) {
      delay_ = std::chrono::days{delay->value};
    }
    const auto from = table_.date("from");
    const toml::node* each = table_.node("each");
    auto values = table_.tables("values");
    if (school != nullptr) school_ = school;
    if (subgroup) subgroup_ = *subgroup;
    if (table_.faults().size() == faults_before) {
      if (each != nullptr) read_each(*each, from);
      for (TableReader& value : values) read_value(value);
      if (each == nullptr && !table_.has("values")) {
        table_.faults().add(table_.place(),
                            "the series has no figures: give it \"values\", or \"from\" and "
                            "\"each\"");
      }
    }
    table_.finish();
  }

 private:
  void read_subject() {
    const auto kpi = table_.filled_text("kpi");
    const auto measure = table_.filled_text("measure");
    if (table_.has("kpi") == table_.has("measure")) {
      table_.faults().add(table_.place(), "a series has one of \"kpi\" and \"measure\"");
      return;
    }
    if (kpi) read_kpi(*kpi);
    if (measure) read_measure(*measure);
  }

  void read_kpi(const config::PlacedText& written) {
    kpi_ = config_.kpi(written.value);
    if (kpi_ == nullptr) {
      std::vector<std::string> known;
      for (const Kpi& one : config_.kpis) known.push_back(one.id);
      table_.faults().add(written.place, "there is no KPI " + in_quotes(written.value) +
                                             config::did_you_mean(written.value, known));
      return;
    }
    const auto& definition = kpi_->definition;
    const bool simple = std::holds_alternative<MeasureOf>(definition) ||
                        std::holds_alternative<RatioOf>(definition) ||
                        std::holds_alternative<DifferenceOf>(definition);
    if (!simple) {
      std::vector<std::string> measures;
      for (const MeasureInput& input : kpi_->inputs) measures.push_back(input.measure);
      table_.faults().add(written.place, "the KPI " + in_quotes(written.value) +
                                             " is computed; give the figures of its measures: " +
                                             config::listed(measures));
    }
    calendar_ = kpi_->calendar;
    money_ = kpi_->unit == Unit::pence;
    money_parts_ = std::holds_alternative<RatioOf>(definition) && kpi_->worth_rate == "pence";
    if (money_parts_) of_ = default_denominator_pounds;
  }

  void read_measure(const config::PlacedText& written) {
    measure_ = written.value;
    calendar_ = calendar_of(config_, measure_);
    money_ = is_money(config_, measure_);
    if (calendar_ || table_.has("calendar")) return;
    std::vector<std::string> known;
    for (const Kpi& kpi : config_.kpis) {
      for (const MeasureInput& input : kpi.inputs) known.push_back(input.measure);
    }
    table_.faults().add(written.place, "no KPI rests on the measure " + in_quotes(written.value) +
                                           config::did_you_mean(written.value, known));
  }

  void add(const Period& period, Date known, double value, double of) {
    if (money_) value = config::pence(value);
    if (kpi_ == nullptr) return add(measure_, period, known, value);
    if (const auto* measure = std::get_if<MeasureOf>(&kpi_->definition)) {
      return add(measure->measure, period, known, value);
    }
    if (const auto* ratio = std::get_if<RatioOf>(&kpi_->definition)) {
      if (money_parts_) of = config::pence(of);
      add(ratio->denominator, period, known, of);
      return add(ratio->numerator, period, known,
                 kpi_->unit == Unit::percent ? value * of / 100 : value * of);
    }
    const auto* difference = std::get_if<DifferenceOf>(&kpi_->definition);
    if (difference == nullptr) return;
    add(difference->minuend, period, known, value);
    add(difference->subtrahend, period, known, 0);
  }

  void add(const std::string& measure, const Period& period, Date known, double value) {
    KnownFact fact;
    fact.known = known;
    fact.fact.series = {measure, school_->code, subgroup_};
    fact.fact.measurement.period = period;
    fact.fact.measurement.value = value;
    facts_.push_back(std::move(fact));
  }

  const SchoolCalendar& school_calendar() const { return config_.calendars.of(school_->code); }

  // One figure for each period from `from` on. Weeks and days are those on which school is kept, so
  // that a list does not have to say anything of a holiday.
  void read_each(const toml::node& node, const std::optional<config::Placed<Date>>& from) {
    const toml::array* array = node.as_array();
    if (array == nullptr || !from || is_year(*calendar_)) {
      table_.faults().add(table_.place(node),
                          is_year(*calendar_)
                              ? "figures of a year become known at any time: give \"values\", each "
                                "with the day on which it was known"
                              : "\"each\" needs \"from\", the day on which its first period "
                                "begins, and is an array of numbers");
      return;
    }
    std::optional<Period> period = first_period(from->value);
    for (const toml::node& element : *array) {
      if (!period) {
        table_.faults().add(table_.place(element), "the school's calendar has no such term");
        return;
      }
      if (const auto value = number_or_gap(element)) {
        const Date known =
            *calendar_ == Calendar::day ? period->end : period->end + std::chrono::days{1};
        add(*period, known + delay_, *value, of_);
      }
      period = next_period(*period);
    }
  }

  std::optional<double> number_or_gap(const toml::node& element) {
    if (const auto value = element.value<double>(); value && std::isfinite(*value)) return value;
    if (const auto* text = element.as_string(); text == nullptr || text->get() != "-") {
      table_.faults().add(table_.place(element),
                          "\"each\" holds numbers, and \"-\" where nothing came");
    }
    return std::nullopt;
  }

  std::optional<Period> first_period(Date from) const {
    const SchoolCalendar& school = school_calendar();
    auto period = period_on(from, *calendar_, school);
    if (period && *calendar_ == Calendar::day && !school.is_school_day(from)) {
      return next_period(*period);
    }
    if (period && *calendar_ == Calendar::week && !school.any_school_day(*period)) {
      return next_period(*period);
    }
    return period;
  }

  std::optional<Period> next_period(const Period& period) const {
    const SchoolCalendar& school = school_calendar();
    const Date next_school_day = school.school_day_after(period.end + std::chrono::days{1}, 0);
    const bool school_time =
        *calendar_ == Calendar::day || *calendar_ == Calendar::week || *calendar_ == Calendar::term;
    return period_on(school_time ? next_school_day : period.end + std::chrono::days{1}, *calendar_,
                     school);
  }

  void read_value(TableReader& table) {
    const auto on = table.date("on");
    const auto from = table.date("from");
    const auto to = table.date("to");
    const auto known = table.date("known");
    const auto of = table.number("of");
    if (!table.has("value")) table.missing("value");
    const auto value = table.number("value");
    table.finish();
    if (table.has("on") == (table.has("from") && table.has("to"))) {
      table.faults().add(table.place(),
                         "a value has \"on\", a day of its period, or \"from\" and \"to\"");
      return;
    }
    if (!value || (!on && (!from || !to))) return;
    std::optional<Period> period;
    if (from && to) period = Period{from->value, to->value};
    if (on) period = period_on(on->value, *calendar_, school_calendar());
    if (!period || period->end < period->start) {
      table.faults().add(table.place(), "this is no period of the series");
      return;
    }
    Date when = period->end + std::chrono::days{1};
    if (on && (*calendar_ == Calendar::day || is_year(*calendar_))) when = on->value;
    add(*period, known ? known->value : when + delay_, value->value, of ? of->value : of_);
  }

  TableReader& table_;
  const Config& config_;
  std::vector<KnownFact>& facts_;
  const Kpi* kpi_ = nullptr;
  std::string measure_;
  std::optional<Calendar> calendar_;
  bool money_ = false;        // the value is written in pounds
  bool money_parts_ = false;  // the KPI is a share of money: so is "of"
  const Organisation* school_ = nullptr;
  std::string subgroup_;
  double of_ = default_denominator;
  std::chrono::days delay_{0};
};

}  // namespace

const Organisation* read_school(TableReader& table, std::string_view key, const Config& config) {
  const toml::node* node = table.node(key);
  if (node == nullptr) {
    table.missing(key);
    return nullptr;
  }
  std::string code;
  if (const auto* text = node->as_string()) code = text->get();
  if (const auto* number = node->as_integer()) code = std::to_string(number->get());
  const Organisation* found = config.organisations.find(code);
  if (found != nullptr) return found;
  std::vector<std::string> known;
  for (const Organisation& one : config.organisations.all()) {
    known.push_back(one.code);
    known.insert(known.end(), one.aliases.begin(), one.aliases.end());
  }
  table.faults().add(table.place(*node),
                     "there is no organisation " + in_quotes(code) +
                         " in the config: give a school's URN, an alias, a comparator's code, or "
                         "\"trust\"" +
                         config::did_you_mean(code, known));
  return nullptr;
}

std::optional<std::string> read_subgroup(TableReader& table) {
  const auto written = table.text("subgroup");
  if (!written) return std::nullopt;
  auto canonical = canonical_subgroup(written->value);
  if (!canonical) {
    table.faults().add(written->place, in_quotes(written->value) +
                                           " is no subgroup; write it as \"year_group=4\" or "
                                           "\"pupil_group=send;year_group=4\"");
  }
  return canonical;
}

void read_series(TableReader& table, const Config& config, std::vector<KnownFact>& facts) {
  SeriesReader(table, config, facts).read();
}

}  // namespace kpid::replay
