// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/output_lines.hpp"

#include "plugin_host/clean_text.hpp"
#include "plugin_host/wire.hpp"

namespace kpid::plugin_host {

LineAllowance::Answer LineAllowance::take() noexcept {
  if (left_ > 0) {
    --left_;
    return Answer::yes;
  }
  if (told_) return Answer::no;
  told_ = true;
  return Answer::last_word;
}

bool OutputLines::put(std::string_view line) {
  switch (allowance_.take()) {
    case LineAllowance::Answer::yes:
      write_(clean_text(line, wire::max_line_bytes));
      return true;
    case LineAllowance::Answer::last_word:
      write_(std::string(left_out));
      return false;
    case LineAllowance::Answer::no:
      break;
  }
  return false;
}

bool OutputLines::feed(std::string_view bytes) {
  for (;;) {
    const std::size_t end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    // Of an endless line the beginning is enough.
    if (begun_.size() < wire::max_line_bytes) {
      begun_ += piece.substr(0, wire::max_line_bytes - begun_.size());
    }
    if (end == std::string_view::npos) return true;
    if (!put(begun_)) return false;
    begun_.clear();
    bytes.remove_prefix(end + 1);
  }
}

void OutputLines::finish() {
  if (!begun_.empty()) put(begun_);
  begun_.clear();
}

}  // namespace kpid::plugin_host
