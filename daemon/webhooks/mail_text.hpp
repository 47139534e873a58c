// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Texts as RFC 5322 and MIME want them: seven bits, short lines, CRLF. Pure.

#include <string>
#include <string_view>

#include "model/time.hpp"

namespace kpid::webhooks {

// "Subject: …" in lines of at most 78 characters, with its CRLF. What is not ASCII, or looks like
// an encoded word and is none, is put into the encoded words of RFC 2047; control characters are
// blanks, so that no header of its own can begin.
[[nodiscard]] std::string mail_header(std::string_view name, std::string_view text);

// UTF-8 with '\n' as quoted-printable: lines of at most 76 characters, each with its CRLF.
[[nodiscard]] std::string quoted_printable(std::string_view text);

[[nodiscard]] std::string mail_date(Timestamp at);  // "Tue, 24 Nov 2026 06:31:07 +0000"

// One side of a message id: every character that may not stand there is a hyphen.
[[nodiscard]] std::string mail_atom(std::string_view text);

}  // namespace kpid::webhooks
