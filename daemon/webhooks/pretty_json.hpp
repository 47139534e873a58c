// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// JSON as people read it: a line a member, two blanks a level. Pure.

#include <string>

#include <boost/json/value.hpp>

namespace kpid::webhooks {

[[nodiscard]] std::string pretty(const boost::json::value& value);  // with a line break at its end

}  // namespace kpid::webhooks
