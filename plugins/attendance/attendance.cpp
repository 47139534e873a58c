// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The plugin "attendance": see README.md beside this file.

#include <algorithm>
#include <optional>
#include <utility>

#include <kpid/plugin.hpp>

#include "attendance/detect.hpp"
#include "attendance/published.hpp"
#include "attendance/pupils.hpp"
#include "attendance/school_absence.hpp"
#include "attendance/settings.hpp"
#include "attendance/wonde.hpp"
#include "common/hand_over.hpp"
#include "common/run.hpp"

namespace kpid::plugins::attendance {
namespace {

Format format_from(const std::string& text) {
  for (const Format format : {Format::marks, Format::pupil_weeks, Format::ees, Format::dfe_daily,
                              Format::ees_long, Format::school_absence, Format::wonde}) {
    if (format_name(format) == text) return format;
  }
  return Format::automatic;
}

readers::DateOrder order_from(const std::string& text) {
  using readers::DateOrder;
  if (text == "day_month_year") return DateOrder::day_month_year;
  if (text == "year_month_day") return DateOrder::year_month_day;
  if (text == "month_day_year") return DateOrder::month_day_year;
  return DateOrder::either;
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
  out.school_code = from.text("school", "");
  out.date_order = order_from(from.text("date_order", "either"));
  out.tally.smallest_group = from.integer("smallest_group", 5);
  const std::string weeks = from.text("weeks", "school");
  if (weeks == "none") out.tally.weeks = WeekDetail::none;
  if (weeks == "groups") out.tally.weeks = WeekDetail::groups;
  const plugin::Settings columns = from.object("columns");
  for (std::size_t c = 0; c < kPupilColumns; ++c) {
    const auto name = setting_name(static_cast<PupilColumn>(c));
    if (columns.has(name)) out.columns.at(c) = columns.texts(name);
  }
  return out;
}

// What a reading gave: figures at once, or schools whose figures are made one school at a time, so
// that memory does not grow with their number.
struct Result {
  Reading reading;
  std::vector<SchoolYear> schools;
};

tl::expected<Result, Failure> read(std::span<const Document> documents, const Settings& settings) {
  Format format = settings.format;
  if (format == Format::automatic) {
    const auto found = format_of(documents, settings);
    if (!found) return tl::unexpected(found.error());
    format = *found;
  }
  if (format == Format::marks || format == Format::pupil_weeks) {
    auto pupils = read_pupils(documents, format, settings);
    if (!pupils) return tl::unexpected(pupils.error());
    return Result{{{}, std::move(pupils->notes), pupils->rows, std::move(pupils->columns)},
                  std::move(pupils->schools)};
  }
  const PublishedSettings published{settings.only, settings.daily_sums};
  auto reading = format == Format::dfe_daily  ? read_days(documents, published)
                 : format == Format::ees_long ? read_long(documents, published)
                 : format == Format::school_absence
                     ? read_school_absence(documents, {settings.only, settings.academic_year})
                     : read_years(documents, published);
  if (!reading) return tl::unexpected(reading.error());
  return Result{std::move(*reading), {}};
}

class Attendance {
 public:
  explicit Attendance(const plugin::Settings& settings)
      : location_(settings), settings_(settings_from(settings)) {}

  plugin::Status check(plugin::Host& host) { return run(host, Verb::check); }
  plugin::Status pull(plugin::Host& host, const plugin::Pull&) { return run(host, Verb::pull); }

 private:
  enum class Verb { check, pull };

  plugin::Status run(plugin::Host& host, Verb verb) {
    if (settings_.format == Format::wonde) return run_wonde(host, verb);
    const auto fetched = host.fetch(location_.path, location_.select);
    if (!fetched) return fetched.error();
    auto result = read(documents_of(*fetched), settings_);
    if (!result) return plugin::source_error(result.error().sentence);
    return send(host, verb, *result, fetched->size(), cursor_of(*fetched));
  }

  plugin::Status run_wonde(plugin::Host& host, Verb verb) {
    WondeReading reading(settings_);
    std::string url = location_.path;
    std::size_t pages = 0;
    for (;;) {
      const auto fetched = host.fetch(url, plugin::Select::only);
      if (!fetched) return fetched.error();
      const auto documents = documents_of(*fetched);
      auto next = reading.add_page(documents.front());
      if (!next) return plugin::source_error(next.error().sentence);
      ++pages;
      // Looking at the first page shows whether the service answers as it should.
      if (!*next || verb == Verb::check) break;
      url = **next;
    }
    PupilReading pupils = reading.finish();
    Result result{{{}, std::move(pupils.notes), pupils.rows, std::move(pupils.columns)},
                  std::move(pupils.schools)};
    return send(host, verb, result, pages, "1");
  }

  plugin::Status send(plugin::Host& host, Verb verb, Result& result, std::size_t documents,
                      const std::string& cursor) const {
    const bool any = !result.reading.observations.empty() ||
                     std::any_of(result.schools.begin(), result.schools.end(),
                                 [](const SchoolYear& one) { return !one.cells.empty(); });
    if (verb == Verb::check) hand_over_columns(host, result.reading);
    if (const auto told = hand_over_notes(host, result.reading, any); !told) return told;
    if (verb == Verb::check) {
      for (const SchoolYear& school : result.schools) {
        append_figures(result.reading.observations, school);
      }
      host.note(location_.path, summary(result.reading, documents));
      return plugin::ok();
    }
    // The host takes so many rows at most between two checkpoints.
    constexpr std::size_t kCheckpointRows = 1'000'000;
    std::size_t sent = 0;
    for (const Observation& one : result.reading.observations) {
      if (const auto done = hand_over(host, one); !done) return done;
      if (++sent % kCheckpointRows != 0) continue;
      if (const auto done = host.checkpoint(cursor); !done) return done;
    }
    std::vector<Observation> figures;
    for (const SchoolYear& school : result.schools) {
      figures.clear();
      append_figures(figures, school);
      for (const Observation& one : figures) {
        if (const auto done = hand_over(host, one); !done) return done;
        if (++sent % kCheckpointRows != 0) continue;
        if (const auto done = host.checkpoint(cursor); !done) return done;
      }
    }
    return host.checkpoint(cursor);
  }

  Location location_;
  Settings settings_;
};

}  // namespace
}  // namespace kpid::plugins::attendance

KPID_PLUGIN(kpid::plugins::attendance::Attendance);
