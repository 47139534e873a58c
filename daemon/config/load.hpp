// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// TOML to Config: every fault with file, line and column, all of them at once, an unknown key with
// the nearest known one.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/config.hpp"
#include "model/error.hpp"
#include "model/measure.hpp"

namespace kpid {

struct ConfigFault {
  std::string file;
  std::uint32_t line = 0;  // counted from 1; 0: the whole file
  std::uint32_t column = 0;
  std::string sentence;
  [[nodiscard]] std::string text() const;  // file:line:column: error: sentence
};

struct LoadedConfig {
  std::shared_ptr<const Config> config;  // null where there are faults
  std::vector<ConfigFault> faults;       // in order of file and line
};

// What the environment decides, handed in so that tests need none.
struct LoadOptions {
  std::filesystem::path credentials_directory;            // $CREDENTIALS_DIRECTORY; may be empty
  std::vector<std::filesystem::path> plugin_directories;  // where the config names none
  std::filesystem::path catalogue_directory;              // the shipped catalogue
  // Secrets are neither read nor needed; each is empty: a config to judge by, not to fetch or send.
  bool without_secrets = false;
  // Checks a source's settings against its plugin's manifest and returns them with defaults filled;
  // empty in tests that have no plugins. A missing or refused library is no config fault: the
  // daemon starts without it and says so.
  struct PluginSettings {
    std::string json;
    std::vector<std::pair<std::string, std::string>> faults;  // JSON pointer, sentence
    std::vector<std::string> measures;
    // Settings that name schools: JSON pointer, the codes that stand there.
    std::vector<std::pair<std::string, std::vector<std::string>>> organisations;
    std::vector<std::string> hosts{};  // that the manifest and the settings name
    std::vector<Measure> described{};  // what the manifest says of its measures
  };
  std::function<Result<PluginSettings>(const std::filesystem::path& library,
                                       std::string_view settings_json)>
      check_settings;
};

[[nodiscard]] LoadedConfig load_config(const std::filesystem::path& file,
                                       const LoadOptions& options);

}  // namespace kpid
