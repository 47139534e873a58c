// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// check and pull of a plugin whose reading is a function of documents: fetch, read, hand over. A
// pull is one checkpoint: the figures of one set of files appear together. For the thread of the
// call.

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <kpid/host.hpp>
#include <kpid/settings.hpp>

#include "common/reading.hpp"

namespace kpid::plugins {

// Where a source's documents are: the settings `path` and `select`.
struct Location {
  explicit Location(const plugin::Settings& settings);

  std::string path;
  plugin::Select select = plugin::Select::newest;
};

using Reader = std::function<tl::expected<Reading, Failure>(std::span<const Document>)>;

// Reads everything and says what a pull would give.
plugin::Status check_tables(plugin::Host& host, const Location& location, const Reader& reader);
plugin::Status pull_tables(plugin::Host& host, const Location& location, const Reader& reader);

// The same for a plugin that has fetched and read by itself: what check says of `documents` files
// or pages; and a pull's figures, under one checkpoint.
plugin::Status check_reading(plugin::Host& host, std::string_view where, const Reading& reading,
                             std::size_t documents);
plugin::Status pull_reading(plugin::Host& host, const Reading& reading, std::string_view cursor);

}  // namespace kpid::plugins
