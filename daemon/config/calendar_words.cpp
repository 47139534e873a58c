// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "config/calendar_words.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <initializer_list>
#include <optional>
#include <utility>

namespace kpid::config {
namespace {

using std::chrono::days;

// Half-term breaks are a week or two, half-terms of teaching four weeks and more: where a name
// could mean either, the length decides.
constexpr days longest_half_term_break{17};
constexpr days shortest_teaching{18};
constexpr days longest_holiday{75};
constexpr days longest_inset{7};

// Lower case, every run of anything but letters and digits one blank, an apostrophe nothing, with
// a blank at either end, so that " inset " finds whole words.
std::string words_of(std::string_view text) {
  std::string made{" "};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\'') continue;
    if (text.substr(i).starts_with("\xE2\x80\x99")) {  // ’
      i += 2;
      continue;
    }
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || static_cast<unsigned char>(c) >= 0x80) {
      made += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (made.back() != ' ') {
      made += ' ';
    }
  }
  if (made.back() != ' ') made += ' ';
  // Dashes of typography are no part of a word either.
  for (const std::string_view dash : {"\xE2\x80\x93", "\xE2\x80\x94", "\xE2\x80\x91"}) {
    for (auto at = made.find(dash); at != std::string::npos; at = made.find(dash, at)) {
      made.replace(at, dash.size(), " ");
    }
  }
  std::string single;
  for (const char c : made) {
    if (c != ' ' || single.empty() || single.back() != ' ') single += c;
  }
  return single;
}

class Words {
 public:
  explicit Words(std::string_view text) : text_(words_of(text)) {}
  [[nodiscard]] bool any(std::initializer_list<std::string_view> phrases) const {
    return std::any_of(phrases.begin(), phrases.end(), [&](std::string_view phrase) {
      return text_.find(" " + std::string{phrase} + " ") != std::string::npos;
    });
  }

 private:
  std::string text_;
};

std::optional<Meaning> meaning_of_category(std::string_view category, days length) {
  const std::string word = words_of(category);
  if (word == " term " || word == " terms ") return Meaning::teaching;
  if (word == " half term " || word == " half terms ") {
    return length <= longest_half_term_break ? Meaning::holiday : Meaning::teaching;
  }
  if (word == " holiday " || word == " holidays ") return Meaning::holiday;
  if (word == " inset ") return Meaning::inset;
  if (word == " bank holiday " || word == " bank holidays ") return Meaning::bank_holiday;
  if (word == " other ") return Meaning::nothing;
  return std::nullopt;
}

bool says_inset(const Words& words) {
  if (words.any({"twilight", "twilights"}))
    return false;  // after school: whether in its place, too
  return words.any({"inset",
                    "insets",
                    "inset day",
                    "insetday",
                    "inservice",
                    "in service",
                    "training day",
                    "training days",
                    "staff training",
                    "staff development",
                    "staff day",
                    "staff only",
                    "teacher training",
                    "teacher day",
                    "professional development",
                    "pd day",
                    "cpd day",
                    "development day",
                    "baker day",
                    "non pupil day",
                    "non pupil days",
                    "pupil free day",
                    "closed to pupils",
                    "closed for pupils",
                    "closed to children",
                    "closed for children",
                    "closed to students",
                    "closed for students"});
}

bool says_bank_holiday(const Words& words) {
  return words.any({"bank holiday", "bank holidays", "public holiday", "good friday",
                    "easter monday", "easter sunday", "may day", "early may", "mayday",
                    "christmas day", "boxing day", "new years day", "coronation", "jubilee",
                    "state funeral"});
}

bool says_break(const Words& words) {
  return words.any({"holiday", "holidays", "hols", "vacation", "break", "closure", "closed",
                    "occasional day", "occasional days", "recess", "day off"});
}

bool says_school(const Words& words) {
  return words.any({"school", "schools", "pupils", "children", "students", "term", "academy",
                    "half term", "halfterm", "holiday", "holidays"});
}

// The turn into teaching, and out of it. "Half term begins" could be either, and is neither.
bool says_opens(const Words& words) {
  if (words.any({"back to school", "first day back"})) return true;
  return says_school(words) && words.any({"return", "returns", "reopens", "reopen", "re opens",
                                          "re open", "opens", "open to pupils", "first day",
                                          "school starts", "pupils start", "children start"});
}
bool says_closes(const Words& words) {
  if (words.any({"break up", "breaks up"})) return true;
  return says_school(words) && words.any({"closes", "close for", "schools close", "last day",
                                          "finish for", "finishes for"});
}
bool says_begins(const Words& words) {
  return words.any({"begins", "begin", "starts", "start", "commences", "start of", "beginning of",
                    "resumes", "beginning"});
}
bool says_ends(const Words& words) {
  return words.any({"ends", "end", "end of", "finishes", "finish", "closes"});
}

bool says_term(const Words& words) {
  if (words.any({"term", "terms", "term time", "termtime"})) return true;
  // "Autumn 1", "Spring 2nd half".
  return words.any({"autumn", "spring", "summer", "michaelmas", "lent", "trinity"}) &&
         words.any({"1", "2", "one", "two", "a", "b", "1st half", "2nd half", "first half",
                    "second half"});
}

// Numbered, or one of two: a half-term of teaching rather than the break.
bool says_numbered_half(const Words& words) {
  for (const std::string_view number :
       {"1", "2", "3", "4", "5", "6", "one", "two", "three", "four", "five", "six"}) {
    if (words.any({"half term " + std::string{number}})) return true;
  }
  return words.any({"first half term", "second half term", "1st half term", "2nd half term"});
}

// What one day says of the turn into or out of teaching.
std::optional<Meaning> turn_of(const Words& words) {
  const bool half_term = words.any({"half term", "half terms", "halfterm"});
  const bool off = says_break(words) || (half_term && !says_numbered_half(words));
  const bool opens = says_opens(words) || (!off && says_term(words) && says_begins(words));
  const bool closes = says_closes(words) || (!off && says_term(words) && says_ends(words));
  if (opens == closes) return std::nullopt;
  return opens ? Meaning::opens : Meaning::closes;
}

std::optional<Meaning> stretch_of(const Words& words, days length) {
  const bool half_term = words.any({"half term", "half terms", "halfterm", "mid term", "midterm"});
  if (half_term) {
    if (length <= longest_half_term_break) return Meaning::holiday;
    return length >= shortest_teaching ? std::optional{Meaning::teaching} : std::nullopt;
  }
  if (says_break(words)) {
    // "Autumn term (closed 3 November)" is a term with a remark, or holidays with a slip.
    const bool either = says_term(words) && length >= shortest_teaching && !words.any({"holidays"});
    return either || length > longest_holiday ? std::nullopt : std::optional{Meaning::holiday};
  }
  if (says_term(words) && length >= shortest_teaching) return Meaning::teaching;
  return std::nullopt;
}

std::vector<Meaning> meanings_by_words(const CalendarEvent& event) {
  const Words words{event.name};
  const days length = event.days.end - event.days.start + days{1};
  const bool one_day = length == days{1};
  const bool inset = says_inset(words);
  if (one_day) {
    const auto turn = turn_of(words);
    if (turn && inset) return {Meaning::inset, *turn};
    if (inset) return {Meaning::inset};
    if (says_bank_holiday(words)) return {Meaning::bank_holiday};
    if (turn) return {*turn};
    // "Half term begins", "Christmas holidays end": a border that does not say which side it is on.
    if (says_begins(words) || says_ends(words)) return {};
  } else {
    if (inset && length <= longest_inset) return {Meaning::inset};
    constexpr days longest_bank_holiday{4};  // Good Friday to Easter Monday
    if (says_bank_holiday(words) && length <= longest_bank_holiday) return {Meaning::bank_holiday};
  }
  const auto stretch = stretch_of(words, length);
  return stretch ? std::vector<Meaning>{*stretch} : std::vector<Meaning>{};
}

}  // namespace

std::vector<Meaning> meanings_of(const CalendarEvent& event) {
  const days length = event.days.end - event.days.start + days{1};
  for (const auto& category : event.categories) {
    const auto meaning = meaning_of_category(category, length);
    if (!meaning) continue;
    if (*meaning != Meaning::teaching || length > days{1}) return {*meaning};
    // Of a single day a term's event says whether it begins or ends.
    const auto turn = turn_of(Words{event.name});
    return turn ? std::vector<Meaning>{*turn} : std::vector<Meaning>{};
  }
  return meanings_by_words(event);
}

bool covers(std::string_view pattern, std::string_view name) {
  const bool open = pattern.ends_with('*');
  if (open) pattern.remove_suffix(1);
  const std::string wanted = words_of(pattern);
  const std::string found = words_of(name);
  if (!open) return wanted == found;
  return found.starts_with(std::string_view{wanted}.substr(0, wanted.size() - 1));
}

}  // namespace kpid::config
