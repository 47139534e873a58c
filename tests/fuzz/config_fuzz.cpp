// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Any bytes as a config: either it loads or it has faults, each with a place and words that can be
// shown on a terminal.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "config/load.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("kpid-fuzz-" + std::to_string(getpid()) + ".toml");
  std::ofstream{file, std::ios::binary}.write(reinterpret_cast<const char*>(data),
                                              static_cast<std::streamsize>(size));
  const auto loaded = kpid::load_config(file, {});
  std::filesystem::remove(file);
  if ((loaded.config != nullptr) == !loaded.faults.empty()) std::abort();
  for (const auto& fault : loaded.faults) {
    if (fault.sentence.empty()) std::abort();
    for (const char c : fault.text()) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) std::abort();
    }
  }
  return 0;
}
