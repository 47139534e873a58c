// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The manifest's JSON to values, every key verified. Pure; any thread.

#include <string_view>

#include "plugin_host/manifest.hpp"

namespace kpid::plugin_host {

// The ABI's version stands outside the JSON and is left at 0.
[[nodiscard]] Result<Manifest> parse_manifest(std::string_view text);

}  // namespace kpid::plugin_host
