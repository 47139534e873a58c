// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A plugin's settings schema: JSON Schema (draft 7) within a closed list of keywords. A keyword
// that kpid would not judge is refused rather than ignored. Pure; any thread.

#include <optional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "plugin_host/manifest.hpp"

namespace kpid::plugin_host {

// The first thing wrong with the schema, the pointer being into the schema; nothing where it is
// good. A sentence begins with its verb: "must be a number, but it is true".
[[nodiscard]] std::optional<SettingsFault> fault_of_schema(const boost::json::value& schema);

// What is wrong with settings by a schema that fault_of_schema has found good; `label` is what the
// sentences call the whole of them.
[[nodiscard]] std::vector<SettingsFault> find_faults(const boost::json::value& schema,
                                                     const boost::json::value& settings,
                                                     const std::string& label);

// Marked with "secret" or "writeOnly".
[[nodiscard]] bool is_secret(const boost::json::object& schema);

// The value is judged by this part of a schema alone (valijson).
[[nodiscard]] bool holds(const boost::json::value& schema, const boost::json::value& value);

}  // namespace kpid::plugin_host
