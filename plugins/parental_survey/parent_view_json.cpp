// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Parent View re-published as JSON, keyed by URN:
//   {"100059": {"happy": 86, "responses": 76, "q": {"1": {"pos": 86, "neg": 13}, …}}}
// pos and neg are percentages of those whom a question concerns, na of all; 7a gives the share of
// parents whose child has special needs, of whom 7b is.

#include <utility>

#include "parental_survey/survey.hpp"
#include "readers/cell.hpp"
#include "readers/json.hpp"

namespace kpid::plugins::parental_survey {
namespace {

using readers::JsonRecords;
using readers::JsonValue;

constexpr std::int64_t kResponsesLeast = 10;
constexpr std::int64_t kResponsesMost = 20'000;
constexpr std::int64_t kUrnMost = 9'999'999;
constexpr std::string_view kSchoolOut = " The school was left out.";
constexpr std::string_view kQuestionOut =
    " This question was left out; the rest of the school counts.";

class JsonReader {
 public:
  JsonReader(const Document& document, const Context& context)
      : document_(document), context_(context) {}

  Said read() {
    auto when = published(document_, context_);
    if (!when) return tl::unexpected(std::move(when.error()));
    const auto json = readers::JsonDocument::open(document_.bytes);
    if (!json) return tl::unexpected(failure(document_.name, json.error()));
    auto schools = json->records("");
    if (!schools) return tl::unexpected(failure(document_.name, schools.error()));
    if (JsonRecords first = *schools; first.next() && first.key().empty()) {
      return tl::unexpected(
          failure(document_.name,
                  {"The file holds a list where an object keyed by URN was expected.", 0, ""}));
    }
    auto list = list_of(document_, context_, *when, proved(*schools));
    if (!list) return tl::unexpected(std::move(list.error()));
    Statement out{when->day, document_.name, document_.number, {}};
    Suppressed suppressed;
    bool none = true;
    while (schools->next()) {
      none = false;
      ++context_.rows;
      const auto school = take(*schools, *list, when->year);
      if (school) add_parent_view(out, *school, context_.settings.smallest_group, suppressed);
    }
    if (none) {
      return tl::unexpected(
          failure(document_.name, {"The file holds no schools; download it again.", 0, ""}));
    }
    note_suppressed(document_, context_, suppressed);
    return out;
  }

 private:
  void skip(const std::string& where, std::string sentence) {
    context_.notes.skipped(document_.name + ", " + where, std::move(sentence));
  }

  static std::optional<Questionnaire> proved(JsonRecords schools) {
    while (schools.next()) {
      auto questions = schools.record().records("q");
      while (questions && questions->next()) {
        const bool yes_or_no = !questions->record().has("neg");
        if (const auto list = list_that_has(questions->key(), yes_or_no)) return list;
      }
    }
    return std::nullopt;
  }

  std::optional<SchoolYear> take(const JsonRecords& schools, Questionnaire list, int year) {
    const auto urn = readers::to_integer(schools.key());
    if (!urn || *urn < 1 || *urn > kUrnMost) {
      skip("school " + std::to_string(schools.row()),
           "The key is not a URN." + std::string(kSchoolOut));
      return std::nullopt;
    }
    const auto& only = context_.settings.only_urns;
    if (!only.empty() && !only.contains(*urn)) return std::nullopt;
    SchoolYear out;
    out.school = std::to_string(*urn);
    out.year = year;
    const std::string where = "URN " + out.school;
    if (!seen_.insert(*urn).second) {
      skip(where, "The URN stands twice; the first counts.");
      return std::nullopt;
    }
    const auto count = schools.record().integer("responses");
    if (!count || !*count || **count < 0 || **count > kResponsesMost) {
      skip(where + ", responses",
           "It is not a number of responses up to 20,000." + std::string(kSchoolOut));
      return std::nullopt;
    }
    if (**count < kResponsesLeast) return std::nullopt;  // not published
    out.responses = static_cast<double>(**count);
    take_questions(where, schools.record(), list, out);
    return out;
  }

  void take_questions(const std::string& where, const JsonValue& school, Questionnaire list,
                      SchoolYear& out) {
    const auto questions = school.records("q");
    if (!questions) {
      // The first question may stand for itself.
      if (const auto happy = percent(where, "happy", school, "happy")) {
        out.opinions["happy"] = {*happy * out.responses / 100, out.responses, *happy};
      }
      return;
    }
    double of_send = 100;
    for (JsonRecords all = *questions; all.next();) {
      if (theme_of_number(list, all.key()) != kHasSendTheme) continue;
      of_send =
          percent(where, "question " + std::string(all.key()), all.record(), "yes").value_or(100);
    }
    for (JsonRecords all = *questions; all.next();) {
      const auto theme = theme_of_number(list, all.key());
      if (theme == kHasSendTheme) continue;
      const std::string at =
          number_alone(all.key()).empty() ? "one question" : "question " + std::string(all.key());
      if (!theme) {
        skip(where + ", " + at,
             "Parent View has no question of that number." + std::string(kQuestionOut));
        continue;
      }
      take_question(where, at, all.record(),
                    theme == "send" ? out.responses * of_send / 100 : out.responses,
                    out.opinions[std::string(*theme)]);
    }
  }

  void take_question(const std::string& where, const std::string& at, const JsonValue& question,
                     double parents, Opinions& out) {
    if (!question.has("pos")) return;  // it concerned nobody
    const auto share = percent(where, at, question, "pos");
    const auto nobody =
        question.has("na") ? percent(where, at, question, "na") : std::optional<double>(0.0);
    if (!share || !nobody || *nobody >= 100) return;
    out.answers = parents * (100 - *nobody) / 100;
    out.positive = *share * out.answers / 100;
    out.percent = *share;
  }

  std::optional<double> percent(const std::string& where, const std::string& at,
                                const JsonValue& value, std::string_view path) {
    const auto number = value.percent(path);
    if (number && *number) return **number;
    skip(where + ", " + at,
         "The value is not a percentage between 0 and 100." + std::string(kQuestionOut));
    return std::nullopt;
  }

  const Document& document_;
  const Context& context_;
  std::set<std::int64_t> seen_;
};

}  // namespace

Said read_parent_view_json(const Document& document, const Context& context) {
  return JsonReader(document, context).read();
}

}  // namespace kpid::plugins::parental_survey
