// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What was pushed to sources lately, so that a sender that did not hear our answer may ask again.

#include <optional>
#include <string_view>

#include "store/store.hpp"

namespace kpid::store {

struct HookSeen {
  Timestamp at{};
  RunId run = 0;        // that took it
  bool newest = false;  // nothing was taken since
};

class HookMemory {  // [writer thread]
 public:
  virtual ~HookMemory() = default;
  [[nodiscard]] virtual Result<std::optional<HookSeen>> hook_seen(std::string_view source,
                                                                  std::string_view id) const = 0;
  // In the transaction of the run's success. Drops what is older than a day.
  virtual Result<void> add_hook_seen(std::string_view source, std::string_view id, Timestamp at,
                                     RunId run) = 0;
};

// A writer's own: every writer of this room has one.
[[nodiscard]] HookMemory& hook_memory(Writer& writer);

}  // namespace kpid::store
