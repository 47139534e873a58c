// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <algorithm>
#include <utility>

#include "parental_survey/parent_view.hpp"
#include "parental_survey/rows.hpp"

namespace kpid::plugins::parental_survey {
namespace {

// A heading that is an answer, with its question in plain text: of the heading or of the row above.
struct Found {
  ShareColumn column;
  std::string question;
};

bool is_yes_or_no(std::string_view plain_heading) {
  return plain_heading.ends_with("yes") || plain_heading.ends_with(" no") || plain_heading == "no";
}

std::vector<Found> answers_in(const std::vector<std::string>& above,
                              const std::vector<std::string>& header) {
  std::vector<Found> found;
  std::string merged;  // a merged cell's text stands in its first column
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (i < above.size() && !above[i].empty()) merged = plain(above[i]);
    const std::string heading = plain(header[i]);
    const auto answer = heading_of(heading);
    if (!answer) continue;
    std::string question(answer->question);
    std::string title = shown_title(header[i]);
    if (question.empty()) {
      question = merged;
      title = shown_title(title + " of \"" + merged + "\"");
    }
    if (!question.empty()) found.push_back({{i, answer->answer, title}, std::move(question)});
  }
  return found;
}

std::optional<Questionnaire> proved_by(const std::vector<std::string>& header,
                                       const std::vector<Found>& found) {
  for (const Found& one : found) {
    const auto number = number_alone(one.question);
    if (number.empty()) continue;
    const auto list = list_that_has(number, is_yes_or_no(plain(header[one.column.at])));
    if (list) return list;
  }
  return std::nullopt;
}

class LayoutFinder {
 public:
  LayoutFinder(const Document& document, const Context& context, Layout& layout)
      : document_(document), context_(context), layout_(layout) {}

  tl::expected<void, Failure> take(const std::vector<std::string>& header, std::vector<Found> found,
                                   const Published& published) {
    const bool numbers = std::any_of(found.begin(), found.end(), [](const Found& one) {
      return !number_alone(one.question).empty();
    });
    std::optional<Questionnaire> list;
    if (numbers) {
      auto known = list_of(document_, context_, published, proved_by(header, found));
      if (!known) return tl::unexpected(std::move(known.error()));
      list = *known;
    }
    for (Found& one : found) {
      const auto about = theme(one.question, list);
      if (!about) {
        unknown(one);
      } else if (auto added = add(*about, std::move(one.column)); !added) {
        return added;
      }
    }
    note_unknown();
    return check();
  }

 private:
  [[nodiscard]] std::optional<std::string> theme(std::string_view question,
                                                 std::optional<Questionnaire> list) const {
    const auto number = number_alone(question);
    if (number.empty()) return theme_for(context_.settings, question);
    const auto known = theme_of_number(*list, number);
    return known ? std::optional(std::string(*known)) : std::nullopt;
  }

  void unknown(const Found& one) {
    if (unknown_ == 0) first_unknown_ = one.column.title;
    ++unknown_;
  }

  void note_unknown() {
    if (unknown_ == 0) return;
    context_.notes.info(place(document_.name, layout_.header_row, first_unknown_),
                        counted(unknown_, "column belongs", "columns belong") +
                            " to questions that Parent View is not known to ask, this the first; "
                            "left out. Give them a theme under questions.");
  }

  tl::expected<void, Failure> add(const std::string& theme, ShareColumn column) {
    auto at = std::find_if(layout_.questions.begin(), layout_.questions.end(),
                           [&](const Question& one) { return one.theme == theme; });
    if (at == layout_.questions.end()) {
      at = layout_.questions.insert(
          theme == kHasSendTheme ? layout_.questions.begin() : layout_.questions.end(),
          {theme, {}});
    }
    for (const ShareColumn& other : at->columns) {
      if (other.answer != column.answer) continue;
      return tl::unexpected(failure(
          document_.name,
          {"The columns \"" + other.title + "\" and \"" + column.title +
               "\" both hold one answer to the question \"" + theme + "\"; remove one of them.",
           layout_.header_row, ""}));
    }
    at->columns.push_back(std::move(column));
    return {};
  }

  // A share that lacks one of its parts would read as too high or too low.
  [[nodiscard]] tl::expected<void, Failure> check() const {
    if (layout_.questions.empty()) {
      return tl::unexpected(failure(
          document_.name,
          {"No column holds answers to a question of Parent View; export the school level table.",
           layout_.header_row, ""}));
    }
    for (const Question& one : layout_.questions) {
      const auto has = [&one](Answer answer) {
        return std::any_of(one.columns.begin(), one.columns.end(),
                           [answer](const ShareColumn& column) { return column.answer == answer; });
      };
      const bool scale = has(Answer::strongly_positive) && has(Answer::strongly_negative);
      const bool whole = has(Answer::positive) && has(Answer::negative);
      const bool any_strong = has(Answer::strongly_positive) || has(Answer::strongly_negative);
      if (whole && (scale || !any_strong)) continue;
      return tl::unexpected(failure(
          document_.name, {"The question \"" + one.theme +
                               "\" lacks a column: agree, disagree and both of their strong forms "
                               "must be there, or yes and no.",
                           layout_.header_row, ""}));
    }
    return {};
  }

  const Document& document_;
  const Context& context_;
  Layout& layout_;
  std::uint64_t unknown_ = 0;
  std::string first_unknown_;
};

tl::expected<void, Failure> take_school_columns(const Document& document,
                                                const std::vector<std::string>& header,
                                                Layout& layout) {
  std::optional<std::size_t> responses;
  bool urn = false;
  for (std::size_t i = 0; i < header.size(); ++i) {
    const std::string heading = plain(header[i]);
    const bool is_urn = heading == "urn";
    const bool is_responses =
        heading == "submissions" || heading == "responses" || heading == "number of responses";
    const bool is_rate = heading == "response rate";
    if ((is_urn && urn) || (is_responses && responses) || (is_rate && layout.rate)) {
      return tl::unexpected(
          failure(document.name, {"The header has the column \"" + shown_title(header[i]) +
                                      "\" twice; remove one of them, so that it is clear which one "
                                      "counts.",
                                  layout.header_row, ""}));
    }
    if (is_urn) {
      urn = true;
      layout.urn = i;
    } else if (is_responses) {
      responses = i;
      layout.responses_title = shown_title(header[i]);
    } else if (is_rate) {
      layout.rate = i;
      layout.rate_title = shown_title(header[i]);
    }
  }
  if (!responses) {
    return tl::unexpected(failure(
        document.name, {"There is no column \"Submissions\" or \"Responses\", so it is not known "
                        "how many parents have answered; export the school level table.",
                        layout.header_row, ""}));
  }
  layout.responses = *responses;
  return {};
}

}  // namespace

tl::expected<Layout, Failure> layout_of(const Document& document, const Context& context,
                                        const Published& published,
                                        const std::vector<std::string>& above,
                                        const std::vector<std::string>& header,
                                        std::uint32_t header_row) {
  Layout layout;
  layout.header_row = header_row;
  layout.width = header.size();
  while (layout.width > 0 && header[layout.width - 1].empty()) --layout.width;
  if (auto taken = take_school_columns(document, header, layout); !taken) {
    return tl::unexpected(std::move(taken.error()));
  }
  LayoutFinder finder(document, context, layout);
  if (auto taken = finder.take(header, answers_in(above, header), published); !taken) {
    return tl::unexpected(std::move(taken.error()));
  }
  return layout;
}

}  // namespace kpid::plugins::parental_survey
