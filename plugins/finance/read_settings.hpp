// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The settings of a source as the plugin's own values. Throws a plugin::Failure for the operator
// where the schema could not tell that one cannot be meant.

#include <kpid/settings.hpp>

#include "finance/settings.hpp"

namespace kpid::plugins::finance {

Settings settings_from(const plugin::Settings& from);

}  // namespace kpid::plugins::finance
