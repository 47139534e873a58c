// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Alerts, and the whole story of one. [any thread]

#include <optional>
#include <string_view>

#include <boost/json/value.hpp>

#include "model/config.hpp"
#include "store/store.hpp"

namespace kpid::http {

// With `as_of` those that were open at that instant, as they stood then. Each says which silence
// holds over it.
[[nodiscard]] Result<boost::json::value> alerts_view(const store::Reader& reader,
                                                     const Config& config,
                                                     const store::AlertQuery& query, Timestamp now,
                                                     std::optional<Timestamp> as_of = {});
// The rule and its thresholds, the value that was judged and the measurements it rests on as they
// were known then, how the school's calendar counts, each event in order with what it rested on and
// the silence that held it back, and who was told.
[[nodiscard]] Result<boost::json::value> alert_view(const store::Reader& reader,
                                                    const Config& config, std::string_view id,
                                                    Timestamp now);

}  // namespace kpid::http
