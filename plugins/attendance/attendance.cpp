// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The plugin "attendance": see README.md beside this file.

#include <kpid/plugin.hpp>

#include "attendance/detect.hpp"
#include "attendance/published.hpp"
#include "attendance/school_absence.hpp"
#include "attendance/settings.hpp"
#include "common/run.hpp"

namespace kpid::plugins::attendance {
namespace {

Format format_from(const std::string& text) {
  if (text == "ees") return Format::ees;
  if (text == "dfe_daily") return Format::dfe_daily;
  if (text == "school_absence") return Format::school_absence;
  return Format::automatic;
}

Settings settings_from(const plugin::Settings& from) {
  Settings out;
  out.format = format_from(from.text("format", "auto"));
  for (std::string& code : from.texts("only")) out.only.insert(std::move(code));
  out.daily_sums = from.truth("daily_sums", false);
  if (from.has("academic_year")) {
    const std::string text = from.text("academic_year");
    out.academic_year = readers::to_start_year(text);
    if (!out.academic_year) {
      throw plugin::Failure(plugin::config_error(
          "The setting academic_year is not a year such as 2018/19: \"" + text + "\"."));
    }
  }
  return out;
}

tl::expected<Reading, Failure> read(std::span<const Document> documents, const Settings& settings) {
  Format format = settings.format;
  if (format == Format::automatic) {
    const auto found = format_of(documents);
    if (!found) return tl::unexpected(found.error());
    format = *found;
  }
  switch (format) {
    case Format::dfe_daily:
      return read_days(documents, {settings.only, settings.daily_sums});
    case Format::school_absence:
      return read_school_absence(documents, {settings.only, settings.academic_year});
    case Format::automatic:
    case Format::ees:
      break;
  }
  return read_years(documents, {settings.only, false});
}

class Attendance {
 public:
  explicit Attendance(const plugin::Settings& settings)
      : location_(settings), settings_(settings_from(settings)) {}

  plugin::Status check(plugin::Host& host) { return check_tables(host, location_, reader()); }
  plugin::Status pull(plugin::Host& host, const plugin::Pull&) {
    return pull_tables(host, location_, reader());
  }

 private:
  [[nodiscard]] Reader reader() const {
    return [this](std::span<const Document> documents) { return read(documents, settings_); };
  }

  Location location_;
  Settings settings_;
};

}  // namespace
}  // namespace kpid::plugins::attendance

KPID_PLUGIN(kpid::plugins::attendance::Attendance);
