// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "run.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace kpid::plugins {

std::vector<Document> documents_of(const plugin::Documents& fetched) {
  std::vector<Document> documents;
  documents.reserve(fetched.size());
  for (const plugin::Document& one : fetched) {
    documents.push_back({one.number, file_name(one.origin), one.bytes, one.modified_at_ms,
                         [&one](std::uint64_t bytes) { one.discard(bytes); }});
  }
  return documents;
}

plugin::Status tell(plugin::Host& host, const Reading& reading, bool has_figures) {
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
  if (has_figures) return plugin::ok();
  return plugin::source_error("None of the " + counted(reading.rows, "row", "rows") +
                              " gave a figure; the notes of this run say why.");
}

plugin::Status emit(plugin::Host& host, const Observation& one) {
  plugin::Observation out;
  out.measure = one.measure;
  out.organisation = one.organisation;
  out.period = {plugin::Day(std::chrono::days(one.period_start)),
                plugin::Day(std::chrono::days(one.period_end))};
  out.subgroup = one.subgroup;
  if (one.denominator) {
    out.numerator = one.value;
    out.denominator = one.denominator;
    out.value = one.given;
  } else {
    out.value = one.value;
  }
  out.document = one.document;
  out.row_first = one.row;
  if (one.stated_on != 0) out.stated_on = plugin::Day(std::chrono::days(one.stated_on));
  return host.emit(out);
}

std::string cursor_of(const plugin::Documents& fetched) {
  constexpr std::size_t kDocumentsMax = 900;  // a cursor has at most 64 KiB
  std::string out = "1";
  for (std::size_t i = 0; i < std::min(fetched.size(), kDocumentsMax); ++i) {
    out.append(" ").append(fetched[i].sha256);
  }
  return out;
}

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
  if (const auto told = tell(host, reading, gives(reading)); !told) return told;
  host.note(where, summary(reading, documents));
  return plugin::ok();
}

plugin::Status pull_reading(plugin::Host& host, const Reading& reading, std::string_view cursor) {
  if (const auto told = tell(host, reading, gives(reading)); !told) return told;
  for (const Observation& one : reading.observations) {
    if (const auto sent = emit(host, one); !sent) return sent;
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
