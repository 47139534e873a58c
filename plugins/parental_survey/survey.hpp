// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What parents say: Ofsted's Parent View, the trust's own surveys, the log of complaints and the
// attendance at parents' evenings. Pure functions of bytes and settings. Names, e-mail addresses
// and free text in a survey's export are passed over unread, and no cell is ever quoted.

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "common/reading.hpp"
#include "parental_survey/figures.hpp"
#include "parental_survey/themes.hpp"

namespace kpid::plugins::parental_survey {

enum class Format { parent_view, parent_view_json, forms, complaints, evenings };

// How a time such as 10/9/2024 is written; found: by the days of the file itself.
enum class TimeOrder { found, month_first, day_first };

// Words that may stand in a column's or question's name, or be all of it: "which school" finds
// "Which school does your child attend?".
using Names = std::vector<std::string>;

// What a setting says of a school in an academic year.
struct Known {
  std::string school;
  int year = 0;
  std::int64_t count = 0;
};

struct Settings {
  Format format = Format::parent_view;
  int smallest_group = 5;
  std::string sheet;                 // of a workbook
  std::optional<int> academic_year;  // for documents without days of their own
  // Parent View
  std::optional<std::int32_t> as_at;
  std::optional<Questionnaire> questionnaire;
  std::set<std::int64_t> only_urns;
  // Own surveys
  std::string school;                                        // of every document
  std::vector<std::pair<std::string, std::string>> by_file;  // part of a file's name, school
  std::vector<std::pair<std::string, Names>> questions;      // theme, its questions
  std::map<std::string, Answer, std::less<>> answers;        // plain text, beside the usual
  TimeOrder time_order = TimeOrder::found;
  std::vector<Known> invited;  // families
  // Complaints: schools of which a log without a complaint says that there was none
  std::vector<std::string> schools;
  std::vector<Known> pupils;  // for complaints per 100 of them
  // The names of columns; without one, the usual names. "school", "time", …
  std::map<std::string, Names, std::less<>> columns;
};

// One document that cannot be read fails the reading as a whole, so that an older one does not
// stand in for a newer one that is damaged.
tl::expected<Reading, Failure> read_survey(std::span<const Document> documents,
                                           const Settings& settings);

// What each format gives for one document; read_survey puts them together.
struct Context {
  const Settings& settings;
  Notes& notes;
  std::uint64_t& rows;
};
using Said = tl::expected<Statement, Failure>;
Said read_parent_view(const Document& document, const Context& context);
Said read_parent_view_json(const Document& document, const Context& context);
Said read_forms(const Document& document, const Context& context);
Said read_complaints(const Document& document, const Context& context);
Said read_evenings(const Document& document, const Context& context);

// The theme of a question by the settings, else by its text; nothing where neither knows it.
std::optional<std::string> theme_for(const Settings& settings, std::string_view plain_question);

// When the document was published and of which academic year it is, or why that is not known.
struct Published {
  std::int32_t day = 0;
  bool by_change = false;  // of the file: neither its name nor the settings give a day
  int year = 0;
};
tl::expected<Published, Failure> published(const Document& document, const Context& context);

// Which list of questions its numbers are of: by numbers that one list alone has, else by the
// settings, else by the day.
tl::expected<Questionnaire, Failure> list_of(const Document& document, const Context& context,
                                             const Published& published,
                                             std::optional<Questionnaire> proved);

// "3 questions were answered by fewer than 5 parents": a note, where there were any.
void note_suppressed(const Document& document, const Context& context,
                     const Suppressed& suppressed);

}  // namespace kpid::plugins::parental_survey
