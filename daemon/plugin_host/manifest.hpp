// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A plugin's manifest, read from the ELF section of its library without running any of its code.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "model/error.hpp"
#include "model/measure.hpp"

namespace kpid::plugin_host {

struct Manifest {
  std::string id;
  std::string version;
  std::string title;
  std::string licence;
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  std::vector<std::string> requires_extensions;
  std::vector<std::string> optional_extensions;
  std::string settings_schema;  // JSON Schema as text
  std::vector<Measure> measures;
  std::vector<std::string> allowed_hosts;
  bool depends_on_today = false;  // the same documents may give other figures on another day
  std::string text;               // the whole manifest as it stands in the library
};

// Every check that can be made without running it: an ELF shared object, of this machine and of
// glibc, with our section and entry symbol, of an ABI that this daemon speaks, owned and writable
// only by root or ourselves, manifest valid. One sentence for each refusal.
[[nodiscard]] Result<Manifest> read_manifest(const std::filesystem::path& library);

// Checks settings against the manifest's schema and fills defaults in. Every fault is a sentence
// with the JSON pointer of what it is about.
struct SettingsFault {
  std::string pointer;
  std::string sentence;
};
struct CheckedSettings {
  std::string json;
  std::vector<SettingsFault> faults;
};
[[nodiscard]] CheckedSettings check_settings(const Manifest& manifest, std::string_view json);

// Identifies the library's content: a quarantine ends when it changes.
[[nodiscard]] Result<std::string> library_fingerprint(const std::filesystem::path& library);

}  // namespace kpid::plugin_host
