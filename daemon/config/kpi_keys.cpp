// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Reads what a KPI is called, counted in, aimed at and worth.

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "config/kpi_tables.hpp"
#include "config/syntax.hpp"

namespace kpid::config {
namespace {

constexpr std::array<std::pair<std::string_view, Direction>, 2> directions{
    {{"higher_is_better", Direction::higher_is_better},
     {"lower_is_better", Direction::lower_is_better}}};
constexpr std::array<std::pair<std::string_view, RollUp>, 2> roll_ups{
    {{"sum", RollUp::sum}, {"none", RollUp::none}}};
constexpr std::array<std::pair<std::string_view, Calendar>, 6> calendars{
    {{"day", Calendar::day},
     {"week", Calendar::week},
     {"month", Calendar::month},
     {"term", Calendar::term},
     {"academic_year", Calendar::academic_year},
     {"financial_year", Calendar::financial_year}}};
constexpr std::array<Unit, 13> units{Unit::count,
                                     Unit::pupils,
                                     Unit::places,
                                     Unit::pence,
                                     Unit::percent,
                                     Unit::sessions,
                                     Unit::days,
                                     Unit::months,
                                     Unit::hours,
                                     Unit::kilowatt_hours,
                                     Unit::kilograms_co2e,
                                     Unit::square_metres,
                                     Unit::percentage_points};

void read_unit(TableReader& table, Kpi& kpi) {
  const auto written = table.text("unit");
  if (!written) return;
  if (const auto unit = parse_unit(written->value)) {
    kpi.unit = *unit;
    return;
  }
  std::vector<std::string> known;
  for (const Unit unit : units) known.emplace_back(to_string(unit));
  table.faults().add(written->place,
                     in_quotes(written->value) + " is no unit" + advice(written->value, known));
}

bool has_denominator(const Kpi& kpi) {
  const auto* formula = std::get_if<Formula>(&kpi.definition);
  return std::holds_alternative<RatioOf>(kpi.definition) ||
         (formula != nullptr && !formula->denominator.empty());
}

void read_worth(TableReader& table, bool has_parts, Kpi& kpi) {
  const auto rate = table.text("worth_rate");
  if (!rate) return;
  if (rate->value == "per_pupil") {
    if (kpi.unit != Unit::pupils) {
      table.faults().add(rate->place, "\"per_pupil\" is the worth of a KPI in pupils only");
    }
  } else if (rate->value == "pence") {
    if (kpi.unit != Unit::percent || !has_parts) {
      table.faults().add(rate->place,
                         "\"pence\" is the worth of a percentage of money only: unit \"percent\" "
                         "and a ratio");
    }
  } else {
    table.faults().add(rate->place, in_quotes(rate->value) +
                                        " is no worth_rate; it can be \"per_pupil\" or \"pence\"");
  }
  kpi.worth_rate = rate->value;
}

// A URN, as a number or in quotes, or any code or alias.
std::optional<PlacedText> code_of(TableReader& table, std::string_view key) {
  const toml::node* found = table.node(key);
  if (found == nullptr) return std::nullopt;
  if (const auto* number = found->as_integer()) {
    return PlacedText{std::to_string(number->get()), table.place(*found)};
  }
  return table.text(key);
}

// "2025/26": the academic year, which is the financial year too.
std::optional<Period> school_year(const PlacedText& written) {
  const std::string& text = written.value;
  const auto digits = [&](std::size_t from, std::size_t count) {
    int number = 0;
    for (std::size_t i = from; i < from + count; ++i) {
      if (text[i] < '0' || text[i] > '9') return -1;
      number = number * 10 + (text[i] - '0');
    }
    return number;
  };
  if (text.size() != 7 || text[4] != '/') return std::nullopt;
  const int year = digits(0, 4);
  if (year < 1990 || digits(5, 2) != (year + 1) % 100) return std::nullopt;
  return academic_year_of(make_date(year, 9, 1));
}

class TargetReader {
 public:
  TargetReader(Builder& builder, TableReader& table, bool money)
      : builder_(builder), table_(table), money_(money) {}

  Target read() {
    Target target;
    if (const auto code = code_of(table_, "school")) {
      if (const auto* organisation = find_organisation(builder_, *code)) {
        target.organisation = organisation->code;
      }
    }
    read_days(target);
    read_values(target);
    if (!table_.has("school") && !target.days && !table_.has("year") && !table_.has("from")) {
      fault(
          "an exception is for a \"school\", a \"year\" or a time \"from\" a day \"to\" "
          "another; what counts for all and always is the KPI's \"target\"");
    }
    table_.finish();
    return target;
  }

 private:
  void fault(std::string sentence) { builder_.faults.add(table_.place(), std::move(sentence)); }

  void read_days(Target& target) {
    if (const auto year = table_.text("year")) {
      target.days = school_year(*year);
      if (!target.days) {
        builder_.faults.add(year->place,
                            in_quotes(year->value) + " is no school year; write it as \"2025/26\"");
      }
    }
    const auto from = table_.date("from");
    const auto to = table_.date("to");
    if (table_.has("from") != table_.has("to")) fault("\"from\" and \"to\" stand together");
    if (table_.has("year") && (table_.has("from") || table_.has("to"))) {
      fault("the time is either a \"year\" or \"from\" a day \"to\" another");
    }
    if (!from || !to) return;
    if (to->value < from->value) builder_.faults.add(to->place, "\"to\" is before \"from\"");
    target.days = Period{from->value, to->value};
  }

  void read_values(Target& target) {
    const auto amount = [this](const Placed<double>& number) {
      return money_ ? pence(number.value) : number.value;
    };
    if (const auto value = table_.number("target")) target.value = amount(*value);
    const auto start = table_.number("start");
    const auto end = table_.number("end");
    if (start) target.value = amount(*start);
    if (end) target.value_at_end = amount(*end);
    const bool line = table_.has("start") || table_.has("end");
    if (table_.has("target") == line) {
      fault(
          "an exception has either a \"target\", or a \"start\" and an \"end\" between which "
          "the target moves");
    } else if (line && !(table_.has("start") && table_.has("end"))) {
      fault("\"start\" and \"end\" stand together");
    } else if (line && !table_.has("from") && !table_.has("year")) {
      fault(
          "a target that moves from \"start\" to \"end\" needs the time in which it does: a "
          "\"year\", or \"from\" and \"to\"");
    }
  }

  Builder& builder_;
  TableReader& table_;
  bool money_;
};

void read_targets(Builder& builder, TableReader& table, Kpi& kpi) {
  const bool money = kpi.unit == Unit::pence;
  if (const auto target = table.number("target")) {
    kpi.target = money ? pence(target->value) : target->value;
  }
  if (!table.has("targets")) {
    table.node("targets");
    return;
  }
  kpi.targets.clear();
  for (auto& one : table.tables("targets")) {
    kpi.targets.push_back(TargetReader(builder, one, money).read());
  }
}

void read_staleness(TableReader& table, Kpi& kpi) {
  if (const auto written = table.text("stale_after")) {
    kpi.stale_after = parse_span(written->value);
    if (!kpi.stale_after) {
      table.faults().add(written->place,
                         in_quotes(written->value) +
                             " is no stretch of time; write it as \"10 school days\", \"2 school "
                             "weeks\", \"1 term\", \"3 months\" or \"5 days\"");
    }
  }
  const auto watched = table.boolean("stale");
  if (watched) kpi.watched = watched->value;
  if (watched && !watched->value && table.has("stale_after")) {
    table.faults().add(watched->place, "with \"stale\" = false nothing is \"stale_after\" a time");
  }
}

void read_smallest_group(TableReader& table, bool has_parts, Kpi& kpi) {
  const auto smallest = table.integer("smallest_group", 0, 1000);
  if (!smallest) return;
  kpi.smallest_group = static_cast<std::uint32_t>(smallest->value);
  if (smallest->value == 0 || has_parts || std::holds_alternative<MeasureOf>(kpi.definition)) {
    return;
  }
  table.faults().add(
      smallest->place,
      "\"smallest_group\" needs something to count: a KPI that is a measure, a ratio "
      "or a numerator by a denominator");
}

}  // namespace

void read_kpi_keys(Builder& builder, TableReader& table, Kpi& kpi) {
  if (auto title = table.filled_text("title")) kpi.title = std::move(title->value);
  if (auto plan = table.text("plan")) kpi.plan = std::move(plan->value);
  read_unit(table, kpi);
  if (const auto direction = table.choice("direction", directions)) {
    kpi.direction = direction->value;
  }
  if (const auto calendar = table.choice("calendar", calendars)) kpi.calendar = calendar->value;
  if (const auto roll_up = table.choice("roll_up", roll_ups)) kpi.roll_up = roll_up->value;
  read_targets(builder, table, kpi);
  if (auto owner = table.text("owner")) kpi.owner = std::move(owner->value);
  if (const auto decimals = table.integer("decimals", 0, 6)) {
    kpi.decimals = static_cast<int>(decimals->value);
  }
  const bool has_parts = table.has("denominator") || has_denominator(kpi);
  read_worth(table, has_parts, kpi);
  read_staleness(table, kpi);
  read_smallest_group(table, has_parts, kpi);
}

}  // namespace kpid::config
