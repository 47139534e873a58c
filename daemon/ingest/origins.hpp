// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Where a figure came from, as an alert tells it.

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "alerts/wording.hpp"
#include "store/store.hpp"

namespace kpid::ingest {

class Origins {
 public:
  explicit Origins(const store::Reader& reader) : reader_(reader) {}
  // Each place once, in the order of the inputs. Where there are more places than anyone would look
  // at, as for a trust of many schools, a document is one place from its first row to its last.
  [[nodiscard]] Result<std::vector<FigureOrigin>> of(std::span<const KpiInput> inputs);

 private:
  Result<const store::DocumentRecord*> document(store::DocumentId id);

  const store::Reader& reader_;
  std::map<store::DocumentId, std::optional<store::DocumentRecord>> documents_;
};

}  // namespace kpid::ingest
