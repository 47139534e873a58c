// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/refill.hpp"

#include <utility>

namespace kpid::ingest {

Result<void> refill(const store::Reader& reader, Event& event) {
  auto alert = reader.alert(event.subject);
  if (!alert) return tl::unexpected<Error>(std::move(alert.error()));
  if (!*alert) return {};
  event.rule = (*alert)->rule;
  event.subgroup = (*alert)->subgroup;
  event.resolution = (*alert)->resolution;
  return {};
}

}  // namespace kpid::ingest
