// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "ingest/later_events.hpp"

#include <utility>

namespace kpid::ingest {
namespace {

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

}  // namespace

Result<Later> later_than(const store::Reader& reader, const Event& event,
                         const std::string& destination) {
  Later later;
  if (!is_of_alert(event.type)) return later;
  auto records = reader.events(event.subject);
  if (!records) return pass_on(records);
  for (store::EventRecord& record : *records) {
    if (record.event.seq <= event.seq) continue;
    auto heard = reader.heard(record.event.id, destination);
    if (!heard) return pass_on(heard);
    later.heard = later.heard || *heard == store::Heard::yes;
    const bool untold = record.held && !record.held->told;
    if (record.event.type == EventType::alert_resolved && !untold) {
      later.end = std::move(record.event);
    }
  }
  return later;
}

}  // namespace kpid::ingest
