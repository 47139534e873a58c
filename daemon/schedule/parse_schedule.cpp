// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "schedule/schedule.hpp"

namespace kpid {
namespace {

constexpr std::chrono::milliseconds shortest_interval{std::chrono::seconds{10}};

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (const auto word : split(text, ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// One field of a cron line: what it may hold, and the names that stand for numbers.
struct Field {
  std::string_view what;
  unsigned first;
  unsigned last;
  std::string_view names;  // three letters each, from `first` on
};
constexpr std::array<Field, 5> fields{{{"minute", 0, 59, ""},
                                       {"hour", 0, 23, ""},
                                       {"day of the month", 1, 31, ""},
                                       {"month", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
                                       {"weekday", 0, 7, "sunmontuewedthufrisat"}}};

std::optional<unsigned> point(const Field& field, std::string_view text) {
  if (const auto value = number(text)) {
    if (*value < field.first || *value > field.last) return std::nullopt;
    return value;
  }
  if (text.size() != 3 || field.names.empty()) return std::nullopt;
  std::string lower;
  for (const char c : text) {
    lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  const std::size_t at = field.names.find(lower);
  if (at == std::string_view::npos || at % 3 != 0) return std::nullopt;
  return field.first + static_cast<unsigned>(at / 3);
}

// "*", "5", "1-5", "*/15", "1-5/2", and lists of these.
template <class Bits>
bool read_field(const Field& field, std::string_view text, Bits& bits) {
  for (const auto part : split(text, ',')) {
    const auto stepped = split(part, '/');
    if (stepped.size() > 2) return false;
    unsigned from = field.first;
    unsigned to = field.last;
    if (stepped[0] != "*") {
      const auto ends = split(stepped[0], '-');
      if (ends.size() > 2) return false;
      const auto low = point(field, ends[0]);
      const auto high = point(field, ends.back());
      if (!low || !high || *low > *high) return false;
      from = *low;
      to = ends.size() == 1 && stepped.size() == 2 ? field.last : *high;
    }
    unsigned step = 1;
    if (stepped.size() == 2) {
      const auto given = number(stepped[1]);
      if (!given || *given == 0) return false;
      step = *given;
    }
    for (unsigned value = from; value <= to; value += step) bits.set(value % bits.size());
  }
  return true;
}

bool has_a_day(const Cron& cron) {
  if (cron.weekday_given || !cron.day_of_month_given) return true;
  constexpr std::array<unsigned, 13> lengths{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (unsigned month = 1; month <= 12; ++month) {
    for (unsigned day = 1; cron.months[month] && day <= lengths.at(month); ++day) {
      if (cron.days_of_month[day]) return true;
    }
  }
  return false;
}

Result<Cron> read_cron(const std::vector<std::string_view>& words) {
  const auto refuse = [&](std::size_t i) {
    return fail(ErrorKind::config, "\"" + std::string(words[i]) + "\" is no " +
                                       std::string(fields.at(i).what) + " of a cron line");
  };
  Cron cron;
  if (!read_field(fields[0], words[0], cron.minutes)) return refuse(0);
  if (!read_field(fields[1], words[1], cron.hours)) return refuse(1);
  if (!read_field(fields[2], words[2], cron.days_of_month)) return refuse(2);
  if (!read_field(fields[3], words[3], cron.months)) return refuse(3);
  if (!read_field(fields[4], words[4], cron.weekdays)) return refuse(4);  // 7 is Sunday, as 0 is
  cron.day_of_month_given = words[2] != "*";
  cron.weekday_given = words[4] != "*";
  if (!has_a_day(cron)) {
    return fail(ErrorKind::config, "the cron line names a day that no month has");
  }
  return cron;
}

std::optional<std::chrono::minutes> read_time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hour = number(text.substr(0, 2));
  const auto minute = number(text.substr(3));
  if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  return std::chrono::minutes{*hour * 60 + *minute};
}

}  // namespace

Result<ScheduleSpec> parse_schedule(std::string_view text) {
  ScheduleSpec spec;
  spec.text = text;
  const auto words = words_of(text);
  if (words.size() == 2 && words[0] == "on" && words[1] == "change") {
    spec.when = OnChange{};
    return spec;
  }
  if (words.size() == 1 && words[0] == "pushed") {
    spec.when = Pushed{};
    return spec;
  }
  if (words.size() >= 2 && words[0] == "every") {
    const auto interval = parse_duration(text.substr(text.find("every") + 6));
    if (!interval || *interval < shortest_interval) {
      return fail(ErrorKind::config, "\"" + spec.text +
                                         "\" names no interval of at least 10 s; write for "
                                         "example \"every 15 min\" or \"every 2 h\"");
    }
    spec.when = Every{*interval};
    return spec;
  }
  if (words.size() == 2 && words[0] == "daily") {
    const auto time = read_time_of_day(words[1]);
    if (!time) {
      return fail(ErrorKind::config, "\"" + std::string(words[1]) +
                                         "\" is no time of day; write for example \"daily 06:30\"");
    }
    spec.when = DailyAt{*time};
    return spec;
  }
  if (words.size() == fields.size()) {
    auto cron = read_cron(words);
    if (!cron) return tl::unexpected(cron.error());
    spec.when = *cron;
    return spec;
  }
  return fail(ErrorKind::config, "\"" + spec.text +
                                     "\" is no schedule; write \"every 15 min\", \"daily 06:30\", "
                                     "five cron fields, \"on change\", or \"pushed\"");
}

}  // namespace kpid
