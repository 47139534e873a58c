// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Any manifest, and behind a zero byte any settings for it: what is accepted can be checked against
// without a crash, and its settings, once their defaults are filled in, stay accepted.

#include <cstdint>
#include <cstdlib>

#include "plugin_host/manifest_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kpid::plugin_host;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const std::size_t end = bytes.find('\0');
  auto manifest = parse_manifest(bytes.substr(0, end));
  if (!manifest) {
    // A schema alone gets further than one that a whole manifest must surround.
    manifest = Manifest{};
    manifest->settings_schema = bytes.substr(0, end);
  }
  const auto checked =
      check_settings(*manifest, end == std::string_view::npos ? "{}" : bytes.substr(end + 1));
  if (checked.json.empty() == checked.faults.empty()) std::abort();
  for (const auto& fault : checked.faults) {
    if (fault.sentence.empty()) std::abort();
  }
  if (checked.faults.empty() && !check_settings(*manifest, checked.json).faults.empty()) {
    std::abort();
  }
  return 0;
}
