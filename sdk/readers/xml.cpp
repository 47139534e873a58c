// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "readers/xml.hpp"

#include <algorithm>

#include <pugixml.hpp>

#include "readers/encoding.hpp"
#include "readers/typed_cell.hpp"

namespace kpid::readers {
namespace {

std::string_view local(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool is_named(pugi::xml_node node, std::string_view name) {
  return node.type() == pugi::node_element && local(node.name()) == name;
}

pugi::xml_node first_child(pugi::xml_node parent, std::string_view name) {
  return parent.find_child([name](pugi::xml_node node) { return is_named(node, name); });
}

pugi::xml_node next_sibling(pugi::xml_node node, std::string_view name) {
  do {
    node = node.next_sibling();
  } while (node && !is_named(node, name));
  return node;
}

std::string own_text(pugi::xml_node node) {
  std::string out;
  for (const pugi::xml_node child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) out += child.value();
  }
  return out;
}

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> out;
  while (!path.empty()) {
    const auto slash = path.find('/');
    const auto part = path.substr(0, slash);
    if (!part.empty()) out.emplace_back(part);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
  return out;
}

// The first element that path[level...] leads to from `node`, and so on with its siblings.
pugi::xml_node first_below(pugi::xml_node node, const std::vector<std::string>& path,
                           std::size_t level) {
  for (auto child = first_child(node, path[level]); child;
       child = next_sibling(child, path[level])) {
    if (level + 1 == path.size()) return child;
    if (const auto found = first_below(child, path, level + 1)) return found;
  }
  return {};
}

Fault not_xml(std::string_view text, const pugi::xml_parse_result& result) {
  if (result.status == pugi::status_out_of_memory) {
    return {"The XML is too large for the memory that reading it may take."};
  }
  if (result.status == pugi::status_no_document_element) {
    return {"The XML holds no element; fetch or export the file again."};
  }
  const auto end =
      std::min(static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0)), text.size());
  const auto line =
      1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n');
  return {"The file is not well-formed XML (line " + std::to_string(line) +
          "), or was cut short; fetch or export it again."};
}

bool names_windows_1252(std::string_view bytes) {
  std::string declaration(bytes.substr(0, bytes.starts_with("<?xml") ? bytes.find("?>") : 0));
  std::transform(declaration.begin(), declaration.end(), declaration.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return declaration.find("windows-1252") != std::string::npos ||
         declaration.find("iso-8859-1") != std::string::npos;
}

tl::expected<std::string, Fault> to_utf8(std::string_view bytes) {
  const bool little = bytes.starts_with("\xFF\xFE");
  if (little || bytes.starts_with("\xFE\xFF")) {
    auto text = from_utf16(bytes.substr(2), !little);
    if (text) return std::move(*text);
    return tl::unexpected(
        Fault{"The file begins as UTF-16 but is damaged; export it again as XML in UTF-8."});
  }
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (is_utf8(bytes)) return std::string(bytes);
  if (!names_windows_1252(bytes)) {
    return tl::unexpected(
        Fault{"The XML is in no encoding that it names; export it again as XML in UTF-8."});
  }
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char c : bytes) append_utf8(out, from_windows_1252(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

std::optional<std::string> XmlElement::raw(std::string_view path) const {
  pugi::xml_node node(node_);
  for (const std::string& part : split(path)) {
    if (part.starts_with('@')) {
      for (const pugi::xml_attribute attribute : node.attributes()) {
        if (local(attribute.name()) == std::string_view(part).substr(1)) return attribute.value();
      }
      return std::nullopt;
    }
    node = first_child(node, part);
    if (!node) return std::nullopt;
  }
  return own_text(node);
}

template <class T, class Read>
Cell<T> XmlElement::typed(std::string_view path, const Read& read) const {
  const auto found = raw(path);
  if (!found) return std::optional<T>();
  const CellPlace at{row_, path, quote_, nullptr};
  // References such as &#xD800; name characters that there are not.
  if (!is_utf8(*found)) {
    return tl::unexpected(
        Fault{"The value holds a character that does not exist.", row_, std::string(path)});
  }
  return read(at, std::string_view(*found));
}

bool XmlElement::has(std::string_view path) const { return raw(path).has_value(); }

Cell<std::string> XmlElement::text(std::string_view path, std::size_t bytes_max) const {
  return typed<std::string>(
      path, [bytes_max](const CellPlace& at, std::string_view cell) -> Cell<std::string> {
        const auto text = text_cell(at, cell, bytes_max);
        if (!text) return tl::unexpected(text.error());
        return *text ? std::optional<std::string>(**text) : std::nullopt;
      });
}

Cell<std::int64_t> XmlElement::integer(std::string_view path) const {
  return typed<std::int64_t>(path, integer_cell);
}

Cell<double> XmlElement::number(std::string_view path) const {
  return typed<double>(path, number_cell);
}

Cell<std::int64_t> XmlElement::pence(std::string_view path) const {
  return typed<std::int64_t>(path, pence_cell);
}

Cell<double> XmlElement::percent(std::string_view path) const {
  return typed<double>(path, percent_cell);
}

Cell<std::int32_t> XmlElement::date(std::string_view path, DateOrder order) const {
  return typed<std::int32_t>(path, [order](const CellPlace& at, std::string_view cell) {
    return date_cell(at, cell, order);
  });
}

Cell<DateTime> XmlElement::date_time(std::string_view path, DateOrder order) const {
  return typed<DateTime>(path, [order](const CellPlace& at, std::string_view cell) {
    return date_time_cell(at, cell, order);
  });
}

Cell<int> XmlElement::start_year(std::string_view path) const {
  return typed<int>(path, start_year_cell);
}

Fault XmlElement::fault(std::string_view path, std::string_view is) const {
  const auto found = raw(path);
  const bool quote = quote_ && found && is_utf8(*found);
  return cell_fault({row_, path, quote, nullptr}, quote ? std::string_view(*found) : "", is);
}

XmlRecords::XmlRecords(std::vector<std::string> path, pugi::xml_node_struct* root, bool quote)
    : path_(std::move(path)), root_(root), record_(nullptr, 0, quote) {}

pugi::xml_node_struct* XmlRecords::following(pugi::xml_node_struct* from) const {
  pugi::xml_node node(from);
  for (std::size_t level = path_.size(); level-- > 0; node = node.parent()) {
    for (auto sibling = next_sibling(node, path_[level]); sibling;
         sibling = next_sibling(sibling, path_[level])) {
      if (level + 1 == path_.size()) return sibling.internal_object();
      if (const auto found = first_below(sibling, path_, level + 1)) return found.internal_object();
    }
  }
  return nullptr;
}

bool XmlRecords::next() {
  if (!started_) {
    started_ = true;
    record_.node_ = first_below(pugi::xml_node(root_), path_, 0).internal_object();
  } else if (record_.node_ != nullptr) {
    record_.node_ = following(record_.node_);
  }
  if (record_.node_ == nullptr) return false;
  ++record_.row_;
  return true;
}

void XmlDocument::Forget::operator()(pugi::xml_document* document) const {
  std::default_delete<pugi::xml_document>()(document);
}

tl::expected<XmlDocument, Fault> XmlDocument::open(std::string_view bytes, XmlOptions options) {
  if (const auto other = not_text(bytes)) {
    return tl::unexpected(
        Fault{"The file is " + std::string(*other) + ", not XML; export it again as XML."});
  }
  if (bytes.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return tl::unexpected(Fault{"The file is empty; export it again."});
  }
  if (bytes.size() > options.bytes_max) {
    return tl::unexpected(Fault{"The XML is larger than " + std::to_string(options.bytes_max) +
                                " bytes, which is more than is read; export it in parts."});
  }
  const auto text = to_utf8(bytes);
  if (!text) return tl::unexpected(text.error());
  std::unique_ptr<pugi::xml_document, Forget> document(
      std::make_unique<pugi::xml_document>().release());
  const auto result =
      document->load_buffer(text->data(), text->size(), pugi::parse_default, pugi::encoding_utf8);
  if (!result) return tl::unexpected(not_xml(*text, result));
  return XmlDocument(std::move(document), options.quote_cells);
}

XmlElement XmlDocument::root() const {
  return {document_->document_element().internal_object(), 0, quote_};
}

tl::expected<XmlRecords, Fault> XmlDocument::records(std::string_view path) const {
  auto parts = split(path);
  if (parts.empty()) return tl::unexpected(Fault{"The path to the records is empty; name it."});
  if (!is_named(document_->document_element(), parts.front())) {
    return tl::unexpected(Fault{"The XML is not a " + in_quotes(parts.front()) + " document but " +
                                in_quotes(document_->document_element().name()) +
                                "; export what is wanted, or correct the path."});
  }
  return XmlRecords(std::move(parts), document_->internal_object(), quote_);
}

}  // namespace kpid::readers
