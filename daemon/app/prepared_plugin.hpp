// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What running a source's plugin takes, whether to pull or to check: its manifest, its settings,
// what it may fetch. Blocking where it reads the library.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

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

// Where the source may fetch from: what its config grants, what its plugin's manifest names, and
// what the operator has written into its settings.
[[nodiscard]] std::vector<std::string> granted_hosts(const SourceConfig& source,
                                                     const std::vector<std::string>& of_manifest,
                                                     std::string_view settings_json);

// `clock` outlives the fetcher that is made of it. `lines`: what sources keep between their pulls.
[[nodiscard]] fetch::FetchPolicy fetch_policy(const Config& config, const SourceConfig& source,
                                              const PreparedPlugin& plugin, const Clock& clock,
                                              std::shared_ptr<fetch::Lines> lines);

// A pull from the beginning: verb and cursor are the caller's to change.
[[nodiscard]] plugin_host::PullRequest pull_request(const Installation& installation,
                                                    const SourceConfig& source,
                                                    const PreparedPlugin& plugin, Timestamp now);

}  // namespace kpid::app
