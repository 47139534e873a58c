// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "readers/xlsx.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <system_error>

#include <pugixml.hpp>

#include "readers/cell.hpp"
#include "readers/encoding.hpp"
#include "readers/xlsx_workbook.hpp"

namespace kpid::readers {
namespace {

constexpr std::uint32_t kRowMax = 1'048'576;
constexpr std::size_t kColumnMax = 16'384;
constexpr std::size_t kExactDigits = 15;  // more are the noise of a binary number

std::optional<double> to_double(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

template <class Number>
std::optional<Number> to_whole(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// A number of so few digits that it is already as short as can be, and without an exponent.
bool is_short(std::string_view text) {
  const auto digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || digits.size() > kExactDigits) return false;
  std::size_t points = 0;
  for (const char c : digits) {
    if (c == '.') ++points;
    if (c != '.' && (c < '0' || c > '9')) return false;
  }
  return points == 0 || (points == 1 && digits.front() != '.' && digits.back() != '.');
}

// The fewest digits that give the same number.
void append_number(std::string& out, double value) {
  std::array<char, 400> digits{};
  const auto result =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
  out.append(digits.data(), result.ptr);
}

// A hundred times as much, exactly: the point moves.
void append_percent(std::string& out, double value) {
  std::string digits;
  append_number(digits, value);
  const bool negative = digits.starts_with('-');
  if (negative) digits.erase(0, 1);
  auto point = digits.find('.');
  if (point == std::string::npos) {
    point = digits.size();
  } else {
    digits.erase(point, 1);
  }
  while (digits.size() < point + 2) digits.push_back('0');
  digits.insert(point + 2, ".");
  while (digits.ends_with('0')) digits.pop_back();
  if (digits.ends_with('.')) digits.pop_back();
  const auto first = digits.find_first_not_of('0');
  digits.erase(0, first == std::string::npos ? digits.size() : first);
  if (digits.empty() || digits.front() == '.') digits.insert(0, "0");
  out += (negative ? "-" : "") + digits + "%";
}

void append_padded(std::string& out, int value, std::size_t width) {
  const std::string digits = std::to_string(value);
  out.append(width > digits.size() ? width - digits.size() : 0, '0');
  out += digits;
}

// False where the number is no day.
bool append_date(std::string& out, double serial, bool since_1904) {
  const auto when = from_serial(serial, since_1904);
  const bool time_only = serial >= 0 && serial < 1;
  if (!when && !time_only) return false;
  if (!time_only) {
    append_day(out, when->day);
    if (when->second_of_day == 0) return true;
    out += ' ';
  }
  const auto of_time = from_serial(serial + 1, true);
  const int second = time_only ? of_time->second_of_day : when->second_of_day;
  append_padded(out, second / 3600, 2);
  out += ':';
  append_padded(out, second / 60 % 60, 2);
  out += ':';
  append_padded(out, second % 60, 2);
  return true;
}

// "BC12": 54. Nothing where it is no place of a sheet.
std::optional<std::size_t> column_of(std::string_view reference) {
  std::size_t column = 0;
  std::size_t letters = 0;
  while (letters < reference.size() && reference[letters] >= 'A' && reference[letters] <= 'Z') {
    column = column * 26 + static_cast<std::size_t>(reference[letters++] - 'A' + 1);
    if (column > kColumnMax) return std::nullopt;
  }
  if (letters == 0) return std::nullopt;
  return column - 1;
}

}  // namespace

struct XlsxReader::State {
  State(ZipArchive opened, XlsxWorkbook described, XlsxTexts shared, XlsxElements rows,
        XlsxOptions limits)
      : archive(std::move(opened)),
        workbook(std::move(described)),
        texts(std::move(shared)),
        elements(std::move(rows)),
        options(std::move(limits)) {}

  tl::expected<bool, Fault> load_piece();
  tl::expected<bool, Fault> take_row(const pugi::xml_node& node);
  tl::expected<void, Fault> take_cell(const pugi::xml_node& node, std::size_t column);
  tl::expected<void, Fault> put(std::size_t column, std::string_view text, CellKind kind);
  tl::expected<void, Fault> put_number(std::size_t column, std::string_view text, CellKind kind);
  tl::expected<void, Fault> put_scratch(std::size_t column, std::size_t begin, CellKind kind);
  [[nodiscard]] Fault fault(std::string sentence) const { return {std::move(sentence), row, ""}; }

  struct Written {  // a field whose text stands in `scratch`, which may still move
    std::size_t field = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  ZipArchive archive;
  XlsxWorkbook workbook;
  XlsxTexts texts;
  XlsxElements elements;
  XlsxOptions options;
  pugi::xml_document document;  // the rows of the present piece, parsed in place
  pugi::xml_node at;            // the next of them
  std::uint32_t row = 0;
  std::vector<std::string_view> fields;
  std::vector<CellKind> kinds;
  std::string scratch;
  std::vector<Written> written;
};

// False: the sheet has ended.
tl::expected<bool, Fault> XlsxReader::State::load_piece() {
  auto piece = elements.next();
  if (!piece) {
    piece.error().row = row;
    return tl::unexpected(std::move(piece.error()));
  }
  if (piece->empty()) return false;
  constexpr unsigned kParse =
      pugi::parse_cdata | pugi::parse_escapes | pugi::parse_fragment | pugi::parse_ws_pcdata_single;
  if (!is_utf8({piece->data(), piece->size()}) ||
      !document.load_buffer_inplace(piece->data(), piece->size(), kParse, pugi::encoding_utf8)) {
    return tl::unexpected(fault(std::string(kDamagedWorkbook)));
  }
  at = document.first_child();
  return true;
}

tl::expected<void, Fault> XlsxReader::State::put(std::size_t column, std::string_view text,
                                                 CellKind kind) {
  if (text.empty()) return {};
  if (column >= options.columns) {
    return tl::unexpected(
        fault("The row has more than " + std::to_string(options.columns) + " columns."));
  }
  if (text.size() > options.field_bytes) {
    return tl::unexpected(
        fault("A cell is longer than " + std::to_string(options.field_bytes) + " bytes."));
  }
  if (fields.size() <= column) {
    fields.resize(column + 1);
    kinds.resize(column + 1, CellKind::text);
  }
  fields[column] = text;
  kinds[column] = kind;
  return {};
}

tl::expected<void, Fault> XlsxReader::State::put_scratch(std::size_t column, std::size_t begin,
                                                         CellKind kind) {
  auto done = put(column, std::string_view(scratch).substr(begin), kind);
  if (done && scratch.size() > begin) written.push_back({column, begin, scratch.size()});
  return done;
}

tl::expected<void, Fault> XlsxReader::State::put_number(std::size_t column, std::string_view text,
                                                        CellKind kind) {
  if (kind == CellKind::number && is_short(text)) return put(column, text, kind);
  const auto value = to_double(text);
  if (!value) return put(column, text, CellKind::text);
  const std::size_t begin = scratch.size();
  if (kind == CellKind::date && append_date(scratch, *value, workbook.since_1904)) {
    return put_scratch(column, begin, kind);
  }
  if (kind == CellKind::percent) {
    append_percent(scratch, *value);
    return put_scratch(column, begin, kind);
  }
  append_number(scratch, *value);
  return put_scratch(column, begin, CellKind::number);
}

tl::expected<void, Fault> XlsxReader::State::take_cell(const pugi::xml_node& node,
                                                       std::size_t column) {
  std::string_view type;
  std::size_t style = 0;
  for (const pugi::xml_attribute one : node.attributes()) {
    const std::string_view name(one.name());
    if (name == "t") type = one.value();
    if (name == "s") style = to_whole<std::size_t>(one.value()).value_or(0);
  }
  std::string_view value;
  for (const pugi::xml_node one : node.children()) {
    const auto name = xml_local_name(one.name());
    if (name == "v") value = one.child_value();
    if (name != "is") continue;
    const std::size_t begin = scratch.size();
    append_rich_text(scratch, one);
    if (type == "inlineStr") return put_scratch(column, begin, CellKind::text);
    scratch.resize(begin);
  }
  if (type.empty() || type == "n") {
    const auto kind = style < workbook.styles.size() ? workbook.styles[style] : CellKind::number;
    return put_number(column, trim(value), kind);
  }
  if (type == "s") {
    if (trim(value).empty()) return {};
    const auto index = to_whole<std::size_t>(trim(value));
    if (!index || *index >= texts.size())
      return tl::unexpected(fault(std::string(kDamagedWorkbook)));
    return put(column, texts.at(*index), CellKind::text);
  }
  if (type == "b") {
    return put(column, trim(value) == "1" ? "TRUE" : "FALSE", CellKind::boolean);
  }
  if (type == "e") return {};  // blank: nothing is known of it
  return put(column, value, type == "d" ? CellKind::date : CellKind::text);
}

// False where the row holds nothing.
tl::expected<bool, Fault> XlsxReader::State::take_row(const pugi::xml_node& node) {
  std::uint32_t number = row + 1;
  for (const pugi::xml_attribute one : node.attributes()) {
    if (std::string_view(one.name()) == "r")
      number = to_whole<std::uint32_t>(one.value()).value_or(0);
  }
  if (number <= row || number > kRowMax) {
    return tl::unexpected(
        fault("The rows of the sheet are not in order, so the workbook is damaged; "
              "open it and save it again."));
  }
  row = number;
  fields.clear();
  kinds.clear();
  scratch.clear();
  written.clear();
  std::size_t column = 0;
  for (const pugi::xml_node cell : node.children()) {
    if (xml_local_name(cell.name()) != "c") continue;
    if (const auto reference = cell.attribute("r")) {
      const auto place = column_of(reference.value());
      if (!place) return tl::unexpected(fault(std::string(kDamagedWorkbook)));
      column = *place;
    }
    if (auto done = take_cell(cell, column); !done) return tl::unexpected(std::move(done.error()));
    ++column;
  }
  for (const Written& one : written) {
    fields[one.field] = std::string_view(scratch).substr(one.begin, one.end - one.begin);
  }
  return !fields.empty();
}

void XlsxReader::Forget::operator()(State* state) const { std::default_delete<State>()(state); }

tl::expected<XlsxReader, Fault> XlsxReader::open(std::string_view bytes, XlsxOptions options) {
  auto archive = ZipArchive::open(bytes, options.zip);
  if (!archive) {
    if (ZipArchive::is_zip(bytes)) archive.error().sentence = kDamagedWorkbook;
    return tl::unexpected(std::move(archive.error()));
  }
  auto workbook = open_workbook(*archive, options.sheets);
  if (!workbook) return tl::unexpected(std::move(workbook.error()));
  XlsxTexts texts;
  if (workbook->shared_texts) {
    auto read = XlsxTexts::read(*archive, *workbook->shared_texts);
    if (!read) return tl::unexpected(std::move(read.error()));
    texts = std::move(*read);
  }
  auto stream = archive->stream(workbook->sheet.member);
  if (!stream) return tl::unexpected(std::move(stream.error()));
  XlsxElements rows(std::move(*stream), "sheetData", "row", options.row_bytes);
  return XlsxReader(std::unique_ptr<State, Forget>(
      std::make_unique<State>(std::move(*archive), std::move(*workbook), std::move(texts),
                              std::move(rows), std::move(options))
          .release()));
}

tl::expected<bool, Fault> XlsxReader::next() {
  for (;;) {
    while (!state_->at) {
      auto more = state_->load_piece();
      if (!more || !*more) {
        state_->fields.clear();
        return more;
      }
    }
    const auto node = state_->at;
    state_->at = node.next_sibling();
    if (xml_local_name(node.name()) != "row") continue;
    auto taken = state_->take_row(node);
    if (!taken || *taken) return taken;
  }
}

const std::vector<std::string_view>& XlsxReader::fields() const { return state_->fields; }

CellKind XlsxReader::kind(std::size_t field) const {
  return field < state_->kinds.size() ? state_->kinds[field] : CellKind::text;
}

std::uint32_t XlsxReader::row() const { return state_->row; }
bool XlsxReader::since_1904() const { return state_->workbook.since_1904; }
const std::string& XlsxReader::sheet() const { return state_->workbook.sheet.name; }

}  // namespace kpid::readers
