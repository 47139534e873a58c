// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Recognises and converts text encodings. Pure functions; any thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kpid::readers {

// What a file that is not text is, by its first bytes ("a JPEG picture"); nothing for text.
std::optional<std::string_view> not_text(std::string_view bytes);
bool is_utf8(std::string_view bytes);
void append_utf8(std::string& out, char32_t code_point);
char32_t from_windows_1252(unsigned char byte);
// How many units of UTF-16 valid UTF-8 takes.
std::size_t utf16_units(std::string_view utf8);
// Appends UTF-16 as UTF-8 and says how many of its bytes that were: all, or those before the first
// that are not UTF-16, among them half a character at the end.
std::size_t append_utf16(std::string& out, std::string_view bytes, bool big_endian);
// Without the byte order mark. Nothing where the bytes are not UTF-16.
std::optional<std::string> from_utf16(std::string_view bytes, bool big_endian);

}  // namespace kpid::readers
