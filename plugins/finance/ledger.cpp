// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "ledger.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "finance/account_map.hpp"
#include "finance/account_rows.hpp"
#include "finance/cells.hpp"
#include "finance/figures.hpp"

namespace kpid::plugins::finance {
namespace {

// A year whose first posting comes later than this after its first day has begun elsewhere.
constexpr std::int32_t kFirstPostingDays = 31;

struct Posting {  // what makes two rows of two documents one posting
  std::string school;
  std::int32_t date = 0;
  std::string code;
  Net net = 0;
  std::string transaction;
  friend bool operator<(const Posting& a, const Posting& b) {
    return std::tie(a.school, a.date, a.code, a.net, a.transaction) <
           std::tie(b.school, b.date, b.code, b.net, b.transaction);
  }
};

struct Seen {
  Kind kind = Kind::ignored;
  std::uint32_t times = 0;  // in one document
  std::uint32_t row = 0;
  const Document* document = nullptr;
};
using Postings = std::map<Posting, Seen>;

struct Span {  // the days of a document
  const Document* document = nullptr;
  std::int32_t first = 0;
  std::int32_t last = 0;
  bool tells_postings_apart = false;
};

class LedgerReader {
 public:
  LedgerReader(const Settings& settings, Book& book, Notes& notes)
      : settings_(settings), accounts_(settings), book_(book), notes_(notes) {}

  tl::expected<void, Failure> add(const Document& document, std::uint64_t& rows_read) {
    auto rows = AccountRows::open(document, settings_, true);
    if (!rows) return tl::unexpected(rows.error());
    Span span;
    span.document = &document;
    Postings mine;
    Unmapped unmapped;
    std::uint64_t nobodys = 0;
    for (;;) {
      auto row = rows->next();
      if (!row) return tl::unexpected(row.error());
      if (!*row) break;
      const AccountRow& one = **row;
      const auto kind = accounts_.kind_of(one.code, one.name);
      if (!kind) return fail(document, kind.error(), one.row);
      if (auto sound = is_a_day(document, one); !sound) return sound;
      const bool is_first = span.last == 0;
      span.first = is_first ? *one.date : std::min(span.first, *one.date);
      span.last = std::max(span.last, *one.date);
      span.tells_postings_apart =
          (is_first || span.tells_postings_apart) && !one.transaction.empty();
      if (!*kind) unmapped.add(one.code, one.net);
      if (!*kind || !is_counted(**kind)) continue;
      if (!one.school) {
        ++nobodys;
        continue;
      }
      Seen& seen = mine[{*one.school, *one.date, one.code, one.net, one.transaction}];
      if (seen.times++ == 0) seen = {**kind, 1, one.row, &document};
    }
    rows_read += rows->rows_read();
    if (span.last == 0) {
      return fail(document, "The file has a header and no posting; export it again.");
    }
    spans_.push_back(span);
    unmapped.tell(document.name, notes_);
    if (nobodys > 0) {
      notes_.warning(document.name, counted(nobodys, "posting names", "postings name") +
                                        " no school; they count for no school's figures.");
    }
    for (const auto& [posting, seen] : mine) {
      const auto [at, added] = postings_.try_emplace(posting, seen);
      if (!added) at->second.times = std::max(at->second.times, seen.times);
    }
    return {};
  }

  tl::expected<void, Failure> finish() {
    if (auto apart = no_posting_twice(); !apart) return apart;
    std::map<std::pair<std::string, Year>, Totals> totals;
    for (const auto& [posting, seen] : postings_) {
      const Year year = year_of(posting.date, in_april());
      const auto first = first_postings_.try_emplace(year, posting.date).first;
      first->second = std::min(first->second, posting.date);
      Totals& sum = totals[{posting.school, year}];
      if (sum.document == nullptr) {
        sum.document = seen.document;
        sum.row = seen.row;
      }
      auto& net = sum.net.at(static_cast<std::size_t>(seen.kind));
      net = net.value_or(0);
      for (std::uint32_t i = 0; i < seen.times; ++i) {
        *net += posting.net;
        if (*net > kPenceMax || *net < -kPenceMax) {
          return fail(
              *seen.document,
              "The postings of " + posting.school + " come to more than 100 billion pounds.",
              seen.row);
        }
      }
    }
    if (totals.empty()) {
      return fail(*spans_.front().document,
                  "None of its accounts is mapped; say in the setting accounts which of them are "
                  "income, staff_costs and other_expenditure.");
    }
    for (const auto& [key, sum] : totals) state(key.first, key.second, sum);
    return {};
  }

 private:
  static tl::unexpected<Failure> fail(const Document& document, const std::string& sentence,
                                      std::uint32_t row = 0) {
    return tl::unexpected(failure(document.name, {sentence, row, ""}));
  }

  static bool is_counted(Kind kind) {
    return kind == Kind::income || kind == Kind::staff_costs || kind == Kind::other_expenditure;
  }

  bool in_april() const { return settings_.starts_in_april.value_or(false); }

  static tl::expected<void, Failure> is_a_day(const Document& document, const AccountRow& row) {
    if (*row.date >= first_day({kYearFirst, false}) && *row.date <= last_day({kYearLast, false})) {
      return {};
    }
    return fail(document, "The posting's date is not between 1990 and 2099.", row.row);
  }

  // Documents that overlap must tell their postings apart.
  tl::expected<void, Failure> no_posting_twice() {
    std::sort(spans_.begin(), spans_.end(), [](const Span& a, const Span& b) {
      return std::tie(a.first, a.document->name) < std::tie(b.first, b.document->name);
    });
    const Span* reaching = nullptr;  // of those before, the one that goes furthest
    for (const Span& span : spans_) {
      if (reaching != nullptr && span.first <= reaching->last &&
          !(span.tells_postings_apart && reaching->tells_postings_apart)) {
        return fail(*span.document,
                    "It has postings from " + day_text(span.first) + ", and " +
                        reaching->document->name + " has some up to " + day_text(reaching->last) +
                        ", so some could be counted twice; name the column transaction that tells "
                        "postings apart, or read only the newest file.");
      }
      if (reaching == nullptr || span.last > reaching->last) reaching = &span;
    }
    return {};
  }

  // Up to which day the ledger knows that year.
  std::int32_t known_until(const Year& year) const {
    std::int32_t last = 0;
    for (const Span& span : spans_) last = std::max({last, span.last, stated_on(*span.document)});
    return std::min(last, last_day(year));
  }

  // Whether the ledger has the year from its beginning.
  bool knows_beginning(const Year& year) {
    const std::int32_t first = first_postings_.at(year);
    if (first <= first_day(year) + kFirstPostingDays) return true;
    if (partial_years_.insert(year).second) {
      notes_.skipped(spans_.front().document->name,
                     "The first posting of " + year_text(year) + " is on " + day_text(first) +
                         ", so what was posted before is not known; the year was left out.");
    }
    return false;
  }

  void state(const std::string& whose, const Year& year, const Totals& totals) {
    if (!knows_beginning(year)) return;
    book_.add(statement_of(whose, known_until(year), in_april(), totals, accounts_, notes_));
  }

  const Settings& settings_;
  AccountMap accounts_;
  Book& book_;
  Notes& notes_;
  std::vector<Span> spans_;
  Postings postings_;
  std::map<Year, std::int32_t> first_postings_;
  std::set<Year> partial_years_;
};

}  // namespace

tl::expected<Reading, Failure> read_ledgers(std::span<const Document> documents,
                                            const Settings& settings) {
  Notes notes;
  Reading out;
  Book book(notes);
  LedgerReader ledger(settings, book, notes);
  for (const Document& document : documents) {
    if (auto done = ledger.add(document, out.rows); !done) return tl::unexpected(done.error());
  }
  if (documents.empty()) return out;
  if (auto done = ledger.finish(); !done) return tl::unexpected(done.error());
  out.observations = book.finish();
  notes.give(out);
  return out;
}

}  // namespace kpid::plugins::finance
