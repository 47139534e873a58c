// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "yes_no.hpp"

#include <algorithm>
#include <string>

#include "readers/cell.hpp"

namespace kpid::plugins::pupil_roll {
namespace {

std::string lower(std::string_view text) {
  std::string out(readers::trim(text));
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

template <std::size_t N>
bool is_one_of(std::string_view text, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), text) != std::end(words);
}

constexpr std::string_view kYes[] = {"yes", "y", "true", "t", "1", "eligible"};
constexpr std::string_view kNo[] = {"no", "n", "false", "f", "0", "not eligible"};
constexpr std::string_view kSend[] = {"e",
                                      "k",
                                      "s",
                                      "a",
                                      "p",
                                      "ehcp",
                                      "ehc plan",
                                      "education, health and care plan",
                                      "education health and care plan",
                                      "sen support",
                                      "statement",
                                      "school action",
                                      "school action plus"};
constexpr std::string_view kNoSend[] = {"none", "no sen", "no special educational need",
                                        "no special educational needs"};

}  // namespace

std::optional<bool> yes_or_no(std::string_view text) {
  const std::string word = lower(text);
  if (is_one_of(word, kYes)) return true;
  if (is_one_of(word, kNo)) return false;
  return std::nullopt;
}

std::optional<bool> has_send(std::string_view text) {
  const std::string word = lower(text);
  if (is_one_of(word, kSend)) return true;
  if (is_one_of(word, kNoSend)) return false;
  // "K - SEN support": the code decides.
  if (word.size() > 2 && (word[1] == ' ' || word[1] == '-' || word[1] == ':')) {
    const std::string_view code = std::string_view(word).substr(0, 1);
    const auto rest = word.find_first_not_of(" -:", 1);
    if (rest != std::string::npos && word.find_first_of("-:") < rest) {
      if (is_one_of(code, kSend)) return true;
      if (code == "n") return false;
    }
  }
  return yes_or_no(text);
}

}  // namespace kpid::plugins::pupil_roll
