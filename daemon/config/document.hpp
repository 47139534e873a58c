// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Where something stands in the operator's files, the faults found there, and the reading of a file
// into a TOML tree. Nothing here knows what the keys mean.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "config/load.hpp"
#include "model/error.hpp"

namespace kpid::config {

struct Place {
  std::uint32_t file = 0;  // index into Faults' files
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

template <class T>
struct Placed {
  T value;
  Place place;
};
using PlacedText = Placed<std::string>;

// Every fault of one load. Files count in the order in which they were opened.
class Faults {
 public:
  std::uint32_t add_file(std::string name);
  void add(const Place& place, std::string sentence);
  [[nodiscard]] std::string text(const Place& place) const;  // file:line:column
  [[nodiscard]] std::size_t size() const noexcept { return found_.size(); }
  [[nodiscard]] std::vector<ConfigFault> in_order() const;

 private:
  std::vector<std::string> files_;
  std::vector<Placed<std::string>> found_;
};

// The whole of a regular file that is no larger than `limit`. The Error is the reason alone, with
// the path as its place.
[[nodiscard]] Result<std::string> read_whole_file(const std::filesystem::path& file,
                                                  std::size_t limit);

// Reads and parses; a fault where that fails. `file` is the index that Faults gave.
[[nodiscard]] std::optional<toml::table> read_document(const std::filesystem::path& path,
                                                       std::uint32_t file, Faults& faults);

[[nodiscard]] Place place_of(const toml::source_region& region, std::uint32_t file);

}  // namespace kpid::config
