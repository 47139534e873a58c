// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "roll.hpp"

#include <utility>

#include "common/document_day.hpp"
#include "pupil_roll/formats.hpp"
#include "pupil_roll/one_roster.hpp"

namespace kpid::plugins::pupil_roll {
namespace {

FiguresOrFailure read_one(const Document& document, const Settings& settings, Notes& notes,
                          Progress& progress) {
  switch (settings.format) {
    case Format::gias:
      return read_gias(document, settings, notes, progress);
    case Format::counts:
      return read_counts(document, settings, notes, progress);
    case Format::census:
      return read_census(document, settings, notes, progress);
    case Format::pupils:
      return read_pupils(document, settings, notes, progress);
    case Format::ctf:
      return read_ctf(document, settings, notes, progress);
    case Format::one_roster:
    case Format::wonde:
      break;
  }
  return tl::unexpected(Failure{"This format is not read document by document."});
}

// The earliest document first.
tl::expected<std::vector<Figures>, Failure> read_each(std::span<const Document> documents,
                                                      const Settings& settings, Notes& notes,
                                                      Progress& progress) {
  if (settings.format == Format::one_roster) {
    return read_one_roster(documents, settings, notes, progress);
  }
  std::vector<Figures> all;
  all.reserve(documents.size());
  for (const Document* document : in_order_of_day(documents)) {
    auto figures = read_one(*document, settings, notes, progress);
    if (!figures) return tl::unexpected(std::move(figures).error());
    all.push_back(std::move(*figures));
  }
  return all;
}

void warn_of_urns_not_found(const Settings& settings, const Progress& progress, Notes& notes) {
  const std::string_view what =
      settings.format == Format::gias ? "No open school has the URN " : "No row has the URN ";
  for (const std::int64_t urn : settings.only_urns) {
    if (progress.urns.contains(urn)) continue;
    notes.warning("setting only_urns", std::string(what) + std::to_string(urn) +
                                           "; a school gets a new URN when it becomes an academy.");
  }
}

}  // namespace

tl::expected<Reading, Failure> read_roll(std::span<const Document> documents,
                                         const Settings& settings) {
  Notes notes;
  Progress progress;
  auto documents_figures = read_each(documents, settings, notes, progress);
  if (!documents_figures) return tl::unexpected(std::move(documents_figures).error());
  warn_of_urns_not_found(settings, progress, notes);
  Figures all;
  Suppressed suppressed;
  for (Figures& one : *documents_figures) {
    leave_out_small_groups(one, settings.smallest_group, suppressed);
    all.merge(one);
  }
  note(suppressed, settings.smallest_group, notes);
  Reading out;
  give(all, out);
  out.rows = progress.rows;
  notes.give(out);
  return out;
}

}  // namespace kpid::plugins::pupil_roll
