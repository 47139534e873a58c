// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Text from outside inside of HTML: in mails, in Google Chat's cards, on kpid's own pages. Pure.

#include <string>
#include <string_view>

namespace kpid::webhooks {

// Google Chat reads no more than the named characters: there an apostrophe stays what it is, and
// may not stand in an attribute.
enum class Apostrophe { escaped, plain };
[[nodiscard]] std::string html_escaped(std::string_view text,
                                       Apostrophe apostrophe = Apostrophe::escaped);

}  // namespace kpid::webhooks
