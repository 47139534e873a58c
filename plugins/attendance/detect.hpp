// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Tells the formats of files apart by the columns of their headers. Pure functions; any thread.

#include <span>
#include <string_view>

#include "attendance/settings.hpp"
#include "common/reading.hpp"

namespace kpid::plugins::attendance {

// The one format of all the documents, or why there is none. Never Format::automatic.
tl::expected<Format, Failure> format_of(std::span<const Document> documents,
                                        const Settings& settings);

// Enough of a text file to hold its header, ending at a line's end: the whole of a large one need
// not be looked at for it. A workbook is given whole.
std::string_view head_of(std::string_view bytes);

}  // namespace kpid::plugins::attendance
