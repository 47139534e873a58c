// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Finds the ends of cells in clean text, 64 bytes at a time: text of ASCII without quotation marks,
// NULs and bare carriage returns, where a delimiter always ends a cell and a line feed always a
// row. Whatever is not clean is left to readers::CsvReader, from the start of the row in which it
// stands. Pure functions; any thread.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace kpid::plugins::attendance {

inline constexpr std::uint32_t kEndsRow = std::uint32_t{1} << 31U;  // else it ends a cell in a row

struct CellEnds {
  std::vector<std::uint32_t> ends;  // offsets of delimiters and line feeds, the latter marked
  std::size_t count = 0;            // of them that were found; the rest of `ends` is room
  std::size_t clean = 0;            // bytes before the first that is not clean
};

// Of at most 2^31 - 1 bytes. `out` is used again from call to call.
void find_cell_ends(std::string_view text, char delimiter, CellEnds& out);

// Calls on_row(start, ends, cells) for each whole clean row: `start` points at its first byte, and
// ends[i] & ~kEndsRow is where its cell i ends, counted from `base`, which is handed over as well.
// Returns how many bytes were handed over: up to the first row that is not clean, is longer than a
// chunk, or has no line feed. Stops where on_row returns false.
template <class OnRow>
std::size_t scan_rows(std::string_view text, char delimiter, OnRow&& on_row) {
  constexpr std::size_t kChunk = std::size_t{32} * 1024;
  CellEnds found;
  std::size_t done = 0;
  while (done < text.size()) {
    const std::string_view chunk = text.substr(done, kChunk);
    find_cell_ends(chunk, delimiter, found);
    std::size_t row_start = 0;
    std::size_t first = 0;
    for (std::size_t i = 0; i < found.count; ++i) {
      if ((found.ends[i] & kEndsRow) == 0) continue;
      const std::size_t row_end = found.ends[i] & ~kEndsRow;
      if (!on_row(chunk.data(), row_start, &found.ends[first], i + 1 - first)) {
        return done + row_start;
      }
      row_start = row_end + 1;
      first = i + 1;
    }
    done += row_start;
    if (row_start == 0 || found.clean < chunk.size()) break;
  }
  return done;
}

}  // namespace kpid::plugins::attendance
