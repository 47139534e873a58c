// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Where a source is pushed to, as a person would type it. Pure.

#include <string>
#include <string_view>

#include "model/config.hpp"

namespace kpid::http {

// "127.0.0.1:8417", "[::1]:8417".
[[nodiscard]] std::string listen_text(const ListenConfig& listen);
// "https://kpid.example.org/hooks/roll", or, without a public_url, the address listened at.
[[nodiscard]] std::string hook_address(const ListenConfig& listen, std::string_view source);
// What to say to whoever asks for a pull of a source that is pushed to.
[[nodiscard]] std::string waits_to_be_pushed(const Config& config, const SourceConfig& source);

}  // namespace kpid::http
