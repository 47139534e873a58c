// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The trust's own surveys as Microsoft Forms and Google Forms export them: a row an answer sheet, a
// column a question. Only the columns of the time, the school and the known questions are looked
// at; of an answer sheet nothing is kept but counts.

#include <algorithm>
#include <array>
#include <utility>

#include "parental_survey/rows.hpp"
#include "parental_survey/stated.hpp"
#include "parental_survey/survey.hpp"
#include "parental_survey/times.hpp"

namespace kpid::plugins::parental_survey {
namespace {

constexpr std::size_t kHeaderRowsMax = 20;
constexpr std::size_t kSchoolBytesMax = 200;
constexpr std::string_view kRowOut = " The row was left out.";
constexpr std::string_view kAnswerOut = " The answer was left out; the rest of its row counts.";

struct QuestionColumn {
  std::size_t at = 0;
  std::string theme;
  std::string title;
};

struct Header {
  std::uint32_t row = 0;
  std::size_t width = 0;
  std::optional<std::size_t> time;
  std::optional<std::size_t> school;
  std::optional<std::size_t> id;
  std::string time_title;
  std::string school_title;
  std::vector<QuestionColumn> questions;
};

// The column whose plain name is one of these, else the first that holds one of them.
std::optional<std::size_t> column_of(const std::vector<std::string>& titles, const Names& names,
                                     bool whole_only) {
  for (const std::string& name : names) {
    const auto at = std::find(titles.begin(), titles.end(), plain(name));
    if (at != titles.end()) return static_cast<std::size_t>(at - titles.begin());
  }
  if (whole_only) return std::nullopt;
  for (const std::string& name : names) {
    const auto at = std::find_if(titles.begin(), titles.end(), [&](const std::string& title) {
      return title.find(plain(name)) != std::string::npos;
    });
    if (at != titles.end()) return static_cast<std::size_t>(at - titles.begin());
  }
  return std::nullopt;
}

// As a spreadsheet names a column: A, B, … AA. The header's own words are not shown where the row
// may turn out to be no header.
std::string letters(std::size_t column) {
  constexpr std::size_t kLetters = 26;
  std::string out;
  for (std::size_t rest = column + 1; rest > 0; rest = (rest - 1) / kLetters) {
    out.insert(out.begin(), static_cast<char>('A' + (rest - 1) % kLetters));
  }
  return out;
}

class HeaderFinder {
 public:
  HeaderFinder(const Document& document, const Settings& settings)
      : document_(document), settings_(settings) {}

  tl::expected<Header, Failure> find(Rows& rows) const {
    for (std::size_t i = 0; i < kHeaderRowsMax; ++i) {
      auto more = rows.next();
      if (!more) return tl::unexpected(failure(document_.name, more.error()));
      if (!*more) break;
      std::vector<std::string> cells;
      cells.reserve(rows.size());
      for (std::size_t c = 0; c < rows.size(); ++c) cells.emplace_back(rows.cell(c));
      // Above the header may stand a title. A row below it is an answer sheet, never a header.
      const auto filled = std::count_if(cells.begin(), cells.end(),
                                        [](const std::string& cell) { return !cell.empty(); });
      if (filled > 1) return taken(cells, rows.row());
    }
    return wrong(0, "The file has no header in its first 20 rows; export it again.");
  }

 private:
  tl::expected<Header, Failure> wrong(std::uint32_t row, std::string sentence) const {
    return tl::unexpected(failure(document_.name, {std::move(sentence), row, ""}));
  }

  tl::expected<Header, Failure> no_question(std::uint32_t row) const {
    return wrong(row,
                 "No column holds a question that is known; name the survey's own under "
                 "questions, each with its theme.");
  }

  tl::expected<Header, Failure> taken(const std::vector<std::string>& cells,
                                      std::uint32_t row) const {
    std::vector<std::string> titles;
    titles.reserve(cells.size());
    for (const std::string& cell : cells) titles.push_back(plain(cell));
    Header out;
    out.row = row;
    out.width = titles.size();
    while (out.width > 0 && titles[out.width - 1].empty()) --out.width;
    out.time = own_or_usual("time", titles,
                            {"Completion time", "Timestamp", "Submission time", "Start time"}, {});
    if (settings_.school.empty() && settings_.by_file.empty()) {
      out.school = own_or_usual("school", titles, {"School", "Academy", "School name"},
                                {"which school", "which academy", "name of school"});
    }
    out.id = column_of(titles, {"ID"}, true);
    if (out.time) out.time_title = shown_title(cells[*out.time]);
    if (out.school) out.school_title = shown_title(cells[*out.school]);
    for (std::size_t i = 0; i < titles.size(); ++i) {
      if (i == out.time || i == out.school || i == out.id || titles[i].empty()) continue;
      const auto theme = theme_of(titles[i]);
      if (!theme || *theme == kHasSendTheme) continue;
      if (auto added = add(out, {i, *theme, shown_title(cells[i])}); !added) {
        return tl::unexpected(std::move(added.error()));
      }
    }
    if (out.questions.empty()) return no_question(row);
    return checked(std::move(out));
  }

  [[nodiscard]] std::optional<std::size_t> own_or_usual(std::string_view column,
                                                        const std::vector<std::string>& titles,
                                                        const Names& usual,
                                                        const Names& parts) const {
    const auto own = settings_.columns.find(column);
    if (own != settings_.columns.end()) return column_of(titles, own->second, false);
    if (const auto whole = column_of(titles, usual, true)) return whole;
    return column_of(titles, parts, false);
  }

  // A theme that the settings give questions for has no others.
  [[nodiscard]] std::optional<std::string> theme_of(const std::string& title) const {
    auto theme = theme_for(settings_, title);
    if (!theme) return theme;
    const auto own = std::find_if(settings_.questions.begin(), settings_.questions.end(),
                                  [&theme](const auto& one) { return one.first == *theme; });
    if (own == settings_.questions.end()) return theme;
    const bool named = std::any_of(
        own->second.begin(), own->second.end(),
        [&title](const std::string& name) { return title.find(plain(name)) != std::string::npos; });
    return named ? theme : std::nullopt;
  }

  tl::expected<void, Failure> add(Header& out, QuestionColumn column) const {
    for (const QuestionColumn& other : out.questions) {
      if (other.theme != column.theme) continue;
      return tl::unexpected(
          failure(document_.name, {"The columns " + letters(other.at) + " and " +
                                       letters(column.at) + " both ask about \"" + column.theme +
                                       "\"; name the one that counts under questions.",
                                   out.row, ""}));
    }
    out.questions.push_back(std::move(column));
    return {};
  }

  [[nodiscard]] tl::expected<Header, Failure> checked(Header out) const {
    if (!out.school && settings_.school.empty() && settings_.by_file.empty()) {
      return wrong(out.row,
                   "No column says which school an answer is about; name it under columns, or set "
                   "school or school_by_file.");
    }
    if (!out.time && settings_.columns.contains("time")) {
      return wrong(out.row, "No column has the name that columns gives for time.");
    }
    return out;
  }

  const Document& document_;
  const Settings& settings_;
};

class FormsReader {
 public:
  FormsReader(const Document& document, const Context& context)
      : document_(document), context_(context) {}

  Said read() {
    if (auto school = school_of_file(); !school) return tl::unexpected(school.error());
    if (auto dated = find_order(); !dated) return tl::unexpected(std::move(dated.error()));
    auto rows = Rows::open(document_.bytes, sheets());
    if (!rows) return tl::unexpected(failure(document_.name, rows.error()));
    auto header = HeaderFinder(document_, context_.settings).find(*rows);
    if (!header) return tl::unexpected(std::move(header.error()));
    header_ = std::move(*header);
    if (auto known = year_without_times(); !known) return tl::unexpected(known.error());
    std::uint64_t below_header = 0;
    for (;;) {
      auto more = rows->next();
      if (!more) return tl::unexpected(failure(document_.name, more.error()));
      if (!*more) break;
      ++below_header;
      take_row(*rows);
    }
    context_.rows += below_header;
    if (below_header == 0) {
      return tl::unexpected(failure(
          document_.name, {"The file has a header and no answers yet; export it again.", 0, ""}));
    }
    return statement();
  }

 private:
  tl::expected<void, Failure> wrong(std::string sentence) const {
    return tl::unexpected(failure(document_.name, {std::move(sentence), 0, ""}));
  }

  [[nodiscard]] std::vector<std::string> sheets() const {
    const std::string& sheet = context_.settings.sheet;
    return sheet.empty() ? std::vector<std::string>{} : std::vector{sheet};
  }

  tl::expected<void, Failure> school_of_file() {
    const Settings& settings = context_.settings;
    school_ = settings.school;
    if (settings.by_file.empty()) return {};
    const std::string name = plain(document_.name);
    for (const auto& [part, school] : settings.by_file) {
      if (name.find(plain(part)) == std::string::npos) continue;
      if (!school_.empty() && school_ != school) {
        return wrong("The file's name fits two schools of school_by_file; make its parts longer.");
      }
      school_ = school;
    }
    if (school_.empty()) {
      return wrong("The file's name holds no part that school_by_file gives a school for.");
    }
    return {};
  }

  // A first reading, of the times alone: one of them may say what all of them mean.
  tl::expected<void, Failure> find_order() {
    order_ = context_.settings.time_order;
    if (order_ != TimeOrder::found) return {};
    auto rows = Rows::open(document_.bytes, sheets());
    if (!rows) return tl::unexpected(failure(document_.name, rows.error()));
    auto header = HeaderFinder(document_, context_.settings).find(*rows);
    if (!header) return tl::unexpected(std::move(header.error()));
    if (!header->time) return {};
    OrderFinder finder;
    for (;;) {
      auto more = rows->next();
      if (!more) return tl::unexpected(failure(document_.name, more.error()));
      if (!*more) break;
      if (const auto date = written_date(rows->cell(*header->time))) finder.take(*date);
    }
    if (finder.contradicts()) {
      return tl::unexpected(failure(
          document_.name, {"Some of its times have the day first and others the month; export it "
                           "again.",
                           0, header->time_title}));
    }
    const auto found = finder.found();
    if (!found) {
      return tl::unexpected(failure(
          document_.name, {"Its times can be read with the day or the month first; set date_order.",
                           0, header->time_title}));
    }
    order_ = *found;
    return {};
  }

  tl::expected<void, Failure> year_without_times() {
    const auto named = stated_day(document_);
    if (named && named->from_name) day_of_file_ = named->day;
    if (header_.time) return {};
    if (!day_of_file_ && named) day_of_file_ = named->day;
    if (context_.settings.academic_year) {
      year_of_file_ = *context_.settings.academic_year;
      return {};
    }
    if (!named || !named->from_name) {
      return wrong(
          "Neither a column nor the file's name says when it was answered; set "
          "academic_year.");
    }
    year_of_file_ = academic_year_of(named->day);
    return {};
  }

  void skip(const Rows& rows, std::string_view column, std::string sentence) {
    context_.notes.skipped(place(document_.name, rows.row(), column), std::move(sentence));
  }

  void take_row(const Rows& rows) {
    if (rows.is_short(header_.width)) {
      skip(rows, "", short_row(rows.size(), header_.width) + std::string(kRowOut));
      return;
    }
    const auto school = school_of(rows);
    if (!school) return;
    const auto year = year_of(rows);
    if (!year) return;
    if (header_.id && !ids_.insert({*school, std::string(rows.cell(*header_.id)),
                                    header_.time ? std::string(rows.cell(*header_.time)) : ""})
                           .second) {
      skip(rows, "", "The row stands in the file twice. It was counted once.");
      return;
    }
    SchoolYear& sum = schools_[{*school, *year}];
    if (sum.responses == 0) {
      sum.school = *school;
      sum.year = *year;
    }
    sum.responses += 1;
    for (const QuestionColumn& question : header_.questions) take_answer(rows, question, sum);
  }

  std::optional<std::string> school_of(const Rows& rows) {
    if (!header_.school) return school_;
    const auto cell = rows.cell(*header_.school);
    if (!cell.empty() && cell.size() <= kSchoolBytesMax) return std::string(cell);
    skip(rows, header_.school_title,
         (cell.empty() ? "The row names no school." : "The value is longer than 200 bytes.") +
             std::string(kRowOut));
    return std::nullopt;
  }

  std::optional<int> year_of(const Rows& rows) {
    if (!header_.time) return year_of_file_;
    const auto date = written_date(rows.cell(*header_.time));
    const auto day = date ? day_of(*date, order_) : std::nullopt;
    if (!day) {
      skip(rows, header_.time_title,
           "The value is not a time such as " +
               std::string(order_ == TimeOrder::month_first ? "10/27/2025 19:06"
                                                            : "27/10/2025 19:06") +
               "." + std::string(kRowOut));
      return std::nullopt;
    }
    last_day_ = std::max(last_day_, *day);
    return academic_year_of(*day);
  }

  void take_answer(const Rows& rows, const QuestionColumn& question, SchoolYear& sum) {
    const std::string text = plain(rows.cell(question.at));
    if (text.empty()) return;  // not answered
    const auto& own = context_.settings.answers;
    const auto at = own.find(text);
    const auto answer = at != own.end() ? std::optional(at->second) : usual_answer(text);
    if (!answer) {
      skip(
          rows, question.title,
          "The value is no answer that is known; name it under answers." + std::string(kAnswerOut));
      return;
    }
    if (*answer == Answer::not_applicable) return;
    Opinions& opinions = sum.opinions[question.theme];
    opinions.answers += 1;
    if (is_positive(*answer)) opinions.positive += 1;
  }

  Statement statement() {
    Statement out{day_of_file_.value_or(last_day_), document_.name, document_.number, {}};
    Suppressed suppressed;
    for (auto& [key, school] : schools_) {
      take_invited(school);
      add_own_survey(out, school, context_.settings.smallest_group, suppressed);
    }
    note_suppressed(document_, context_, suppressed);
    return out;
  }

  void take_invited(SchoolYear& school) {
    for (const Known& one : context_.settings.invited) {
      if (one.school != school.school || one.year != school.year) continue;
      school.invited = static_cast<double>(one.count);
      if (school.responses <= *school.invited) continue;
      context_.notes.warning(
          "setting invited",
          one.school + " has " +
              counted(static_cast<std::uint64_t>(school.responses), "response", "responses") +
              " in " + academic_year_text(one.year) + " and only " +
              counted(static_cast<std::uint64_t>(one.count), "family", "families") +
              " invited; correct the number, or allow one response a family.");
    }
  }

  const Document& document_;
  const Context& context_;
  Header header_;
  TimeOrder order_ = TimeOrder::found;
  std::string school_;
  std::optional<std::int32_t> day_of_file_;
  int year_of_file_ = 0;
  std::int32_t last_day_ = 0;
  std::set<std::array<std::string, 3>> ids_;  // school, number and time of an answer sheet
  std::map<std::pair<std::string, int>, SchoolYear> schools_;
};

}  // namespace

Said read_forms(const Document& document, const Context& context) {
  return FormsReader(document, context).read();
}

}  // namespace kpid::plugins::parental_survey
