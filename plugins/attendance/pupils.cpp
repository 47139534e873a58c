// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "pupils.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "attendance/detect.hpp"
#include "attendance/row_taker.hpp"
#include "attendance/scan.hpp"
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

enum class Ended {
  yes,
  register_cannot_go_on,
  not_clean,  // and the rest looks as if it had another delimiter: read all with readers::CsvReader
};

class DocumentReader {
 public:
  DocumentReader(const Document& document, const Settings& settings, Format format, Register& reg,
                 Notes& notes)
      : document_(document), settings_(settings), format_(format), register_(reg), notes_(notes) {}

  tl::expected<Ended, Failure> read(Scanner scanner, std::uint64_t& rows_read) {
    const auto head = head_of(document_.bytes);
    const auto table = Table::open(head, pupil_columns(settings_));
    if (!table) return tl::unexpected(failure(document_.name, table.error()));
    layout_ = layout_of(*table);
    if (const auto sentence = wanting(*table, format_)) {
      return tl::unexpected(failure(document_.name, {*sentence, layout_.header_row, ""}));
    }
    for (std::size_t c = 0; c < kPupilColumns; ++c) {
      if (layout_.places.at(c)) there_.emplace_back(c, *layout_.places.at(c));
    }
    taker_.emplace(document_, settings_, layout_.titles, layout_.there, register_, notes_);
    const auto below_header =
        scanner == Scanner::fast ? clean_header_bytes(head) : std::optional<std::size_t>();
    auto ended = below_header ? read_clean(*below_header) : read_any();
    if (!ended) return tl::unexpected(failure(document_.name, ended.error()));
    if (*ended != Ended::yes) return *ended;
    taker_->summarise();
    notes_.ragged(document_.name, report_);
    rows_read += report_.rows_read + report_.rows_skipped;
    if (report_.rows_read + report_.rows_skipped == 0) {
      return tl::unexpected(
          failure(document_.name, {"The file has a header and no rows; export it again.", 0, ""}));
    }
    return Ended::yes;
  }

 private:
  // How many bytes the header takes with all before it, where they are clean text; nothing where
  // the rows must be told apart in another way.
  std::optional<std::size_t> clean_header_bytes(std::string_view head) {
    if (readers::ZipArchive::is_zip(head)) return std::nullopt;
    auto reader = readers::CsvReader::open(head);
    if (!reader) return std::nullopt;
    delimiter_ = reader->delimiter();
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    const std::size_t mark = head.starts_with(kMark) ? kMark.size() : 0;
    std::uint32_t rows = 0;
    std::size_t bytes = mark;
    scan_rows(head.substr(mark), delimiter_,
              [&](const char*, std::size_t, const std::uint32_t*, std::size_t) {
                return ++rows < layout_.header_row + 1;
              });
    if (rows < layout_.header_row) return std::nullopt;
    for (rows = 0; rows < layout_.header_row; ++rows) bytes = head.find('\n', bytes) + 1;
    return bytes;
  }

  // Clean text as far as it goes, and from there on whatever it is.
  tl::expected<Ended, readers::Fault> read_clean(std::size_t from) {
    row_ = layout_.header_row;
    const std::string_view text = document_.bytes.substr(from);
    std::size_t discard_at = kDiscardBytes;
    bool go_on = true;
    const std::size_t done = scan_rows(
        text, delimiter_,
        [&](const char* base, std::size_t start, const std::uint32_t* ends, std::size_t count) {
          ++row_;
          if (count == layout_.width) {
            go_on = take_clean(base, start, ends);
          } else {
            go_on = take_split(base, start, ends, count);
          }
          if (static_cast<std::size_t>(base - text.data()) >= discard_at) {
            discard_at = static_cast<std::size_t>(base - text.data()) + kDiscardBytes;
            discard(from + static_cast<std::size_t>(base - text.data()));
          }
          return go_on;
        });
    if (!go_on) return Ended::register_cannot_go_on;
    const std::string_view rest = text.substr(done);
    if (rest.find_first_not_of(" \t\r\n") == std::string_view::npos) return Ended::yes;
    auto reader = readers::CsvReader::open(rest);
    if (!reader) return tl::unexpected(std::move(reader.error()));
    if (reader->delimiter() != delimiter_) return Ended::not_clean;
    return read_rows(*reader, row_);
  }

  // A row of the header's width.
  bool take_clean(const char* base, std::size_t start, const std::uint32_t* ends) {
    const std::size_t last = layout_.width - 1;
    for (const auto& [column, place] : there_) {
      const std::size_t first = place == 0 ? start : ends[place - 1] + 1;
      std::size_t end = ends[place] & ~kEndsRow;
      if (place == last && end > first && base[end - 1] == '\r') --end;
      cells_[column] = std::string_view(base + first, end - first);
    }
    if ((cells_[pupil].empty() || cells_[pupil].front() <= ' ') &&
        is_blank(base, start, ends[last] & ~kEndsRow))
      return true;
    ++report_.rows_read;
    return take();
  }

  bool is_blank(const char* base, std::size_t start, std::size_t end) const {
    return std::string_view(base + start, end - start)
               .find_first_not_of(std::string(" \t\r\n") + delimiter_) == std::string_view::npos;
  }

  bool take_split(const char* base, std::size_t start, const std::uint32_t* ends,
                  std::size_t count) {
    fields_.clear();
    std::size_t first = start;
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t end = ends[i] & ~kEndsRow;
      const std::size_t next = end + 1;
      if (i + 1 == count && end > first && base[end - 1] == '\r') --end;
      fields_.emplace_back(base + first, end - first);
      first = next;
    }
    return take_fields(fields_);
  }

  // Any file, from its beginning.
  tl::expected<Ended, readers::Fault> read_any() {
    auto source = readers::RowSource::open(document_.bytes, {}, {});
    if (!source) return tl::unexpected(std::move(source.error()));
    while (source->row() < layout_.header_row) {
      const auto more = source->next();
      if (!more) return tl::unexpected(more.error());
      if (!*more) break;
    }
    return read_rows(*source, 0);
  }

  template <class Reader>
  tl::expected<Ended, readers::Fault> read_rows(Reader& reader, std::uint32_t rows_before) {
    for (;;) {
      auto more = reader.next();
      if (!more) {
        more.error().row += more.error().row == 0 ? 0 : rows_before;
        return tl::unexpected(std::move(more.error()));
      }
      if (!*more) return Ended::yes;
      row_ = rows_before + reader.row();
      if (!take_fields(reader.fields())) return Ended::register_cannot_go_on;
    }
  }

  // As a table takes a row: blank ones are passed over, ragged ones are left out.
  bool take_fields(const std::vector<std::string_view>& fields) {
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

  void discard(std::uint64_t bytes) const {
    if (document_.discard) document_.discard(bytes);
  }

  const Document& document_;
  const Settings& settings_;
  const Format format_;
  Register& register_;
  Notes& notes_;
  Layout layout_;
  std::vector<std::pair<std::size_t, std::size_t>> there_;  // columns and their positions
  std::optional<RowTaker> taker_;
  char delimiter_ = ',';
  std::uint32_t row_ = 0;
  Cells cells_{};
  std::vector<std::string_view> fields_;
  readers::TableReport report_;
};

// One reading of all documents with one register.
class Attempt {
 public:
  Attempt(const Settings& settings, Format format, Register::Forget forget, Scanner scanner)
      : settings_(settings),
        format_(format),
        scanner_(scanner),
        register_(settings.tally, forget) {}

  tl::expected<Ended, Failure> read(std::span<const Document> documents) {
    for (const Document* document : in_order_of_day(documents)) {
      const auto day = document_day(*document);
      register_.begin_document(document->number, day && day->from_name ? day->day : 0);
      const auto ended =
          DocumentReader(*document, settings_, format_, register_, notes_).read(scanner_, rows_);
      if (!ended) return ended;
      if (*ended == Ended::yes) continue;
      if (!register_.is_full()) return ended;
      return tl::unexpected(Failure{
          place(document->name) +
          ": There are more pupils than can be counted at once (600,000), because the rows of each "
          "school do not stand together; sort the file by school, or give fewer schools."});
    }
    return Ended::yes;
  }

  PupilReading finish() {
    PupilReading out;
    out.rows = rows_;
    out.duplicates = register_.duplicates();
    out.schools = register_.finish();
    tell_totals(out, settings_.tally.smallest_group, notes_);
    out.notes = notes_.take();
    return out;
  }

 private:
  const Settings& settings_;
  const Format format_;
  const Scanner scanner_;
  Register register_;
  Notes notes_;
  std::uint64_t rows_ = 0;
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
                                                const Settings& settings, Scanner scanner) {
  bool again = false;
  Register::Forget forget = Register::Forget::after_each_school;
  // At most thrice: each further reading gives up one of the two ways that make it cheaper.
  for (;;) {
    Attempt attempt(settings, format, forget, scanner);
    const auto ended = attempt.read(documents);
    if (!ended) return tl::unexpected(ended.error());
    if (*ended == Ended::yes) {
      PupilReading out = attempt.finish();
      out.read_twice = again;
      return out;
    }
    again = true;
    if (*ended == Ended::not_clean) scanner = Scanner::csv_reader;
    if (*ended == Ended::register_cannot_go_on) forget = Register::Forget::at_the_end;
  }
}

Reading to_reading(PupilReading reading) {
  Reading out;
  for (const SchoolYear& school : reading.schools) append_figures(out.observations, school);
  out.notes = std::move(reading.notes);
  out.rows = reading.rows;
  return out;
}

}  // namespace kpid::plugins::attendance
