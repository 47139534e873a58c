// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The register of bids for funding: made in the financial year in which they were submitted, won in
// that in which they were decided.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "estates/consumption.hpp"
#include "estates/registers.hpp"

namespace kpid::plugins::estates {
namespace {

using registers::Count;
using registers::DocumentsOfDay;
using registers::Register;

enum ColumnIndex : std::size_t { school, fund, amount, awarded, submitted, outcome, decided };

constexpr std::int64_t kPenceMax = 100'000'000'000;  // £1 billion

enum class Outcome : std::uint8_t { pending, won, lost, unknown };

Outcome outcome_of(std::string_view text) {
  static const std::map<std::string, Outcome, std::less<>> words{
      {"", Outcome::pending},
      {"pending", Outcome::pending},
      {"submitted", Outcome::pending},
      {"awaiting decision", Outcome::pending},
      {"awaiting", Outcome::pending},
      {"in progress", Outcome::pending},
      {"won", Outcome::won},
      {"successful", Outcome::won},
      {"success", Outcome::won},
      {"approved", Outcome::won},
      {"awarded", Outcome::won},
      {"granted", Outcome::won},
      {"lost", Outcome::lost},
      {"unsuccessful", Outcome::lost},
      {"rejected", Outcome::lost},
      {"declined", Outcome::lost},
      {"refused", Outcome::lost},
      {"not approved", Outcome::lost},
      {"not successful", Outcome::lost},
      {"withdrawn", Outcome::lost}};
  const auto found = words.find(registers::lower(text));
  return found == words.end() ? Outcome::unknown : found->second;
}

struct Bids {
  Count made;
  Count won;
  Count asked;              // pence
  Count given;              // pence
  bool asked_known = true;  // every bid of the year has its amount
  bool given_known = true;
};

class BidReader {
 public:
  BidReader(const DocumentsOfDay& of_day, const Settings& settings, Reading& out, Notes& notes)
      : of_day_(of_day), settings_(settings), out_(out), notes_(notes) {}

  tl::expected<void, Failure> read() {
    for (const Document* document : of_day_.documents) {
      if (const auto done = read(*document); !done) return done;
    }
    // The year of the register itself, for schools that have made no bid in it.
    years_.insert(year_of_bid(of_day_.day));
    for (const School& one : settings_.schools) codes_.insert(one.code);
    for (const std::string& code : codes_) {
      for (const std::int32_t year : years_) give(code, year, bids_[{code, year}]);
    }
    return {};
  }

 private:
  static std::int32_t year_of_bid(std::int32_t day) {
    return period_of(PeriodKind::academic_year, day).first;
  }

  tl::expected<void, Failure> read(const Document& document) {
    auto from = Register::open(
        document,
        {wanted_column(settings_, "school",
                       {"URN", "School URN", "School", "School name", "Academy", "Site"}, true),
         wanted_column(settings_, "fund", {"Fund", "Funding stream", "Programme", "Scheme"}, false),
         wanted_column(settings_, "amount",
                       {"Amount", "Amount bid", "Amount requested", "Bid amount", "Value"}, true),
         wanted_column(settings_, "awarded",
                       {"Awarded", "Amount awarded", "Award", "Amount granted"}, false),
         wanted_column(settings_, "submitted",
                       {"Submitted", "Submitted on", "Date submitted", "Submission date"}, true),
         wanted_column(settings_, "outcome", {"Outcome", "Result", "Status"}, true),
         wanted_column(settings_, "decided",
                       {"Decided", "Decided on", "Date decided", "Decision date"}, true)},
        settings_, notes_);
    if (!from) return tl::unexpected(from.error());
    for (;;) {
      const auto more = from->next();
      if (!more) return tl::unexpected(more.error());
      if (!*more) break;
      take(*from);
    }
    const auto count = from->finish();
    if (!count) return tl::unexpected(count.error());
    out_.rows += *count;
    return {};
  }

  struct Money {
    std::optional<std::int64_t> pence;
  };
  std::optional<Money> money(Register& from, std::size_t column) {
    const auto cell = from.table().pence(column);
    if (cell && (!*cell || (**cell >= 0 && **cell <= kPenceMax))) return Money{*cell};
    from.left_out(!cell ? cell.error()
                        : from.table().fault(
                              column, **cell < 0 ? "is below 0" : "is more than 1 billion pounds"));
    return std::nullopt;
  }

  void take(Register& from) {
    const auto code = from.needed_text(school, "names no school");
    const auto stream = code ? from.text(fund) : std::nullopt;
    const auto asked = stream ? money(from, amount) : std::nullopt;
    const auto given = asked ? money(from, awarded) : std::nullopt;
    const auto made_on = given ? from.needed_day(submitted) : std::nullopt;
    const auto how = made_on ? from.text(outcome) : std::nullopt;
    const auto decided_on = how ? from.day(decided) : std::nullopt;
    if (!decided_on) return;
    const Outcome result = outcome_of(*how);
    if (result == Outcome::unknown) {
      return from.left_out(from.table().fault(
          outcome, "is no outcome that kpid knows (won, lost, pending and the like)"));
    }
    if (*made_on > of_day_.day) {
      return from.left_out(
          from.table().fault(submitted, "is after the day of the file, " + day_text(of_day_.day)));
    }
    if (decided_on->day && *decided_on->day < *made_on) {
      return from.left_out(from.table().fault(decided, "is before the bid was submitted"));
    }
    if (result == Outcome::won && !decided_on->day) {
      return from.left_out({"The bid is won, but there is no date of the decision.",
                            from.table().row(), from.table().name(decided)});
    }
    if (seen_twice(from, {*code, *stream, *made_on, asked->pence})) return;
    codes_.insert(*code);
    count_made(from, *code, *made_on, asked->pence);
    if (result == Outcome::won) {
      count_won(from, *code, *decided_on->day, given->pence ? given->pence : asked->pence);
    }
  }

  using Identity = std::tuple<std::string, std::string, std::int32_t, std::optional<std::int64_t>>;
  bool seen_twice(Register& from, const Identity& bid) {
    const auto [at, added] = seen_.try_emplace(bid, &from.document(), from.table().row());
    if (added) return false;
    from.left_out({"The same bid stands in " +
                       (at->second.first == &from.document()
                            ? "row " + std::to_string(at->second.second)
                            : place(at->second.first->name, at->second.second)) +
                       " too; it counts once.",
                   from.table().row(), ""});
    return true;
  }

  void count_made(const Register& from, const std::string& code, std::int32_t day,
                  std::optional<std::int64_t> pence) {
    years_.insert(year_of_bid(day));
    Bids& bids = bids_[{code, year_of_bid(day)}];
    registers::add(bids.made, 1, from);
    registers::add(bids.asked, static_cast<double>(pence.value_or(0)), from);
    bids.asked_known = bids.asked_known && pence.has_value();
  }

  void count_won(const Register& from, const std::string& code, std::int32_t day,
                 std::optional<std::int64_t> pence) {
    years_.insert(year_of_bid(day));
    Bids& bids = bids_[{code, year_of_bid(day)}];
    registers::add(bids.won, 1, from);
    registers::add(bids.given, static_cast<double>(pence.value_or(0)), from);
    bids.given_known = bids.given_known && pence.has_value();
  }

  void give(const std::string& code, std::int32_t year, const Bids& bids) {
    emit("estates.bids_made", code, year, bids.made);
    emit("estates.bids_won", code, year, bids.won);
    if (bids.asked_known) emit("estates.bids_made_value", code, year, bids.asked);
    if (bids.given_known) emit("estates.bids_won_value", code, year, bids.given);
    if (bids.asked_known && bids.given_known) return;
    notes_.warning(code, "A bid of the year from " + day_text(year) +
                             " has no amount, so the pounds of that year's bids were left out.");
  }

  void emit(std::string_view measure, const std::string& code, std::int32_t year,
            const Count& count) {
    Observation one;
    one.measure = measure;
    one.organisation = code;
    one.period_start = year;
    one.period_end = period_of(PeriodKind::academic_year, year).last;
    one.value = count.value;
    one.document = count.document != 0 ? count.document : of_day_.documents.back()->number;
    one.row = count.row;
    one.stated_on = of_day_.day;
    out_.observations.push_back(std::move(one));
  }

  const DocumentsOfDay& of_day_;
  const Settings& settings_;
  Reading& out_;
  Notes& notes_;
  std::map<std::pair<std::string, std::int32_t>, Bids> bids_;  // by school and year
  std::map<Identity, std::pair<const Document*, std::uint32_t>> seen_;
  std::set<std::string> codes_;
  std::set<std::int32_t> years_;  // by their first days
};

}  // namespace

tl::expected<Reading, Failure> read_bids(std::span<const Document> documents,
                                         const Settings& settings) {
  const auto days = registers::by_day(documents);
  if (!days) return tl::unexpected(days.error());
  Notes notes;
  Reading out;
  if (!days->empty()) {
    const auto done = BidReader(days->back(), settings, out, notes).read();
    if (!done) return tl::unexpected(done.error());
  }
  notes.give(out);
  return out;
}

}  // namespace kpid::plugins::estates
