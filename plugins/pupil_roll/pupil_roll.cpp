// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The plugin "pupil_roll": pupils on roll, places, joiners and leavers; see README.md beside this
// file.

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kpid/plugin.hpp>

#include "common/run.hpp"
#include "common/year_group.hpp"
#include "pupil_roll/roll.hpp"

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

Settings settings_from(const plugin::Settings& from) {
  const FormatNames& format = format_from(from);
  Settings out;
  out.format = format.format;
  const std::string order = from.text("date_order", "either");
  if (order == "day_month_year") out.date_order = DateOrder::day_month_year;
  if (order == "year_month_day") out.date_order = DateOrder::year_month_day;
  if (from.has("census_date")) out.census_date = census_date_from(from.text("census_date"));
  for (const std::int64_t urn : from.integers("only_urns")) out.only_urns.insert(urn);
  const bool by_urn = out.format == Format::gias || out.format == Format::census;
  if (!out.only_urns.empty() && !by_urn) refuse_for(format, "only_urns");
  out.school = from.text("school", "");
  if (!out.school.empty() && out.format != Format::pupils) refuse_for(format, "school");
  out.smallest_group = from.integer("smallest_group", out.smallest_group);
  take_columns(from, format, out);
  take_year_groups(from, out);
  return out;
}

class PupilRoll {
 public:
  explicit PupilRoll(const plugin::Settings& settings)
      : location_(settings), settings_(settings_from(settings)) {}

  plugin::Status check(plugin::Host& host) { return check_tables(host, location_, reader()); }
  plugin::Status pull(plugin::Host& host, const plugin::Pull&) {
    return pull_tables(host, location_, reader());
  }

 private:
  [[nodiscard]] Reader reader() const {
    return [this](std::span<const Document> documents) { return read_roll(documents, settings_); };
  }

  Location location_;
  Settings settings_;
};

}  // namespace
}  // namespace kpid::plugins::pupil_roll

KPID_PLUGIN(kpid::plugins::pupil_roll::PupilRoll);
