// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The plugin "estates": energy, carbon, statutory checks, defects and funding bids; see README.md
// beside this file.

#include <utility>

#include <kpid/plugin.hpp>

#include "common/run.hpp"
#include "estates/formats.hpp"

namespace kpid::plugins::estates {
namespace {

[[noreturn]] void refuse(const std::string& sentence) {
  throw plugin::Failure(plugin::config_error(sentence));
}

template <class Value>
Value choice(const plugin::Settings& from, std::string_view name,
             std::initializer_list<std::pair<std::string_view, Value>> choices) {
  const std::string text = from.text(name, choices.begin()->first);
  for (const auto& [word, value] : choices) {
    if (word == text) return value;
  }
  refuse("The setting " + std::string(name) + " is \"" + text + "\", which kpid does not know.");
}

std::int32_t day_from(const plugin::Settings& from, std::string_view name, std::int32_t otherwise) {
  if (!from.has(name)) return otherwise;
  const std::string text = from.text(name);
  const auto day = plugin::parse_iso_day(text);
  const std::int32_t on = day ? plugin::days_since_epoch(*day) : 0;
  if (on >= kDayFirst && on <= kDayLast) return on;
  refuse("The setting " + std::string(name) +
         " of a meter is not a day between 1996-01-01 and 2099-12-31, as YYYY-MM-DD: \"" + text +
         "\".");
}

Fuel fuel_from(const plugin::Settings& from) {
  return choice<Fuel>(from, "fuel", {{"electricity", Fuel::electricity}, {"gas", Fuel::gas}});
}

std::vector<Meter> meters_from(const plugin::Settings& from) {
  std::vector<Meter> out;
  for (const plugin::Settings& one : from.objects("meters")) {
    Meter meter;
    meter.id = one.text("meter");
    meter.school = one.text("school");
    meter.fuel = fuel_from(one);
    meter.unit =
        choice<Unit>(one, "unit", {{"kWh", Unit::kilowatt_hours}, {"m3", Unit::cubic_metres}});
    meter.first_day = day_from(one, "from", kDayFirst);
    meter.last_day = day_from(one, "to", kDayLast);
    if (meter.last_day < meter.first_day) {
      refuse("The meter " + meter.id +
             " is in use until a day before its first; correct from or to.");
    }
    if (meter.unit == Unit::cubic_metres && meter.fuel != Fuel::gas) {
      refuse("The meter " + meter.id + " counts electricity, which is not measured in m3.");
    }
    if (MeterNumbers(out).find(meter.id)) {
      refuse("The meter " + meter.id + " stands twice under meters; remove one of them.");
    }
    out.push_back(std::move(meter));
  }
  return out;
}

std::vector<School> schools_from(const plugin::Settings& from) {
  std::vector<School> out;
  for (const plugin::Settings& one : from.objects("schools")) {
    School school;
    school.code = one.text("school");
    if (one.has("floor_area_m2")) school.floor_area_m2 = one.number("floor_area_m2");
    if (one.has("fuels")) {
      school.uses = {};
      for (const std::string& name : one.texts("fuels")) {
        for (const Fuel fuel : kAllFuels) {
          if (name == name_of(fuel)) school.uses.at(static_cast<std::size_t>(fuel)) = true;
        }
      }
    }
    for (const School& before : out) {
      if (before.code == school.code) {
        refuse("The school " + school.code + " stands twice under schools; remove one of them.");
      }
    }
    out.push_back(std::move(school));
  }
  return out;
}

void set_factors(Factors& factors, const plugin::Settings& from) {
  for (const plugin::Settings& one : from.objects("factors")) {
    Factor factor;
    factor.use = one.number("kgco2e_per_kwh");
    if (one.has("losses")) factor.losses = one.number("losses");
    factors.set(fuel_from(one), static_cast<int>(one.integer("year")), factor);
  }
}

Settings settings_from(const plugin::Settings& from) {
  Settings out;
  out.format = choice<Format>(from, "format",
                              {{"half_hourly", Format::half_hourly},
                               {"bills", Format::bills},
                               {"compliance", Format::compliance},
                               {"defects", Format::defects},
                               {"bids", Format::bids}});
  out.layout = choice<Layout>(from, "layout",
                              {{"auto", Layout::automatic},
                               {"banes", Layout::banes},
                               {"sheffield", Layout::sheffield},
                               {"british_gas", Layout::british_gas},
                               {"row_per_day", Layout::row_per_day},
                               {"row_per_reading", Layout::row_per_reading},
                               {"series", Layout::series}});
  out.labels =
      choice<Labels>(from, "labels",
                     {{"auto", Labels::automatic}, {"start", Labels::start}, {"end", Labels::end}});
  out.clock = choice<ShownBy>(from, "clock", {{"local", ShownBy::local}, {"gmt", ShownBy::gmt}});
  out.repeated_hour =
      choice<RepeatedHour>(from, "repeated_hour",
                           {{"missing", RepeatedHour::missing}, {"summed", RepeatedHour::summed}});
  if (from.has("interval_minutes")) {
    out.interval_minutes = static_cast<int>(from.integer("interval_minutes"));
    if (*out.interval_minutes != 30 && *out.interval_minutes != 60) {
      refuse("The setting interval_minutes must be 30 or 60.");
    }
  }
  out.gaps_allowed_percent = from.number("gaps_allowed_percent", 0);
  if (from.has("calorific_value")) out.calorific_value = from.number("calorific_value");
  out.transmission_losses = from.truth("transmission_losses", false);
  out.bills_are_consumption = from.truth("bills_are_consumption", false);
  out.last_day_billed = from.truth("last_day_billed", true);
  out.due_within_days = static_cast<int>(from.integer("due_within_days", 30));
  out.meters = meters_from(from);
  out.schools = schools_from(from);
  set_factors(out.factors, from);
  if (from.has("sheet")) out.sheet = from.texts("sheet");
  const plugin::Settings columns = from.object("columns");
  for (const std::string& name : columns.names()) out.columns[name] = columns.texts(name);
  const bool measured = out.format == Format::half_hourly || out.format == Format::bills;
  if (measured && out.meters.empty()) {
    refuse(
        "The settings name no meter: add [[source.settings.meters]] with meter, school and fuel "
        "for each.");
  }
  return out;
}

class Estates {
 public:
  explicit Estates(const plugin::Settings& settings)
      : location_(settings), settings_(settings_from(settings)) {
    if (settings.has("factors_path")) factors_path_ = settings.text("factors_path");
    given_ = settings;
  }

  plugin::Status check(plugin::Host& host) {
    if (const auto done = fetch_factors(host); !done) return done;
    return check_tables(host, location_, reader());
  }
  plugin::Status pull(plugin::Host& host, const plugin::Pull&) {
    if (const auto done = fetch_factors(host); !done) return done;
    return pull_tables(host, location_, reader());
  }

 private:
  // The official factors, where the settings name their file; those of the settings themselves
  // still count before them.
  plugin::Status fetch_factors(plugin::Host& host) {
    if (!factors_path_) return plugin::ok();
    const auto fetched = host.fetch(*factors_path_, plugin::Select::all);
    if (!fetched) return fetched.error();
    for (const plugin::Document& one : *fetched) {
      const auto year = read_factors({one.number, file_name(one.origin), one.bytes, 0});
      if (!year) return plugin::source_error(year.error().sentence);
      settings_.factors.set(Fuel::electricity, year->year, year->electricity);
      settings_.factors.set(Fuel::gas, year->year, year->gas);
    }
    set_factors(settings_.factors, *given_);
    return plugin::ok();
  }

  [[nodiscard]] Reader reader() const {
    return
        [this](std::span<const Document> documents) { return read_estate(documents, settings_); };
  }

  Location location_;
  Settings settings_;
  std::optional<std::string> factors_path_;
  std::optional<plugin::Settings> given_;
};

}  // namespace
}  // namespace kpid::plugins::estates

KPID_PLUGIN(kpid::plugins::estates::Estates);
