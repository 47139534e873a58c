// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The steps of a pull, for a plugin that takes them by itself: its documents, and its figures one
// after the other, so that a reading need not hold them all. For the thread of the call.

#include <string>
#include <vector>

#include <kpid/host.hpp>

#include "common/reading.hpp"

namespace kpid::plugins {

// The documents' views and discard() are good for as long as `fetched` stands.
std::vector<Document> documents_of(const plugin::Documents& fetched);

// Hands over the notes and the number of rows; a failure where nothing gave a figure, because
// silence is not good news.
plugin::Status hand_over_notes(plugin::Host& host, const Reading& reading, bool has_figures);

// Which columns were read of which file, for a check: of the first few files.
void hand_over_columns(plugin::Host& host, const Reading& reading);

plugin::Status hand_over(plugin::Host& host, const Observation& one);

// Which contents the figures come from. It is only told, never compared: reading a document again
// costs little, and the settings that it was read with may have changed.
std::string cursor_of(const plugin::Documents& fetched);

}  // namespace kpid::plugins
