// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "parent_view.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <utility>

#include "parental_survey/rows.hpp"
#include "readers/cell.hpp"

namespace kpid::plugins::parental_survey {
namespace {

constexpr std::size_t kHeaderRowsMax = 40;
constexpr std::int64_t kResponsesLeast = 10;  // Ofsted publishes no school with fewer
constexpr std::int64_t kResponsesMost = 20'000;
constexpr std::int64_t kUrnMost = 9'999'999;
constexpr double kTolerance = 3.5;  // six shares that are rounded to whole percents
constexpr std::string_view kRowOut = " The row was left out.";
constexpr std::string_view kQuestionOut =
    " This question was left out; the rest of its row counts.";

// "57%", "57", "0.57" and, as workbooks hold small shares, "5.7E-2".
std::optional<Share> share_of(std::string_view cell, Answer answer) {
  Share out;
  out.answer = answer;
  out.signed_ = cell.ends_with('%');
  if (out.signed_) cell = readers::trim(cell.substr(0, cell.size() - 1));
  if (cell.empty() || cell.front() < '0' || cell.front() > '9') return std::nullopt;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), out.value);
  if (error != std::errc() || end != cell.data() + cell.size()) return std::nullopt;
  if (!std::isfinite(out.value) || out.value > 100) return std::nullopt;
  return out;
}

// Takes off what binary fractions add to a decimal one: 0.57 * 100 is 56.99999999999999.
double cleaned(double percent) {
  constexpr double kUnit = 1e9;
  return std::round(percent * kUnit) / kUnit;
}

double sum(const std::vector<Share>& shares, bool (*counts)(Answer)) {
  return std::accumulate(shares.begin(), shares.end(), 0.0, [counts](double all, const Share& one) {
    return counts(one.answer) ? all + one.value : all;
  });
}

bool any(Answer) { return true; }
bool applies(Answer answer) { return answer != Answer::not_applicable; }

// Shares of full precision are those of whole parents: then the very counts are known.
std::optional<Opinions> whole_counts(const std::vector<Share>& percents, double responses) {
  Opinions out;
  double all = 0;
  for (const Share& one : percents) {
    const double exact = one.value * responses / 100;
    const double count = std::round(exact);
    if (std::abs(exact - count) > 1e-6 * responses) return std::nullopt;
    all += count;
    if (applies(one.answer)) out.answers += count;
    if (is_positive(one.answer)) out.positive += count;
  }
  return all == responses ? std::optional(out) : std::nullopt;
}

std::string percent_text(double percent) {
  const auto tenths = static_cast<std::int64_t>(std::llround(percent * 10));
  std::string text = std::to_string(tenths / 10);
  if (tenths % 10 != 0) text += "." + std::to_string(tenths % 10);
  return text + " %";
}

class SchoolRow {
 public:
  SchoolRow(const Document& document, const Context& context, const Layout& layout,
            const Rows& rows)
      : document_(document), context_(context), layout_(layout), rows_(rows) {}

  // Nothing where the row is not of a school whose answers are published.
  std::optional<SchoolYear> read(int year) {
    const auto urn = readers::to_integer(rows_.cell(layout_.urn));
    if (!urn || *urn < 1 || *urn > kUrnMost) {
      skip("URN", "The value is not a URN." + std::string(kRowOut));
      return std::nullopt;
    }
    const auto& only = context_.settings.only_urns;
    if (!only.empty() && !only.contains(*urn)) return std::nullopt;
    const auto cell = rows_.cell(layout_.responses);
    const auto responses = readers::to_integer(cell);
    if (readers::is_missing(cell) ||
        (responses && *responses < kResponsesLeast && *responses >= 0)) {
      unpublished_ = true;
      return std::nullopt;
    }
    if (!responses || *responses < 0 || *responses > kResponsesMost) {
      skip(layout_.responses_title,
           "The value is not a number of responses up to 20,000." + std::string(kRowOut));
      return std::nullopt;
    }
    SchoolYear out;
    out.school = std::to_string(*urn);
    out.year = year;
    out.responses = static_cast<double>(*responses);
    out.row = rows_.row();
    take_rate(out);
    for (const Question& question : layout_.questions) take(question, out);
    return out;
  }

  [[nodiscard]] bool unpublished() const { return unpublished_; }

 private:
  void skip(std::string_view column, std::string sentence) {
    context_.notes.skipped(place(document_.name, rows_.row(), column), std::move(sentence));
  }

  void take_rate(SchoolYear& out) {
    if (!layout_.rate) return;
    const auto cell = rows_.cell(*layout_.rate);
    if (readers::is_missing(cell)) return;
    const auto rate = share_of(cell, Answer::neutral);
    if (!rate) {
      skip(layout_.rate_title,
           "The value is not a rate from 0 to 100 %. It was left out; the rest of its row counts.");
      return;
    }
    const double percent =
        rate->signed_ || rate->value > 1 ? rate->value : cleaned(rate->value * 100);
    if (percent > 0) out.response_rate = percent;  // 0 %: rounded off
  }

  void take(const Question& question, SchoolYear& out) {
    std::vector<Share> shares;
    bool blank = true;
    for (const ShareColumn& column : question.columns) {
      const auto cell = rows_.cell(column.at);
      if (cell.empty()) continue;             // nobody, where the others add up to all
      if (readers::is_missing(cell)) return;  // not published
      blank = false;
      const auto share = share_of(cell, column.answer);
      if (!share) {
        skip(column.title, "The value is not a share from 0 to 100 %." + std::string(kQuestionOut));
        return;
      }
      shares.push_back(*share);
    }
    if (blank) return;
    const bool of_send = question.theme == "send" && send_percent_ > 0;
    const double parents = of_send ? send_percent_ * out.responses / 100 : out.responses;
    const Outcome outcome = opinions_of(shares, parents);
    if (!outcome.wrong.empty()) {
      skip(question.columns.front().title, outcome.wrong + std::string(kQuestionOut));
      return;
    }
    if (question.theme == kHasSendTheme) {
      send_percent_ = outcome.yes_percent;
    } else if (outcome.opinions) {
      out.opinions.emplace(question.theme, *outcome.opinions);
    }
  }

  const Document& document_;
  const Context& context_;
  const Layout& layout_;
  const Rows& rows_;
  double send_percent_ = 0;
  bool unpublished_ = false;
};

class TableReader {
 public:
  TableReader(const Document& document, const Context& context)
      : document_(document), context_(context) {}

  Said read() {
    auto when = published(document_, context_);
    if (!when) return tl::unexpected(std::move(when.error()));
    auto rows = Rows::open(document_.bytes, sheets());
    if (!rows) return tl::unexpected(failure(document_.name, rows.error()));
    auto layout = find_header(*rows, *when);
    if (!layout) return tl::unexpected(std::move(layout.error()));
    if (auto done = take_rows(*rows, *layout, when->year); !done) {
      return tl::unexpected(std::move(done.error()));
    }
    Statement out{when->day, document_.name, document_.number, {}};
    Suppressed suppressed;
    for (const auto& [urn, school] : schools_) {
      if (twice_.contains(urn)) continue;
      add_parent_view(out, school, context_.settings.smallest_group, suppressed);
    }
    note_suppressed(document_, context_, suppressed);
    if (unpublished_ > 0) {
      context_.notes.info(place(document_.name),
                          counted(unpublished_, "school has", "schools have") +
                              " fewer than 10 responses: nothing is published of them.");
    }
    return out;
  }

 private:
  [[nodiscard]] std::vector<std::string> sheets() const {
    if (!context_.settings.sheet.empty()) return {context_.settings.sheet};
    return {"School Level Data", "School Level", "School Data"};
  }

  tl::expected<Layout, Failure> find_header(Rows& rows, const Published& when) {
    std::vector<std::string> above;
    std::vector<std::string> header;
    for (std::size_t i = 0; i < kHeaderRowsMax; ++i) {
      auto more = rows.next();
      if (!more) return tl::unexpected(failure(document_.name, more.error()));
      if (!*more) break;
      above = std::move(header);
      header.clear();
      bool urn = false;
      for (std::size_t c = 0; c < rows.size(); ++c) {
        header.emplace_back(rows.cell(c));
        urn = urn || plain(header.back()) == "urn";
      }
      if (urn) return layout_of(document_, context_, when, above, header, rows.row());
    }
    return tl::unexpected(
        failure(document_.name,
                {"There is no heading \"URN\" in the first 40 rows; export the school level table.",
                 0, ""}));
  }

  tl::expected<void, Failure> take_rows(Rows& rows, const Layout& layout, int year) {
    std::uint64_t below_header = 0;
    for (;;) {
      auto more = rows.next();
      if (!more) return tl::unexpected(failure(document_.name, more.error()));
      if (!*more) break;
      ++below_header;
      if (rows.is_short(layout.width)) {
        context_.notes.skipped(place(document_.name, rows.row()),
                               short_row(rows.size(), layout.width) + std::string(kRowOut));
        continue;
      }
      SchoolRow row(document_, context_, layout, rows);
      if (auto school = row.read(year)) keep(std::move(*school));
      if (row.unpublished()) ++unpublished_;
    }
    context_.rows += below_header;
    if (below_header > 0) return {};
    return tl::unexpected(
        failure(document_.name, {"The file has a header and no rows; export it again.", 0, ""}));
  }

  void keep(SchoolYear school) {
    const std::uint32_t row = school.row;
    const std::string urn = school.school;
    const auto [at, added] = schools_.try_emplace(urn, std::move(school));
    if (added) return;
    twice_.insert(urn);
    context_.notes.skipped(place(document_.name, row),
                           urn + " stands in row " + std::to_string(at->second.row) +
                               " too. Which row counts is not clear, so both were left out.");
  }

  const Document& document_;
  const Context& context_;
  std::map<std::string, SchoolYear> schools_;
  std::set<std::string> twice_;
  std::uint64_t unpublished_ = 0;
};

}  // namespace

Outcome opinions_of(const std::vector<Share>& shares, double responses) {
  Outcome out;
  std::vector<Share> percents = shares;
  const bool is_signed =
      std::any_of(shares.begin(), shares.end(), [](const Share& one) { return one.signed_; });
  const double raw = sum(shares, any);
  if (raw == 0) return out;
  const bool proportions = !is_signed && std::abs(raw * 100 - 100) <= kTolerance;
  for (Share& one : percents) one.value = proportions ? cleaned(one.value * 100) : one.value;
  const double total = sum(percents, any);
  if (std::abs(total - 100) > kTolerance) {
    out.wrong =
        "The shares of the answers add up to " + percent_text(total) + " where 100 % was expected.";
    return out;
  }
  const double positive = cleaned(sum(percents, is_positive));
  out.yes_percent = positive;
  if (const auto counts = whole_counts(percents, responses)) {
    if (counts->answers > 0) out.opinions = counts;
    return out;
  }
  const double applicable = cleaned(sum(percents, applies));
  if (applicable <= 0) return out;
  const bool all_apply = applicable == cleaned(total);
  Opinions opinions;
  opinions.answers = all_apply ? responses : responses * applicable / total;
  opinions.percent = all_apply ? std::min(positive, 100.0) : 100 * positive / applicable;
  opinions.positive = *opinions.percent * opinions.answers / 100;
  out.opinions = opinions;
  return out;
}

Said read_parent_view(const Document& document, const Context& context) {
  return TableReader(document, context).read();
}

}  // namespace kpid::plugins::parental_survey
