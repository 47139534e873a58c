// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "readers/csv.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <utility>

#include "readers/encoding.hpp"

namespace kpid::readers {
namespace {

constexpr std::size_t kSampleRecords = 20;
constexpr std::size_t kSampleBytes = std::size_t{64} * 1024;
constexpr std::size_t kPieceBytes =
    std::size_t{32} * 1024;  // small enough to stay near the processor
constexpr std::uint32_t kRowsMax = std::numeric_limits<std::uint32_t>::max() - 2 * kPieceBytes;
constexpr std::string_view kDelimiters = ",;\t|";

// The delimiter that occurs equally often in most of the first records; more often breaks a tie.
char find_delimiter(std::string_view text) {
  constexpr std::array<char, 4> kCandidates{',', ';', '\t', '|'};
  std::vector<std::array<std::size_t, 4>> records(1);
  bool quoted = false;
  for (const char c : text.substr(0, kSampleBytes)) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') {
      if (records.size() == kSampleRecords) break;
      records.emplace_back();
    }
    for (std::size_t k = 0; k < kCandidates.size(); ++k) {
      if (c == kCandidates.at(k)) ++records.back().at(k);
    }
  }
  char best = ',';
  std::pair<std::size_t, std::size_t> best_score{0, 0};
  for (std::size_t k = 0; k < kCandidates.size(); ++k) {
    std::map<std::size_t, std::size_t> times;
    for (const auto& record : records) {
      if (record.at(k) > 0) ++times[record.at(k)];
    }
    for (const auto& [count, records_with_it] : times) {
      const std::pair score{records_with_it, count};
      if (score > best_score) {
        best_score = score;
        best = kCandidates.at(k);
      }
    }
  }
  return best;
}

bool is_beyond_ascii(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// UTF-16 without a mark at its beginning: every other byte of Western text is 0, none between.
CsvEncoding wide_without_mark(std::string_view bytes) {
  constexpr std::size_t kLooked = 1024;
  std::array<std::size_t, 2> nuls{};
  const auto sample = bytes.substr(0, std::min(kLooked, bytes.size() / 2 * 2));
  for (std::size_t i = 0; i < sample.size(); ++i) nuls.at(i % 2) += sample[i] == '\0' ? 1 : 0;
  const std::size_t enough = std::max<std::size_t>(2, sample.size() / 2 * 2 / 5);
  if (nuls[0] == 0 && nuls[1] >= enough) return CsvEncoding::utf16_le;
  if (nuls[1] == 0 && nuls[0] >= enough) return CsvEncoding::utf16_be;
  return CsvEncoding::found_out;
}

// The beginning of the file up to a line end, so that no character is cut in two.
std::string_view sample_of(std::string_view text) {
  if (text.size() <= kSampleBytes) return text;
  const auto sample = text.substr(0, kSampleBytes);
  return sample.substr(0, sample.find_last_of("\r\n") + 1);
}

Fault damaged_utf16(std::uint32_t row) {
  return {"The file begins as UTF-16 but is damaged; export it again as CSV in UTF-8.", row};
}

}  // namespace

struct CsvReader::Wide {
  std::string_view rest;  // not yet converted
  bool big_endian = false;
  std::size_t dropped = 0;  // bytes of the file before `text`
  std::string text;
};

void CsvReader::Forget::operator()(Wide* wide) const { std::default_delete<Wide>()(wide); }

tl::expected<CsvReader, Fault> CsvReader::open(std::string_view bytes, CsvOptions options) {
  if (const auto kind = not_text(bytes)) {
    return tl::unexpected(
        Fault{"The file is " + std::string(*kind) + ", not a CSV file; export it again as CSV."});
  }
  CsvReader reader;
  reader.options_ = options;
  reader.bytes_ = bytes;
  if (auto done = reader.choose_encoding(); !done) return tl::unexpected(std::move(done.error()));
  if (reader.is_last_ && reader.text_.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return tl::unexpected(Fault{"The file is empty; export it again."});
  }
  if (auto done = reader.choose_delimiter(); !done) return tl::unexpected(std::move(done.error()));
  return reader;
}

tl::expected<void, Fault> CsvReader::choose_encoding() {
  auto bytes = bytes_;
  auto& encoding = options_.encoding;
  if (bytes.starts_with("\xEF\xBF\xBD\xEF\xBF\xBD")) {
    return tl::unexpected(Fault{
        "The file was UTF-16 and was damaged when it was converted to UTF-8 (its first characters "
        "are U+FFFD); export it again as CSV in UTF-8."});
  }
  const bool little = bytes.starts_with("\xFF\xFE");
  const bool big = bytes.starts_with("\xFE\xFF");
  if (encoding == CsvEncoding::found_out && (little || big)) {
    encoding = little ? CsvEncoding::utf16_le : CsvEncoding::utf16_be;
  }
  if (encoding == CsvEncoding::found_out) encoding = wide_without_mark(bytes);
  if (encoding == CsvEncoding::utf16_le || encoding == CsvEncoding::utf16_be) {
    if (little || big) bytes.remove_prefix(2);
    if (bytes.size() % 2 != 0) return tl::unexpected(damaged_utf16(0));
    wide_.reset(std::make_unique<Wide>().release());
    wide_->rest = bytes;
    wide_->big_endian = encoding == CsvEncoding::utf16_be;
    wide_->dropped = bytes_.size() - bytes.size();
    return convert_more();
  }
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  text_ = bytes;
  if (encoding == CsvEncoding::found_out && !is_utf8(sample_of(bytes))) {
    encoding = CsvEncoding::windows_1252;
  }
  return {};
}

tl::expected<void, Fault> CsvReader::choose_delimiter() {
  const auto text = text_;
  auto& delimiter = options_.delimiter;
  if (text.size() > 5 && text.starts_with("sep=") && (text[5] == '\r' || text[5] == '\n')) {
    at_ = 5;
    take_line_end();
    row_ = 1;
    if (delimiter == '\0') delimiter = text[4];
  }
  if (delimiter == '\0') delimiter = find_delimiter(text);
  if (kDelimiters.find(delimiter) == std::string_view::npos) {
    return tl::unexpected(
        Fault{"The sep= line names a separator other than comma, semicolon, tab or |.", 1});
  }
  return {};
}

std::size_t CsvReader::offset() const {
  if (wide_ != nullptr) return wide_->dropped;
  return static_cast<std::size_t>(text_.data() - bytes_.data()) + at_;
}

// Drops what has been read of the converted text and converts another piece.
tl::expected<void, Fault> CsvReader::convert_more() {
  Wide& wide = *wide_;
  const std::size_t units = utf16_units(std::string_view(wide.text).substr(0, at_));
  wide.dropped += 2 * units;
  wide.text.erase(0, at_);
  at_ = 0;
  // A character that the piece's end cuts in two is left for the next.
  const std::size_t size =
      append_utf16(wide.text, wide.rest.substr(0, 2 * kPieceBytes), wide.big_endian);
  if (size == 0 && !wide.rest.empty()) return tl::unexpected(damaged_utf16(row_));
  wide.rest.remove_prefix(size);
  text_ = wide.text;
  is_last_ = wide.rest.empty();
  index_.rows = 0;
  indexed_row_ = 0;
  return {};
}

bool CsvReader::take_line_end() {
  if (at_ < text_.size() && text_[at_] == '\r') {
    ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    return true;
  }
  if (at_ < text_.size() && text_[at_] == '\n') {
    ++at_;
    return true;
  }
  return false;
}

// False: at the end.
bool CsvReader::index_more() {
  if (at_ == text_.size() && is_last_) return false;
  piece_ = at_;
  indexed_row_ = 0;
  indexed_end_ = 0;
  index_csv(text_.substr(at_, kPieceBytes), options_.delimiter, index_);
  // A carriage return at the end of what is converted may have its line feed still to come.
  if (!is_last_ && index_.rows > 0 &&
      piece_ + index_.ends[index_.row_last[index_.rows - 1]] + 1 == text_.size()) {
    --index_.rows;
  }
  return true;
}

CsvRows CsvReader::next_plain(std::size_t fields) {
  // A blank line looks like a row of one field; next() passes over it.
  if (fields < 2 || fields > options_.columns) return {};
  if (indexed_row_ == index_.rows && !index_more()) return {};
  if (index_.quotes || index_.beyond_ascii || row_ > kRowsMax ||
      std::min(options_.field_bytes, options_.row_bytes) < kPieceBytes) {
    return {};
  }
  const CsvRow first(text_.data() + piece_, index_.ends.data() + indexed_end_,
                     static_cast<std::uint32_t>(at_ - piece_));
  std::size_t last = indexed_row_;
  std::size_t end = indexed_end_;
  for (; last < index_.rows && index_.row_last[last] + 1 - end == fields; ++last) end += fields;
  // Whether a line feed follows is asked of every carriage return, which must not be the last byte.
  if (last > indexed_row_ && piece_ + index_.ends[end - 1] + 1 == text_.size() &&
      text_.back() == '\r') {
    --last;
    end -= fields;
  }
  const std::size_t size = last - indexed_row_;
  if (size == 0) return {};
  indexed_row_ = last;
  indexed_end_ = static_cast<std::uint32_t>(end);
  row_ += static_cast<std::uint32_t>(size);
  at_ = piece_ + index_.ends[end - 1];
  take_line_end();
  return {first, fields, size};
}

// The next row of the index. False: it was a blank line.
tl::expected<bool, Fault> CsvReader::take_indexed() {
  const std::uint32_t last = index_.row_last[indexed_row_];
  const std::uint32_t row_end = index_.ends[last];
  auto begin = static_cast<std::uint32_t>(at_ - piece_);
  if (row_end - begin > std::min(options_.field_bytes, options_.row_bytes)) return read_slowly();
  const std::size_t count = last - indexed_end_ + 1;
  if (count > options_.columns) {
    ++row_;
    return tl::unexpected(too_many_columns());
  }
  if (fields_.size() != count) fields_.resize(count);
  const char* const piece = text_.data() + piece_;
  const std::uint32_t* const ends = index_.ends.data() + indexed_end_;
  for (std::size_t k = 0; k < count; ++k) {
    fields_[k] = {piece + begin, ends[k] - begin};
    begin = ends[k] + 1;
  }
  at_ = piece_ + begin;
  if (piece[row_end] == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
  indexed_end_ = last + 1;
  ++indexed_row_;
  ++row_;
  if (count == 1 && fields_[0].empty()) return false;
  if (index_.quotes || index_.beyond_ascii) {
    if (auto done = clean_fields(); !done) return tl::unexpected(std::move(done.error()));
  }
  return true;
}

tl::expected<void, Fault> CsvReader::clean_fields() {
  constexpr std::size_t kGrowthMax = 3;  // of a byte of Windows-1252
  const auto size = static_cast<std::size_t>(fields_.back().data() - fields_.front().data()) +
                    fields_.back().size();
  record_.clear();
  // Fields point into it, so it must not move.
  if (record_.capacity() < size * kGrowthMax) record_.reserve(size * kGrowthMax);
  for (std::string_view& field : fields_) {
    if (field.empty()) continue;
    const bool beyond_ascii = index_.beyond_ascii && is_beyond_ascii(field);
    if (field.front() != '"' && !beyond_ascii) continue;
    auto cleaned = clean(field, beyond_ascii);
    if (!cleaned) return tl::unexpected(std::move(cleaned.error()));
    field = *cleaned;
  }
  return {};
}

// Without quotation marks, as UTF-8; in the bytes themselves where it can be.
tl::expected<std::string_view, Fault> CsvReader::clean(std::string_view field, bool beyond_ascii) {
  bool doubled = false;
  if (field.front() == '"') {
    field = field.substr(1, field.size() - 2);
    doubled = field.find('"') != std::string_view::npos;
  }
  const tl::expected<bool, Fault> convert = beyond_ascii ? is_to_be_converted(field) : false;
  if (!convert) return tl::unexpected(convert.error());
  if (!doubled && !*convert) return field;
  const std::size_t begin = record_.size();
  for (std::size_t i = 0; i < field.size(); ++i) {
    append_converted(field[i], *convert);
    if (field[i] == '"') ++i;
  }
  if (record_.size() - begin > options_.field_bytes) return tl::unexpected(too_long());
  return std::string_view(record_).substr(begin);
}

// Whether a field beyond ASCII is in Windows-1252.
tl::expected<bool, Fault> CsvReader::is_to_be_converted(std::string_view field) const {
  if (wide_ != nullptr) return false;
  if (options_.encoding == CsvEncoding::windows_1252) return true;
  if (is_utf8(field)) return false;
  if (options_.encoding == CsvEncoding::found_out) return true;
  return tl::unexpected(
      Fault{"The row is not in UTF-8; export the file again as CSV in UTF-8.", row_});
}

void CsvReader::append_converted(char byte, bool convert) {
  const auto code = static_cast<unsigned char>(byte);
  if (convert && code >= 0x80) {
    append_utf8(record_, from_windows_1252(code));
  } else {
    record_.push_back(byte);
  }
}

Fault CsvReader::too_long() const {
  return {"A cell is longer than " + std::to_string(options_.field_bytes) +
              " bytes; look for a quotation mark that is not closed.",
          row_};
}

Fault CsvReader::too_many_columns() const {
  return {"The row has more than " + std::to_string(options_.columns) + " columns.", row_};
}

tl::expected<void, Fault> CsvReader::append(char byte) {
  if (byte == '\0') {
    return tl::unexpected(
        Fault{"The row holds a NUL byte, so the file is damaged; export it again.", row_});
  }
  record_.push_back(byte);
  const std::size_t field_start = ends_.empty() ? 0 : ends_.back();
  if (record_.size() - field_start > options_.field_bytes) return tl::unexpected(too_long());
  if (record_.size() > options_.row_bytes) {
    return tl::unexpected(
        Fault{"The row is longer than " + std::to_string(options_.row_bytes) + " bytes.", row_});
  }
  return {};
}

// The inside of a quoted field, from after its opening mark to after its closing one.
tl::expected<CsvReader::Taken, Fault> CsvReader::read_quoted() {
  for (;; ++at_) {
    if (at_ == text_.size()) {
      if (!is_last_) return Taken::needs_more;
      return tl::unexpected(
          Fault{"A quotation mark is opened in this row and never closed.", row_});
    }
    if (text_[at_] == '"') {
      ++at_;
      if (at_ == text_.size() && !is_last_) return Taken::needs_more;
      if (at_ == text_.size() || text_[at_] != '"') break;
    }
    if (auto done = append(text_[at_]); !done) return tl::unexpected(std::move(done.error()));
  }
  if (at_ < text_.size() && text_[at_] != options_.delimiter && text_[at_] != '\r' &&
      text_[at_] != '\n') {
    return tl::unexpected(
        Fault{"Text follows a closing quotation mark; double the marks inside a cell.", row_});
  }
  return Taken::row;
}

// One record byte by byte, for what the index leaves out.
tl::expected<CsvReader::Taken, Fault> CsvReader::read_record() {
  for (;;) {
    if (at_ < text_.size() && text_[at_] == '"') {
      ++at_;
      const auto taken = read_quoted();
      if (!taken || *taken == Taken::needs_more) return taken;
    }
    while (at_ < text_.size() && text_[at_] != options_.delimiter && text_[at_] != '\r' &&
           text_[at_] != '\n') {
      if (auto done = append(text_[at_++]); !done) return tl::unexpected(std::move(done.error()));
    }
    // A line feed may follow a carriage return.
    const bool decided = at_ + 1 < text_.size() || (at_ < text_.size() && text_[at_] != '\r');
    if (!is_last_ && !decided) return Taken::needs_more;
    ends_.push_back(record_.size());
    if (ends_.size() > options_.columns) return tl::unexpected(too_many_columns());
    if (at_ == text_.size() || take_line_end()) break;
    ++at_;  // the delimiter
  }
  return Taken::row;
}

// False: it was a blank line.
tl::expected<bool, Fault> CsvReader::read_slowly() {
  ++row_;
  index_.rows = 0;
  indexed_row_ = 0;
  for (;;) {
    const std::size_t begin = at_;
    record_.clear();
    ends_.clear();
    const bool blank = take_line_end();
    at_ = begin;
    const auto taken = read_record();
    if (!taken) return tl::unexpected(taken.error());
    if (*taken == Taken::needs_more) {
      at_ = begin;
      if (auto done = convert_more(); !done) return tl::unexpected(std::move(done.error()));
      continue;
    }
    if (blank) return false;
    break;
  }
  return split_record();
}

// Makes fields of what read_record() has put together.
tl::expected<bool, Fault> CsvReader::split_record() {
  const bool beyond_ascii = is_beyond_ascii(record_);
  if (beyond_ascii) {
    const std::string raw = std::exchange(record_, {});
    std::size_t start = 0;
    for (std::size_t& end : ends_) {
      const auto field = std::string_view(raw).substr(start, end - start);
      const tl::expected<bool, Fault> convert =
          is_beyond_ascii(field) ? is_to_be_converted(field) : false;
      if (!convert) return tl::unexpected(convert.error());
      const std::size_t begin = record_.size();
      for (const char c : field) append_converted(c, *convert);
      if (record_.size() - begin > options_.field_bytes) return tl::unexpected(too_long());
      start = std::exchange(end, record_.size());
    }
  }
  fields_.clear();
  std::size_t start = 0;
  for (const std::size_t end : ends_) {
    fields_.push_back(std::string_view(record_).substr(start, end - start));
    start = end;
  }
  return true;
}

tl::expected<bool, Fault> CsvReader::next() {
  for (;;) {
    if (indexed_row_ == index_.rows) {
      if (!index_more()) {
        fields_.clear();
        return false;
      }
      if (row_ > kRowsMax) return tl::unexpected(Fault{"The file has too many rows.", row_});
    }
    auto taken = indexed_row_ < index_.rows ? take_indexed() : read_slowly();
    if (!taken) {
      at_ = text_.size();
      is_last_ = true;
      index_.rows = 0;
      indexed_row_ = 0;
      fields_.clear();
    }
    if (!taken || *taken) return taken;
  }
}

}  // namespace kpid::readers
