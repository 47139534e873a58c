// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "themes.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kpid::plugins::parental_survey {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// Words that no other question of either list has, in plain text.
constexpr std::array<Pair, 19> kPhrases{{
    {"child is happy", "happy"},
    {"child feels safe", "safe"},
    {"pupils are well behaved", "behaviour"},
    {"child has been bullied", "bullying"},
    {"aware of what my child will learn", "curriculum"},
    {"raised concerns", "concerns"},
    {"does your child have special educational needs", kHasSendTheme},
    {"does your child have send", kHasSendTheme},
    {"support they need to succeed", "send"},
    {"high expectations", "expectations"},
    {"my child does well", "does_well"},
    {"lets me know how my child is doing", "progress"},
    {"range of subjects", "subjects"},
    {"clubs and activities", "clubs"},
    {"wider personal development", "development"},
    {"recommend this school", "recommend"},
    {"communicates well", "communication"},
    {"best interests", "best_interests"},
    {"right support to enable", "support"},
}};

constexpr std::array<Pair, 15> kOf2019{{{"1", "happy"},
                                        {"2", "safe"},
                                        {"3", "behaviour"},
                                        {"4", "bullying"},
                                        {"5", "curriculum"},
                                        {"6", "concerns"},
                                        {"7a", kHasSendTheme},
                                        {"7b", "send"},
                                        {"8", "expectations"},
                                        {"9", "does_well"},
                                        {"10", "progress"},
                                        {"11", "subjects"},
                                        {"12", "clubs"},
                                        {"13", "development"},
                                        {"14", "recommend"}}};

constexpr std::array<Pair, 10> kOf2025{{{"1", "happy"},
                                        {"2", "safe"},
                                        {"3", "behaviour"},
                                        {"4", "bullying"},
                                        {"5", "send"},
                                        {"6", "communication"},
                                        {"7", "concerns"},
                                        {"8", "best_interests"},
                                        {"9", "support"},
                                        {"10", "recommend"}}};

constexpr std::array<std::pair<std::string_view, Answer>, 35> kAnswers{{
    {"strongly agree", Answer::strongly_positive},
    {"agree strongly", Answer::strongly_positive},
    {"very satisfied", Answer::strongly_positive},
    {"agree", Answer::positive},
    {"tend to agree", Answer::positive},
    {"slightly agree", Answer::positive},
    {"satisfied", Answer::positive},
    {"yes", Answer::positive},
    {"neither agree nor disagree", Answer::neutral},
    {"neither", Answer::neutral},
    {"neutral", Answer::neutral},
    {"neither satisfied nor dissatisfied", Answer::neutral},
    {"disagree", Answer::negative},
    {"tend to disagree", Answer::negative},
    {"slightly disagree", Answer::negative},
    {"dissatisfied", Answer::negative},
    {"no", Answer::negative},
    {"strongly disagree", Answer::strongly_negative},
    {"disagree strongly", Answer::strongly_negative},
    {"very dissatisfied", Answer::strongly_negative},
    {"dont know", Answer::dont_know},
    {"do not know", Answer::dont_know},
    {"i dont know", Answer::dont_know},
    {"not sure", Answer::dont_know},
    {"unsure", Answer::dont_know},
    {"not applicable", Answer::not_applicable},
    {"n a", Answer::not_applicable},
    {"na", Answer::not_applicable},
    {"does not apply", Answer::not_applicable},
    {"my child has not been bullied", Answer::not_applicable},
    {"i have not raised any concerns", Answer::not_applicable},
    {"i have not raised concerns", Answer::not_applicable},
    {"my child does not have send", Answer::not_applicable},
    {"my child does not have special educational needs and or disabilities",
     Answer::not_applicable},
    {"prefer not to say", Answer::dont_know},
}};

template <std::size_t kSize>
std::optional<std::string_view> find(const std::array<Pair, kSize>& list, std::string_view key) {
  const auto* const at =
      std::find_if(list.begin(), list.end(), [key](const Pair& one) { return one.first == key; });
  return at == list.end() ? std::nullopt : std::optional(at->second);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The length of what plain text drops at the front of `text`: apostrophes of every make.
std::size_t apostrophe(std::string_view text) {
  for (const std::string_view mark : {"'", "`", "\u2019", "\u2018", "\u02BC"}) {
    if (text.starts_with(mark)) return mark.size();
  }
  return 0;
}

}  // namespace

std::string plain(std::string_view text) {
  std::string out;
  bool gap = false;
  while (!text.empty()) {
    if (const std::size_t dropped = apostrophe(text); dropped != 0) {
      text.remove_prefix(dropped);
      continue;
    }
    const char c = text.front();
    const bool upper = c >= 'A' && c <= 'Z';
    const bool part = upper || (c >= 'a' && c <= 'z') || is_digit(c);
    text.remove_prefix(1);
    // Every other sign, and every character beyond ASCII, parts words.
    if (!part) {
      gap = true;
      continue;
    }
    if (gap && !out.empty()) out.push_back(' ');
    gap = false;
    out.push_back(upper ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return out;
}

std::optional<std::string_view> theme_of_text(std::string_view plain_question) {
  for (const auto& [phrase, theme] : kPhrases) {
    if (plain_question.find(phrase) != std::string_view::npos) return theme;
  }
  return std::nullopt;
}

std::optional<std::string_view> theme_of_number(Questionnaire questionnaire,
                                                std::string_view number) {
  return questionnaire == Questionnaire::since_2019 ? find(kOf2019, number) : find(kOf2025, number);
}

std::optional<Questionnaire> list_that_has(std::string_view number, bool yes_or_no) {
  if (!find(kOf2025, number) && find(kOf2019, number)) return Questionnaire::since_2019;
  if (number != "10") return std::nullopt;
  return yes_or_no ? Questionnaire::since_2025 : Questionnaire::since_2019;
}

std::string_view number_alone(std::string_view plain_question) {
  auto text = plain_question;
  if (text.starts_with('q')) text.remove_prefix(1);
  if (text.starts_with(' ')) text.remove_prefix(1);
  const auto digits =
      static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
  const bool letter = text.size() == digits + 1 && (text.back() == 'a' || text.back() == 'b');
  if (digits == 0 || digits > 2 || (text.size() != digits && !letter)) return {};
  return text;
}

std::optional<Answer> usual_answer(std::string_view plain_answer) {
  const auto* const at =
      std::find_if(kAnswers.begin(), kAnswers.end(),
                   [plain_answer](const auto& one) { return one.first == plain_answer; });
  return at == kAnswers.end() ? std::nullopt : std::optional(at->second);
}

std::optional<Heading> heading_of(std::string_view plain_heading) {
  std::optional<Heading> found;
  std::size_t longest = 0;
  for (const auto& [text, answer] : kAnswers) {
    if (text.size() <= longest || !plain_heading.ends_with(text)) continue;
    auto question = plain_heading.substr(0, plain_heading.size() - text.size());
    if (!question.empty() && question.back() != ' ') continue;
    if (!question.empty()) question.remove_suffix(1);
    longest = text.size();
    found = Heading{question, answer};
  }
  return found;
}

bool is_theme(std::string_view name) {
  constexpr std::size_t kBytesMax = 40;
  return !name.empty() && name.size() <= kBytesMax &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_'; });
}

}  // namespace kpid::plugins::parental_survey
