// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The plugins that are installed, as far as can be told without running any of them.

#include <filesystem>
#include <string>
#include <vector>

#include "config/load.hpp"
#include "model/error.hpp"
#include "plugin_host/manifest.hpp"

namespace kpid::app {

struct PluginLibrary {
  std::filesystem::path file;
  Result<plugin_host::Manifest> manifest = fail(ErrorKind::internal, "not read");
};
// Every *.so of these folders, in the order of folders and names; of two with one name the first.
[[nodiscard]] std::vector<PluginLibrary> installed_plugins(
    const std::vector<std::filesystem::path>& directories);

// What config/ asks of a plugin while it loads: LoadOptions::check_settings.
[[nodiscard]] Result<LoadOptions::PluginSettings> check_plugin_settings(
    const std::filesystem::path& library, std::string_view settings_json);

}  // namespace kpid::app
