// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What FakeHost needs of a manifest. Pure; throws std::invalid_argument with a sentence.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kpid/json.hpp"

namespace kpid::plugin {

struct FakeMeasure {
  std::optional<double> minimum;
  std::optional<double> maximum;
  bool whole = false;
  std::vector<std::string> dimensions;
};

struct FakeManifest {
  std::map<std::string, FakeMeasure, std::less<>> measures;
  std::vector<std::string> extensions;  // required and optional ones
  JsonObject defaults;                  // of the settings' top level
};

[[nodiscard]] FakeManifest read_fake_manifest(std::string_view text);

// The settings with the defaults filled in; settings that are no JSON object come back as they are,
// for the plugin to refuse.
[[nodiscard]] std::string with_defaults(const FakeManifest& manifest, std::string_view settings);

}  // namespace kpid::plugin
