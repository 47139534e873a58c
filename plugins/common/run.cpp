// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "run.hpp"

#include <utility>

#include "common/hand_over.hpp"

namespace kpid::plugins {
namespace {

plugin::Result<Reading> read(const plugin::Documents& fetched, const Reader& reader) {
  auto reading = reader(documents_of(fetched));
  if (!reading) return plugin::source_error(reading.error().sentence);
  return std::move(*reading);
}

bool gives(const Reading& reading) { return !reading.observations.empty() || reading.may_be_empty; }

}  // namespace

Location::Location(const plugin::Settings& settings) : path(settings.text("path")) {
  const std::string which = settings.text("select", "newest");
  if (which == "all") select = plugin::Select::all;
  if (which == "only") select = plugin::Select::only;
}

plugin::Status check_reading(plugin::Host& host, std::string_view where, const Reading& reading,
                             std::size_t documents) {
  hand_over_columns(host, reading);
  if (const auto told = hand_over_notes(host, reading, gives(reading)); !told) return told;
  host.note(where, summary(reading, documents));
  return plugin::ok();
}

plugin::Status pull_reading(plugin::Host& host, const Reading& reading, std::string_view cursor) {
  if (const auto told = hand_over_notes(host, reading, gives(reading)); !told) return told;
  for (const Observation& one : reading.observations) {
    if (const auto sent = hand_over(host, one); !sent) return sent;
  }
  return host.checkpoint(cursor);
}

plugin::Status check_tables(plugin::Host& host, const Location& location, const Reader& reader) {
  const auto fetched = host.fetch(location.path, location.select);
  if (!fetched) return fetched.error();
  const auto reading = read(*fetched, reader);
  if (!reading) return reading.error();
  return check_reading(host, location.path, *reading, fetched->size());
}

plugin::Status pull_tables(plugin::Host& host, const Location& location, const Reader& reader) {
  const auto fetched = host.fetch(location.path, location.select);
  if (!fetched) return fetched.error();
  const auto reading = read(*fetched, reader);
  if (!reading) return reading.error();
  return pull_reading(host, *reading, cursor_of(*fetched));
}

}  // namespace kpid::plugins
