// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Any bytes as a plugin's library: a manifest that lies within them, or a sentence. Seed it with a
// plugin (-max_len beyond its size).

#include <cstdint>
#include <cstdlib>

#include "plugin_host/elf_library.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto library = kpid::plugin_host::read_library(bytes);
  if (!library) {
    if (library.error().sentence.empty()) std::abort();
    return 0;
  }
  if (bytes.find(library->json) == std::string_view::npos) std::abort();
  if (library->abi_major != kpid::plugin_host::abi_major) std::abort();
  return 0;
}
