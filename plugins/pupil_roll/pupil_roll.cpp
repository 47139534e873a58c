// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The plugin "pupil_roll": pupils on roll, places, joiners and leavers; see README.md beside this
// file.

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kpid/plugin.hpp>

#include "common/run.hpp"
#include "common/wonde_pages.hpp"
#include "common/year_group.hpp"
#include "pupil_roll/roll.hpp"
#include "pupil_roll/wonde.hpp"

namespace kpid::plugins::pupil_roll {
namespace {

using readers::DateOrder;

std::int32_t census_date_from(const std::string& text) {
  const auto day = readers::to_date(text, DateOrder::year_month_day);
  if (day && *day >= kDayFirst && *day <= kDayLast) return *day;
  throw plugin::Failure(plugin::config_error(
      "The setting census_date is not a day between 1990-01-01 and 2099-12-31, as YYYY-MM-DD: \"" +
      text + "\"."));
}

struct FormatNames {
  Format format;
  std::string_view name;
  std::vector<column::Index> columns;  // that the settings may name
};

const std::vector<FormatNames>& formats() {
  using namespace column;
  static const std::vector<FormatNames> all{
      {Format::gias, "gias", {school, date, pupils, capacity, status}},
      {Format::counts, "counts", {school, date, pupils, capacity, year_group, pupil_group}},
      {Format::census, "census", {school, date, pupils, fsm, eal}},
      {Format::pupils,
       "pupils",
       {school, pupil, year_group, admitted, left, fsm, send, eal, pupil_premium}},
      {Format::one_roster, "one_roster", {}},
      {Format::wonde, "wonde", {}},
      {Format::ctf, "ctf", {}},
  };
  return all;
}

const FormatNames& format_from(const plugin::Settings& from) {
  const std::string name = from.text("format", "gias");
  for (const FormatNames& one : formats()) {
    if (one.name == name) return one;
  }
  throw plugin::Failure(
      plugin::config_error("The setting format is none that this plugin reads: \"" + name + "\"."));
}

[[noreturn]] void refuse_for(const FormatNames& format, std::string_view setting) {
  throw plugin::Failure(plugin::config_error("The setting " + std::string(setting) +
                                             " has no meaning with the format " +
                                             std::string(format.name) + "; remove it."));
}

void take_columns(const plugin::Settings& from, const FormatNames& format, Settings& out) {
  constexpr std::array<std::string_view, kColumns> kNames{
      "school", "date", "pupils", "capacity", "status",        "year_group", "pupil_group",
      "pupil",  "fsm",  "send",   "eal",      "pupil_premium", "admitted",   "left"};
  const plugin::Settings columns = from.object("columns");
  for (std::size_t c = 0; c < kColumns; ++c) {
    if (!columns.has(kNames.at(c))) continue;
    if (std::find(format.columns.begin(), format.columns.end(), c) == format.columns.end()) {
      refuse_for(format, "columns." + std::string(kNames.at(c)));
    }
    out.columns.at(c) = columns.texts(kNames.at(c));
  }
}

void take_year_groups(const plugin::Settings& from, Settings& out) {
  const plugin::Settings names = from.object("year_groups");
  for (const std::string& name : names.names()) {
    const std::string meant = names.text(name);
    auto known = plugins::year_group(meant);
    if (!known) {
      throw plugin::Failure(plugin::config_error("The setting year_groups." + name +
                                                 " is not a year group such as R, N2 or 4: \"" +
                                                 meant + "\"."));
    }
    out.year_groups.emplace(name, std::move(*known));
  }
}

void take_wonde(const plugin::Settings& from, const FormatNames& format, Settings& out) {
  for (const plugin::Settings& one : from.objects("schools")) {
    out.wonde_schools.push_back({one.text("id"), one.text("school")});
  }
  if (out.format != Format::wonde) {
    if (!out.wonde_schools.empty()) refuse_for(format, "schools");
    return;
  }
  if (from.has("path")) refuse_for(format, "path");
  if (from.has("census_date")) refuse_for(format, "census_date");
  if (out.wonde_schools.empty()) {
    throw plugin::Failure(plugin::config_error(
        "The setting schools is missing: the format wonde needs each school's id there."));
  }
  out.wonde_url = from.text("url", kWondeUrl);
  while (out.wonde_url.ends_with('/')) out.wonde_url.pop_back();
}

Settings settings_from(const plugin::Settings& from) {
  const FormatNames& format = format_from(from);
  Settings out;
  out.format = format.format;
  const std::string order = from.text("date_order", "either");
  if (order == "day_month_year") out.date_order = DateOrder::day_month_year;
  if (order == "year_month_day") out.date_order = DateOrder::year_month_day;
  if (order == "month_day_year") out.date_order = DateOrder::month_day_year;
  if (from.has("census_date")) out.census_date = census_date_from(from.text("census_date"));
  for (const std::int64_t urn : from.integers("only_urns")) out.only_urns.insert(urn);
  const bool by_urn = out.format == Format::gias || out.format == Format::census;
  if (!out.only_urns.empty() && !by_urn) refuse_for(format, "only_urns");
  out.school = from.text("school", "");
  if (!out.school.empty() && out.format != Format::pupils) refuse_for(format, "school");
  if (from.has("sheet")) out.sheet = {from.text("sheet")};
  if (!out.sheet.empty() && format.columns.empty()) refuse_for(format, "sheet");
  out.smallest_group = from.integer("smallest_group", out.smallest_group);
  take_wonde(from, format, out);
  take_columns(from, format, out);
  take_year_groups(from, out);
  return out;
}

class PupilRoll {
 public:
  explicit PupilRoll(const plugin::Settings& settings) : settings_(settings_from(settings)) {
    if (settings_.format != Format::wonde) location_.emplace(settings);
  }

  plugin::Status check(plugin::Host& host) {
    if (location_) return check_tables(host, *location_, reader());
    // One school's list shows whether the token is good; all of them are read by a pull.
    const auto wonde = read_from_wonde(host, std::span(settings_.wonde_schools).first(1));
    if (!wonde) return wonde.error();
    return check_reading(host, settings_.wonde_url, wonde->reading, wonde->pages);
  }
  plugin::Status pull(plugin::Host& host, const plugin::Pull&) {
    if (location_) return pull_tables(host, *location_, reader());
    const auto wonde = read_from_wonde(host, settings_.wonde_schools);
    if (!wonde) return wonde.error();
    return pull_reading(host, wonde->reading, "1 wonde");
  }

 private:
  struct FromWonde {
    Reading reading;
    std::size_t pages = 0;
  };

  [[nodiscard]] Reader reader() const {
    return [this](std::span<const Document> documents) { return read_roll(documents, settings_); };
  }

  [[nodiscard]] plugin::Result<FromWonde> read_from_wonde(plugin::Host& host,
                                                          std::span<const WondeId> ids) const {
    FromWonde out;
    std::vector<WondePages> owned;
    std::vector<WondeSchool> schools;
    owned.reserve(ids.size());
    schools.reserve(ids.size());
    for (const WondeId& one : ids) {
      auto fetched =
          fetch_wonde(host, settings_.wonde_url, wonde_students_url(settings_.wonde_url, one.id));
      if (!fetched) return fetched.error();
      out.pages += fetched->pages.size();
      schools.push_back({one.school, fetched->pages});
      owned.push_back(std::move(*fetched));
    }
    auto reading = read_wonde(schools, settings_);
    if (!reading) return plugin::source_error(reading.error().sentence);
    out.reading = std::move(*reading);
    return out;
  }

  std::optional<Location> location_;
  Settings settings_;
};

}  // namespace
}  // namespace kpid::plugins::pupil_roll

KPID_PLUGIN(kpid::plugins::pupil_roll::PupilRoll);
