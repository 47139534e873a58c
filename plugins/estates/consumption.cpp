// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "consumption.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <kpid/days.hpp>

#include "common/document_day.hpp"

namespace kpid::plugins::estates {
namespace {

constexpr std::size_t kKinds = 3;
constexpr std::array<PeriodKind, kKinds> kAllKinds{PeriodKind::week, PeriodKind::month,
                                                   PeriodKind::academic_year};
using Ids = std::array<std::string_view, kKinds>;

constexpr std::array<Ids, kFuels> kKilowattHours{
    {{"estates.electricity_kwh_week", "estates.electricity_kwh_month",
      "estates.electricity_kwh_year"},
     {"estates.gas_kwh_week", "estates.gas_kwh_month", "estates.gas_kwh_year"}}};
constexpr std::array<Ids, kFuels> kCarbon{
    {{"estates.electricity_kgco2e_week", "estates.electricity_kgco2e_month",
      "estates.electricity_kgco2e_year"},
     {"estates.gas_kgco2e_week", "estates.gas_kgco2e_month", "estates.gas_kgco2e_year"}}};
constexpr Ids kAllKilowattHours{"estates.energy_kwh_week", "estates.energy_kwh_month",
                                "estates.energy_kwh_year"};
constexpr Ids kAllCarbon{"estates.kgco2e_week", "estates.kgco2e_month", "estates.kgco2e_year"};
constexpr Ids kFloorArea{"estates.floor_area_week", "estates.floor_area_month",
                         "estates.floor_area_year"};

// A figure of a period, with the latest document that it rests on and the first row of it.
struct Figure {
  long double kilowatt_hours = 0;
  std::optional<long double> kilograms{0.0L};
  int have = 0;
  int expected = 0;
  const Document* document = nullptr;
  std::uint32_t row = 0;
  std::int32_t day_of_document = 0;
  std::int32_t stated_on = 0;  // the latest day that one of its documents states in its name
};

void rest_on(Figure& figure, const Document* document, std::uint32_t row) {
  if (document == nullptr) return;
  if (figure.document == document) {
    figure.row = std::min(figure.row, row);
    return;
  }
  const auto day = document_day(*document);
  const std::int32_t of_document = day ? day->day : 0;
  if (day && day->from_name) figure.stated_on = std::max(figure.stated_on, day->day);
  if (figure.document != nullptr && of_document < figure.day_of_document) return;
  figure.document = document;
  figure.day_of_document = of_document;
  figure.row = row;
}

class SchoolUse {
 public:
  SchoolUse(std::string code, const std::vector<MeterUse>& uses, const Settings& settings,
            Reading& out, Notes& notes)
      : code_(std::move(code)), uses_(uses), settings_(settings), out_(out), notes_(notes) {
    for (const School& one : settings.schools) {
      if (one.code == code_) known_ = &one;
    }
    for (std::size_t i = 0; i < settings.meters.size(); ++i) {
      const Meter& meter = settings.meters[i];
      if (meter.school == code_) meters_.at(static_cast<std::size_t>(meter.fuel)).push_back(i);
    }
  }

  void give(PeriodKind kind) {
    std::map<std::int32_t, std::array<std::optional<Figure>, kFuels>> periods;
    std::map<std::int32_t, std::int32_t> ends;
    for (const Fuel fuel : kAllFuels) {
      const auto of_fuel = static_cast<std::size_t>(fuel);
      for (const auto& [span, figure] : figures(fuel, kind)) {
        periods[span.first].at(of_fuel) = figure;
        ends[span.first] = span.last;
        emit(kKilowattHours.at(of_fuel), kind, span, figure, figure.kilowatt_hours);
        if (figure.kilograms) {
          emit(kCarbon.at(of_fuel), kind, span, figure, *figure.kilograms);
        }
      }
    }
    for (const auto& [first, figures] : periods) give_all(kind, {first, ends[first]}, figures);
  }

  [[nodiscard]] const std::set<std::pair<Fuel, int>>& without_factor() const {
    return without_factor_;
  }

  // What the whole source says of the school's estimates.
  void tell_estimates() const {
    for (const Fuel fuel : kAllFuels) {
      for (const std::size_t meter : meters_.at(static_cast<std::size_t>(fuel))) {
        std::uint64_t estimated = 0;
        std::uint64_t have = 0;
        for (const auto& [day, use] : uses_[meter]) {
          estimated += static_cast<std::uint64_t>(use.estimated);
          have += static_cast<std::uint64_t>(use.have);
        }
        if (estimated == 0) continue;
        notes_.info("meter " + settings_.meters[meter].id,
                    std::to_string(estimated) + " of " +
                        counted(have, "half hour is an estimate", "half hours are estimates") +
                        "; they count like the others.");
      }
    }
  }

 private:
  using Figures = std::vector<std::pair<Span, Figure>>;

  // The days from the first reading of the fuel to the last.
  std::optional<Span> extent(const std::vector<std::size_t>& meters) const {
    std::optional<Span> out;
    for (const std::size_t meter : meters) {
      if (uses_[meter].empty()) continue;
      const std::int32_t first = uses_[meter].begin()->first;
      const std::int32_t last = uses_[meter].rbegin()->first;
      out = out ? Span{std::min(out->first, first), std::max(out->last, last)} : Span{first, last};
    }
    return out;
  }

  void add_meter(Figure& figure, std::size_t meter, Fuel fuel, const Span& span) {
    const Meter& one = settings_.meters[meter];
    const MeterUse& use = uses_[meter];
    for (std::int32_t day = std::max(span.first, one.first_day);
         day <= std::min(span.last, one.last_day); ++day) {
      figure.expected += half_hours_of(day);
      const auto found = use.find(day);
      if (found == use.end()) continue;
      figure.have += found->second.have;
      figure.kilowatt_hours += found->second.kilowatt_hours;
      rest_on(figure, found->second.document, found->second.row);
      const int year = year_of(day);
      const auto factor = settings_.factors.kilograms(fuel, year, settings_.transmission_losses);
      if (!factor) without_factor_.insert({fuel, year});
      if (!factor) figure.kilograms.reset();
      if (figure.kilograms) *figure.kilograms += *factor * found->second.kilowatt_hours;
    }
  }

  // The periods of the fuel that count; the others are told.
  Figures figures(Fuel fuel, PeriodKind kind) {
    const auto& meters = meters_.at(static_cast<std::size_t>(fuel));
    Figures out;
    const auto days = extent(meters);
    if (!days) return out;
    std::vector<std::string> incomplete;
    std::vector<std::string> at_the_ends;  // of the readings: the week or month that still runs
    std::vector<std::string> short_of;
    for (Span span = period_of(kind, days->first); span.first <= days->last;
         span = period_of(kind, span.last + 1)) {
      Figure figure;
      for (const std::size_t meter : meters) add_meter(figure, meter, fuel, span);
      if (figure.expected == 0) continue;
      // Days before the first meter and after the last are not known to be without use.
      for (std::int32_t day = span.first; day <= span.last; ++day) {
        if (!any_in_use(settings_, meters, {day, day})) figure.expected += half_hours_of(day);
      }
      const int missing = figure.expected - figure.have;
      const std::string told = day_text(span.first) + ": " + std::to_string(figure.have) + " of " +
                               std::to_string(figure.expected) + " half hours";
      if (figure.have == 0 || 100.0 * missing > settings_.gaps_allowed_percent * figure.expected) {
        const bool inside = span.first >= days->first && span.last <= days->last;
        (inside ? incomplete : at_the_ends).push_back(told);
        continue;
      }
      if (missing > 0) short_of.push_back(told);
      out.emplace_back(span, figure);
    }
    tell(fuel, kind, incomplete, " left out, because readings are missing: ");
    tell(fuel, kind, at_the_ends,
         " left out, because the readings do not cover all of it: ", Note::Level::info);
    tell(fuel, kind, short_of, " counted although readings are missing, and too low by them: ");
    return out;
  }

  void tell(Fuel fuel, PeriodKind kind, const std::vector<std::string>& periods,
            std::string_view what, Note::Level level = Note::Level::warning) {
    if (periods.empty()) return;
    const std::size_t count = periods.size();
    const std::string_view noun = kind == PeriodKind::week    ? "week"
                                  : kind == PeriodKind::month ? "month"
                                                              : "academic year";
    const std::string where = code_ + ", " + std::string(name_of(fuel));
    std::string sentence =
        counted(count, std::string(noun) + " was", std::string(noun) + "s were") +
        std::string(what) + first_few(periods) + ".";
    if (level == Note::Level::info) {
      notes_.info(where, std::move(sentence));
    } else {
      notes_.warning(where, std::move(sentence));
    }
  }

  // The school's total, where this source has every fuel that it uses, and its floor area.
  void give_all(PeriodKind kind, const Span& span,
                const std::array<std::optional<Figure>, kFuels>& figures) {
    Figure all;
    bool complete = true;
    for (const Fuel fuel : kAllFuels) {
      const auto of_fuel = static_cast<std::size_t>(fuel);
      const bool used = known_ == nullptr || known_->uses.at(of_fuel) ||
                        any_in_use(settings_, meters_.at(of_fuel), span);
      if (!used) continue;
      const auto& figure = figures.at(of_fuel);
      if (!figure) {
        complete = false;
        continue;
      }
      all.kilowatt_hours += figure->kilowatt_hours;
      if (all.kilograms && figure->kilograms) {
        *all.kilograms += *figure->kilograms;
      } else {
        all.kilograms.reset();
      }
      rest_on(all, figure->document, figure->row);
    }
    if (complete) {
      emit(kAllKilowattHours, kind, span, all, all.kilowatt_hours);
      if (all.kilograms) emit(kAllCarbon, kind, span, all, *all.kilograms);
    }
    if (known_ != nullptr && known_->floor_area_m2) {
      emit(kFloorArea, kind, span, all, *known_->floor_area_m2);
    }
  }

  void emit(const Ids& ids, PeriodKind kind, const Span& span, const Figure& figure,
            long double value) {
    Observation one;
    one.measure = ids.at(static_cast<std::size_t>(kind));
    one.organisation = code_;
    one.period_start = span.first;
    one.period_end = span.last;
    one.value = static_cast<double>(value);
    if (figure.document != nullptr) one.document = figure.document->number;
    one.row = figure.row;
    one.stated_on = figure.stated_on;
    out_.observations.push_back(std::move(one));
  }

  std::string code_;
  const std::vector<MeterUse>& uses_;
  const Settings& settings_;
  Reading& out_;
  Notes& notes_;
  const School* known_ = nullptr;
  std::array<std::vector<std::size_t>, kFuels> meters_;
  std::set<std::pair<Fuel, int>> without_factor_;
};

}  // namespace

std::vector<MeterUse> uses_of(const HalfHours& half_hours) {
  std::vector<MeterUse> out(half_hours.meters());
  for (std::size_t meter = 0; meter < out.size(); ++meter) {
    for (const auto& [on, day] : half_hours.days(meter)) {
      DayUse use{0, 0, 0, day.document, day.row};
      for (std::size_t i = 0; i < kHalfHoursMax; ++i) {
        if (!counts(day.states.at(i))) continue;
        ++use.have;
        use.estimated += day.states.at(i) == State::estimated ? 1 : 0;
        use.kilowatt_hours += day.kilowatt_hours.at(i);
      }
      if (use.have > 0) out[meter].emplace(on, use);
    }
  }
  return out;
}

Span period_of(PeriodKind kind, std::int32_t day) noexcept {
  const plugin::Day on{std::chrono::days(day)};
  const plugin::Period period = kind == PeriodKind::week    ? plugin::week_of(on)
                                : kind == PeriodKind::month ? plugin::month_of(on)
                                                            : plugin::academic_year_of(on);
  return {plugin::days_since_epoch(period.first), plugin::days_since_epoch(period.last)};
}

bool any_in_use(const Settings& settings, const std::vector<std::size_t>& meters,
                const Span& span) {
  return std::any_of(meters.begin(), meters.end(), [&](std::size_t meter) {
    const Meter& one = settings.meters.at(meter);
    return one.first_day <= span.last && one.last_day >= span.first;
  });
}

std::string first_few(const std::vector<std::string>& items) {
  constexpr std::size_t kMost = 3;
  std::string out;
  for (std::size_t i = 0; i < std::min(items.size(), kMost); ++i) {
    out += (i > 0 ? "; " : "") + items[i];
  }
  if (items.size() > kMost) out += "; and " + std::to_string(items.size() - kMost) + " more";
  return out;
}

void give_consumption(const std::vector<MeterUse>& uses, const Settings& settings, bool months_only,
                      Reading& out, Notes& notes) {
  std::set<std::string, std::less<>> codes;
  for (const Meter& meter : settings.meters) codes.insert(meter.school);
  std::set<std::pair<Fuel, int>> without_factor;
  for (const std::string& code : codes) {
    SchoolUse school(code, uses, settings, out, notes);
    for (const PeriodKind kind : kAllKinds) {
      if (!months_only || kind != PeriodKind::week) school.give(kind);
    }
    school.tell_estimates();
    without_factor.insert(school.without_factor().begin(), school.without_factor().end());
  }
  for (const auto& [fuel, year] : without_factor) {
    notes.warning("setting factors",
                  "There is no factor of " + std::string(name_of(fuel)) + " for " +
                      std::to_string(year) +
                      (settings.transmission_losses && fuel == Fuel::electricity
                           ? " with its transmission losses"
                           : "") +
                      ", so kgCO2e of that year was left out; add the year's official factors.");
  }
}

}  // namespace kpid::plugins::estates
