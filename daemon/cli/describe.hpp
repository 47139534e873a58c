// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What a plugin's file says of itself, read without running any of its code and without a daemon.

#include <filesystem>

#include <boost/json/object.hpp>

#include "model/error.hpp"

namespace kpid::cli {

// {"id", "version", "title", "licence", "interface", "file", "requires", "optional",
// "allowed_hosts", "settings": [{"name", "kind", "default", "required", "description"}],
// "measures": [{"id", "title", "unit", "calendar", "by", "minimum", "maximum"}]}. An Error is the
// sentence with which the daemon would refuse the file.
[[nodiscard]] Result<boost::json::object> describe_plugin(const std::filesystem::path& library);

}  // namespace kpid::cli
