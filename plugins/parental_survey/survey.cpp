// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "survey.hpp"

#include <algorithm>
#include <utility>

#include "parental_survey/stated.hpp"

namespace kpid::plugins::parental_survey {
namespace {

// 10 November 2025: the day from which Parent View asks the new questions.
constexpr std::int32_t kNewQuestionsFrom = 20402;

Said read_one(const Document& document, const Context& context) {
  switch (context.settings.format) {
    case Format::parent_view:
      return read_parent_view(document, context);
    case Format::parent_view_json:
      return read_parent_view_json(document, context);
    case Format::forms:
      return read_forms(document, context);
    case Format::complaints:
      return read_complaints(document, context);
    case Format::evenings:
      return read_evenings(document, context);
  }
  return Statement{};
}

// Parent View publishes no school with fewer than ten responses: then its figures are not known,
// which is neither 0 nor a fault of the file.
void note_unpublished(const Settings& settings, Reading& out, Notes& notes) {
  const bool of_parent_view =
      settings.format == Format::parent_view || settings.format == Format::parent_view_json;
  if (settings.only_urns.empty() || !of_parent_view) return;
  out.may_be_empty = true;
  std::set<std::string_view> found;
  for (const Observation& one : out.observations) found.insert(one.organisation);
  for (const std::int64_t urn : settings.only_urns) {
    const std::string text = std::to_string(urn);
    if (found.contains(text)) continue;
    notes.info("setting only_urns", "Nothing is published of the school with the URN " + text +
                                        ": its figures are not known, which is not 0.");
  }
}

}  // namespace

tl::expected<Reading, Failure> read_survey(std::span<const Document> documents,
                                           const Settings& settings) {
  Reading out;
  Notes notes;
  std::vector<Statement> statements;
  statements.reserve(documents.size());
  for (const Document& document : documents) {
    auto said = read_one(document, {settings, notes, out.rows});
    if (!said) return tl::unexpected(std::move(said.error()));
    statements.push_back(std::move(*said));
  }
  out.observations = settled(std::move(statements));
  note_unpublished(settings, out, notes);
  notes.give(out);
  return out;
}

std::optional<std::string> theme_for(const Settings& settings, std::string_view plain_question) {
  for (const auto& [theme, names] : settings.questions) {
    for (const std::string& name : names) {
      if (plain_question.find(plain(name)) != std::string_view::npos) return theme;
    }
  }
  if (const auto theme = theme_of_text(plain_question)) return std::string(*theme);
  return std::nullopt;
}

tl::expected<Published, Failure> published(const Document& document, const Context& context) {
  Published out;
  if (context.settings.as_at) {
    out.day = *context.settings.as_at;
  } else if (const auto day = stated_day(document)) {
    out.day = day->day;
    out.by_change = !day->from_name;
  } else {
    return tl::unexpected(failure(
        document.name, {"Neither the file's name nor its last change says when it was published; "
                        "set as_at to that day.",
                        0, ""}));
  }
  out.year = context.settings.academic_year.value_or(year_published_on(out.day));
  if (out.by_change && !context.settings.academic_year) {
    context.notes.info(place(document.name),
                       "The file's name has no date, so its figures count for " +
                           academic_year_text(out.year) + ", the year in which it last changed (" +
                           day_text(out.day) + "); set as_at where that is wrong.");
  }
  return out;
}

tl::expected<Questionnaire, Failure> list_of(const Document& document, const Context& context,
                                             const Published& published,
                                             std::optional<Questionnaire> proved) {
  const auto wanted = context.settings.questionnaire;
  if (proved && wanted && *proved != *wanted) {
    const bool older = *proved == Questionnaire::since_2019;
    return tl::unexpected(
        failure(document.name,
                {std::string("The setting questionnaire names the list of ") +
                     (older ? "2025" : "2019") + ", but the file's questions are numbered as in " +
                     (older ? "2019" : "2025") + "; leave the setting out.",
                 0, ""}));
  }
  if (proved) return *proved;
  if (wanted) return *wanted;
  if (published.by_change) {
    return tl::unexpected(failure(
        document.name,
        {"The questions have numbers and no text, and the file's name has no date: numbers changed "
         "their meaning in November 2025. Set questionnaire to \"2019\" or \"2025\".",
         0, ""}));
  }
  return published.day < kNewQuestionsFrom ? Questionnaire::since_2019 : Questionnaire::since_2025;
}

void note_suppressed(const Document& document, const Context& context,
                     const Suppressed& suppressed) {
  const std::string fewer =
      " fewer than " + std::to_string(context.settings.smallest_group) + " answers: left out.";
  if (suppressed.schools > 0) {
    context.notes.info(place(document.name),
                       counted(suppressed.schools, "school has", "schools have") + fewer);
  }
  if (suppressed.questions > 0) {
    context.notes.info(
        place(document.name),
        counted(suppressed.questions, "question of a school has", "questions of schools have") +
            fewer);
  }
}

}  // namespace kpid::plugins::parental_survey
