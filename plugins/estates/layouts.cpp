// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "layouts.hpp"

#include <set>
#include <utility>
#include <vector>

#include "common/document_day.hpp"
#include "estates/day_rows.hpp"
#include "estates/reading_rows.hpp"

namespace kpid::plugins::estates {
namespace {

tl::expected<HalfHours, Failure> read_document(const Document& document, const Settings& settings,
                                               Notes& notes, std::set<std::size_t>& found,
                                               std::uint64_t& rows_read) {
  auto opened = open_layout(document, settings, notes);
  if (!opened) return tl::unexpected(opened.error());
  Rows rows(document, settings, notes, found);
  auto out = holds_days(opened->layout)
                 ? read_day_rows(document, *opened, settings, rows)
                 : read_reading_rows(document, *opened, settings, rows, notes);
  if (!out) return out;
  rows.tell();
  const auto& report = opened->table.report();
  notes.table(document.name, report);
  const std::uint64_t count = report.rows_read + report.rows_skipped;
  rows_read += count;
  if (count == 0) {
    return tl::unexpected(
        failure(document.name, {"The file has a header and no rows; export it again.", 0, ""}));
  }
  return out;
}

void tell_contradictions(const HalfHours& all, const Settings& settings, Notes& notes) {
  for (const Contradiction& one : all.contradictions()) {
    const std::string other = one.document == one.other_document || one.other_document == nullptr
                                  ? "row " + std::to_string(one.other_row)
                                  : place(one.other_document->name, one.other_row);
    const bool single = one.half_hours == 1;
    notes.skipped(
        place(one.document->name, one.row),
        "The meter " + settings.meters.at(one.meter).id + " has other readings for " +
            counted(static_cast<std::uint64_t>(one.half_hours), "half hour", "half hours") +
            " of " + day_text(one.day) + " in " + other +
            ". Which of them counts is not clear, so " + (single ? "it was" : "they were") +
            " left out.");
  }
}

}  // namespace

tl::expected<HalfHours, Failure> read_half_hours(std::span<const Document> documents,
                                                 const Settings& settings, Notes& notes,
                                                 std::uint64_t& rows_read) {
  HalfHours all(settings.meters.size());
  std::set<std::size_t> found;
  const std::vector<const Document*> in_order = in_order_of_day(documents);
  for (std::size_t i = 0; i < in_order.size();) {
    const auto day = document_day(*in_order[i]);
    HalfHours of_day(settings.meters.size());
    const Document& first = *in_order[i];
    for (; i < in_order.size(); ++i) {
      const auto its = document_day(*in_order[i]);
      if (its.has_value() != day.has_value() || (day && its->day != day->day)) break;
      const auto read = read_document(*in_order[i], settings, notes, found, rows_read);
      if (!read) return read;
      of_day.join(*read);
    }
    const std::uint64_t changed = all.replace_by(of_day);
    if (changed == 0) continue;
    notes.info(place(first.name),
               counted(changed, "half hour has another reading", "half hours have other readings") +
                   " than in an earlier file; the later file counts.");
  }
  tell_contradictions(all, settings, notes);
  for (std::size_t meter = 0; meter < settings.meters.size(); ++meter) {
    if (found.contains(meter)) continue;
    notes.warning("setting meters", "No file has a row of the meter " + settings.meters[meter].id +
                                        "; correct its number, or say until when it was in use.");
  }
  return all;
}

}  // namespace kpid::plugins::estates
