// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The manifest in a bad plugin's table: its section's, where kpid_add_plugin() has built one.

#include <cstddef>
#include <string_view>

#include "kpid/plugin.h"

#ifdef KPID_MANIFEST_SECTION
extern "C" {
__attribute__((visibility("hidden"))) extern const char kpid_manifest_begin[];
__attribute__((visibility("hidden"))) extern const char kpid_manifest_end[];
}
#endif

namespace bad {

inline kpid_string table_manifest([[maybe_unused]] std::string_view otherwise) {
#ifdef KPID_MANIFEST_SECTION
  return {kpid_manifest_begin, static_cast<std::size_t>(kpid_manifest_end - kpid_manifest_begin)};
#else
  return {otherwise.data(), otherwise.size()};
#endif
}

}  // namespace bad
