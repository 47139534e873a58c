// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "alerts/digest_data.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "alerts/routing.hpp"
#include "alerts/timing.hpp"

namespace kpid {
namespace {

namespace json = boost::json;

json::object data_of(const Event& event) {
  json::parse_options lenient;
  lenient.allow_invalid_utf8 = true;
  json::error_code error;
  json::value value = json::parse(event.data, error, {}, lenient);
  return !error && value.is_object() ? std::move(value.get_object()) : json::object{};
}

std::string text_in(const json::object& from, std::string_view member) {
  const json::value* found = from.if_contains(member);
  return found != nullptr && found->is_string() ? std::string{found->get_string()} : std::string();
}

std::string text_in(const json::object& from, std::string_view object, std::string_view member) {
  const json::value* found = from.if_contains(object);
  return found != nullptr && found->is_object() ? text_in(found->get_object(), member)
                                                : std::string();
}

bool is_over(const DigestEntry& entry) {
  return ends_something(entry.event.type) || entry.over_since.has_value();
}

enum class Rank { red, amber, over, operational };

Rank rank_of(const DigestEntry& entry) {
  if (!is_of_alert(entry.event.type)) return Rank::operational;
  if (is_over(entry)) return Rank::over;
  return entry.event.severity == Severity::red ? Rank::red : Rank::amber;
}

Resolution resolution_of(const DigestEntry& entry, const json::object& data) {
  if (entry.over_since) return entry.resolution;
  const std::string text = text_in(data, "resolution");
  for (const Resolution one : {Resolution::corrected, Resolution::rule_removed}) {
    if (text == to_string(one)) return one;
  }
  return Resolution::recovered;
}

// What a reader needs of it; what the format or the template needs of an alert besides.
constexpr std::array<std::string_view, 8> always{"rule",  "kpi",         "organisation", "value",
                                                 "state", "explanation", "link",         "period"};
constexpr std::array<std::string_view, 10> where_there{
    "subgroup", "subgroup_words", "comparison", "resolution",  "opened_at",
    "fired_at", "resolved_at",    "source",     "destination", "reason"};

bool is_empty(const json::value& value) {
  return value.is_null() || (value.is_string() && value.get_string().empty());
}

json::object item_of(const DigestEntry& entry) {
  const Event& event = entry.event;
  const json::object data = data_of(event);
  json::object item{{"id", event.id},
                    {"type", to_string(event.type)},
                    {"subject", event.subject},
                    {"seq", event.seq},
                    {"at", format_timestamp(event.at)},
                    {"severity", to_string(event.severity)}};
  for (const std::string_view member : always) {
    const json::value* found = data.if_contains(member);
    item[member] = found != nullptr ? *found : json::value(nullptr);
  }
  for (const std::string_view member : where_there) {
    const json::value* found = data.if_contains(member);
    if (found != nullptr && !is_empty(*found)) item[member] = *found;
  }
  const json::value* flapping = data.if_contains("flapping");
  if (flapping != nullptr && flapping->is_object()) {
    const json::value* changes = flapping->get_object().if_contains("changes");
    if (changes != nullptr && changes->is_number()) item["flapping"] = *flapping;
  }
  if (!event.owner.empty()) item["owner"] = event.owner;
  if (!event.instead_of.empty()) item["instead_of"] = event.instead_of;
  item["over"] = is_over(entry);
  item["began_meanwhile"] = entry.began;
  if (entry.over_since) {
    item["state"] = to_string(AlertState::resolved);
    item["resolution"] = to_string(entry.resolution);
    item["resolved_at"] = format_timestamp(*entry.over_since);
  }
  return item;
}

std::string name_in(std::span<const DigestEntry> entries, std::string_view object,
                    std::string_view member) {
  for (const DigestEntry& entry : entries) {
    std::string name = text_in(data_of(entry.event), object, member);
    if (!name.empty()) return name;
  }
  return {};
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

// "3 red, 2 amber since Friday 18:00"; of a group what it is a group of.
std::string summary_of(const DigestFrame& frame, std::span<const DigestEntry> entries) {
  const std::string counts = count_words(counts_of(entries));
  if (frame.bundle == digest_bundle || frame.bundle == quiet_bundle) {
    return counts + " since " + moment_words(frame.from, frame.until, frame.timezone);
  }
  std::string group;
  if (frame.bundle.starts_with("school:")) group = name_in(entries, "organisation", "name");
  if (frame.bundle.starts_with("kpi:")) group = capitalised(name_in(entries, "kpi", "title"));
  return group.empty() ? counts : group + ", " + counts;
}

}  // namespace

std::vector<DigestEntry> digest_entries(std::vector<Event> events) {
  // Of an alert its number tells which is newer, whatever came to wait first.
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.seq < b.seq; });
  std::vector<DigestEntry> entries;
  std::map<std::string, std::size_t> places;
  for (Event& event : events) {
    const auto [place, is_new] = places.emplace(event.subject, entries.size());
    if (is_new) entries.emplace_back();
    DigestEntry& entry = entries[place->second];
    if (!is_new) entry.superseded.push_back(std::move(entry.event.id));
    const bool of_kpid = !is_of_alert(event.type);
    entry.began = entry.began || event.type == EventType::alert_firing ||
                  (of_kpid && is_new && !ends_something(event.type));
    entry.event = std::move(event);
  }
  sort_for_digest(entries);
  return entries;
}

void sort_for_digest(std::vector<DigestEntry>& entries) {
  struct Placed {
    std::tuple<Rank, std::string, std::string, Timestamp, std::string> key;
    DigestEntry entry;
  };
  std::vector<Placed> placed;
  placed.reserve(entries.size());
  for (DigestEntry& entry : entries) {
    const json::object data = data_of(entry.event);
    placed.push_back({{rank_of(entry), text_in(data, "organisation", "name"),
                       text_in(data, "kpi", "title"), entry.event.at, entry.event.id},
                      std::move(entry)});
  }
  std::stable_sort(placed.begin(), placed.end(),
                   [](const Placed& a, const Placed& b) { return a.key < b.key; });
  for (std::size_t i = 0; i < placed.size(); ++i) entries[i] = std::move(placed[i].entry);
}

DigestCounts counts_of(std::span<const DigestEntry> entries) {
  DigestCounts counts;
  for (const DigestEntry& entry : entries) {
    counts.events += 1 + entry.superseded.size();
    switch (rank_of(entry)) {
      case Rank::red:
        ++counts.red;
        break;
      case Rank::amber:
        ++counts.amber;
        break;
      case Rank::operational:
        ++counts.operational;
        break;
      case Rank::over: {
        const Resolution how = resolution_of(entry, data_of(entry.event));
        std::size_t& count = how == Resolution::corrected      ? counts.withdrawn
                             : how == Resolution::rule_removed ? counts.closed
                                                               : counts.recovered;
        ++count;
        break;
      }
    }
  }
  return counts;
}

std::string count_words(const DigestCounts& counts) {
  std::string words;
  const auto add = [&words](std::size_t count, std::string_view what) {
    if (count > 0) words += fmt::format("{}{} {}", words.empty() ? "" : ", ", count, what);
  };
  add(counts.red, "red");
  add(counts.amber, "amber");
  add(counts.recovered, "recovered");
  add(counts.withdrawn, "withdrawn");
  add(counts.closed, "closed");
  add(counts.operational, counts.operational == 1 ? "notice about kpid" : "notices about kpid");
  return words;
}

Severity severity_of_digest(std::span<const DigestEntry> entries) {
  Severity worst = Severity::none;
  for (const DigestEntry& entry : entries) {
    if (!is_over(entry)) worst = std::max(worst, entry.event.severity);
  }
  return worst;
}

std::string digest_data(const DigestFrame& frame, std::span<const DigestEntry> entries) {
  const DigestCounts counts = counts_of(entries);
  json::array items;
  json::array also;
  for (const DigestEntry& entry : entries) {
    items.push_back(item_of(entry));
    for (const std::string& id : entry.superseded) also.emplace_back(id);
  }
  json::object data;
  data["destination"] = frame.destination;
  data["state"] = "digest";
  data["bundle"] = frame.bundle;
  data["severity"] = to_string(severity_of_digest(entries));
  data["from"] = format_timestamp(frame.from);
  data["until"] = format_timestamp(frame.until);
  data["counts"] = json::object{{"red", counts.red},
                                {"amber", counts.amber},
                                {"recovered", counts.recovered},
                                {"withdrawn", counts.withdrawn},
                                {"closed", counts.closed},
                                {"operational", counts.operational},
                                {"events", counts.events}};
  const std::string summary = summary_of(frame, entries);
  data["summary"] = summary;
  data["explanation"] = capitalised(summary) + ".";
  data["items"] = std::move(items);
  data["also"] = std::move(also);
  data["and_more"] = 0;
  data["link"] = frame.dashboard_url;
  return json::serialize(data);
}

}  // namespace kpid
