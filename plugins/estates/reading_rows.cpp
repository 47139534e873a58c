// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "reading_rows.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "estates/times.hpp"

namespace kpid::plugins::estates {
namespace {

using readers::Table;

constexpr int kHalfHour = 30;
constexpr int kHour = 60;
constexpr Slot kSlotsOfDay = 48;

struct Reading {
  std::size_t meter = 0;
  Moment moment;
  double kilowatt_hours = 0;
  bool estimated = false;
  std::uint32_t row = 0;
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// By how many meters' times run as those of starts or ends do.
struct Signs {
  int start = 0;
  int end = 0;
};

class ReadingRows {
 public:
  ReadingRows(const Document& document, LayoutTable& layout, const Settings& settings, Rows& rows,
              Notes& notes)
      : document_(document), layout_(layout), settings_(settings), rows_(rows), notes_(notes) {}

  tl::expected<HalfHours, Failure> read() {
    Table& table = layout_.table;
    for (;;) {
      const auto more = table.next();
      if (!more) return tl::unexpected(failure(document_.name, more.error()));
      if (!*more) break;
      take(table);
    }
    for (const auto& [kind, count] : unknown_kinds_) {
      notes_.info(place(document_.name, 0, table.name(reading_column::kind)),
                  counted(count, "reading is", "readings are") + " of the kind " +
                      readers::in_quotes(kind) + ", which kpid takes for an estimate.");
    }
    interval_ = interval();
    if (const auto told = decide_labels(); !told) return tl::unexpected(told.error());
    HalfHours out(settings_.meters.size());
    for (const Reading& one : readings_) add(out, one);
    return out;
  }

 private:
  void take(const Table& table) {
    const auto meter = rows_.meter(table, reading_column::meter);
    if (!meter) return;
    const auto cell = moment_of(table, reading_column::time);
    if (!cell || !*cell) {
      rows_.left_out(cell ? table.fault(reading_column::time, "is no time") : cell.error());
      return;
    }
    const Moment moment = **cell;
    if (moment.minute % kHalfHour != 0 || moment.utc_offset_minutes.value_or(0) % kHalfHour != 0) {
      rows_.left_out(table.fault(reading_column::time, "is not at a full or a half hour"));
      return;
    }
    const auto amount = rows_.amount(table, reading_column::amount, settings_.meters[*meter].unit);
    if (!amount) return;
    readings_.push_back({*meter, moment, *amount, is_estimated(table), table.row()});
  }

  bool is_estimated(const Table& table) {
    const auto cell = table.text(reading_column::kind);
    if (!cell) return true;
    if (!*cell) return false;
    const std::string kind = lower(**cell);
    for (const std::string_view actual : {"actual", "a", "act", "measured", "m", "valid", "v"}) {
      if (kind == actual) return false;
    }
    if (kind == "estimated" || kind == "estimate" || kind == "est" || kind == "e") return true;
    constexpr std::size_t kKindsMax = 10;
    const bool told = unknown_kinds_.size() < kKindsMax || unknown_kinds_.contains(**cell);
    ++unknown_kinds_[told ? std::string(**cell) : "other kinds"];
    return true;
  }

  int interval() const {
    if (settings_.interval_minutes) return *settings_.interval_minutes;
    // Three full hours and nothing between them: two alone may well be what is left of half hours.
    constexpr std::size_t kTimesLeast = 3;
    std::set<std::pair<std::int32_t, int>> times;
    for (const Reading& one : readings_) {
      if (one.moment.minute % kHour != 0) return kHalfHour;
      if (times.size() < kTimesLeast) times.insert({one.moment.day, one.moment.minute});
    }
    const bool hourly = times.size() >= kTimesLeast;
    return hourly ? kHour : kHalfHour;
  }

  Signs signs() const {
    struct Span {
      std::pair<std::int32_t, int> first;
      std::pair<std::int32_t, int> last;
    };
    std::map<std::size_t, Span> spans;
    for (const Reading& one : readings_) {
      const std::pair at(one.moment.day, one.moment.minute);
      const auto [span, added] = spans.try_emplace(one.meter, Span{at, at});
      span->second.first = std::min(span->second.first, at);
      span->second.last = std::max(span->second.last, at);
    }
    Signs out;
    for (const auto& [meter, span] : spans) {
      const bool last_at_midnight = span.last.second == 0 || span.last.second == kHour * 24;
      if (span.first.second == interval_ && last_at_midnight) ++out.end;
      if (span.first.second == 0 && !last_at_midnight) ++out.start;
    }
    return out;
  }

  tl::expected<void, Failure> decide_labels() {
    const Signs found = signs();
    const bool usually_ends = layout_.layout == Layout::row_per_reading;
    if (settings_.labels != Labels::automatic) {
      ends_ = settings_.labels == Labels::end;
      if ((ends_ ? found.end : found.start) == 0 && (ends_ ? found.start : found.end) > 0) {
        notes_.warning(place(document_.name),
                       std::string("The times run as those that mark the ") +
                           (ends_ ? "start" : "end") + " of a reading do, but labels = \"" +
                           (ends_ ? "end" : "start") + "\" is set; check a day against the bill.");
      }
      return {};
    }
    if (found.start > 0 && found.end > 0) {
      return tl::unexpected(failure(
          document_.name,
          {"The times of " + counted(static_cast<std::uint64_t>(found.start), "meter", "meters") +
               " run from 00:00, as those that mark the start of a reading do, and of " +
               counted(static_cast<std::uint64_t>(found.end), "meter", "meters") +
               " to 00:00, as those that mark its end do; set labels to \"start\" or \"end\".",
           0, ""}));
    }
    ends_ = found.end > 0 || (usually_ends && found.start == 0);
    if (ends_ != usually_ends) {
      notes_.info(place(document_.name), std::string("The times run from ") +
                                             (ends_ ? "the first interval's end to 00:00: they "
                                                      "were taken for the ends of the readings."
                                                    : "00:00: they were taken for the starts of "
                                                      "the readings."));
    }
    return {};
  }

  // The first half hours that the reading may begin with; several in the hour that clocks show
  // twice.
  std::vector<Slot> begins(const Moment& moment) const {
    const Slot slots = interval_ / kHalfHour;
    std::vector<Slot> out;
    if (moment.utc_offset_minutes || settings_.clock == ShownBy::gmt) {
      const Slot at = moment.day * kSlotsOfDay +
                      (moment.minute - moment.utc_offset_minutes.value_or(0)) / kHalfHour;
      out.push_back(ends_ ? at - slots : at);
    } else if (ends_) {
      out = slots_that_end_at(moment.day, moment.minute);
      for (Slot& slot : out) slot -= slots - 1;
    } else {
      out = slots_that_begin_at(moment.day, moment.minute);
    }
    return out;
  }

  void add(HalfHours& out, const Reading& one) {
    const std::vector<Slot> possible = begins(one.moment);
    if (interval_ == kHour && one.moment.minute % kHour != 0) {
      rows_.left_out({"The reading is not at a full hour, though interval_minutes is 60.", one.row,
                      layout_.table.name(reading_column::time)});
      return;
    }
    if (possible.empty()) {
      rows_.left_out({"No clock shows this time on " + day_text(one.moment.day) +
                          ", when clocks go forward; if the times are GMT all year, set clock = "
                          "\"gmt\".",
                      one.row, layout_.table.name(reading_column::time)});
      return;
    }
    // The day is that of the half hour: a reading that ends at 00:00 is of the day before.
    if (!rows_.in_use(one.meter, local_day(possible.front()))) return;
    if (possible.size() > 1 && settings_.repeated_hour == RepeatedHour::summed) {
      const auto shares = static_cast<double>(possible.size());
      for (const Slot first : possible) put(out, one, first, one.kilowatt_hours / shares);
      return;
    }
    const auto free = std::find_if(possible.begin(), possible.end(),
                                   [&](Slot first) { return !out.has(one.meter, first); });
    put(out, one, free == possible.end() ? possible.front() : *free, one.kilowatt_hours);
  }

  void put(HalfHours& out, const Reading& one, Slot first, double kilowatt_hours) const {
    const int slots = interval_ / kHalfHour;
    for (int i = 0; i < slots; ++i) {
      out.add(one.meter, first + i, {kilowatt_hours / slots, one.estimated, &document_, one.row});
    }
  }

  const Document& document_;
  LayoutTable& layout_;
  const Settings& settings_;
  Rows& rows_;
  Notes& notes_;
  std::vector<Reading> readings_;
  std::map<std::string, std::uint64_t, std::less<>> unknown_kinds_;
  int interval_ = kHalfHour;
  bool ends_ = false;
};

}  // namespace

tl::expected<HalfHours, Failure> read_reading_rows(const Document& document, LayoutTable& layout,
                                                   const Settings& settings, Rows& rows,
                                                   Notes& notes) {
  return ReadingRows(document, layout, settings, rows, notes).read();
}

}  // namespace kpid::plugins::estates
