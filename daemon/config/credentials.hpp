// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Secrets come from files: systemd's credentials, or a file that the config names. What is read is
// never part of a fault. It is empty only where LoadOptions::without_secrets asks for none.

#include <optional>
#include <string_view>

#include "config/builder.hpp"
#include "model/secret.hpp"

namespace kpid::config {

// $CREDENTIALS_DIRECTORY/NAME, without the line break at its end.
std::optional<Secret> read_credential(Builder& builder, const PlacedText& name);
// A file; a relative path stands on the config's folder.
std::optional<Secret> read_secret_file(Builder& builder, const PlacedText& path);

// The one of "url", "url_credential" and "url_file" that a table has; `whose` begins the fault
// where it has none or several. Nothing where it cannot be read, or where secrets are not asked
// for.
[[nodiscard]] std::optional<Placed<Secret>> read_address(Builder& builder, TableReader& table,
                                                         std::string_view whose);

}  // namespace kpid::config
