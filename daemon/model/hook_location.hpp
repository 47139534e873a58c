// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What stands in a source's settings in place of a file, where the document is pushed to it.

#include <string_view>

namespace kpid {

inline constexpr std::string_view hook_location = "hook:";

}  // namespace kpid
