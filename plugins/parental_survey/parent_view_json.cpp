// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Parent View re-published as JSON, keyed by URN:
//   {"100059": {"happy": 86, "responses": 76, "q": {"1": {"pos": 86, "neg": 13}, …}}}
// pos and neg are percentages of those whom a question concerns, na of all; 7a gives the share of
// parents whose child has special needs, of whom 7b is.

#include <algorithm>
#include <utility>

#include <kpid/json.hpp>

#include "parental_survey/survey.hpp"
#include "readers/cell.hpp"

namespace kpid::plugins::parental_survey {
namespace {

using plugin::Json;
using plugin::JsonObject;

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
    const auto json = plugin::parse_json(document_.bytes);
    if (!json) {
      return wrong("The file is not sound JSON, or larger than 16 MiB; download it again.");
    }
    const auto* schools = json->get<JsonObject>();
    if (schools == nullptr) {
      return wrong("The file holds " + std::string(json->kind()) +
                   " where an object keyed by URN was expected.");
    }
    if (schools->empty()) return wrong("The file holds no schools; download it again.");
    auto list = list_of(document_, context_, *when, proved(*schools));
    if (!list) return tl::unexpected(std::move(list.error()));
    Statement out{when->day, document_.name, document_.number, {}};
    Suppressed suppressed;
    for (const auto& [urn, value] : *schools) {
      ++context_.rows;
      const auto school = take(urn, value, *list, when->year);
      if (school) {
        add_parent_view(out, *school, context_.settings.smallest_group, suppressed);
      }
    }
    note_suppressed(document_, context_, suppressed);
    return out;
  }

 private:
  [[nodiscard]] Said wrong(std::string sentence) const {
    return tl::unexpected(failure(document_.name, {std::move(sentence), 0, ""}));
  }

  void skip(const std::string& where, std::string sentence) {
    context_.notes.skipped(document_.name + ", " + where, std::move(sentence));
  }

  static std::optional<Questionnaire> proved(const JsonObject& schools) {
    for (const auto& [urn, school] : schools) {
      const Json* questions = school.find("q");
      const auto* members = questions == nullptr ? nullptr : questions->get<JsonObject>();
      if (members == nullptr) continue;
      for (const auto& [number, question] : *members) {
        const bool yes_or_no = question.find("neg") == nullptr;
        if (const auto list = list_that_has(number, yes_or_no)) return list;
      }
    }
    return std::nullopt;
  }

  std::optional<SchoolYear> take(const std::string& key, const Json& value, Questionnaire list,
                                 int year) {
    const auto urn = readers::to_integer(key);
    if (!urn || *urn < 1 || *urn > kUrnMost) {
      skip("school " + std::to_string(context_.rows),
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
    const Json* responses = value.find("responses");
    const auto* count = responses == nullptr ? nullptr : responses->get<std::int64_t>();
    if (count == nullptr || *count < 0 || *count > kResponsesMost) {
      skip(where + ", responses",
           "It is not a number of responses up to 20,000." + std::string(kSchoolOut));
      return std::nullopt;
    }
    if (*count < kResponsesLeast) return std::nullopt;  // not published
    out.responses = static_cast<double>(*count);
    take_questions(where, value, list, out);
    return out;
  }

  void take_questions(const std::string& where, const Json& value, Questionnaire list,
                      SchoolYear& out) {
    const Json* questions = value.find("q");
    const auto* members = questions == nullptr ? nullptr : questions->get<JsonObject>();
    if (members == nullptr) {
      // The first question may stand for itself.
      if (const auto happy = percent(where, "happy", value.find("happy"))) {
        out.opinions["happy"] = {*happy * out.responses / 100, out.responses, *happy};
      }
      return;
    }
    double of_send = 100;
    for (const auto& [number, question] : *members) {
      if (theme_of_number(list, number) != kHasSendTheme) continue;
      of_send = percent(where, "question " + number, question.find("yes")).value_or(100);
    }
    for (const auto& [number, question] : *members) {
      const auto theme = theme_of_number(list, number);
      if (theme == kHasSendTheme) continue;
      const std::string at = number_alone(number).empty() ? "one question" : "question " + number;
      if (!theme) {
        skip(where + ", " + at,
             "Parent View has no question of that number." + std::string(kQuestionOut));
        continue;
      }
      take_question(where, at, question,
                    theme == "send" ? out.responses * of_send / 100 : out.responses,
                    out.opinions[std::string(*theme)]);
    }
  }

  void take_question(const std::string& where, const std::string& at, const Json& question,
                     double parents, Opinions& out) {
    const Json* positive = question.find("pos");
    const Json* not_applicable = question.find("na");
    if (positive == nullptr) return;  // it concerned nobody
    const auto share = percent(where, at, positive);
    const auto nobody =
        not_applicable == nullptr ? std::optional<double>(0.0) : percent(where, at, not_applicable);
    if (!share || !nobody || *nobody >= 100) return;
    out.answers = parents * (100 - *nobody) / 100;
    out.positive = *share * out.answers / 100;
    out.percent = *share;
  }

  std::optional<double> percent(const std::string& where, const std::string& at,
                                const Json* value) {
    double storage = 0;
    const double* number = value == nullptr ? nullptr : value->number(storage);
    if (number != nullptr && *number >= 0 && *number <= 100) return *number;
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
