// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/installation.hpp"

#include <cstdlib>
#include <system_error>

#include "app/plugin_libraries.hpp"
#include "config/shipped_catalogue.hpp"

namespace kpid::app {

Installation find_installation() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path bin = program.parent_path();
  const std::filesystem::path prefix = bin.parent_path();
  Installation found;
  found.host_program = prefix / "libexec" / "kpid" / "kpid-plugin-host";
  if (!std::filesystem::exists(found.host_program, error)) {
    found.host_program = bin / "kpid-plugin-host";
  }
  found.catalogue_directory = shipped_catalogue();
  found.plugin_directories = {prefix / KPID_LIBRARY_DIRECTORY / "kpid" / "plugins",
                              prefix / "plugins"};
  return found;
}

LoadOptions load_options(const Installation& installation) {
  LoadOptions options;
  // systemd puts LoadCredential's files here (systemd.exec(5)).
  if (const char* directory = std::getenv("CREDENTIALS_DIRECTORY")) {
    options.credentials_directory = directory;
  }
  options.plugin_directories = installation.plugin_directories;
  options.catalogue_directory = installation.catalogue_directory;
  options.check_settings = check_plugin_settings;
  return options;
}

}  // namespace kpid::app
