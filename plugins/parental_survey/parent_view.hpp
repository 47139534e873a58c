// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The heading of Parent View's school level table in its three shapes, and what the shares of one
// question come to. Pure functions.

#include <optional>
#include <string>
#include <vector>

#include "parental_survey/survey.hpp"

namespace kpid::plugins::parental_survey {

// A column that holds the share of one answer.
struct ShareColumn {
  std::size_t at = 0;
  Answer answer = Answer::neutral;
  std::string title;
};

struct Question {
  std::string theme;
  std::vector<ShareColumn> columns;
};

struct Layout {
  std::size_t urn = 0;
  std::size_t responses = 0;
  std::optional<std::size_t> rate;
  std::string responses_title;
  std::string rate_title;
  std::size_t width = 0;
  std::uint32_t header_row = 0;
  std::vector<Question> questions;  // has_send first
};

// `header` is the row with URN, `above` the one before it. Shape 1: "Q1. My child is happy at this
// school. Strongly Agree". Shape 2: "Q1 Strongly Agree", known by number alone. Shape 3: "Strongly
// agree" below the merged text of its question.
tl::expected<Layout, Failure> layout_of(const Document& document, const Context& context,
                                        const Published& published,
                                        const std::vector<std::string>& above,
                                        const std::vector<std::string>& header,
                                        std::uint32_t header_row);

// A share as it stands in a cell.
struct Share {
  Answer answer = Answer::neutral;
  double value = 0;      // 57 of "57%", 57 or 0.57 without the sign
  bool signed_ = false;  // with the percent sign
};

// What the shares of one question come to for so many responses. Nothing where nobody has answered.
// An empty sentence: they are sound.
struct Outcome {
  std::optional<Opinions> opinions;
  double yes_percent = 0;
  std::string wrong;  // "is …": why the question was left out
};
Outcome opinions_of(const std::vector<Share>& shares, double responses);

}  // namespace kpid::plugins::parental_survey
