// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// CSV in the plainest words, byte by byte: what the quick reader is compared with.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kpid::readers::testing {

struct PlainRow {
  std::uint32_t number = 0;
  std::vector<std::string> fields;
  bool faulty = false;  // the reading ends here
};

inline std::vector<PlainRow> read_plainly(std::string_view text, char delimiter) {
  std::vector<PlainRow> rows;
  std::uint32_t number = 0;
  std::size_t at = 0;
  const auto is_break = [&](std::size_t i) { return text[i] == '\r' || text[i] == '\n'; };
  const auto skip_break = [&] { at += text.substr(at).starts_with("\r\n") ? 2 : 1; };
  while (at < text.size()) {
    ++number;
    if (is_break(at)) {
      skip_break();
      continue;
    }
    PlainRow row{number, {}, false};
    for (bool more = true; more && !row.faulty;) {
      std::string field;
      const bool quoted = at < text.size() && text[at] == '"';
      bool closed = false;
      for (at += quoted ? 1 : 0; at < text.size() && !row.faulty;) {
        if (quoted && text[at] == '"') {
          if (!text.substr(at).starts_with("\"\"")) {
            ++at;
            closed = true;
            break;
          }
          ++at;
        } else if (!quoted && (is_break(at) || text[at] == delimiter)) {
          break;
        }
        row.faulty = text[at] == '\0';
        field.push_back(text[at++]);
      }
      more = at < text.size() && text[at] == delimiter;
      row.faulty =
          row.faulty || (quoted && !closed) || (!more && at < text.size() && !is_break(at));
      row.fields.push_back(std::move(field));
      if (more) ++at;
    }
    if (!row.faulty && at < text.size()) skip_break();
    rows.push_back(std::move(row));
    if (rows.back().faulty) break;
  }
  return rows;
}

}  // namespace kpid::readers::testing
