// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/ical.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <libical/ical.h>

#include "config/ical_repeats.hpp"
#include "config/syntax.hpp"
#include "schedule/schedule.hpp"

namespace kpid::config {
namespace {

using std::chrono::days;
using std::chrono::minutes;

constexpr std::size_t most_faults = 20;  // beyond, a file is wrong as a whole
constexpr std::size_t longest_name = 200;
constexpr days longest_event{400};

struct FreeComponent {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
using Component = std::unique_ptr<icalcomponent, FreeComponent>;

using Failure = tl::unexpected<std::string>;
template <class T>
using Read = tl::expected<T, std::string>;

// Blanks of every kind become one, so that a name stands on one line.
std::string one_line(const char* text) {
  std::string made;
  for (const char c : std::string_view{text == nullptr ? "" : text}) {
    const bool blank = static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
    if (!blank) made += c;
    if (blank && !made.empty() && made.back() != ' ') made += ' ';
  }
  while (made.ends_with(' ')) made.pop_back();
  return printable(made, longest_name);
}

// The zone that a TZID means; some programs put a path before it, Outlook has names of its own.
std::optional<std::string> zone_named(std::string_view tzid) {
  if (tzid == "GMT Standard Time" || tzid == "Greenwich Standard Time") return "Europe/London";
  if (tzid == "UTC" || tzid == "GMT") return "UTC";
  for (std::string_view rest = tzid; !rest.empty();) {
    if (is_time_zone(rest)) return std::string{rest};
    const auto slash = rest.find('/');
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  }
  return std::nullopt;
}

// A DTSTART, DTEND, EXDATE… in the trust's time.
struct LocalTime {
  Date day{};
  minutes time{0};
  bool whole_day = true;
};

class EventReader {
 public:
  EventReader(icalcomponent* event, std::string_view timezone)
      : event_(event), timezone_(timezone) {}

  [[nodiscard]] Read<Period> days_of_event() const {
    const auto start = time_of(first(ICAL_DTSTART_PROPERTY));
    if (!start) return Failure{start.error()};
    auto last = last_day(*start);
    if (!last) return Failure{std::move(last.error())};
    if (*last < start->day) {
      return Failure{fmt::format("it ends on {}, before it begins on {}", format_date(*last),
                                 format_date(start->day))};
    }
    if (*last - start->day > longest_event) {
      return Failure{fmt::format("it lasts from {} to {}, longer than a year",
                                 format_date(start->day), format_date(*last))};
    }
    return Period{start->day, *last};
  }

  // The first days of all its times, in order.
  [[nodiscard]] Read<std::set<Date>> starts(Date first_start) const {
    std::set<Date> all{first_start};
    for (auto* property = first(ICAL_RRULE_PROPERTY); property != nullptr;
         property = next(ICAL_RRULE_PROPERTY)) {
      auto repeated = repeats(icalproperty_get_rrule(property), first_start);
      if (!repeated) return Failure{std::move(repeated.error())};
      all.insert(repeated->begin(), repeated->end());
    }
    auto added = days_in(ICAL_RDATE_PROPERTY);
    if (!added) return Failure{std::move(added.error())};
    all.insert(added->begin(), added->end());
    auto excepted = days_in(ICAL_EXDATE_PROPERTY);
    if (!excepted) return Failure{std::move(excepted.error())};
    for (const Date date : *excepted) all.erase(date);
    return all;
  }

  // Of the one among a repeating event's times that this event stands for.
  [[nodiscard]] Read<std::set<Date>> replaced_days() const {
    return days_in(ICAL_RECURRENCEID_PROPERTY);
  }

 private:
  icalproperty* first(icalproperty_kind kind) const {
    return icalcomponent_get_first_property(event_, kind);
  }
  icalproperty* next(icalproperty_kind kind) const {
    return icalcomponent_get_next_property(event_, kind);
  }

  [[nodiscard]] Read<std::set<Date>> days_in(icalproperty_kind kind) const {
    std::set<Date> all;
    for (auto* property = first(kind); property != nullptr; property = next(kind)) {
      const auto time = time_of(property);
      if (!time) return Failure{time.error()};
      all.insert(time->day);
    }
    return all;
  }

  [[nodiscard]] Read<Date> last_day(const LocalTime& start) const {
    if (auto* end = first(ICAL_DTEND_PROPERTY)) {
      const auto time = time_of(end);
      if (!time) return Failure{time.error()};
      if (time->day == start.day) return time->day;  // some programs write it so, of a single day
      return time->time == minutes{0} ? time->day - days{1} : time->day;
    }
    if (auto* property = first(ICAL_DURATION_PROPERTY)) {
      const icaldurationtype length = icalproperty_get_duration(property);
      const auto whole = static_cast<std::int64_t>(length.weeks) * 7 + length.days;
      if (length.is_neg != 0 || whole > 2 * longest_event.count()) {
        return Failure{"its DURATION is less than nothing or more than a year"};
      }
      const std::int64_t seconds = start.time.count() * 60 + std::int64_t{length.hours} * 3600 +
                                   std::int64_t{length.minutes} * 60 + length.seconds;
      const std::int64_t more = whole + seconds / 86'400;
      if (more > 2 * longest_event.count()) return Failure{"its DURATION is more than a year"};
      const bool at_midnight = seconds % 86'400 == 0 && more > 0;
      return start.day + days{more - (at_midnight ? 1 : 0)};
    }
    return start.day;
  }

  [[nodiscard]] Read<LocalTime> time_of(icalproperty* property) const {
    if (property == nullptr) return Failure{"it has no DTSTART"};
    const icalvalue* value = icalproperty_get_value(property);
    if (value == nullptr) return Failure{"one of its days cannot be read"};
    icaltimetype time = icaltime_null_time();
    if (icalvalue_isa(value) == ICAL_DATE_VALUE) {
      time = icalvalue_get_date(value);
    } else if (icalvalue_isa(value) == ICAL_DATETIME_VALUE) {
      time = icalvalue_get_datetime(value);
    } else if (icalvalue_isa(value) == ICAL_DATETIMEPERIOD_VALUE) {
      time = icalvalue_get_datetimeperiod(value).time;
    }
    const std::chrono::year_month_day written{std::chrono::year{time.year},
                                              std::chrono::month{static_cast<unsigned>(time.month)},
                                              std::chrono::day{static_cast<unsigned>(time.day)}};
    const bool possible =
        written.ok() && time.hour >= 0 && time.hour < 24 && time.minute >= 0 && time.minute < 60;
    if (!possible) return Failure{"one of its days is no day of the calendar"};
    if (time.year < 1990 || time.year > 2100) {
      return Failure{fmt::format("the year {} is not between 1990 and 2100", time.year)};
    }
    LocalTime local{Date{written}, minutes{time.hour * 60 + time.minute}, time.is_date != 0};
    if (local.whole_day) return LocalTime{local.day, minutes{0}, true};
    return in_the_trusts_zone(local, property, icaltime_is_utc(time) != 0);
  }

  [[nodiscard]] Read<LocalTime> in_the_trusts_zone(const LocalTime& written, icalproperty* property,
                                                   bool utc) const {
    std::string zone = "UTC";
    if (!utc) {
      auto* parameter = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
      if (parameter == nullptr) return written;  // a floating time is local everywhere
      const char* tzid = icalparameter_get_tzid(parameter);
      const auto known = zone_named(tzid == nullptr ? "" : tzid);
      if (!known) {
        return Failure{"its time zone " + in_quotes(one_line(tzid)) +
                       " is not known; write whole days (VALUE=DATE), UTC or Europe/London"};
      }
      zone = *known;
    }
    if (zone == timezone_) return written;
    const Timestamp at = local_instant(written.day, written.time, zone);
    const Date day = local_date(at, timezone_);
    // The time of the day only tells midnight from later: that is what an event's end needs.
    const Timestamp midnight = local_instant(day, minutes{0}, timezone_);
    return LocalTime{day, std::chrono::duration_cast<minutes>(at - midnight), false};
  }

  icalcomponent* event_;
  std::string timezone_;
};

void collect_events(icalcomponent* root, std::vector<icalcomponent*>& events) {
  for (auto* child = icalcomponent_get_first_component(root, ICAL_ANY_COMPONENT); child != nullptr;
       child = icalcomponent_get_next_component(root, ICAL_ANY_COMPONENT)) {
    if (icalcomponent_isa(child) == ICAL_VEVENT_COMPONENT) {
      events.push_back(child);
    } else if (icalcomponent_isa(child) == ICAL_VCALENDAR_COMPONENT) {
      collect_events(child, events);
    }
  }
}

// The property that stands in the file and that libical could not read.
std::optional<std::string_view> unread_property(icalcomponent* event, const EventLines& lines) {
  constexpr std::array<icalproperty_kind, day_properties.size()> kinds{
      ICAL_DTSTART_PROPERTY, ICAL_DTEND_PROPERTY, ICAL_DURATION_PROPERTY,    ICAL_RRULE_PROPERTY,
      ICAL_EXDATE_PROPERTY,  ICAL_RDATE_PROPERTY, ICAL_RECURRENCEID_PROPERTY};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const int read = icalcomponent_count_properties(event, kinds.at(i));
    if (read < static_cast<int>(lines.given.at(i))) return day_properties.at(i);
  }
  return std::nullopt;
}

class CalendarReader {
 public:
  CalendarReader(std::string_view timezone, ICalendar& made) : timezone_(timezone), made_(made) {}

  void read(const std::vector<icalcomponent*>& events, const ICalLines& lines) {
    for (std::size_t i = 0; i < events.size(); ++i) note_replaced(events[i]);
    for (std::size_t i = 0; i < events.size() && made_.faults.size() < most_faults; ++i) {
      read_event(events[i], lines.events[i]);
    }
  }

 private:
  static std::string uid_of(icalcomponent* event) {
    const char* uid = icalcomponent_get_uid(event);
    return uid == nullptr ? "" : uid;
  }

  void note_replaced(icalcomponent* event) {
    const auto replaced = EventReader{event, timezone_}.replaced_days();
    if (!replaced || replaced->empty()) return;
    replaced_[uid_of(event)].insert(replaced->begin(), replaced->end());
  }

  void fail(const CalendarEvent& event, const std::string& sentence) {
    const std::string name = event.name.empty() ? "without a name" : in_quotes(event.name);
    made_.faults.push_back({event.line, "the event " + name + ": " + sentence});
  }

  void read_event(icalcomponent* component, const EventLines& lines) {
    if (icalcomponent_get_status(component) == ICAL_STATUS_CANCELLED) return;
    CalendarEvent event;
    event.line = lines.line;
    event.name = one_line(icalcomponent_get_summary(component));
    for (auto* property = icalcomponent_get_first_property(component, ICAL_CATEGORIES_PROPERTY);
         property != nullptr;
         property = icalcomponent_get_next_property(component, ICAL_CATEGORIES_PROPERTY)) {
      event.categories.push_back(one_line(icalproperty_get_categories(property)));
    }
    if (const auto unread = unread_property(component, lines)) {
      return fail(event, fmt::format("its {} cannot be read", *unread));
    }
    const EventReader reader{component, timezone_};
    const auto period = reader.days_of_event();
    if (!period) return fail(event, period.error());
    auto starts = reader.starts(period->start);
    if (!starts) return fail(event, starts.error());
    if (lines.given.back() == 0) {  // an event that replaces one time of another is itself alone
      const auto replaced = replaced_.find(uid_of(component));
      if (replaced != replaced_.end() && starts->size() > 1) {
        for (const Date date : replaced->second) starts->erase(date);
      }
    }
    for (const Date start : *starts) {
      event.days = {start, start + (period->end - period->start)};
      made_.events.push_back(event);
    }
  }

  std::string timezone_;
  ICalendar& made_;
  std::map<std::string, std::set<Date>> replaced_;  // by UID
};

}  // namespace

ICalendar read_ical(std::string_view bytes, std::string_view timezone) {
  ICalendar made;
  const auto lines = ical_lines(bytes);
  if (!lines) {
    made.faults.push_back(lines.error());
    return made;
  }
  const std::string text{bytes};  // ends with a NUL and holds no other
  const Component root{icalparser_parse_string(text.c_str())};
  std::vector<icalcomponent*> events;
  if (root != nullptr) collect_events(root.get(), events);
  if (root != nullptr && icalcomponent_isa(root.get()) == ICAL_VEVENT_COMPONENT) events.clear();
  if (root == nullptr || events.size() != lines->events.size()) {
    made.faults.push_back({0, "this is no sound iCalendar file; export the calendar again"});
    return made;
  }
  CalendarReader{timezone, made}.read(events, *lines);
  const auto key = [](const CalendarEvent& event) { return std::tie(event.days, event.name); };
  std::stable_sort(made.events.begin(), made.events.end(),
                   [&](const CalendarEvent& a, const CalendarEvent& b) { return key(a) < key(b); });
  const auto same = [&](const CalendarEvent& a, const CalendarEvent& b) {
    return key(a) == key(b) && a.categories == b.categories;
  };
  made.events.erase(std::unique(made.events.begin(), made.events.end(), same), made.events.end());
  return made;
}

}  // namespace kpid::config
