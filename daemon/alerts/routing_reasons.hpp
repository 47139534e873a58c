// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Why a destination is not told of an event, for whoever wonders. Pure.

#include <string>

#include "model/config.hpp"

namespace kpid {

// "it wants red only, and this is amber"; empty where destinations_for() (routing.hpp) chooses it.
[[nodiscard]] std::string reason_not_told(const DestinationConfig& destination, const Event& event,
                                          const Config& config);

}  // namespace kpid
