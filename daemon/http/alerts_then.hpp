// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The alerts that were open at an instant, as they stood then: what their events up to it say.
// [any thread]

#include <string_view>
#include <vector>

#include "model/alert.hpp"
#include "store/store.hpp"

namespace kpid::http {

// `organisation` as in AlertQuery: empty for any. In the order in which they opened.
[[nodiscard]] Result<std::vector<Alert>> alerts_then(const store::Reader& reader, Timestamp then,
                                                     std::string_view organisation);

}  // namespace kpid::http
