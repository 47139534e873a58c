// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The pages behind an acknowledge link, for the browser of whoever was told of an alert: no script,
// nothing from elsewhere, for a phone as well as for a screen reader. Every text that is handed in
// is escaped here. Pure.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/call_in.hpp"

namespace kpid::http {

// What an alert says at this moment: plain text.
struct AlertWords {
  std::string headline;
  std::string sentence;
  std::vector<std::pair<std::string, std::string>> facts;  // title, value
  std::string what_to_do;
  bool red = false;
};

// For how long somebody takes note: what the form sends, and what it shows.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 4> note_spans{
    {{"", "until it gets worse or is over"},
     {"1 school day", "for 1 school day"},
     {"5 school days", "for 5 school days"},
     {"10 school days", "for 10 school days"}}};
inline constexpr std::size_t longest_person = 80;  // characters
inline constexpr std::size_t longest_note = 500;

// What somebody has typed, as it came: not yet cleaned.
struct NoteForm {
  std::string name;
  std::string note;
  std::string span;
  std::string seen;  // how bad the alert was on the page that they saw
};
// Nothing where it is no form of a browser's.
[[nodiscard]] std::optional<NoteForm> read_note_form(std::string_view urlencoded);

// The alert and the form. `remark` stands before it: that it got worse, or what is to be corrected.
[[nodiscard]] Page form_page(const AlertWords& alert, const NoteForm& typed,
                             std::string_view remark, unsigned status = 200);
// What came of it, or why there is nothing to do; with the alert, where there is one to be shown.
[[nodiscard]] Page told_page(unsigned status, std::string_view title, std::string_view sentence,
                             const AlertWords* alert = nullptr);

}  // namespace kpid::http
