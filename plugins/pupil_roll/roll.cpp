// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "roll.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace kpid::plugins::pupil_roll {
namespace {

using readers::Table;

constexpr std::int64_t kCountMax = 50'000;  // no school is near it; the manifest says the same
constexpr std::int64_t kUrnMax = 9'999'999;
constexpr std::string_view kRowOut = "The row was left out.";
constexpr std::string_view kCellOut = "This figure was left out; the rest of its row counts.";

using Names = std::array<std::vector<std::string>, kColumns>;

const Names& usual_names(Format format) {
  static const Names gias{{{"URN"},
                           {"CensusDate"},
                           {"NumberOfPupils"},
                           {"SchoolCapacity"},
                           {"EstablishmentStatus (name)", "EstablishmentStatus"}}};
  static const Names counts{{{"URN", "School URN", "LAEstab", "School", "School name"},
                             {"Date", "Census date"},
                             {"Pupils", "Number of pupils", "Pupils on roll", "NOR"},
                             {"Capacity", "School capacity", "Places"},
                             {}}};
  return format == Format::gias ? gias : counts;
}

std::vector<readers::Column> wanted(const Settings& settings) {
  const bool gias = settings.format == Format::gias;
  // A census date may be wanting in both, where the settings or the file's name give a day.
  const std::array<bool, kColumns> always{true, !gias && !settings.census_date, gias, gias, gias};
  std::vector<readers::Column> out;
  for (std::size_t c = 0; c < kColumns; ++c) {
    const auto& names = settings.columns.at(c);
    const auto& accepted = names ? *names : usual_names(settings.format).at(c);
    out.push_back({accepted, !accepted.empty() && (names || always.at(c))});
  }
  return out;
}

struct Count {
  std::int64_t value = 0;
  std::uint32_t document = 0;
  std::uint32_t row = 0;
};

struct School {
  std::optional<Count> pupils;
  std::optional<Count> capacity;
  std::uint32_t row = 0;
  bool ambiguous = false;
};

using Key = std::pair<std::string, std::int32_t>;  // school, day
using Schools = std::map<Key, School>;

// What one document holds, for its summary.
struct Tally {
  std::uint64_t not_open = 0;
  std::uint64_t not_asked_for = 0;
  std::uint64_t undated = 0;
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

class DocumentReader {
 public:
  DocumentReader(const Document& document, const Settings& settings, Notes& notes)
      : document_(document), settings_(settings), notes_(notes), day_(document_day(document)) {}

  tl::expected<Schools, Failure> read(std::uint64_t& rows_read, std::set<std::int64_t>& found) {
    readers::TableOptions options;
    // An extract names head teachers too: where its cells have slipped, none of them is shown.
    options.quote_cells = settings_.format == Format::counts;
    auto table = Table::open(document_.bytes, wanted(settings_), options);
    if (!table) return tl::unexpected(failure(document_.name, table.error()));
    if (!table->has(pupils) && !table->has(capacity)) {
      return tl::unexpected(
          failure(document_.name,
                  {"The file has neither pupils nor places; name their columns in the settings.",
                   table->header_row(), ""}));
    }
    for (;;) {
      const auto more = table->next();
      if (!more) return tl::unexpected(failure(document_.name, more.error()));
      if (!*more) break;
      take_row(*table, found);
    }
    const auto& report = table->report();
    notes_.ragged(document_.name, report);
    rows_read += report.rows_read + report.rows_skipped;
    if (report.rows_read + report.rows_skipped == 0) {
      return tl::unexpected(
          failure(document_.name, {"The file has a header and no rows; export it again.", 0, ""}));
    }
    summarise();
    return std::move(schools_);
  }

 private:
  void take_row(const Table& table, std::set<std::int64_t>& found) {
    if (settings_.format == Format::gias && !is_open(table)) return;
    const auto code = settings_.format == Format::gias ? urn(table, found) : name(table);
    if (!code) return;
    const auto day = day_of(table);
    if (!day) return;
    School row;
    row.row = table.row();
    row.pupils = count(table, pupils, 0, "is below 0");
    row.capacity = count(table, capacity, 1, "is no number of places; it is taken as not known");
    const auto [at, added] = schools_.try_emplace(Key{*code, *day}, row);
    if (added) return;
    at->second.ambiguous = true;
    notes_.skipped(place(document_.name, table.row()),
                   *code + " has figures for " + day_text(*day) + " in row " +
                       std::to_string(at->second.row) +
                       " too. Which row counts is not clear, so both were left out.");
  }

  bool is_open(const Table& table) {
    const auto cell = table.text(status);
    const std::string text = cell && *cell ? lower(**cell) : std::string();
    if (text == "open" || text == "open, but proposed to close") return true;
    if (text == "closed" || text == "proposed to open") {
      ++tally_.not_open;
    } else {
      notes_.skipped(document_.name,
                     table.fault(status, "is not a status that GIAS knows (Open, Closed, ...)"),
                     kRowOut);
    }
    return false;
  }

  std::optional<std::string> urn(const Table& table, std::set<std::int64_t>& found) {
    const auto cell = table.integer(school);
    if (!cell || !*cell || **cell < 1 || **cell > kUrnMax) {
      notes_.skipped(document_.name, table.fault(school, "is not a URN"), kRowOut);
      return std::nullopt;
    }
    if (!settings_.only_urns.empty() && !settings_.only_urns.contains(**cell)) {
      ++tally_.not_asked_for;
      return std::nullopt;
    }
    found.insert(**cell);
    return std::to_string(**cell);
  }

  std::optional<std::string> name(const Table& table) {
    const auto cell = table.text(school);
    if (cell && *cell) return std::string(**cell);
    if (!cell) {
      notes_.skipped(document_.name, cell.error(), kRowOut);
    } else {
      notes_.skipped(place(document_.name, table.row(), table.name(school)),
                     "The row names no school. " + std::string(kRowOut));
    }
    return std::nullopt;
  }

  std::optional<std::int32_t> day_of(const Table& table) {
    const auto cell = table.date(date, settings_.date_order);
    if (!cell) {
      notes_.skipped(document_.name, cell.error(), kRowOut);
      return std::nullopt;
    }
    if (*cell) {
      if (**cell >= kDayFirst && **cell <= kDayLast) return *cell;
      notes_.skipped(document_.name, table.fault(date, "is not a day between 1990 and 2099"),
                     kRowOut);
      return std::nullopt;
    }
    ++tally_.undated;
    if (settings_.census_date) return settings_.census_date;
    if (settings_.format == Format::gias && day_) return day_->day;
    --tally_.undated;
    notes_.skipped(place(document_.name, table.row(), table.name(date)),
                   "The row has no date; set census_date for such rows. " + std::string(kRowOut));
    return std::nullopt;
  }

  std::optional<Count> count(const Table& table, std::size_t column, std::int64_t least,
                             std::string_view too_small) {
    const auto cell = table.integer(column);
    if (cell && !*cell) return std::nullopt;
    if (cell && **cell >= least && **cell <= kCountMax) {
      return Count{**cell, document_.number, table.row()};
    }
    if (!cell) {
      notes_.skipped(document_.name, cell.error(), kCellOut);
    } else {
      notes_.skipped(document_.name,
                     table.fault(column, **cell < least ? too_small : "is more than 50,000"),
                     kCellOut);
    }
    return std::nullopt;
  }

  void summarise() {
    if (settings_.format == Format::gias) {
      std::string text = counted(schools_.size(), "open school was", "open schools were") + " read";
      text += "; left out: " +
              counted(tally_.not_open, "school that is not open", "schools that are not open");
      if (!settings_.only_urns.empty()) {
        text += ", " + std::to_string(tally_.not_asked_for) + " not in only_urns";
      }
      notes_.info(place(document_.name), text + ".");
    }
    if (tally_.undated == 0) return;
    std::string text = counted(tally_.undated, "school has", "schools have") +
                       " no date; their figures are dated ";
    if (settings_.census_date) {
      text += day_text(*settings_.census_date) + ", the census_date of the settings.";
    } else {
      text += day_text(day_->day) + (day_->from_name ? ", the date in the file's name."
                                                     : ", the day the file was last changed.");
    }
    notes_.info(place(document_.name), text);
  }

  const Document& document_;
  const Settings& settings_;
  Notes& notes_;
  std::optional<DocumentDay> day_;
  Tally tally_;
  Schools schools_;
};

void merge(Schools& all, const Schools& newer) {
  for (const auto& [key, school] : newer) {
    if (school.ambiguous) continue;
    School& known = all[key];
    if (school.pupils) known.pupils = school.pupils;
    if (school.capacity) known.capacity = school.capacity;
  }
}

}  // namespace

tl::expected<Reading, Failure> read_roll(std::span<const Document> documents,
                                         const Settings& settings) {
  Notes notes;
  Reading out;
  Schools all;
  std::set<std::int64_t> found;
  for (const Document* document : in_order_of_day(documents)) {
    const auto schools = DocumentReader(*document, settings, notes).read(out.rows, found);
    if (!schools) return tl::unexpected(schools.error());
    merge(all, *schools);
  }
  for (const std::int64_t urn : settings.only_urns) {
    if (found.contains(urn)) continue;
    notes.warning("setting only_urns", "No open school has the URN " + std::to_string(urn) +
                                           "; a school gets a new URN "
                                           "when it becomes an academy.");
  }
  const auto add = [&out](std::string_view measure, const Key& key, const Count& count) {
    out.observations.push_back({measure, key.first, key.second, key.second,
                                static_cast<double>(count.value), count.document, count.row});
  };
  for (const auto& [key, school] : all) {
    if (school.pupils) add("roll.pupils", key, *school.pupils);
    if (school.capacity) add("roll.capacity", key, *school.capacity);
  }
  out.notes = notes.take();
  return out;
}

}  // namespace kpid::plugins::pupil_roll
