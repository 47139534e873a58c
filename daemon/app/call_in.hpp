// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What the daemon does on behalf of callers over TCP. [loop thread]

#include "app/actions.hpp"
#include "http/call_in.hpp"
#include "http/hook_server.hpp"

namespace kpid::app {

// `parts` outlive it.
[[nodiscard]] http::CallIn make_call_in(ActionParts& parts);

// A push that was not taken, as the log tells it.
void log_refusal(EventLog& log, const http::Refusal& refusal);

}  // namespace kpid::app
