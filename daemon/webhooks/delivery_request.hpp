// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A delivery as the HTTP request that carries it: the stored bytes, with the headers of this
// attempt and what must not stand in the store.

#include <optional>
#include <string>
#include <string_view>

#include "model/config.hpp"
#include "model/delivery.hpp"
#include "model/error.hpp"
#include "webhooks/http_client.hpp"
#include "webhooks/signature.hpp"

namespace kpid::webhooks {

// What signs for a destination: nothing where its format is not signed.
[[nodiscard]] Result<std::optional<Signer>> signer_for(const DestinationConfig& destination);

// Signed where the destination's format is: the same id and bytes at every attempt, its own time.
// PagerDuty's routing key stands first in the body, a bearer token in its header; what ntfy takes
// as headers is taken out of the stored object. The body is taken out of the delivery.
[[nodiscard]] Result<HttpRequest> request_for(const DestinationConfig& destination,
                                              std::optional<Signer>& signer, Delivery& delivery,
                                              Timestamp at);

// A header's value: no control characters, so no header of its own; what is not ASCII in the
// encoded words of RFC 2047, which ntfy reads.
[[nodiscard]] std::string header_text(std::string_view text);

// UTF-8 as encoded words with a blank between two, whatever it holds.
[[nodiscard]] std::string encoded_words(std::string_view text);

// How a destination is reached: its limits and the networks that it opens.
[[nodiscard]] HttpSettings settings_for(const DestinationConfig& destination);

}  // namespace kpid::webhooks
