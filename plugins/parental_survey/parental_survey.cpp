// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The plugin "parental_survey": what parents say; see README.md beside this file.

#include <utility>

#include <kpid/plugin.hpp>

#include "common/run.hpp"
#include "parental_survey/survey.hpp"

namespace kpid::plugins::parental_survey {
namespace {

[[noreturn]] void refuse(std::string sentence) {
  throw plugin::Failure(plugin::config_error(std::move(sentence)));
}

Format format_from(const std::string& name) {
  if (name == "parent_view_json") return Format::parent_view_json;
  if (name == "forms") return Format::forms;
  if (name == "complaints") return Format::complaints;
  if (name == "evenings") return Format::evenings;
  return Format::parent_view;
}

std::int32_t day_from(const std::string& text) {
  const auto day = readers::to_date(text, readers::DateOrder::year_month_day);
  if (!day) refuse("The setting as_at is not a day as YYYY-MM-DD: \"" + text + "\".");
  return *day;
}

int year_from(std::string_view setting, const std::string& text) {
  const auto year = readers::to_start_year(text);
  if (!year) {
    refuse("The setting " + std::string(setting) + " is not an academic year such as 2025/26: \"" +
           text + "\".");
  }
  return *year;
}

void read_questions(const plugin::Settings& from, Settings& out) {
  for (const std::string& theme : from.names()) {
    if (!is_theme(theme)) {
      refuse("The theme \"" + theme +
             "\" under questions must be of small letters, digits and _, at most 40 of them.");
    }
    Names names = from.texts(theme);
    for (const std::string& name : names) {
      if (plain(name).empty()) refuse("A question of the theme \"" + theme + "\" has no words.");
    }
    out.questions.emplace_back(theme, std::move(names));
  }
}

void read_answers(const plugin::Settings& from, Settings& out) {
  constexpr std::array<std::pair<std::string_view, Answer>, 5> kKinds{
      {{"positive", Answer::positive},
       {"neutral", Answer::neutral},
       {"negative", Answer::negative},
       {"dont_know", Answer::dont_know},
       {"not_applicable", Answer::not_applicable}}};
  for (const auto& [kind, answer] : kKinds) {
    for (const std::string& text : from.texts(kind)) {
      if (out.answers.emplace(plain(text), answer).second) continue;
      refuse("The answer \"" + text + "\" stands under answers twice; it can mean one thing only.");
    }
  }
}

std::vector<Known> known_from(const plugin::Settings& from, std::string_view setting,
                              std::string_view count) {
  const auto objects = from.objects(setting);
  std::vector<Known> out;
  out.reserve(objects.size());
  for (const plugin::Settings& one : objects) {
    out.push_back(
        {one.text("school"), year_from(setting, one.text("academic_year")), one.integer(count)});
  }
  return out;
}

void read_schools(const plugin::Settings& from, Settings& out) {
  out.school = from.text("school", "");
  const plugin::Settings by_file = from.object("school_by_file");
  for (const std::string& part : by_file.names()) {
    if (plain(part).empty()) refuse("A part of a file's name under school_by_file has no words.");
    out.by_file.emplace_back(part, by_file.text(part));
  }
  if (!out.school.empty() && !out.by_file.empty()) {
    refuse("Both school and school_by_file are set; keep one of them.");
  }
  out.schools = from.texts("schools");
  out.invited = known_from(from, "invited", "families");
  out.pupils = known_from(from, "pupils", "pupils");
}

Settings settings_from(const plugin::Settings& from) {
  Settings out;
  out.format = format_from(from.text("format", "parent_view"));
  out.sheet = from.text("sheet", "");
  out.smallest_group = static_cast<int>(from.integer("smallest_group", 5));
  if (from.has("academic_year")) {
    out.academic_year = year_from("academic_year", from.text("academic_year"));
  }
  if (from.has("as_at")) out.as_at = day_from(from.text("as_at"));
  if (from.has("questionnaire")) {
    out.questionnaire = from.text("questionnaire") == "2019" ? Questionnaire::since_2019
                                                             : Questionnaire::since_2025;
  }
  for (const std::int64_t urn : from.integers("only_urns")) out.only_urns.insert(urn);
  const std::string order = from.text("date_order", "found");
  if (order == "month_first") out.time_order = TimeOrder::month_first;
  if (order == "day_first") out.time_order = TimeOrder::day_first;
  read_schools(from, out);
  read_questions(from.object("questions"), out);
  read_answers(from.object("answers"), out);
  const plugin::Settings columns = from.object("columns");
  for (const std::string& name : columns.names()) out.columns[name] = columns.texts(name);
  return out;
}

class ParentalSurvey {
 public:
  explicit ParentalSurvey(const plugin::Settings& settings)
      : location_(settings), settings_(settings_from(settings)) {}

  plugin::Status check(plugin::Host& host) { return check_tables(host, location_, reader()); }
  plugin::Status pull(plugin::Host& host, const plugin::Pull&) {
    return pull_tables(host, location_, reader());
  }

 private:
  [[nodiscard]] Reader reader() const {
    return
        [this](std::span<const Document> documents) { return read_survey(documents, settings_); };
  }

  Location location_;
  Settings settings_;
};

}  // namespace
}  // namespace kpid::plugins::parental_survey

KPID_PLUGIN(kpid::plugins::parental_survey::ParentalSurvey);
