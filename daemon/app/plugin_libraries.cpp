// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/plugin_libraries.hpp"

#include <algorithm>
#include <set>
#include <system_error>

namespace kpid::app {

std::vector<PluginLibrary> installed_plugins(
    const std::vector<std::filesystem::path>& directories) {
  std::vector<PluginLibrary> all;
  std::set<std::string> names;
  for (const std::filesystem::path& directory : directories) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (std::filesystem::directory_iterator at(directory, error), end; !error && at != end;
         at.increment(error)) {
      if (at->path().extension() == ".so") files.push_back(at->path());
    }
    std::sort(files.begin(), files.end());
    for (const std::filesystem::path& file : files) {
      if (!names.insert(file.filename().string()).second) continue;
      all.push_back({file, plugin_host::read_manifest(file)});
    }
  }
  return all;
}

Result<LoadOptions::PluginSettings> check_plugin_settings(const std::filesystem::path& library,
                                                          std::string_view settings_json) {
  auto manifest = plugin_host::read_manifest(library);
  if (!manifest) return tl::unexpected<Error>(std::move(manifest.error()));
  plugin_host::CheckedSettings checked = plugin_host::check_settings(*manifest, settings_json);
  LoadOptions::PluginSettings settings;
  settings.json = std::move(checked.json);
  for (plugin_host::SettingsFault& fault : checked.faults) {
    settings.faults.emplace_back(std::move(fault.pointer), std::move(fault.sentence));
  }
  for (const Measure& measure : manifest->measures) settings.measures.push_back(measure.id);
  return settings;
}

}  // namespace kpid::app
