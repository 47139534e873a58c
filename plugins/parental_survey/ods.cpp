// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "ods.hpp"

#include <algorithm>
#include <utility>

#include <pugixml.hpp>

#include "readers/names.hpp"
#include "readers/zip.hpp"

namespace kpid::plugins::parental_survey {
namespace {

using readers::Fault;
using readers::ZipArchive;

constexpr std::string_view kType = "application/vnd.oasis.opendocument.spreadsheet";
constexpr std::string_view kTable = "<table:table ";
constexpr std::string_view kTableEnd = "</table:table>";
constexpr std::string_view kRow = "<table:table-row";
constexpr std::string_view kRowEnd = "</table:table-row>";
constexpr std::size_t kColumnsMax = 4096;
constexpr unsigned kRowsMax = 2'000'000;
constexpr std::size_t kRowBytesMax = std::size_t{4} << 20U;

Fault damaged() {
  return {
      "The OpenDocument spreadsheet is damaged; open it, save it again, or export the sheet as "
      "CSV."};
}

// The name in an opening tag, with its entities resolved.
std::string name_in(std::string_view tag) {
  pugi::xml_document document;
  std::string xml(tag);
  if (!xml.ends_with("/>")) xml.insert(xml.size() - 1, "/");
  if (!document.load_buffer(xml.data(), xml.size())) return {};
  return document.first_child().attribute("table:name").value();
}

// Paragraphs, with `text:s` for blanks.
void append_text(std::string& out, const pugi::xml_node& node) {
  for (const pugi::xml_node& child : node.children()) {
    const std::string_view name = child.name();
    if (child.type() == pugi::node_pcdata) {
      out += child.value();
    } else if (name == "text:s" || name == "text:tab" || name == "text:line-break") {
      out += ' ';
    } else if (name != "office:annotation") {
      if (name == "text:p" && !out.empty()) out += '\n';
      append_text(out, child);
    }
  }
}

std::string value_of(const pugi::xml_node& cell) {
  const std::string_view type = cell.attribute("office:value-type").value();
  if (type == "float" || type == "percentage" || type == "currency") {
    return cell.attribute("office:value").value();
  }
  if (type == "date") return cell.attribute("office:date-value").value();
  std::string text;
  append_text(text, cell);
  return text;
}

}  // namespace

bool OdsSheet::is_ods(std::string_view bytes) {
  if (!ZipArchive::is_zip(bytes)) return false;
  const auto archive = ZipArchive::open(bytes);
  if (!archive) return false;
  const auto type = archive->read("mimetype");
  return type && *type == kType;
}

tl::expected<OdsSheet, Fault> OdsSheet::open(std::string_view bytes,
                                             const std::vector<std::string>& sheets) {
  const auto archive = ZipArchive::open(bytes);
  if (!archive) return tl::unexpected(archive.error());
  auto content = archive->read("content.xml");
  if (!content) return tl::unexpected(std::move(content.error()));
  OdsSheet out(std::move(*content));
  std::vector<std::pair<std::string, std::size_t>> found;  // name, end of the opening tag
  const std::string_view all = out.content_;
  for (auto at = all.find(kTable); at != std::string_view::npos; at = all.find(kTable, at + 1)) {
    const auto end = all.find('>', at);
    if (end == std::string_view::npos) return tl::unexpected(damaged());
    found.emplace_back(name_in(all.substr(at, end + 1 - at)), end + 1);
  }
  if (found.empty()) return tl::unexpected(damaged());
  auto chosen = sheets.empty() ? found.begin() : found.end();
  for (auto wanted = sheets.begin(); chosen == found.end() && wanted != sheets.end(); ++wanted) {
    chosen = std::find_if(found.begin(), found.end(), [&wanted](const auto& sheet) {
      return readers::normal_name(sheet.first) == readers::normal_name(*wanted);
    });
  }
  if (chosen == found.end()) {
    std::vector<std::string> names;
    for (const auto& [name, end] : found) names.push_back(readers::shown_name(name));
    return tl::unexpected(Fault{"There is no sheet " + readers::quoted_list(sheets, " or ") +
                                "; the spreadsheet has " + readers::quoted_list(names, " and ") +
                                ". Name one of them in the settings."});
  }
  out.at_ = chosen->second;
  out.end_ = all.find(kTableEnd, out.at_);
  if (out.end_ == std::string_view::npos) return tl::unexpected(damaged());
  return out;
}

tl::expected<std::string_view, Fault> OdsSheet::next_xml() {
  const std::string_view all = std::string_view(content_).substr(0, end_);
  auto begin = all.find(kRow, at_);
  // "table-rows" and "table-row-group" hold rows.
  while (begin != std::string_view::npos && all[begin + kRow.size()] != ' ' &&
         all[begin + kRow.size()] != '>' && all[begin + kRow.size()] != '/') {
    begin = all.find(kRow, begin + 1);
  }
  if (begin == std::string_view::npos) return std::string_view();
  const auto tag_end = all.find('>', begin);
  if (tag_end == std::string_view::npos) return tl::unexpected(damaged());
  at_ = tag_end + 1;
  if (all[tag_end - 1] != '/') {
    const auto closing = all.find(kRowEnd, tag_end);
    if (closing == std::string_view::npos) return tl::unexpected(damaged());
    at_ = closing + kRowEnd.size();
  }
  if (at_ - begin > kRowBytesMax) {
    return tl::unexpected(Fault{"A row is larger than 4 MiB; export the sheet as CSV.", next_row_});
  }
  return all.substr(begin, at_ - begin);
}

tl::expected<void, Fault> OdsSheet::take_row(std::string_view xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size(), pugi::parse_default | pugi::parse_ws_pcdata)) {
    return tl::unexpected(damaged());
  }
  const pugi::xml_node row = document.first_child();
  const unsigned rows = row.attribute("table:number-rows-repeated").as_uint(1);
  if (rows == 0 || rows > kRowsMax || next_row_ > kRowsMax) return tl::unexpected(damaged());
  cells_.clear();
  std::size_t blank = 0;  // cells before the next that holds something
  for (const pugi::xml_node& cell : row.children()) {
    const std::string_view name = cell.name();
    if (name != "table:table-cell" && name != "table:covered-table-cell") continue;
    const std::size_t times = cell.attribute("table:number-columns-repeated").as_uint(1);
    std::string value = value_of(cell);
    if (value.empty()) {
      blank += times;
      continue;
    }
    if (cells_.size() + blank + times > kColumnsMax) {
      return tl::unexpected(Fault{"The row has more than 4096 cells.", next_row_});
    }
    cells_.resize(cells_.size() + blank);
    blank = 0;
    cells_.insert(cells_.end(), times, value);
  }
  fields_.assign(cells_.begin(), cells_.end());
  row_ = next_row_;
  next_row_ += rows;
  again_ = rows - 1;
  return {};
}

tl::expected<bool, Fault> OdsSheet::next() {
  if (again_ > 0 && !fields_.empty()) {
    --again_;
    ++row_;
    return true;
  }
  for (;;) {
    const auto xml = next_xml();
    if (!xml) return tl::unexpected(xml.error());
    if (xml->empty()) return false;
    if (auto taken = take_row(*xml); !taken) return tl::unexpected(std::move(taken.error()));
    if (!fields_.empty()) return true;
  }
}

}  // namespace kpid::plugins::parental_survey
