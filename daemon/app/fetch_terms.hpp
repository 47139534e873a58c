// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// On what a source's figures depend, beside its documents. Pure.

#include <string>
#include <string_view>

#include "model/config.hpp"

namespace kpid::app {

// A digest of whatever else than its documents a source's figures depend on: the build, the plugin,
// the settings, the codes of the schools.
[[nodiscard]] std::string fetch_fingerprint(const Config& config, const SourceConfig& source,
                                            std::string_view library,
                                            std::string_view settings_json);

}  // namespace kpid::app
