// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What a question is about and what an answer says, by their text. A question's number says
// neither: numbers changed their meaning in November 2025. Pure functions; any thread.

#include <optional>
#include <string>
#include <string_view>

namespace kpid::plugins::parental_survey {

// Lower-case words with one blank between them, without apostrophes and other signs: "Don't Know "
// is "dont know", "Q1. My child" is "q1 my child".
std::string plain(std::string_view text);

// Parent View's two lists of questions.
enum class Questionnaire { since_2019, since_2025 };

// "happy", "safe", … of a question's plain text, whatever its number and whichever list it is of;
// nothing where the text is of neither list.
std::optional<std::string_view> theme_of_text(std::string_view plain_question);

// "7b" of a list, for headings that give nothing but the number.
std::optional<std::string_view> theme_of_number(Questionnaire questionnaire,
                                                std::string_view number);

// The list in which alone a question of that number can stand with answers such as these ("yes",
// "no" or others): 7a, 7b and 11 to 14 are of 2019 alone, and 10 is answered with yes and no since
// 2025.
std::optional<Questionnaire> list_that_has(std::string_view number, bool yes_or_no);

// "7b" where a plain text is a number alone ("q7b", "7b"), "" where it is not.
std::string_view number_alone(std::string_view plain_question);

// Whether a child has special needs: not an opinion, but what the answers on support are a part of.
inline constexpr std::string_view kHasSendTheme = "has_send";

enum class Answer {
  strongly_positive,
  positive,
  neutral,
  negative,
  strongly_negative,
  dont_know,
  not_applicable
};

inline constexpr bool is_positive(Answer answer) {
  return answer == Answer::positive || answer == Answer::strongly_positive;
}

// Of a plain text, in the words that Parent View, Microsoft Forms and Google Forms use.
std::optional<Answer> usual_answer(std::string_view plain_answer);

// A heading such as "q1 strongly agree" or "agree": its answer, and the text before it, which may
// be empty. Nothing where it ends in no answer.
struct Heading {
  std::string_view question;
  Answer answer = Answer::neutral;
};
std::optional<Heading> heading_of(std::string_view plain_heading);

// Whether a theme's name can stand in a subgroup: [a-z0-9_]+, at most 40 bytes.
bool is_theme(std::string_view name);

}  // namespace kpid::plugins::parental_survey
