// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "run.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace kpid::plugins {
namespace {

plugin::Result<Reading> read(const plugin::Documents& fetched, const Reader& reader) {
  std::vector<Document> documents;
  for (const plugin::Document& one : fetched) {
    documents.push_back({one.number, file_name(one.origin), one.bytes, one.modified_at_ms});
  }
  auto reading = reader(documents);
  if (!reading) return plugin::source_error(reading.error().sentence);
  return std::move(*reading);
}

// The notes, and the failure of a reading that gave nothing: silence is not good news.
plugin::Status tell(plugin::Host& host, const Reading& reading) {
  host.rows_read(reading.rows);
  for (const Note& note : reading.notes) {
    switch (note.level) {
      case Note::Level::info:
        host.note(note.place, note.sentence);
        break;
      case Note::Level::warning:
        host.warning(note.place, note.sentence);
        break;
      case Note::Level::skipped:
        host.skipped(note.place, note.sentence);
        break;
    }
  }
  if (!reading.observations.empty()) return plugin::ok();
  return plugin::source_error("None of the " + counted(reading.rows, "row", "rows") +
                              " gave a figure; the notes of this run say why.");
}

// Which contents the figures come from. It is only told, never compared: reading a document again
// costs little, and the settings that it was read with may have changed.
std::string cursor(const plugin::Documents& fetched) {
  constexpr std::size_t kDocumentsMax = 900;  // a cursor has at most 64 KiB
  std::string out = "1";
  for (std::size_t i = 0; i < std::min(fetched.size(), kDocumentsMax); ++i) {
    out.append(" ").append(fetched[i].sha256);
  }
  return out;
}

}  // namespace

Location::Location(const plugin::Settings& settings) : path(settings.text("path")) {
  const std::string which = settings.text("select", "newest");
  if (which == "all") select = plugin::Select::all;
  if (which == "only") select = plugin::Select::only;
}

plugin::Status check_tables(plugin::Host& host, const Location& location, const Reader& reader) {
  const auto fetched = host.fetch(location.path, location.select);
  if (!fetched) return fetched.error();
  const auto reading = read(*fetched, reader);
  if (!reading) return reading.error();
  if (const auto told = tell(host, *reading); !told) return told;
  host.note(location.path, summary(*reading, fetched->size()));
  return plugin::ok();
}

plugin::Status pull_tables(plugin::Host& host, const Location& location, const Reader& reader) {
  const auto fetched = host.fetch(location.path, location.select);
  if (!fetched) return fetched.error();
  const auto reading = read(*fetched, reader);
  if (!reading) return reading.error();
  if (const auto told = tell(host, *reading); !told) return told;
  for (const Observation& one : reading->observations) {
    plugin::Observation out;
    out.measure = one.measure;
    out.organisation = one.organisation;
    out.period = {plugin::Day(std::chrono::days(one.period_start)),
                  plugin::Day(std::chrono::days(one.period_end))};
    out.subgroup = one.subgroup;
    if (one.denominator) {
      out.numerator = one.value;
      out.denominator = one.denominator;
    } else {
      out.value = one.value;
    }
    out.document = one.document;
    out.row_first = one.row;
    if (one.stated_on != 0) out.stated_on = plugin::Day(std::chrono::days(one.stated_on));
    if (const auto sent = host.emit(out); !sent) return sent;
  }
  return host.checkpoint(cursor(*fetched));
}

}  // namespace kpid::plugins
