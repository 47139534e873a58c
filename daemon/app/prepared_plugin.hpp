// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What running a source's plugin takes, whether to pull or to check: its manifest, its settings,
// what it may fetch. Blocking where it reads the library.

#include <string>

#include "app/installation.hpp"
#include "fetch/fetcher.hpp"
#include "model/clock.hpp"
#include "model/config.hpp"
#include "plugin_host/manifest.hpp"
#include "plugin_host/supervisor.hpp"

namespace kpid::app {

struct PreparedPlugin {
  plugin_host::Manifest manifest;
  std::string fingerprint;    // of the library
  std::string settings_json;  // checked, defaults filled in
};

// Or why it cannot be run.
[[nodiscard]] Result<PreparedPlugin> prepare_plugin(const SourceConfig& source);

// `clock` outlives the fetcher that is made of it.
[[nodiscard]] fetch::FetchPolicy fetch_policy(const Config& config, const SourceConfig& source,
                                              const PreparedPlugin& plugin, const Clock& clock);

// A pull from the beginning: verb and cursor are the caller's to change.
[[nodiscard]] plugin_host::PullRequest pull_request(const Installation& installation,
                                                    const SourceConfig& source,
                                                    const PreparedPlugin& plugin, Timestamp now);

}  // namespace kpid::app
