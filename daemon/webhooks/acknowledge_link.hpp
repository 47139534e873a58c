// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The token of a link by which whoever was told of an alert takes note of it, without a login. It
// says which message it stood in and until when it holds, and nobody can make one without this
// installation's key. That it is used once is the store's to see. Pure, but for make_link_key().

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "model/alert.hpp"
#include "model/error.hpp"
#include "model/secret.hpp"
#include "model/time.hpp"

namespace kpid::webhooks {

struct AcknowledgeLink {
  std::string event;        // id
  std::string destination;  // that was told of it
  Timestamp expires{};      // whole seconds; from then on it does nothing
};
inline constexpr std::chrono::days link_lifetime{30};
inline constexpr std::size_t link_key_size = 32;          // bytes
inline constexpr const char* link_key_name = "ack-link";  // among this installation's own keys

[[nodiscard]] Result<Secret> make_link_key();  // random

// Letters, digits, '-' and '_', at most some 160. An event's id and a destination's name have at
// most 64 bytes each.
[[nodiscard]] Result<std::string> make_link_token(const Secret& key, const AcknowledgeLink& link);
// Nothing where it is not, to the bit, what make_link_token() made with this key. Whether it has
// expired is not looked at. What it compares takes the same time wherever it differs.
[[nodiscard]] std::optional<AcknowledgeLink> read_link_token(const Secret& key,
                                                             std::string_view token);

// Whether messages of this kind may bear a link.
[[nodiscard]] bool can_be_acknowledged(EventType type) noexcept;
// Whether the event tells of an alert that fires, so that taking note of it means something: not of
// one that is over or taken note of already, nor of a made-up one.
[[nodiscard]] bool can_be_acknowledged(const Event& event);

// The event with the links that its message bears, of `link_of` the id of an event: its own, or of
// a digest those of its items ("acknowledge_url"). Nothing where none of it can be acknowledged.
[[nodiscard]] std::optional<Event> with_links(
    const Event& event, const std::function<std::string(const std::string& event)>& link_of);

// "https://kpid.example.org/ack/TOKEN"
[[nodiscard]] std::string link_address(std::string_view public_url, std::string_view token);
// Stands in a preview where a token would: no key makes it.
inline constexpr std::string_view no_token = "THE-REAL-MESSAGE-HAS-ITS-OWN-LINK-HERE";

}  // namespace kpid::webhooks
