// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Libraries as bytes, and other manifests in their place.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace kpid::plugin_host::testing {

inline std::string read_bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void write_bytes(const std::filesystem::path& file, std::string_view bytes) {
  std::ofstream out(file, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

template <class T>
void put(std::string& bytes, std::size_t offset, T value) {
  if (offset + sizeof(T) > bytes.size()) throw std::out_of_range("beyond the library");
  std::memcpy(bytes.data() + offset, &value, sizeof(T));
}

template <class T>
T get(std::string_view bytes, std::size_t offset) {
  if (offset + sizeof(T) > bytes.size()) throw std::out_of_range("beyond the library");
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

inline std::size_t manifest_offset(std::string_view bytes) {
  const std::size_t offset = bytes.find("KPIDPLG1");
  if (offset == std::string_view::npos) throw std::runtime_error("no manifest");
  return offset;
}

// The same library with another manifest, in the room that plugin_library.c leaves for it.
inline std::string with_manifest(std::string bytes, std::string_view json) {
  constexpr std::size_t room = 32768;
  constexpr std::size_t header = 24;
  if (json.size() > room) throw std::length_error("the manifest is too long for the test");
  const std::size_t offset = manifest_offset(bytes);
  put(bytes, offset + 16, static_cast<std::uint64_t>(json.size()));
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset + header), room, '\0');
  std::copy(json.begin(), json.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset + header));
  return bytes;
}

}  // namespace kpid::plugin_host::testing
