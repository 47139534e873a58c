// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A folder with a config, a small catalogue and credentials, loaded as the daemon would.

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.hpp"
#include "support/places.hpp"
#include "support/temporary_folder.hpp"

namespace kpid {

// Standard Webhooks' own example key.
inline constexpr std::string_view signing_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

// The least that loads: eight lines, so that what a test appends starts on line 9.
inline constexpr std::string_view head = R"([trust]
name = "Trust"

[[school]]
urn = 900001
name = "Alder"
aliases = ["ALD"]

)";

class ConfigTest : public ::testing::Test {
 protected:
  ConfigTest() {
    std::filesystem::create_directory(folder_ / "credentials");
    options_.credentials_directory = folder_ / "credentials";
    options_.catalogue_directory =
        std::filesystem::path{kpid::testing::source_folder()} / "config/catalogue";
    write("credentials/signing", std::string{signing_secret} + "\n");
    write("credentials/url", "https://hooks.example.org/x?sig=hidden\n");
    write("credentials/empty", "\n");
    write("credentials/no-url", "hooks.example.org\n");
    write("credentials/short", "whsec_c2hvcnQ=\n");
  }

  void write(const std::string& name, std::string_view content) const {
    std::ofstream{folder_ / name, std::ios::binary} << content;
  }

  [[nodiscard]] LoadedConfig load(std::string_view content) const {
    write("kpid.toml", content);
    return load_config(folder_ / "kpid.toml", options_);
  }

  // The faults' whole texts, with the folder's name taken out.
  [[nodiscard]] std::vector<std::string> faults_of(std::string_view content) const {
    return texts_of(load(content));
  }

  [[nodiscard]] std::vector<std::string> texts_of(const LoadedConfig& loaded) const {
    std::vector<std::string> texts;
    const std::string prefix = folder_.path().string() + "/";
    for (const auto& fault : loaded.faults) {
      std::string text = fault.text();
      for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
        text.erase(at, prefix.size());
      }
      texts.push_back(std::move(text));
    }
    return texts;
  }

  testing::TemporaryFolder folder_;
  LoadOptions options_;
};

}  // namespace kpid
