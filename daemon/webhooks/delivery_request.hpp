// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A delivery as the HTTP request that carries it: the stored bytes, with the headers of this
// attempt.

#include "model/config.hpp"
#include "model/delivery.hpp"
#include "model/error.hpp"
#include "webhooks/http_client.hpp"

namespace kpid::webhooks {

// Signed where the destination's format is: the same id and bytes at every attempt, its own time.
[[nodiscard]] Result<HttpRequest> request_for(const DestinationConfig& destination,
                                              const Delivery& delivery, Timestamp at);

// How a destination is reached: its limits and the networks that it opens.
[[nodiscard]] HttpSettings settings_for(const DestinationConfig& destination);

}  // namespace kpid::webhooks
