// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// [calendar] and the schools' own calendars: which files there are, and what they come to.

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "config/builder.hpp"
#include "config/calendar.hpp"
#include "config/ical.hpp"
#include "config/syntax.hpp"

namespace kpid::config {
namespace {

constexpr std::size_t largest_file = std::size_t{4} << 20;  // a year of term dates is 10 KiB
constexpr int first_year = 2000;  // of the bank holidays that are computed
constexpr int last_year = 2061;

void append(std::vector<NamedDays>& all, const std::vector<NamedDays>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

void append(CalendarParts& all, const CalendarParts& more) {
  append(all.teaching, more.teaching);
  append(all.opens, more.opens);
  append(all.closes, more.closes);
  append(all.breaks, more.breaks);
  all.inset_days.insert(more.inset_days.begin(), more.inset_days.end());
  all.bank_holidays.insert(more.bank_holidays.begin(), more.bank_holidays.end());
}

// Reads each file once, whoever names it, so that its faults are told once.
class CalendarFiles {
 public:
  explicit CalendarFiles(Builder& builder) : builder_(builder) {}

  void ignore(std::vector<std::string> patterns) { ignored_ = std::move(patterns); }

  CalendarParts parts_of(const std::vector<PlacedText>& files) {
    CalendarParts all;
    for (const PlacedText& file : files) append(all, parts_of(file));
    return all;
  }

  // Whatever an event is called, in such a file it is a bank holiday.
  std::map<Date, std::string> bank_holidays_of(const std::vector<PlacedText>& files) {
    std::map<Date, std::string> all;
    for (const PlacedText& file : files) {
      for (const CalendarEvent& event : read(file).events) {
        for (Date date = event.days.start; date <= event.days.end; date += std::chrono::days{1}) {
          all.emplace(date, event.name.empty() ? "bank holiday" : event.name);
        }
      }
    }
    return all;
  }

 private:
  struct File {
    std::uint32_t index = 0;  // in the faults
    std::vector<CalendarEvent> events;
  };

  const CalendarParts& parts_of(const PlacedText& written) {
    const auto path = builder_.resolved(written.value);
    const auto [found, is_new] = parts_.try_emplace(path);
    if (is_new) {
      const File& file = read(written);
      add_events(found->second, file.events, file.index, ignored_, builder_.faults);
    }
    return found->second;
  }

  const File& read(const PlacedText& written) {
    const auto path = builder_.resolved(written.value);
    const auto [found, is_new] = files_.try_emplace(path);
    if (!is_new) return found->second;
    const auto bytes = read_whole_file(path, largest_file);
    if (!bytes) {
      builder_.faults.add(written.place,
                          fmt::format("the calendar file {}: {}", printable(path.string(), 300),
                                      bytes.error().sentence));
      return found->second;
    }
    ICalendar calendar = read_ical(*bytes, builder_.config.timezone);
    found->second = {builder_.faults.add_file(path.string()), std::move(calendar.events)};
    for (const ICalFault& fault : calendar.faults) {
      builder_.faults.add({found->second.index, fault.line, fault.line == 0 ? 0U : 1U},
                          fault.sentence);
    }
    return found->second;
  }

  Builder& builder_;
  std::vector<std::string> ignored_;
  std::map<std::filesystem::path, File> files_;
  std::map<std::filesystem::path, CalendarParts> parts_;
};

// The bank holidays of every year, by the files where they speak of it.
std::map<Date, std::string> every_bank_holiday(std::map<Date, std::string> listed) {
  for (int year = first_year; year <= last_year; ++year) {
    const auto any = listed.lower_bound(make_date(year, 1, 1));
    if (any != listed.end() && any->first <= make_date(year, 12, 31)) continue;
    listed.merge(bank_holidays_england(year));
  }
  return listed;
}

std::map<Date, std::string> read_bank_holidays(Builder& builder, TableReader& table,
                                               CalendarFiles& files) {
  const bool is_word = table.has("bank_holidays") && table.tree().get("bank_holidays")->is_string();
  const auto written = table.text_or_texts("bank_holidays");
  if (!is_word) return every_bank_holiday(files.bank_holidays_of(written));
  if (!written.empty() && written.front().value != "england") {
    builder.faults.add(
        written.front().place,
        in_quotes(written.front().value) +
            " is no set of bank holidays; write \"england\" or a list of .ics files");
  }
  return every_bank_holiday({});
}

SchoolCalendar calendar_of(const CalendarParts& parts, const SchoolDays& base,
                           std::optional<Period> written, Faults& faults) {
  MadeCalendar made = make_calendar(parts, base, faults);
  SchoolCalendar calendar{std::move(made.days)};
  if (made.written && written) {
    written = Period{std::min(written->start, made.written->start),
                     std::max(written->end, made.written->end)};
  }
  if (!written) written = made.written;
  if (written) calendar.set_written(*written);
  return calendar;
}

}  // namespace

void read_calendars(Builder& builder, TableReader& root) {
  CalendarFiles files{builder};
  SchoolDays base = SchoolCalendar::typical_england();
  CalendarParts parts;
  if (auto table = root.table("calendar")) {
    std::vector<std::string> ignored;
    for (auto& pattern : table->texts("ignore")) ignored.push_back(std::move(pattern.value));
    files.ignore(std::move(ignored));
    base.bank_holidays = read_bank_holidays(builder, *table, files);
    parts = files.parts_of(table->text_or_texts("files"));
    table->finish();
  }
  const SchoolCalendar trust = calendar_of(parts, base, std::nullopt, builder.faults);
  SchoolCalendars all{trust};
  for (const SchoolFiles& school : builder.school_files) {
    all.add(school.code, calendar_of(files.parts_of(school.files), trust.days(), trust.written(),
                                     builder.faults));
  }
  builder.config.calendars = std::move(all);
}

}  // namespace kpid::config
