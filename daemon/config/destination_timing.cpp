// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/destination_timing.hpp"

#include <array>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "config/syntax.hpp"

namespace kpid::config {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::pair<std::string_view, Severity>, 2> severities{
    {{"amber", Severity::amber}, {"red", Severity::red}}};
constexpr std::array<std::pair<std::string_view, Grouping>, 3> groupings{
    {{"school", Grouping::organisation}, {"kpi", Grouping::kpi}, {"run", Grouping::run}}};
constexpr std::array<std::string_view, 7> weekdays{"monday", "tuesday",  "wednesday", "thursday",
                                                   "friday", "saturday", "sunday"};
constexpr std::array<std::string_view, 4> beside_digest{"quiet_hours", "quiet_days", "group_by",
                                                        "group_wait"};
constexpr std::chrono::milliseconds usual_wait{30s};

std::optional<std::chrono::minutes> time_of_day(std::string_view text) {
  const auto digit = [text](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  if (!digit(0) || !digit(1) || !digit(3) || !digit(4)) return std::nullopt;
  const int hour = (text[0] - '0') * 10 + (text[1] - '0');
  const int minute = (text[3] - '0') * 10 + (text[4] - '0');
  if (hour > 23 || minute > 59) return std::nullopt;
  return std::chrono::minutes{hour * 60 + minute};
}

void read_quiet(Builder& builder, TableReader& table, DestinationConfig& destination) {
  if (const auto written = table.text("quiet_hours")) {
    const auto hours = parse_quiet_hours(written->value);
    if (!hours) {
      builder.faults.add(written->place, in_quotes(written->value) +
                                             " are no hours of the day; write for example "
                                             "\"18:00-07:00\"");
    } else if (hours->from == hours->until) {
      builder.faults.add(written->place,
                         in_quotes(written->value) +
                             " begins when it ends, which would be always; for one message a day "
                             "write \"digest\"");
    } else {
      destination.quiet.hours = hours;
    }
  }
  for (const PlacedText& day : table.text_or_texts("quiet_days")) {
    if (day.value == "weekends") {
      destination.quiet.weekends = true;
    } else if (day.value == "holidays") {
      destination.quiet.holidays = true;
    } else {
      builder.faults.add(day.place, in_quotes(day.value) + " are no quiet days" +
                                        advice(day.value, {"weekends", "holidays"}));
    }
  }
}

void read_grouping(Builder& builder, TableReader& table, DestinationConfig& destination) {
  if (const auto by = table.choice("group_by", groupings)) destination.group_by = by->value;
  const bool grouped = table.has("group_by");
  if (grouped) destination.group_wait = usual_wait;
  const auto wait = table.duration("group_wait", 1s, 1h);
  if (!wait) return;
  destination.group_wait = wait->value;
  if (!grouped) {
    builder.faults.add(wait->place,
                       "\"group_wait\" says how long a group is waited for; say by what with "
                       "\"group_by\": \"school\", \"kpi\" or \"run\"");
  }
}

void read_digest(Builder& builder, TableReader& table, DestinationConfig& destination) {
  const auto written = table.text("digest");
  if (!written) return;
  destination.digest = parse_digest_times(written->value);
  if (!destination.digest) {
    builder.faults.add(written->place, in_quotes(written->value) +
                                           " is no time of a digest; write for example \"daily "
                                           "07:30\" or \"monday 07:30\"");
  }
  for (const std::string_view key : beside_digest) {
    const auto* node = table.tree().get(key);
    if (node == nullptr) continue;
    builder.faults.add(
        table.place(*node),
        fmt::format("\"{}\" stands beside \"digest\", with which everything goes out "
                    "as one message at its time; keep one of them",
                    key));
  }
}

void read_urgent(Builder& builder, TableReader& table, DestinationConfig& destination) {
  const auto urgent = table.choice("urgent", severities);
  if (!urgent) return;
  destination.urgent = urgent->value;
  const bool waits = table.has("quiet_hours") || table.has("quiet_days") || table.has("digest");
  if (waits) return;
  builder.faults.add(urgent->place,
                     "\"urgent\" says what goes out in quiet times, or before the digest; this "
                     "destination has neither \"quiet_hours\", \"quiet_days\" nor \"digest\"");
}

// PagerDuty groups and hushes by itself, alert by alert: each is one event there.
void refuse_for_pagerduty(Builder& builder, TableReader& table) {
  for (const std::string_view key :
       {"quiet_hours", "quiet_days", "urgent", "group_by", "group_wait", "digest"}) {
    const auto* node = table.tree().get(key);
    if (node == nullptr) continue;
    builder.faults.add(table.place(*node),
                       fmt::format("\"{}\" is not for PagerDuty, which has quiet times and groups "
                                   "of its own: set them there",
                                   key));
  }
}

// What a template does not name it does not tell.
void check_template(Builder& builder, TableReader& table, const DestinationConfig& destination) {
  const bool bundles =
      destination.quiet.any() || destination.digest || destination.group_by != Grouping::none;
  if (destination.format != DestinationFormat::by_template || !bundles) return;
  const std::string& text = destination.template_text;
  if (text.empty() || text.find("items") != std::string::npos ||
      text.find("explanation") != std::string::npos) {
    return;
  }
  const auto* node = table.tree().get("template_file");
  builder.faults.add(node != nullptr ? table.place(*node) : table.place(),
                     "the template names neither {{explanation}} nor {{#items}}, so several events "
                     "in one message would go untold");
}

}  // namespace

std::optional<QuietTimes::Hours> parse_quiet_hours(std::string_view text) {
  const std::size_t middle = text.find('-');
  if (middle == std::string_view::npos) return std::nullopt;
  const auto trimmed = [](std::string_view part) {
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    return part;
  };
  const auto from = time_of_day(trimmed(text.substr(0, middle)));
  const auto until = time_of_day(trimmed(text.substr(middle + 1)));
  if (!from || !until) return std::nullopt;
  return QuietTimes::Hours{*from, *until};
}

std::optional<DigestTimes> parse_digest_times(std::string_view text) {
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const std::string_view day = text.substr(0, blank);
  const auto time = time_of_day(text.substr(blank + 1));
  if (!time) return std::nullopt;
  if (day == "daily") return DigestTimes{std::nullopt, *time};
  for (unsigned i = 0; i < weekdays.size(); ++i) {
    if (day == weekdays.at(i)) return DigestTimes{i + 1, *time};
  }
  return std::nullopt;
}

void read_timing(Builder& builder, TableReader& table, DestinationConfig& destination) {
  read_quiet(builder, table, destination);
  read_grouping(builder, table, destination);
  read_digest(builder, table, destination);
  read_urgent(builder, table, destination);
  if (destination.format == DestinationFormat::pagerduty) refuse_for_pagerduty(builder, table);
  check_template(builder, table, destination);
}

}  // namespace kpid::config
