// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// {{secret:name}} in a header, a URL or a body: the value is put in here, at the last moment, and
// what is shown anywhere keeps the reference. Pure.

#include <map>
#include <string>
#include <string_view>

#include "model/error.hpp"
#include "model/secret.hpp"

namespace kpid::fetch {

using Secrets = std::map<std::string, Secret>;

enum class Inside { header, url, body };

[[nodiscard]] bool names_secret(std::string_view text) noexcept;

// Values are percent-encoded in a URL, where they may stand behind the host only; a header takes no
// line break. A name that the source's config lacks is an Error.
[[nodiscard]] Result<Secret> expand(std::string_view text, const Secrets& secrets, Inside where);

}  // namespace kpid::fetch
