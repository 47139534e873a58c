// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What was sent again, or as missed. [any thread]

#include <boost/json/value.hpp>

#include "ingest/send_again.hpp"

namespace kpid::http {

// {"replayed", "dry_run", "destinations": [{"destination", "replayed", "under_way", "tests",
// "waiting", "over", "newer", "silenced", "switched_off", "in_config"}], "shown": [the first of
// what was sent: {"event", "type", "subject", "at", "destination", "sentence"}]}.
[[nodiscard]] Result<boost::json::value> sent_view(const store::Reader& reader,
                                                   const Config& config, const ingest::Sent& sent,
                                                   bool dry_run);

}  // namespace kpid::http
