// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What was told of an alert after an event that a destination is to hear of late.

#include <optional>
#include <string>

#include "model/alert.hpp"
#include "model/error.hpp"
#include "store/store.hpp"

namespace kpid::ingest {

struct Later {
  bool heard = false;          // the destination has heard of it: the event would be old news
  std::optional<Event> end{};  // and it is over by now
};

// Nothing came later of what is not of an alert.
[[nodiscard]] Result<Later> later_than(const store::Reader& reader, const Event& event,
                                       const std::string& destination);

}  // namespace kpid::ingest
