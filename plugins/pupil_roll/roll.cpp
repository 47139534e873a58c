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

tl::expected<Figures, Failure> read_all(std::span<const Document> documents,
                                        const Settings& settings, Notes& notes,
                                        Progress& progress) {
  Figures all;
  if (settings.format == Format::one_roster) {
    auto bundles = read_one_roster(documents, settings, notes, progress);
    if (!bundles) return tl::unexpected(std::move(bundles).error());
    for (Figures& bundle : *bundles) all.merge(std::move(bundle));
    return all;
  }
  for (const Document* document : in_order_of_day(documents)) {
    auto later = read_one(*document, settings, notes, progress);
    if (!later) return tl::unexpected(std::move(later).error());
    all.merge(std::move(*later));
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
  const auto figures = read_all(documents, settings, notes, progress);
  if (!figures) return tl::unexpected(figures.error());
  warn_of_urns_not_found(settings, progress, notes);
  Reading out;
  give(*figures, settings.smallest_group, out, notes);
  out.rows = progress.rows;
  out.notes = notes.take();
  return out;
}

}  // namespace kpid::plugins::pupil_roll
