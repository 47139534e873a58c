// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The sources with their three clocks, their runs, and the daemon as a whole. [any thread]

#include <cstddef>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "model/config.hpp"
#include "store/store.hpp"

namespace kpid::http {

[[nodiscard]] boost::json::object run_json(const Run& run);
[[nodiscard]] Result<boost::json::value> sources_view(const store::Reader& reader,
                                                      const Config& config);
[[nodiscard]] Result<boost::json::value> runs_view(const store::Reader& reader,
                                                   std::string_view source, std::size_t limit);
// `found` is what Actions::plugins says; a plugin is quarantined where one of its sources is.
[[nodiscard]] Result<boost::json::value> plugins_view(const store::Reader& reader,
                                                      const Config& config,
                                                      boost::json::array found);
// `live` is what Actions::status says; the rest is read from the store.
[[nodiscard]] Result<boost::json::value> status_view(const store::Reader& reader,
                                                     const Config& config,
                                                     const boost::json::object& live,
                                                     Timestamp now);

}  // namespace kpid::http
