// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The plugin "pupil_roll": pupils on roll and places; see README.md beside this file.

#include <kpid/plugin.hpp>

#include "common/run.hpp"
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

Settings settings_from(const plugin::Settings& from) {
  constexpr std::array<std::string_view, kColumns> kNames{"school", "date", "pupils", "capacity",
                                                          "status"};
  Settings out;
  if (from.text("format", "gias") == "counts") out.format = Format::counts;
  const std::string order = from.text("date_order", "either");
  if (order == "day_month_year") out.date_order = DateOrder::day_month_year;
  if (order == "year_month_day") out.date_order = DateOrder::year_month_day;
  if (from.has("census_date")) out.census_date = census_date_from(from.text("census_date"));
  for (const std::int64_t urn : from.integers("only_urns")) out.only_urns.insert(urn);
  const plugin::Settings columns = from.object("columns");
  for (std::size_t c = 0; c < kColumns; ++c) {
    if (columns.has(kNames.at(c))) out.columns.at(c) = columns.texts(kNames.at(c));
  }
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
