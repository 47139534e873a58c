// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The pieces that the routes share: refusals, and what a question's parameters mean. [any thread]

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "config/syntax.hpp"
#include "http/routes.hpp"
#include "schedule/schedule.hpp"

namespace kpid::http {

[[nodiscard]] inline Answer bad_request(std::string sentence) {
  return error_answer(400, {ErrorKind::config, std::move(sentence), {}});
}

[[nodiscard]] inline Answer json_answer(const boost::json::value& body) {
  return {200, boost::json::serialize(body), {}};
}

[[nodiscard]] inline Answer failed(const Error& error) {
  return error_answer(status_of(error.kind), error);
}

// With the name that was meant where one is near; else where they are listed.
[[nodiscard]] inline Answer not_known(std::string_view what, std::string_view name,
                                      std::string_view command,
                                      const std::vector<std::string>& known) {
  const std::string meant = config::did_you_mean(name, known);
  return failed({ErrorKind::not_found,
                 "there is no " + std::string(what) + " \"" + std::string(name) + "\"" +
                     (meant.empty() ? ": `kpictl " + std::string(command) + "` lists them" : meant),
                 {}});
}

[[nodiscard]] inline Answer no_destination(const Config& config, std::string_view name) {
  std::vector<std::string> known;
  for (const DestinationConfig& one : config.destinations) known.push_back(one.name);
  return not_known("destination", name, "status", known);
}

[[nodiscard]] inline Answer no_source(const Config& config, std::string_view name) {
  std::vector<std::string> known;
  for (const SourceConfig& one : config.sources) known.push_back(one.name);
  return not_known("source", name, "sources", known);
}

[[nodiscard]] inline Answer no_kpi(const Config& config, std::string_view name) {
  std::vector<std::string> known;
  for (const Kpi& one : config.kpis) known.push_back(one.id);
  return not_known("KPI", name, "kpis", known);
}

[[nodiscard]] inline std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

[[nodiscard]] inline std::string text_member(const boost::json::object& body,
                                             std::string_view key) {
  const boost::json::value* value = body.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(value->get_string());
}

// A stretch of time: from `since` on, up to `until`. A day begins and ends in the trust's zone, and
// the last one is in it; a time means itself, and is not.
struct Stretch {
  std::optional<Timestamp> since;
  std::optional<Timestamp> before;
};
[[nodiscard]] inline Result<Stretch> stretch_of(const std::string& since, const std::string& until,
                                                const std::string& timezone) {
  Stretch stretch;
  const auto begin_of = [&](Date day) {
    return local_instant(day, std::chrono::minutes{0}, timezone);
  };
  const auto moment = [&](const std::string& text, std::chrono::days beyond,
                          std::optional<Timestamp>& at) {
    if (text.empty()) return true;
    const auto day = parse_date(text);
    at = day ? std::optional{begin_of(*day + beyond)} : parse_timestamp(text);
    return at.has_value();
  };
  const auto fault = [](const char* name) {
    return fail(ErrorKind::config,
                std::string(name) +
                    " must be a day such as 2026-09-01 or a time such as 2026-09-01T06:30:00Z");
  };
  if (!moment(since, std::chrono::days{0}, stretch.since)) return fault("since");
  if (!moment(until, std::chrono::days{1}, stretch.before)) return fault("until");
  if (stretch.since && stretch.before && *stretch.before <= *stretch.since) {
    return fail(ErrorKind::config, "until must not be before since");
  }
  return stretch;
}

}  // namespace kpid::http
