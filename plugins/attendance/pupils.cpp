// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "pupils.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "attendance/detect.hpp"
#include "attendance/row_taker.hpp"
#include "common/document_day.hpp"

namespace kpid::plugins::attendance {
namespace {

using readers::Table;

constexpr std::size_t kDiscardBytes = std::size_t{4} * 1024 * 1024;

// Where the columns of a file stand.
struct Layout {
  std::array<std::optional<std::size_t>, kPupilColumns> places;
  std::array<bool, kPupilColumns> there{};
  std::array<std::string, kPupilColumns> titles;
  std::size_t width = 0;
  std::uint32_t header_row = 0;
};

Layout layout_of(const Table& table) {
  Layout out;
  for (std::size_t c = 0; c < kPupilColumns; ++c) {
    out.places.at(c) = table.position(c);
    out.there.at(c) = table.has(c);
    out.titles.at(c) = table.name(c);
  }
  out.width = table.width();
  out.header_row = table.header_row();
  return out;
}

// Whether the rest of a row is blank: of a row that is longer than the header, or of all of it.
template <class Fields>
bool all_blank(const Fields& fields, std::size_t from) {
  for (std::size_t i = from; i < fields.size(); ++i) {
    if (!readers::trim(fields[i]).empty()) return false;
  }
  return true;
}

readers::Fault ragged_row(std::size_t cells, std::size_t width, std::uint32_t row) {
  return {"The row has " + std::to_string(cells) + " cells where the header has " +
              std::to_string(width) + "; look for a comma inside a cell without quotation marks.",
          row, ""};
}

class DocumentReader {
 public:
  DocumentReader(const Document& document, const Settings& settings, Format format, Register& reg,
                 Notes& notes)
      : document_(document), settings_(settings), format_(format), register_(reg), notes_(notes) {}

  // False: the register cannot go on.
  tl::expected<bool, Failure> read(Rows rows, std::uint64_t& rows_read) {
    const auto table = Table::open(head_of(document_.bytes), pupil_columns(settings_));
    if (!table) return tl::unexpected(failure(document_.name, table.error()));
    layout_ = layout_of(*table);
    report_.columns = table->report().columns;
    report_.lacking_columns = table->report().lacking_columns;
    report_.unused_columns = table->report().unused_columns;
    if (const auto sentence = wanting(*table, format_)) {
      return tl::unexpected(failure(document_.name, {*sentence, layout_.header_row, ""}));
    }
    for (std::size_t c = 0; c < kPupilColumns; ++c) {
      if (layout_.places.at(c)) there_.emplace_back(c, *layout_.places.at(c));
    }
    if (rows == Rows::many_at_once) find_repeated_columns();
    taker_.emplace(document_, settings_, layout_.titles, layout_.there, register_, notes_);
    const auto done =
        readers::ZipArchive::is_zip(document_.bytes) ? read_workbook() : read_csv(rows);
    if (!done) return tl::unexpected(failure(document_.name, done.error()));
    if (!*done) return false;
    taker_->summarise();
    notes_.table(document_.name, report_);
    rows_read += report_.rows_read + report_.rows_skipped;
    if (report_.rows_read + report_.rows_skipped == 0) {
      return tl::unexpected(
          failure(document_.name, {"The file has a header and no rows; export it again.", 0, ""}));
    }
    return true;
  }

 private:
  tl::expected<bool, readers::Fault> read_workbook() {
    auto reader = readers::XlsxReader::open(document_.bytes);
    if (!reader) return tl::unexpected(std::move(reader.error()));
    while (reader->row() < layout_.header_row) {
      const auto more = reader->next();
      if (!more) return more;
    }
    for (;;) {
      const auto more = reader->next();
      if (!more) return more;
      if (!*more) return true;
      row_ = reader->row();
      if (!take_fields(reader->fields())) return false;
    }
  }

  tl::expected<bool, readers::Fault> read_csv(Rows rows) {
    auto reader = readers::CsvReader::open(document_.bytes);
    if (!reader) return tl::unexpected(std::move(reader.error()));
    while (reader->row() < layout_.header_row) {
      const auto more = reader->next();
      if (!more) return more;
    }
    std::size_t discard_at = kDiscardBytes;
    for (;;) {
      if (reader->offset() >= discard_at) {
        discard_at = reader->offset() + kDiscardBytes;
        // The row before is still compared with, and stands in the page or two before.
        constexpr std::size_t kKept = std::size_t{1} << 20U;
        if (document_.discard) document_.discard(reader->offset() - kKept);
      }
      if (rows == Rows::many_at_once) {
        const auto plain = reader->next_plain(layout_.width);
        row_ = reader->row() - static_cast<std::uint32_t>(plain.size());
        for (const readers::CsvRow row : plain) {
          ++row_;
          if (!take_plain(row)) return false;
        }
        if (plain.size() > 0) continue;
      }
      const auto more = reader->next();
      if (!more) return more;
      if (!*more) return true;
      row_ = reader->row();
      if (!take_fields(reader->fields())) return false;
    }
  }

  bool take_plain(const readers::CsvRow& row) {
    if (again_.columns > 0) {
      const char* const from = row[0].data();
      const std::string_view last = row[again_.columns - 1];
      const auto size = static_cast<std::size_t>(last.data() + last.size() - from);
      if (size == again_.size && taker_->has_pupil() && same_bytes(from, again_.bytes, size)) {
        ++report_.rows_read;
        return taker_->take_again(row[again_.date], row[again_.session], row[again_.mark], row_);
      }
      again_.bytes = from;
      again_.size = size;
    }
    for (const auto& [column, place] : there_) cells_[column] = row[place];
    if (is_blank(row)) {
      again_.size = Again::kNone;
      return true;
    }
    ++report_.rows_read;
    return take();
  }

  [[nodiscard]] bool is_blank(const readers::CsvRow& row) const {
    const std::string_view first = cells_[pupil];
    if (!first.empty() && first.front() > ' ') return false;
    for (std::size_t i = 0; i < layout_.width; ++i) {
      if (!readers::trim(row[i]).empty()) return false;
    }
    return true;
  }

  // As a table takes a row: blank ones are passed over, ragged ones are left out.
  bool take_fields(const std::vector<std::string_view>& fields) {
    again_.size = Again::kNone;
    if (all_blank(fields, 0)) return true;
    if (fields.size() < layout_.width || !all_blank(fields, layout_.width)) {
      ++report_.rows_skipped;
      if (report_.skipped.size() < readers::TableReport::kSkippedMax) {
        report_.skipped.push_back(ragged_row(fields.size(), layout_.width, row_));
      }
      return true;
    }
    for (const auto& [column, place] : there_) cells_[column] = fields[place];
    ++report_.rows_read;
    return take();
  }

  bool take() {
    return format_ == Format::marks ? taker_->take_marks(cells_, row_)
                                    : taker_->take_week(cells_, row_);
  }

  // The columns of a mark stand behind all that tells the pupil: then most rows begin with the same
  // bytes as the row before.
  void find_repeated_columns() {
    if (!layout_.there[session] || !layout_.there[mark] || format_ != Format::marks) return;
    again_.date = *layout_.places[date];
    again_.session = *layout_.places[session];
    again_.mark = *layout_.places[mark];
    const std::size_t first = std::min({again_.date, again_.session, again_.mark});
    for (const PupilColumn column :
         {school, pupil, year_group, in_pupil_premium, in_fsm, sen, in_eal}) {
      if (layout_.there.at(column) && *layout_.places.at(column) > first) return;
    }
    again_.columns = first;
  }

  struct Again {
    std::size_t columns = 0;  // so many at a row's beginning; 0: not in this file
    std::size_t date = 0, session = 0, mark = 0;
    static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
    const char* bytes = nullptr;  // of the row before
    std::size_t size = kNone;
  };

  const Document& document_;
  const Settings& settings_;
  const Format format_;
  Register& register_;
  Notes& notes_;
  Layout layout_;
  Again again_;
  std::vector<std::pair<std::size_t, std::size_t>> there_;  // columns and their positions
  std::optional<RowTaker> taker_;
  std::uint32_t row_ = 0;
  Cells cells_{};
  readers::TableReport report_;
};

// One reading of all documents with one register.
class Attempt {
 public:
  Attempt(const Settings& settings, Format format, Register::Forget forget, Rows rows)
      : settings_(settings), format_(format), rows_(rows), register_(settings.tally, forget) {}

  // False: rows came back to a school that was counted already.
  tl::expected<bool, Failure> read(std::span<const Document> documents) {
    for (const Document* document : in_order_of_day(documents)) {
      const auto day = document_day(*document);
      register_.begin_document(document->number, day && day->from_name ? day->day : 0);
      const auto done =
          DocumentReader(*document, settings_, format_, register_, notes_).read(rows_, rows_read_);
      if (!done || *done) {
        if (!done) return done;
        continue;
      }
      if (!register_.is_full()) return false;
      return tl::unexpected(Failure{
          place(document->name) +
          ": There are more pupils than can be counted at once (600,000), because the rows of each "
          "school do not stand together; sort the file by school, or give fewer schools."});
    }
    return true;
  }

  PupilReading finish() {
    PupilReading out;
    out.rows = rows_read_;
    out.duplicates = register_.duplicates();
    out.schools = register_.finish();
    tell_totals(out, settings_.tally.smallest_group, notes_);
    out.notes = notes_.take();
    out.columns = notes_.take_columns();
    return out;
  }

 private:
  const Settings& settings_;
  const Format format_;
  const Rows rows_;
  Register register_;
  Notes notes_;
  std::uint64_t rows_read_ = 0;
};

}  // namespace

std::vector<readers::Column> pupil_columns(const Settings& settings) {
  std::vector<readers::Column> out;
  out.reserve(kPupilColumns);
  for (std::size_t c = 0; c < kPupilColumns; ++c) {
    const auto& names = settings.columns.at(c);
    const bool always = c == pupil || c == date || (c == school && settings.school_code.empty());
    if (c == school && !settings.school_code.empty() && !names) {
      out.push_back({{}, false});  // the setting counts, whatever the file has
      continue;
    }
    out.push_back({names ? *names : usual_names(static_cast<PupilColumn>(c)),
                   always || (names && !names->empty())});
  }
  return out;
}

std::optional<std::string> wanting(const readers::Table& table, Format format) {
  if (format == Format::marks) {
    const bool by_session = table.has(session) && table.has(mark);
    if (by_session || (!table.has(session) && (table.has(am) || table.has(pm)))) {
      return std::nullopt;
    }
    return "The file has neither a mark with its session (AM or PM) nor columns of AM and PM "
           "marks; "
           "name their columns in the settings.";
  }
  if (table.has(marks)) return std::nullopt;
  if (table.has(attended) && table.has(authorised) && table.has(unauthorised)) return std::nullopt;
  return "The file has neither the marks of a week nor its sessions attended, authorised and "
         "unauthorised; name their columns in the settings.";
}

void tell_totals(const PupilReading& reading, std::int64_t smallest_group, Notes& notes) {
  if (reading.duplicates > 0) {
    notes.warning("", counted(reading.duplicates, "mark is", "marks are") +
                          " of a session that has one already; of the two counts the better: "
                          "present, approved activity, authorised, unauthorised, not counted.");
  }
  std::uint64_t groups = 0;
  std::uint64_t weeks = 0;
  for (const SchoolYear& one : reading.schools) {
    groups += one.suppressed;
    weeks += one.weeks_suppressed;
  }
  if (groups + weeks == 0) return;
  notes.info("", counted(groups, "group", "groups") + " and " +
                     counted(weeks, "week of a group", "weeks of groups") +
                     " were left out, because figures of fewer than " +
                     std::to_string(smallest_group) +
                     " pupils could be told from them (smallest_group).");
}

tl::expected<PupilReading, Failure> read_pupils(std::span<const Document> documents, Format format,
                                                const Settings& settings, Rows rows) {
  for (const auto forget : {Register::Forget::after_each_school, Register::Forget::at_the_end}) {
    Attempt attempt(settings, format, forget, rows);
    const auto done = attempt.read(documents);
    if (!done) return tl::unexpected(done.error());
    if (!*done) continue;
    PupilReading out = attempt.finish();
    out.read_twice = forget == Register::Forget::at_the_end;
    return out;
  }
  return tl::unexpected(Failure{"The rows were read twice and could not be counted."});
}

Reading to_reading(PupilReading reading) {
  Reading out;
  for (const SchoolYear& school : reading.schools) append_figures(out.observations, school);
  out.notes = std::move(reading.notes);
  out.columns = std::move(reading.columns);
  out.rows = reading.rows;
  return out;
}

}  // namespace kpid::plugins::attendance
