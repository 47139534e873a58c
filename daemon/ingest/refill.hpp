// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

#include "model/alert.hpp"
#include "model/error.hpp"
#include "store/store.hpp"

namespace kpid::ingest {

// What the store does not keep of an event, from its alert: routing and silences ask for it.
[[nodiscard]] Result<void> refill(const store::Reader& reader, Event& event);

}  // namespace kpid::ingest
