// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The contract that observations are held to, as sentences. Pure functions.

#include <cstdint>
#include <optional>
#include <string>

#include "fake_manifest.hpp"
#include "kpid/plugin.h"

namespace kpid::plugin {

// What is wrong with an observation; nothing where it is right.
[[nodiscard]] std::optional<std::string> fault_of(const kpid_observation& item,
                                                  const FakeManifest& manifest,
                                                  std::uint32_t documents);

// What is wrong with a text that crosses the interface; nothing where it is right.
[[nodiscard]] std::optional<std::string> fault_of_text(kpid_string text, std::size_t most_bytes);

}  // namespace kpid::plugin
