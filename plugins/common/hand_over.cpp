// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "hand_over.hpp"

#include <algorithm>
#include <chrono>

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

plugin::Status hand_over_notes(plugin::Host& host, const Reading& reading, bool has_figures) {
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

void hand_over_columns(plugin::Host& host, const Reading& reading) {
  constexpr std::size_t kFilesMax = 5;
  for (std::size_t i = 0; i < std::min(reading.columns.size(), kFilesMax); ++i) {
    host.note(reading.columns[i].place, reading.columns[i].sentence);
  }
}

plugin::Status hand_over(plugin::Host& host, const Observation& one) {
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

}  // namespace kpid::plugins
