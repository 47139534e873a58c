// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Registers of what must be done on a day: statutory checks and defects.

#include <array>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "estates/registers.hpp"

namespace kpid::plugins::estates {
namespace {

using readers::Column;
using registers::Count;
using registers::DocumentsOfDay;
using registers::Register;

const std::vector<std::string>& school_names() {
  static const std::vector<std::string> names{"URN",     "School URN", "School",   "School name",
                                              "Academy", "Site",       "Site name"};
  return names;
}

void emit(Reading& out, std::string_view measure, const std::string& school, std::int32_t day,
          const Count& count, std::string subgroup = {}) {
  Observation one;
  one.measure = measure;
  one.organisation = school;
  one.period_start = day;
  one.period_end = day;
  one.value = count.value;
  one.document = count.document;
  one.row = count.row;
  one.stated_on = day;
  one.subgroup = std::move(subgroup);
  out.observations.push_back(std::move(one));
}

namespace check_column {
enum Index : std::size_t { school, check, due, done };
}

struct Check {
  bool done = false;
  bool ambiguous = false;  // files of one day, or rows of one, do not agree
  Count at;
};
using Checks = std::map<std::tuple<std::string, std::string, std::int32_t>, Check>;

tl::expected<void, Failure> read_checks_of(const Document& document, std::int32_t day,
                                           const Settings& settings, Checks& checks, Notes& notes,
                                           std::uint64_t& rows) {
  using namespace check_column;
  auto from = Register::open(
      document,
      {wanted_column(settings, "school", school_names(), true),
       wanted_column(settings, "check", {"Check", "Task", "Inspection", "Test", "Compliance item"},
                     true),
       wanted_column(settings, "due", {"Due", "Due date", "Next due", "Next due date", "Date due"},
                     true),
       wanted_column(
           settings, "done",
           {"Done", "Done date", "Date done", "Completed", "Completed on", "Date completed"},
           true)},
      settings, notes);
  if (!from) return tl::unexpected(from.error());
  for (;;) {
    const auto more = from->next();
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    const auto code = from->needed_text(school, "names no school");
    const auto what = code ? from->needed_text(check, "names no check") : std::nullopt;
    const auto falls_due = what ? from->needed_day(due) : std::nullopt;
    const auto was_done = falls_due ? from->day(done) : std::nullopt;
    if (!was_done) continue;
    if (was_done->day && *was_done->day > day) {
      notes.warning(place(document.name, from->table().row(), from->table().name(done)),
                    "The check is done on " + day_text(*was_done->day) +
                        ", after the day of the file; it counts as not done.");
    }
    Check one{was_done->day && *was_done->day <= day, false, {}};
    registers::add(one.at, 1, *from);
    const auto [at, added] = checks.try_emplace({*code, *what, *falls_due}, one);
    if (added || at->second.done == one.done || at->second.ambiguous) continue;
    at->second.done = false;
    at->second.ambiguous = true;
    notes.warning(place(document.name, from->table().row()),
                  "The check " + readers::in_quotes(*what) + " of " + *code + " due on " +
                      day_text(*falls_due) +
                      " stands twice, done and not done; it counts as not done.");
  }
  const auto count = from->finish();
  if (!count) return tl::unexpected(count.error());
  rows += *count;
  return {};
}

void count_checks(const DocumentsOfDay& of_day, const Checks& checks, const Settings& settings,
                  Reading& out, Notes& notes) {
  struct Counts {
    Count due;
    Count overdue;
  };
  std::map<std::string, Counts, std::less<>> schools;
  for (const auto& [key, check] : checks) {
    const auto& [code, what, due] = key;
    Counts& counts = schools[code];
    for (Count* count : {&counts.due, &counts.overdue}) {
      if (count->document != 0) continue;
      count->document = check.at.document;
      count->row = check.at.row;
    }
    if (check.done || due > of_day.day + settings.due_within_days) continue;
    Count& count = due < of_day.day ? counts.overdue : counts.due;
    ++count.value;
    count.document = check.at.document;
    count.row = check.at.row;
  }
  for (const auto& [code, counts] : schools) {
    emit(out, "estates.checks_due", code, of_day.day, counts.due);
    emit(out, "estates.checks_overdue", code, of_day.day, counts.overdue);
  }
  for (const School& school : settings.schools) {
    if (schools.contains(school.code)) continue;
    notes.warning(place(of_day.documents.back()->name),
                  "The register has no check of the school " + school.code +
                      "; that is not taken for none overdue.");
  }
}

namespace defect_column {
enum Index : std::size_t { school, reported, closed, priority };
}

constexpr std::size_t kAges = 3;
constexpr std::array<std::string_view, kAges> kAgeBands{"under_30_days", "30_to_90", "over_90"};

std::size_t age_band(std::int32_t days) {
  constexpr std::int32_t kMonth = 30;
  constexpr std::int32_t kQuarter = 90;
  return days < kMonth ? 0 : days <= kQuarter ? 1 : 2;
}

struct Defects {
  Count open;
  std::array<Count, kAges> by_age;
  std::map<std::string, Count, std::less<>> by_priority;
};

class DefectsOfDay {
 public:
  DefectsOfDay(const DocumentsOfDay& of_day, const Settings& settings, Reading& out, Notes& notes)
      : of_day_(of_day), settings_(settings), out_(out), notes_(notes) {}

  tl::expected<void, Failure> read() {
    for (const School& school : settings_.schools) schools_[school.code];
    for (const Document* document : of_day_.documents) {
      if (const auto done = read(*document); !done) return done;
    }
    for (const auto& [code, defects] : schools_) give(code, defects);
    return {};
  }

 private:
  tl::expected<void, Failure> read(const Document& document) {
    using namespace defect_column;
    auto from = Register::open(
        document,
        {wanted_column(settings_, "school", school_names(), true),
         wanted_column(settings_, "reported",
                       {"Reported", "Reported on", "Date reported", "Raised", "Date raised"}, true),
         wanted_column(settings_, "closed",
                       {"Closed", "Closed on", "Date closed", "Completed", "Date completed"}, true),
         wanted_column(settings_, "priority", {"Priority"}, false)},
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

  void take(Register& from) {
    using namespace defect_column;
    const auto code = from.needed_text(school, "names no school");
    const auto since = code ? from.needed_day(reported) : std::nullopt;
    const auto until = since ? from.day(closed) : std::nullopt;
    const auto kind = until ? from.text(priority) : std::nullopt;
    if (!kind) return;
    if (*since > of_day_.day) {
      return from.left_out(
          from.table().fault(reported, "is after the day of the file, " + day_text(of_day_.day)));
    }
    if (until->day && *until->day < *since) {
      return from.left_out(from.table().fault(closed, "is before the defect was reported"));
    }
    Defects& defects = schools_[*code];
    // Even a school whose defects are all closed has a row that says so.
    registers::add(defects.open, 0, from);
    const std::string named = priority_name(*kind);
    if (!named.empty()) priorities_.insert(named);
    if (until->day && *until->day <= of_day_.day) return;
    registers::add(defects.open, 1, from);
    registers::add(defects.by_age.at(age_band(of_day_.day - *since)), 1, from);
    if (!named.empty()) registers::add(defects.by_priority[named], 1, from);
  }

  // "Priority 1 - Urgent" is "priority_1_urgent".
  static std::string priority_name(std::string_view text) {
    constexpr std::size_t kBytesMax = 40;
    std::string out;
    for (const char c : registers::lower(text)) {
      const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      if (word) out.push_back(c);
      if (!word && !out.empty() && out.back() != '_') out.push_back('_');
      if (out.size() == kBytesMax) break;
    }
    while (out.ends_with('_')) out.pop_back();
    return out;
  }

  void give(const std::string& code, const Defects& defects) {
    const auto placed = [&](Count count) {
      if (count.document == 0) count.document = defects.open.document;
      if (count.document == 0) count.document = of_day_.documents.back()->number;
      return count;
    };
    emit(out_, "estates.defects_open", code, of_day_.day, placed(defects.open));
    for (std::size_t i = 0; i < kAges; ++i) {
      emit(out_, "estates.defects_open", code, of_day_.day, placed(defects.by_age.at(i)),
           "age_band=" + std::string(kAgeBands.at(i)));
    }
    for (const std::string& name : priorities_) {
      const auto found = defects.by_priority.find(name);
      emit(out_, "estates.defects_open", code, of_day_.day,
           placed(found == defects.by_priority.end() ? Count{} : found->second),
           "priority=" + name);
    }
  }

  const DocumentsOfDay& of_day_;
  const Settings& settings_;
  Reading& out_;
  Notes& notes_;
  std::map<std::string, Defects, std::less<>> schools_;
  std::set<std::string> priorities_;
};

}  // namespace

tl::expected<Reading, Failure> read_checks(std::span<const Document> documents,
                                           const Settings& settings) {
  const auto days = registers::by_day(documents);
  if (!days) return tl::unexpected(days.error());
  Notes notes;
  Reading out;
  for (const DocumentsOfDay& of_day : *days) {
    Checks checks;
    for (const Document* document : of_day.documents) {
      const auto done = read_checks_of(*document, of_day.day, settings, checks, notes, out.rows);
      if (!done) return tl::unexpected(done.error());
    }
    count_checks(of_day, checks, settings, out, notes);
  }
  notes.give(out);
  return out;
}

tl::expected<Reading, Failure> read_defects(std::span<const Document> documents,
                                            const Settings& settings) {
  const auto days = registers::by_day(documents);
  if (!days) return tl::unexpected(days.error());
  Notes notes;
  Reading out;
  for (const DocumentsOfDay& of_day : *days) {
    if (const auto done = DefectsOfDay(of_day, settings, out, notes).read(); !done) {
      return tl::unexpected(done.error());
    }
  }
  notes.give(out);
  return out;
}

}  // namespace kpid::plugins::estates
