// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "readers/xlsx_workbook.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <utility>

#include <pugixml.hpp>

#include "readers/encoding.hpp"
#include "readers/names.hpp"

namespace kpid::readers {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{128} * 1024;
constexpr std::size_t kPartBytesMax = std::size_t{32} * 1024 * 1024;
constexpr unsigned kParse = pugi::parse_cdata | pugi::parse_escapes;

Fault damaged() { return {std::string(kDamagedWorkbook)}; }

bool is_named(const pugi::xml_node& node, std::string_view name) {
  return node.type() == pugi::node_element && xml_local_name(node.name()) == name;
}

pugi::xml_node child(const pugi::xml_node& parent, std::string_view name) {
  return parent.find_child([name](const pugi::xml_node& node) { return is_named(node, name); });
}

std::string_view attribute(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_attribute one : node.attributes()) {
    if (xml_local_name(one.name()) == name) return one.value();
  }
  return {};
}

std::optional<unsigned> number(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_true(std::string_view text) { return text == "1" || text == "true"; }

// Parses a small part of the archive.
tl::expected<pugi::xml_document, Fault> part(const ZipArchive& archive, std::size_t member) {
  if (archive.members()[member].bytes > kPartBytesMax) return tl::unexpected(damaged());
  const auto bytes = archive.read(member);
  if (!bytes) return tl::unexpected(bytes.error());
  pugi::xml_document document;
  if (!document.load_buffer(bytes->data(), bytes->size(), kParse)) {
    return tl::unexpected(damaged());
  }
  return document;
}

// "xl/worksheets/sheet1.xml" from "xl/" and "worksheets/sheet1.xml", "/xl/worksheets/sheet1.xml" or
// "../xl/worksheets/sheet1.xml".
std::string resolved(std::string folder, std::string_view target) {
  if (target.starts_with('/')) return std::string(target.substr(1));
  while (target.starts_with("../")) {
    target.remove_prefix(3);
    if (!folder.empty()) folder.pop_back();
    folder.erase(folder.rfind('/') == std::string::npos ? 0 : folder.rfind('/') + 1);
  }
  if (target.starts_with("./")) target.remove_prefix(2);
  return folder + std::string(target);
}

struct Relation {
  std::string kind;  // the last word of its type: "worksheet"
  std::string target;
};

// What the part of that name refers to, by id; empty where it has no relations.
tl::expected<std::map<std::string, Relation>, Fault> relations(const ZipArchive& archive,
                                                               const std::string& name) {
  const auto slash = name.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : name.substr(0, slash + 1);
  const std::string file = name.substr(folder.size());
  std::map<std::string, Relation> out;
  const auto member = archive.find(folder + "_rels/" + file + ".rels");
  if (!member) return out;
  const auto document = part(archive, *member);
  if (!document) return tl::unexpected(document.error());
  for (const pugi::xml_node one : document->document_element().children()) {
    const auto type = attribute(one, "Type");
    out[std::string(attribute(one, "Id"))] = {
        std::string(type.substr(std::min(type.rfind('/') + 1, type.size()))),
        resolved(folder, attribute(one, "Target"))};
  }
  return out;
}

tl::expected<std::string, Fault> workbook_name(const ZipArchive& archive) {
  const auto of_package = relations(archive, "");
  if (!of_package) return tl::unexpected(of_package.error());
  std::string name = "xl/workbook.xml";
  for (const auto& [id, relation] : *of_package) {
    if (relation.kind == "officeDocument") name = relation.target;
  }
  if (name.ends_with(".xml") && archive.find(name)) {
    if (!name.starts_with("word/") && !name.starts_with("ppt/")) return name;
  }
  if (name.ends_with(".bin") && archive.find(name)) {
    return tl::unexpected(
        Fault{"The file is a binary Excel workbook (.xlsb); save it as .xlsx or as CSV."});
  }
  if (archive.find("content.xml") && archive.find("mimetype")) {
    return tl::unexpected(
        Fault{"The file is an OpenDocument file; save it as an Excel workbook (.xlsx) or as CSV."});
  }
  return tl::unexpected(Fault{
      "The file is a ZIP archive but not an Excel workbook; unpack it and name a file in it."});
}

// What a format such as "dd/mm/yyyy" or "0.0%" makes of a number.
CellKind kind_of(std::string_view format) {
  CellKind kind = CellKind::number;
  for (std::size_t i = 0; i < format.size() && format[i] != ';'; ++i) {
    const char c = format[i];
    if (c == '"') {
      i = format.find('"', i + 1);
    } else if (c == '[') {
      const auto end = format.find(']', i);
      // [h], [mm], [ss]: time that has passed.
      const auto inside = format.substr(i + 1, end == std::string_view::npos ? 0 : end - i - 1);
      if (!inside.empty() && inside.find_first_not_of("hHmMsS") == std::string_view::npos) {
        return CellKind::date;
      }
      i = end;
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == '%') {
      kind = CellKind::percent;
    } else if (std::string_view("dDmMyYhHsS").find(c) != std::string_view::npos) {
      return CellKind::date;
    }
    if (i == std::string_view::npos) break;
  }
  return kind;
}

CellKind kind_of_builtin(unsigned format) {
  const auto within = [format](unsigned first, unsigned last) {
    return format >= first && format <= last;
  };
  if (format == 9 || format == 10) return CellKind::percent;
  if (within(14, 22) || within(27, 36) || within(45, 47) || within(50, 58)) return CellKind::date;
  return CellKind::number;
}

tl::expected<std::vector<CellKind>, Fault> read_styles(const ZipArchive& archive,
                                                       std::size_t member) {
  const auto document = part(archive, member);
  if (!document) return tl::unexpected(document.error());
  const auto root = document->document_element();
  std::map<unsigned, CellKind> formats;
  for (const pugi::xml_node one : child(root, "numFmts").children()) {
    const auto id = number(attribute(one, "numFmtId"));
    const auto code = attribute(one, "formatCode");
    if (id) formats[*id] = code == "General" ? CellKind::number : kind_of(code);
  }
  std::vector<CellKind> out;
  for (const pugi::xml_node one : child(root, "cellXfs").children()) {
    if (!is_named(one, "xf")) continue;
    const unsigned id = number(attribute(one, "numFmtId")).value_or(0);
    const auto custom = formats.find(id);
    out.push_back(custom != formats.end() ? custom->second : kind_of_builtin(id));
  }
  return out;
}

struct Listed {
  std::string name;
  std::string relation;
  bool hidden = false;
};

std::vector<Listed> list_sheets(const pugi::xml_node& root) {
  std::vector<Listed> out;
  for (const pugi::xml_node one : child(root, "sheets").children()) {
    if (!is_named(one, "sheet")) continue;
    const auto state = attribute(one, "state");
    out.push_back({std::string(attribute(one, "name")), std::string(attribute(one, "id")),
                   state == "hidden" || state == "veryHidden"});
  }
  return out;
}

Fault no_such_sheet(const std::vector<std::string>& wanted, const std::vector<Listed>& listed) {
  constexpr std::size_t kListedMax = 10;
  std::vector<std::string> names;
  for (const Listed& one : listed) {
    if (names.size() < kListedMax) names.push_back(shown_name(one.name));
  }
  return {"There is no sheet " + quoted_list(wanted, " or ") + "; the workbook has " +
          quoted_list(names, ", ") + ". Name one of them in the settings."};
}

tl::expected<XlsxSheet, Fault> choose_sheet(const ZipArchive& archive,
                                            const std::vector<Listed>& listed,
                                            const std::map<std::string, Relation>& relations,
                                            const std::vector<std::string>& wanted) {
  const auto member_of = [&](const Listed& one) -> std::optional<std::size_t> {
    const auto relation = relations.find(one.relation);
    if (relation == relations.end() || relation->second.kind != "worksheet") return std::nullopt;
    return archive.find(relation->second.target);
  };
  for (const std::string& name : wanted) {
    for (const Listed& one : listed) {
      if (normal_name(one.name) != normal_name(name)) continue;
      if (const auto member = member_of(one)) return XlsxSheet{one.name, *member};
    }
  }
  if (!wanted.empty()) return tl::unexpected(no_such_sheet(wanted, listed));
  for (const Listed& one : listed) {
    const auto member = one.hidden ? std::nullopt : member_of(one);
    if (member) return XlsxSheet{one.name, *member};
  }
  return tl::unexpected(
      Fault{"The Excel workbook has no sheet of cells that is not hidden; name a sheet."});
}

}  // namespace

std::string_view xml_local_name(const char* name) {
  const std::string_view whole(name);
  return whole.substr(whole.find(':') + 1);  // npos + 1 is 0
}

void append_rich_text(std::string& out, const pugi::xml_node& node) {
  for (const pugi::xml_node one : node.children()) {
    if (is_named(one, "t")) {
      for (const pugi::xml_node text : one.children()) out += text.value();
    } else if (is_named(one, "r")) {
      const auto run = child(one, "t");
      for (const pugi::xml_node text : run.children()) out += text.value();
    }
  }
}

tl::expected<XlsxWorkbook, Fault> open_workbook(const ZipArchive& archive,
                                                const std::vector<std::string>& sheets) {
  const auto name = workbook_name(archive);
  if (!name) return tl::unexpected(name.error());
  const auto document = part(archive, *archive.find(*name));
  if (!document) return tl::unexpected(document.error());
  const auto related = relations(archive, *name);
  if (!related) return tl::unexpected(related.error());
  const auto root = document->document_element();
  XlsxWorkbook out;
  auto sheet = choose_sheet(archive, list_sheets(root), *related, sheets);
  if (!sheet) return tl::unexpected(std::move(sheet.error()));
  out.sheet = std::move(*sheet);
  out.since_1904 = is_true(attribute(child(root, "workbookPr"), "date1904"));
  for (const auto& [id, relation] : *related) {
    const auto member = archive.find(relation.target);
    if (!member) continue;
    if (relation.kind == "sharedStrings") out.shared_texts = member;
    if (relation.kind != "styles") continue;
    auto styles = read_styles(archive, *member);
    if (!styles) return tl::unexpected(std::move(styles.error()));
    out.styles = std::move(*styles);
  }
  return out;
}

XlsxElements::XlsxElements(ZipStream stream, std::string_view container, std::string_view element,
                           std::size_t element_bytes_max)
    : stream_(std::move(stream)),
      container_(container),
      element_(element),
      element_bytes_max_(element_bytes_max) {}

// Moves what is left to the front and reads another piece. False: the member has ended.
tl::expected<bool, Fault> XlsxElements::fill() {
  buffer_.erase(0, begin_);
  size_ -= begin_;
  begin_ = 0;
  buffer_.resize(size_ + kPieceBytes);
  const auto got = stream_.read(std::span(buffer_).subspan(size_));
  if (!got) return tl::unexpected(got.error());
  size_ += *got;
  buffer_.resize(size_);
  return *got > 0;
}

// To the first byte inside the container. False: it is empty.
tl::expected<bool, Fault> XlsxElements::enter() {
  constexpr std::size_t kHeadBytesMax = std::size_t{16} * 1024 * 1024;  // a sheet's column widths
  for (;;) {
    const auto more = fill();
    if (!more) return tl::unexpected(more.error());
    const std::string_view text(buffer_);
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
      return tl::unexpected(
          Fault{"The sheet is written in UTF-16; open it in Excel and save it again."});
    }
    for (auto at = text.find(container_); at != std::string_view::npos;
         at = text.find(container_, at + 1)) {
      const auto open = text.rfind('<', at);
      const auto end = at + container_.size();
      if (open == std::string_view::npos || end >= text.size()) continue;
      const auto prefix = text.substr(open + 1, at - open - 1);
      if (!prefix.empty() && (!prefix.ends_with(':') || prefix.size() > 64)) continue;
      if (std::string_view(" \t\r\n/>").find(text[end]) == std::string_view::npos) continue;
      const auto close = text.find('>', end);
      if (close == std::string_view::npos) continue;
      element_end_ = "</" + std::string(prefix) + element_ + ">";
      container_end_ = "</" + std::string(prefix) + container_ + ">";
      begin_ = close + 1;
      return text[close - 1] != '/';
    }
    if (!*more || text.size() > kHeadBytesMax) return tl::unexpected(damaged());
  }
}

// To the end of the member, whose checksum then shows whether it is whole.
tl::expected<void, Fault> XlsxElements::drain() {
  ended_ = true;
  begin_ = size_;
  for (;;) {
    const auto more = fill();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return {};
    begin_ = size_;
  }
}

tl::expected<std::span<char>, Fault> XlsxElements::next() {
  if (ended_) return std::span<char>();
  if (!inside_) {
    const auto entered = enter();
    if (!entered) return tl::unexpected(entered.error());
    inside_ = *entered;
    if (!inside_) {
      if (auto done = drain(); !done) return tl::unexpected(done.error());
      return std::span<char>();
    }
  }
  for (;;) {
    const auto text = std::string_view(buffer_).substr(begin_);
    const auto last = text.rfind(element_end_);
    const auto whole = last == std::string_view::npos ? 0 : last + element_end_.size();
    const auto end = text.find(container_end_, whole);
    if (end != std::string_view::npos && end > 0) {
      const auto out = std::span(buffer_).subspan(begin_, end);
      begin_ += end;
      return out;
    }
    if (end == 0) {
      if (auto done = drain(); !done) return tl::unexpected(done.error());
      return std::span<char>();
    }
    if (whole > 0) {
      const auto out = std::span(buffer_).subspan(begin_, whole);
      begin_ += whole;
      return out;
    }
    if (text.size() > element_bytes_max_) {
      return tl::unexpected(Fault{"A row or text of the workbook is longer than " +
                                  std::to_string(element_bytes_max_) + " bytes."});
    }
    const auto more = fill();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return tl::unexpected(damaged());
  }
}

tl::expected<XlsxTexts, Fault> XlsxTexts::read(const ZipArchive& archive, std::size_t member) {
  constexpr std::size_t kTextBytesMax = std::size_t{1024} * 1024;
  auto stream = archive.stream(member);
  if (!stream) return tl::unexpected(std::move(stream.error()));
  XlsxElements elements(std::move(*stream), "sst", "si", kTextBytesMax);
  XlsxTexts out;
  pugi::xml_document document;
  for (;;) {
    auto piece = elements.next();
    if (!piece) return tl::unexpected(std::move(piece.error()));
    if (piece->empty()) return out;
    constexpr unsigned kPieces = kParse | pugi::parse_fragment | pugi::parse_ws_pcdata_single;
    if (!is_utf8({piece->data(), piece->size()}) ||
        !document.load_buffer_inplace(piece->data(), piece->size(), kPieces, pugi::encoding_utf8)) {
      return tl::unexpected(damaged());
    }
    for (const pugi::xml_node one : document.children()) {
      if (!is_named(one, "si")) continue;
      append_rich_text(out.bytes_, one);
      out.ends_.push_back(out.bytes_.size());
    }
  }
}

std::string_view XlsxTexts::at(std::size_t index) const {
  const std::size_t begin = index == 0 ? 0 : ends_[index - 1];
  return std::string_view(bytes_).substr(begin, ends_[index] - begin);
}

}  // namespace kpid::readers
