// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads XML: the records at a path of elements, with typed fields by path. The document is parsed
// when it is opened (pugixml; document types are passed over and entities of their own stay as they
// are written, so that none can swell); records live as long as the document. Not safe to share
// between threads.
//
// A path names elements with slashes between, from the root for a document and from the record for
// a field: "BasicDetails/YearGroup"; "@id" at its end is an attribute, "" the record's own text.
// Prefixes of namespaces are passed over. An element that is absent, empty or a text such as "SUPP"
// is missing.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "readers/cell.hpp"
#include "readers/fault.hpp"

namespace pugi {
class xml_document;
struct xml_node_struct;
}  // namespace pugi

namespace kpid::readers {

struct XmlOptions {
  std::size_t bytes_max = std::size_t{128} << 20U;
  bool quote_cells = false;  // faults may quote values: never where a record may be a person's
};

// An element of an open document; copied freely. Faults name the record's number and the path.
class XmlElement {
 public:
  [[nodiscard]] bool has(std::string_view path) const;

  [[nodiscard]] Cell<std::string> text(std::string_view path, std::size_t bytes_max = 200) const;
  [[nodiscard]] Cell<std::int64_t> integer(std::string_view path) const;
  [[nodiscard]] Cell<double> number(std::string_view path) const;
  [[nodiscard]] Cell<std::int64_t> pence(std::string_view path) const;
  [[nodiscard]] Cell<double> percent(std::string_view path) const;
  [[nodiscard]] Cell<std::int32_t> date(std::string_view path, DateOrder order) const;
  [[nodiscard]] Cell<DateTime> date_time(std::string_view path, DateOrder order) const;
  [[nodiscard]] Cell<int> start_year(std::string_view path) const;

  // A fault of this record and path: "The value is negative.".
  [[nodiscard]] Fault fault(std::string_view path, std::string_view is) const;

 private:
  friend class XmlDocument;
  friend class XmlRecords;
  XmlElement(pugi::xml_node_struct* node, std::uint32_t row, bool quote)
      : node_(node), row_(row), quote_(quote) {}
  [[nodiscard]] std::optional<std::string> raw(std::string_view path) const;
  template <class T, class Read>
  [[nodiscard]] Cell<T> typed(std::string_view path, const Read& read) const;

  pugi::xml_node_struct* node_ = nullptr;
  std::uint32_t row_ = 0;
  bool quote_ = false;
};

// The elements of one name below every parent that the path leads to, in the file's order.
class XmlRecords {
 public:
  bool next();  // true: record() is the next one; false: the end
  [[nodiscard]] const XmlElement& record() const { return record_; }
  [[nodiscard]] std::uint32_t row() const { return record_.row_; }  // counted from 1

 private:
  friend class XmlDocument;
  XmlRecords(std::vector<std::string> path, pugi::xml_node_struct* root, bool quote);
  [[nodiscard]] pugi::xml_node_struct* following(pugi::xml_node_struct* node) const;

  std::vector<std::string> path_;
  pugi::xml_node_struct* root_ = nullptr;
  bool started_ = false;
  XmlElement record_;
};

class XmlDocument {
 public:
  // The bytes need not outlive the document.
  static tl::expected<XmlDocument, Fault> open(std::string_view bytes, XmlOptions options = {});

  // The root element, for single values: "Header/SourceSchool/URN".
  [[nodiscard]] XmlElement root() const;
  // "CTfile/CTFpupilData/Pupil": the root's name comes first. Fails where the root is another; no
  // record below it is not a fault.
  [[nodiscard]] tl::expected<XmlRecords, Fault> records(std::string_view path) const;

 private:
  struct Forget {
    void operator()(pugi::xml_document* document) const;
  };
  XmlDocument(std::unique_ptr<pugi::xml_document, Forget> document, bool quote)
      : document_(std::move(document)), quote_(quote) {}

  std::unique_ptr<pugi::xml_document, Forget> document_;
  bool quote_ = false;
};

}  // namespace kpid::readers
