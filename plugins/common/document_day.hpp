// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The day on which a document states what it holds: of two documents that contradict each other,
// the one that states it later counts, whatever the order of reading. Pure functions; any thread.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/reading.hpp"

namespace kpid::plugins {

// YYYYMMDD or YYYY-MM-DD in its name, else the day (UTC) of its last change; nothing where neither
// is known.
struct DocumentDay {
  std::int32_t day = 0;
  bool from_name = false;
};
std::optional<DocumentDay> document_day(const Document& document);

// The documents with the earliest day first, those without a day before all others and those of one
// day in the order of their names: where each overwrites what those before it have said, the same
// documents give the same figures in whatever order they came. Points into `documents`.
std::vector<const Document*> in_order_of_day(std::span<const Document> documents);

}  // namespace kpid::plugins
