// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Secrets come from files: systemd's credentials, or a file that the config names. What is read is
// never part of a fault. It is empty only where LoadOptions::without_secrets asks for none.

#include <optional>

#include "config/builder.hpp"
#include "model/secret.hpp"

namespace kpid::config {

// $CREDENTIALS_DIRECTORY/NAME, without the line break at its end.
std::optional<Secret> read_credential(Builder& builder, const PlacedText& name);
// A file; a relative path stands on the config's folder.
std::optional<Secret> read_secret_file(Builder& builder, const PlacedText& path);

}  // namespace kpid::config
