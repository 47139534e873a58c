// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What stands in a plugin's library, read from its bytes alone: nothing is loaded or run. The bytes
// are hostile. Any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/error.hpp"

namespace kpid::plugin_host {

constexpr std::uint32_t abi_major = 1;
constexpr std::uint32_t abi_minor = 0;

// A library's bytes, of which only those that are asked for need be read: the others, symbols for a
// debugger, are nearly all of them.
class LibraryBytes {
 public:
  virtual ~LibraryBytes() = default;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  // Nothing where they do not all lie in the library. They stay while this does.
  [[nodiscard]] virtual std::optional<std::string_view> slice(std::uint64_t offset,
                                                              std::uint64_t size) const = 0;
};

struct LibraryManifest {
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  std::string json;  // as it stands there, not yet looked at
};

// The manifest of an ELF shared object that this machine and this kpid could load; else what it is
// instead. The error has no place: the caller knows the file's name.
[[nodiscard]] Result<LibraryManifest> read_library(const LibraryBytes& bytes);
[[nodiscard]] Result<LibraryManifest> read_library(std::string_view bytes);

}  // namespace kpid::plugin_host
