// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Makes whatever a plugin says fit to be shown: valid UTF-8, no control characters (a log line
// cannot pretend to be two, nor colour a terminal), at most `limit` bytes. Pure; any thread.

#include <cstddef>
#include <string>
#include <string_view>

namespace kpid::plugin_host {

enum class Lines { one, many };  // many: line feeds stay

[[nodiscard]] std::string clean_text(std::string_view text, std::size_t limit,
                                     Lines lines = Lines::one);

}  // namespace kpid::plugin_host
