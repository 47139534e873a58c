// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What a destination with format = "email" asks for.

#include <optional>
#include <string>
#include <string_view>

#include "config/builder.hpp"

namespace kpid::config {

// "from", "to", "user" and its password, "tls". After the URL was read.
void read_email(Builder& builder, TableReader& table, DestinationConfig& destination);

// "must start with smtps:// or smtp://", or nothing where it is a mail server's address.
[[nodiscard]] std::optional<std::string> mail_url_fault(std::string_view url);

}  // namespace kpid::config
