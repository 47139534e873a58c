// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Which destinations an event goes to. Pure.

#include <vector>

#include "model/config.hpp"

namespace kpid {

[[nodiscard]] std::vector<const DestinationConfig*> destinations_for(const Event& event,
                                                                     const Config& config);

}  // namespace kpid
