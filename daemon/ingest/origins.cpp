// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/origins.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace kpid::ingest {
namespace {

constexpr std::size_t most_places = 10;     // that are told of one by one
constexpr std::size_t most_documents = 50;  // that are told of at all

struct Place {
  store::DocumentId document = 0;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  Timestamp known_at{};
};

// Both parts of a ratio often stand in one row: that is one place to look, not two.
std::vector<Place> places_of(std::span<const KpiInput> inputs) {
  std::vector<Place> places;
  std::map<std::tuple<store::DocumentId, std::uint32_t, std::uint32_t>, std::size_t> known;
  for (const KpiInput& input : inputs) {
    const Measurement& row = input.measurement;
    if (row.document == 0) continue;
    const auto [found, added] =
        known.try_emplace({row.document, row.row_first, row.row_last}, places.size());
    if (added) places.push_back({row.document, row.row_first, row.row_last, row.known_at});
    Place& place = places[found->second];
    place.known_at = std::max(place.known_at, row.known_at);
  }
  return places;
}

std::vector<Place> by_document(const std::vector<Place>& places) {
  std::vector<Place> merged;
  std::map<store::DocumentId, std::size_t> known;
  for (const Place& place : places) {
    const auto [found, added] = known.try_emplace(place.document, merged.size());
    if (added) merged.push_back(place);
    Place& whole = merged[found->second];
    whole.first = std::min(whole.first, place.first);
    whole.last = std::max(whole.last, place.last);
    whole.known_at = std::max(whole.known_at, place.known_at);
  }
  if (merged.size() > most_documents) merged.resize(most_documents);
  return merged;
}

}  // namespace

Result<const store::DocumentRecord*> Origins::document(store::DocumentId id) {
  auto found = documents_.find(id);
  if (found == documents_.end()) {
    auto read = reader_.document(id);
    if (!read) return tl::unexpected<Error>(std::move(read.error()));
    found = documents_.emplace(id, std::move(*read)).first;
  }
  return found->second ? &*found->second : nullptr;
}

Result<std::vector<FigureOrigin>> Origins::of(std::span<const KpiInput> inputs) {
  std::vector<Place> places = places_of(inputs);
  if (places.size() > most_places) places = by_document(places);
  std::vector<FigureOrigin> origins;
  for (const Place& place : places) {
    const auto found = document(place.document);
    if (!found) return tl::unexpected<Error>(found.error());
    if (*found == nullptr) continue;
    FigureOrigin origin{(*found)->source, (*found)->origin, (*found)->sha256,
                        place.first,      place.last,       place.known_at};
    // The same file, fetched again by another run.
    const auto told = std::find_if(origins.begin(), origins.end(), [&](const FigureOrigin& one) {
      return one.source == origin.source && one.origin == origin.origin &&
             one.sha256 == origin.sha256 && one.row_first == origin.row_first &&
             one.row_last == origin.row_last;
    });
    if (told == origins.end()) {
      origins.push_back(std::move(origin));
    } else {
      told->known_at = std::max(told->known_at, origin.known_at);
    }
  }
  return origins;
}

}  // namespace kpid::ingest
