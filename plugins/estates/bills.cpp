// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "bills.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/document_day.hpp"
#include "estates/consumption.hpp"
#include "estates/times.hpp"
#include "readers/table.hpp"

namespace kpid::plugins::estates {
namespace {

using readers::Column;
using readers::Table;

constexpr std::int64_t kPenceMax = 100'000'000'000;  // £1 billion
constexpr double kAmountMax = 100'000'000;           // kWh or cubic metres of a bill
constexpr std::int32_t kDaysMax = 400;
constexpr std::string_view kRowOut = "The row was left out.";

enum ColumnIndex : std::size_t { meter, from, to, kilowatt_hours, cubic_metres, calorific, cost };

struct Bill {
  std::size_t meter = 0;
  Span span;
  std::optional<double> kilowatt_hours;
  std::optional<std::int64_t> pence;
  const Document* document = nullptr;
  std::uint32_t row = 0;

  [[nodiscard]] std::int64_t days() const { return span.last - span.first + 1; }
  // The whole pence of one of its days: all days together cost what the bill does.
  [[nodiscard]] std::int64_t pence_of(std::int32_t day) const {
    const std::int64_t i = day - span.first;
    return *pence * (i + 1) / days() - *pence * i / days();
  }
  [[nodiscard]] long double kilowatt_hours_a_day() const {
    return static_cast<long double>(*kilowatt_hours) / static_cast<long double>(days());
  }
  [[nodiscard]] bool same_as(const Bill& other) const {
    return span.first == other.span.first && span.last == other.span.last &&
           kilowatt_hours == other.kilowatt_hours && pence == other.pence;
  }
};

// Which bill counts for a day; none where two of files of one day do not agree.
struct Claim {
  std::size_t bill = 0;
  bool contradictory = false;
};
using Claims = std::vector<std::map<std::int32_t, Claim>>;  // by meter

std::vector<Column> wanted(const Settings& settings) {
  return {
      wanted_column(
          settings, "meter",
          {"Meter", "Meter Number", "MPAN", "MPRN", "MPR", "MPXN", "Supply Number", "Account"},
          true),
      wanted_column(settings, "from", {"From", "Bill From", "Period Start", "Start Date", "Start"},
                    true),
      wanted_column(settings, "to", {"To", "Bill To", "Period End", "End Date", "End"}, true),
      wanted_column(settings, "kwh", {"kWh", "Consumption (kWh)", "Units (kWh)", "Usage (kWh)"},
                    false),
      wanted_column(settings, "m3", {"m3", "m\u00B3", "Cubic metres", "Volume (m3)", "Units (m3)"},
                    false),
      wanted_column(settings, "calorific_value",
                    {"Calorific value", "CV", "Calorific value (MJ/m3)"}, false),
      wanted_column(settings, "cost",
                    {"Cost", "Total cost", "Amount", "Total", "Net amount", "Bill total"}, false)};
}

class BillReader {
 public:
  BillReader(const Document& document, const Settings& settings, Notes& notes,
             std::vector<Bill>& bills)
      : document_(document),
        settings_(settings),
        notes_(notes),
        bills_(bills),
        numbers_(settings.meters) {}

  tl::expected<std::uint64_t, Failure> read() {
    auto table = Table::open(document_.bytes, wanted(settings_), table_options(settings_));
    if (!table) return tl::unexpected(failure(document_.name, table.error()));
    if (!table->has(kilowatt_hours) && !table->has(cubic_metres) && !table->has(cost)) {
      return tl::unexpected(
          failure(document_.name,
                  {"The file has neither kWh, nor cubic metres, nor a cost; name their columns in "
                   "the settings.",
                   table->header_row(), ""}));
    }
    for (;;) {
      const auto more = table->next();
      if (!more) return tl::unexpected(failure(document_.name, more.error()));
      if (!*more) break;
      take(*table);
    }
    for (const auto& [id, rows] : unknown_) {
      notes_.skipped(place(document_.name),
                     "The meter " + readers::in_quotes(id) + " is not in the settings; its " +
                         counted(rows, "row was", "rows were") + " left out.");
    }
    if (calorific_assumed_) notes_.info(place(document_.name), std::string(kCalorificAssumed));
    notes_.table(document_.name, table->report());
    const std::uint64_t rows = table->report().rows_read + table->report().rows_skipped;
    if (rows == 0) {
      return tl::unexpected(
          failure(document_.name, {"The file has a header and no rows; export it again.", 0, ""}));
    }
    return rows;
  }

 private:
  void take(const Table& table) {
    const auto id = table.text(meter);
    if (!id || !*id) return left_out(id ? table.fault(meter, "names no meter") : id.error());
    const auto known = numbers_.find(**id);
    if (!known) {
      ++unknown_[std::string(**id)];
      return;
    }
    const auto first = day(table, from);
    auto last = first ? day(table, to) : std::nullopt;
    if (!last) return;
    if (!settings_.last_day_billed) --*last;
    if (*last < *first) return left_out(table.fault(to, "is before the bill's first day"));
    if (*last - *first >= kDaysMax) {
      return left_out(table.fault(to, "is more than 400 days after the bill's first"));
    }
    Bill bill{*known, {*first, *last}, {}, {}, &document_, table.row()};
    if (!read_energy(table, bill) || !read_cost(table, bill)) return;
    if (!bill.kilowatt_hours && !bill.pence) {
      return left_out({"The row has neither an amount nor a cost.", table.row(), ""});
    }
    bills_.push_back(bill);
  }

  std::optional<std::int32_t> day(const Table& table, std::size_t column) {
    const auto cell = day_of(table, column);
    if (cell && *cell) return *cell;
    left_out(cell ? table.fault(column, "is no date") : cell.error());
    return std::nullopt;
  }

  // False where the row is to be left out.
  bool read_energy(const Table& table, Bill& bill) {
    for (const std::size_t column : {std::size_t{kilowatt_hours}, std::size_t{cubic_metres}}) {
      const auto cell = table.number(column);
      if (!cell) {
        left_out(cell.error());
        return false;
      }
      if (!*cell || bill.kilowatt_hours) continue;
      if (**cell < 0 || **cell > kAmountMax) {
        left_out(table.fault(column, **cell < 0 ? "is below 0: kpid does not set credits off; give "
                                                  "the corrected bill alone"
                                                : "is more than 100 million"));
        return false;
      }
      if (column == kilowatt_hours) {
        bill.kilowatt_hours = **cell;
        continue;
      }
      const auto value = calorific_value(table);
      if (!value) return false;
      bill.kilowatt_hours = kilowatt_hours_of(**cell, *value);
    }
    return true;
  }

  std::optional<double> calorific_value(const Table& table) {
    constexpr double kLeast = 30;
    constexpr double kMost = 50;
    const auto cell = table.number(calorific);
    if (cell && !*cell) {
      calorific_assumed_ = calorific_assumed_ || !settings_.calorific_value;
      return settings_.calorific_value.value_or(kCalorificValueUsual);
    }
    if (cell && **cell >= kLeast && **cell <= kMost) return **cell;
    left_out(cell ? table.fault(calorific, "is no calorific value between 30 and 50 MJ/m3")
                  : cell.error());
    return std::nullopt;
  }

  bool read_cost(const Table& table, Bill& bill) {
    const auto cell = table.pence(cost);
    if (!cell || (*cell && (**cell < 0 || **cell > kPenceMax))) {
      left_out(!cell ? cell.error()
                     : table.fault(
                           cost, **cell < 0 ? "is below 0: kpid does not set credits off; give the "
                                              "corrected bill alone"
                                            : "is more than 1 billion pounds"));
      return false;
    }
    bill.pence = *cell;
    return true;
  }

  void left_out(const readers::Fault& fault) { notes_.skipped(document_.name, fault, kRowOut); }

  const Document& document_;
  const Settings& settings_;
  Notes& notes_;
  std::vector<Bill>& bills_;
  MeterNumbers numbers_;
  std::map<std::string, std::uint64_t, std::less<>> unknown_;
  bool calorific_assumed_ = false;
};

// Adds the bills from `first_bill` on, of files of one day, to those of earlier days.
void claim(const std::vector<Bill>& bills, std::size_t first_bill, Claims& claims,
           const Settings& settings, Notes& notes) {
  std::set<std::pair<std::size_t, std::size_t>> told;
  for (std::size_t i = first_bill; i < bills.size(); ++i) {
    const Bill& bill = bills[i];
    for (std::int32_t day = bill.span.first; day <= bill.span.last; ++day) {
      const auto [at, added] = claims.at(bill.meter).try_emplace(day, Claim{i, false});
      if (added) continue;
      Claim& claim = at->second;
      const Bill& other = bills[claim.bill];
      if (claim.bill < first_bill) {  // of an earlier day
        claim = {i, false};
        continue;
      }
      if (claim.contradictory || claim.bill == i || other.same_as(bill)) continue;
      claim.contradictory = true;
      if (!told.insert({claim.bill, i}).second) continue;
      const std::string where = other.document == bill.document
                                    ? "row " + std::to_string(other.row)
                                    : place(other.document->name, other.row);
      const bool touch = bill.span.first == other.span.last || bill.span.last == other.span.first;
      notes.skipped(place(bill.document->name, bill.row),
                    "The bill of the meter " + settings.meters.at(bill.meter).id +
                        " overlaps that in " + where + " from " + day_text(day) +
                        "; the days that both cover count for neither." +
                        (touch ? " If a bill ends on the day that the next begins, set "
                                 "last_day_billed = false."
                               : ""));
    }
  }
}

constexpr std::array<std::string_view, kFuels> kCost{"estates.electricity_cost_month",
                                                     "estates.gas_cost_month"};
constexpr std::array<std::string_view, kFuels> kBilled{"estates.electricity_billed_kwh_month",
                                                       "estates.gas_billed_kwh_month"};
constexpr std::string_view kAllCost = "estates.energy_cost_month";

struct Month {
  std::int64_t pence = 0;
  long double kilowatt_hours = 0;
  std::int64_t days_priced = 0;
  std::int64_t days_measured = 0;
  std::int64_t days_wanted = 0;
  const Bill* last = nullptr;
};

class SchoolBills {
 public:
  SchoolBills(std::string code, const std::vector<Bill>& bills, const Claims& claims,
              const Settings& settings, Reading& out, Notes& notes)
      : code_(std::move(code)),
        bills_(bills),
        claims_(claims),
        settings_(settings),
        out_(out),
        notes_(notes) {}

  void give() {
    std::map<std::int32_t, std::array<const Month*, kFuels>> priced;
    std::array<std::map<std::int32_t, Month>, kFuels> months;
    for (const Fuel fuel : kAllFuels) {
      const auto of_fuel = static_cast<std::size_t>(fuel);
      for (std::size_t i = 0; i < settings_.meters.size(); ++i) {
        const Meter& one = settings_.meters[i];
        if (one.school == code_ && one.fuel == fuel) meters_.at(of_fuel).push_back(i);
      }
      months.at(of_fuel) = collect(meters_.at(of_fuel));
      for (const auto& [first, month] : months.at(of_fuel)) {
        if (give_month(fuel, first, month)) priced[first].at(of_fuel) = &month;
      }
      tell(fuel);
    }
    for (const auto& [first, of_fuels] : priced) {
      if (is_whole(first, of_fuels)) give_all(first, of_fuels);
    }
  }

 private:
  // By the first day of the month.
  std::map<std::int32_t, Month> collect(const std::vector<std::size_t>& meters) {
    std::map<std::int32_t, Month> months;
    for (const std::size_t meter : meters) {
      for (const auto& [day, claim] : claims_[meter]) {
        months.try_emplace(period_of(PeriodKind::month, day).first);
      }
    }
    for (auto& [first, month] : months) {
      const Span span = period_of(PeriodKind::month, first);
      for (const std::size_t meter : meters) add(month, meter, span);
      for (std::int32_t day = span.first; day <= span.last; ++day) {
        if (!any_in_use(settings_, meters, {day, day})) ++month.days_wanted;
      }
    }
    return months;
  }

  void add(Month& month, std::size_t meter, const Span& span) {
    const Meter& one = settings_.meters[meter];
    for (std::int32_t day = std::max(span.first, one.first_day);
         day <= std::min(span.last, one.last_day); ++day) {
      ++month.days_wanted;
      const auto found = claims_[meter].find(day);
      if (found == claims_[meter].end() || found->second.contradictory) continue;
      const Bill& bill = bills_[found->second.bill];
      if (bill.span.first < span.first || bill.span.last > span.last) shared_.insert(&bill);
      month.last = &bill;
      if (bill.pence) {
        ++month.days_priced;
        month.pence += bill.pence_of(day);
      }
      if (bill.kilowatt_hours) {
        ++month.days_measured;
        month.kilowatt_hours += bill.kilowatt_hours_a_day();
      }
    }
  }

  // Whether the month's cost is whole.
  bool give_month(Fuel fuel, std::int32_t first, const Month& month) {
    const auto of_fuel = static_cast<std::size_t>(fuel);
    const bool priced = month.days_priced == month.days_wanted && month.days_wanted > 0;
    const bool measured = month.days_measured == month.days_wanted && month.days_wanted > 0;
    if (priced) emit(kCost.at(of_fuel), first, static_cast<double>(month.pence), month.last);
    if (measured) {
      emit(kBilled.at(of_fuel), first, static_cast<double>(month.kilowatt_hours), month.last);
    }
    if (!priced && !measured) {
      incomplete_.push_back(day_text(first) + ": " +
                            std::to_string(std::max(month.days_priced, month.days_measured)) +
                            " of " + std::to_string(month.days_wanted) + " days");
    }
    return priced;
  }

  bool is_whole(std::int32_t first, const std::array<const Month*, kFuels>& of_fuels) const {
    const Span span = period_of(PeriodKind::month, first);
    const School* known = nullptr;
    for (const School& one : settings_.schools) {
      if (one.code == code_) known = &one;
    }
    for (std::size_t i = 0; i < kFuels; ++i) {
      const bool used =
          known == nullptr || known->uses.at(i) || any_in_use(settings_, meters_.at(i), span);
      if (used && of_fuels.at(i) == nullptr) return false;
    }
    return true;
  }

  void give_all(std::int32_t first, const std::array<const Month*, kFuels>& of_fuels) {
    std::int64_t pence = 0;
    const Bill* last = nullptr;
    for (const Month* month : of_fuels) {
      if (month == nullptr) continue;
      pence += month->pence;
      last = month->last;
    }
    emit(kAllCost, first, static_cast<double>(pence), last);
  }

  void tell(Fuel fuel) {
    const std::string where = code_ + ", " + std::string(name_of(fuel));
    if (!incomplete_.empty()) {
      const std::size_t count = incomplete_.size();
      notes_.warning(where, counted(count, "month was", "months were") +
                                " left out, because bills do not cover every day of every meter: " +
                                first_few(incomplete_) + ".");
    }
    if (!shared_.empty()) {
      const std::size_t count = shared_.size();
      notes_.info(where, counted(count, "bill covers", "bills cover") +
                             " parts of several months and " + (count == 1 ? "was" : "were") +
                             " shared out over its days.");
    }
    incomplete_.clear();
    shared_.clear();
  }

  void emit(std::string_view measure, std::int32_t first, double value, const Bill* last) {
    Observation one;
    one.measure = measure;
    one.organisation = code_;
    one.period_start = first;
    one.period_end = period_of(PeriodKind::month, first).last;
    one.value = value;
    one.document = last->document->number;
    one.row = last->row;
    const auto day = document_day(*last->document);
    if (day && day->from_name) one.stated_on = day->day;
    out_.observations.push_back(std::move(one));
  }

  std::string code_;
  const std::vector<Bill>& bills_;
  const Claims& claims_;
  const Settings& settings_;
  Reading& out_;
  Notes& notes_;
  std::array<std::vector<std::size_t>, kFuels> meters_;
  std::vector<std::string> incomplete_;
  std::set<const Bill*> shared_;
};

// The billed kWh as what meters used, for the figures of consumption.
std::vector<MeterUse> uses_of(const std::vector<Bill>& bills, const Claims& claims) {
  std::vector<MeterUse> out(claims.size());
  for (std::size_t meter = 0; meter < claims.size(); ++meter) {
    for (const auto& [day, claim] : claims[meter]) {
      const Bill& bill = bills[claim.bill];
      if (claim.contradictory || !bill.kilowatt_hours) continue;
      out[meter].emplace(
          day, DayUse{bill.kilowatt_hours_a_day(), half_hours_of(day), 0, bill.document, bill.row});
    }
  }
  return out;
}

}  // namespace

tl::expected<Reading, Failure> read_bills(std::span<const Document> documents,
                                          const Settings& settings) {
  Notes notes;
  Reading out;
  std::vector<Bill> bills;
  Claims claims(settings.meters.size());
  const std::vector<const Document*> in_order = in_order_of_day(documents);
  for (std::size_t i = 0; i < in_order.size();) {
    const auto day = document_day(*in_order[i]);
    const std::size_t first_bill = bills.size();
    for (; i < in_order.size(); ++i) {
      const auto its = document_day(*in_order[i]);
      if (its.has_value() != day.has_value() || (day && its->day != day->day)) break;
      const auto rows = BillReader(*in_order[i], settings, notes, bills).read();
      if (!rows) return tl::unexpected(rows.error());
      out.rows += *rows;
    }
    claim(bills, first_bill, claims, settings, notes);
  }
  std::set<std::string, std::less<>> codes;
  for (const Meter& meter : settings.meters) codes.insert(meter.school);
  for (const std::string& code : codes) {
    SchoolBills(code, bills, claims, settings, out, notes).give();
  }
  if (settings.bills_are_consumption) {
    give_consumption(uses_of(bills, claims), settings, true, out, notes);
  }
  notes.give(out);
  return out;
}

}  // namespace kpid::plugins::estates
