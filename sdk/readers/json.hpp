// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads JSON as services give it: the records of an array, or of an object whose members are named
// by a key such as a URN, with typed fields by path. The document is checked as a whole when it is
// opened (simdjson); its values live as long as the document. Not safe to share between threads.
//
// A path names members with dots between: "meta.pagination.next". A member whose own name holds
// dots
// ("@odata.nextLink") is found too; in an array a part that is a number counts from 0. "" is the
// value itself. A field that is absent, null or a text such as "SUPP" is missing. Numbers may be
// written as text: "12.5" is 12.5.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

#include "readers/cell.hpp"
#include "readers/fault.hpp"

namespace kpid::readers {

struct JsonOptions {
  // Reading takes up to fourteen times the document's size in memory.
  std::size_t bytes_max = std::size_t{256} << 20U;
  bool quote_cells = false;  // faults may quote values: never where a record may be a person's
};

class JsonRecords;

// A value of an open document; copied freely. Faults name the record's number and the path.
class JsonValue {
 public:
  [[nodiscard]] bool has(std::string_view path) const;  // there, even where it is null

  // A number is given as its digits, so that an id may be written either way.
  [[nodiscard]] Cell<std::string> text(std::string_view path, std::size_t bytes_max = 200) const;
  [[nodiscard]] Cell<std::int64_t> integer(std::string_view path) const;
  [[nodiscard]] Cell<double> number(std::string_view path) const;
  [[nodiscard]] Cell<bool> boolean(std::string_view path) const;
  [[nodiscard]] Cell<std::int64_t> pence(std::string_view path) const;
  [[nodiscard]] Cell<double> percent(std::string_view path) const;
  [[nodiscard]] Cell<std::int32_t> date(std::string_view path, DateOrder order) const;
  [[nodiscard]] Cell<DateTime> date_time(std::string_view path, DateOrder order) const;
  [[nodiscard]] Cell<int> start_year(std::string_view path) const;

  // The records below this value, such as the lines of an order.
  [[nodiscard]] tl::expected<JsonRecords, Fault> records(std::string_view path) const;
  // A fault of this record and path: "The value is negative.".
  [[nodiscard]] Fault fault(std::string_view path, std::string_view is) const;

 private:
  friend class JsonDocument;
  friend class JsonRecords;
  struct Access;
  struct Element {  // simdjson's own, without its header
    const void* document = nullptr;
    std::size_t place = 0;
  };
  JsonValue(Element element, std::uint32_t row, bool quote)
      : element_(element), row_(row), quote_(quote) {}

  Element element_;
  std::uint32_t row_ = 0;
  bool quote_ = false;
};

// The elements of an array, or the members of an object with their keys, in the file's order.
class JsonRecords {
 public:
  // True: record() and key() are those of the next record. False: the end.
  bool next();

  [[nodiscard]] const JsonValue& record() const { return record_; }
  [[nodiscard]] std::string_view key() const { return key_; }       // "" in an array
  [[nodiscard]] std::uint32_t row() const { return record_.row_; }  // counted from 1

 private:
  friend class JsonValue;
  JsonRecords(bool keyed, JsonValue::Element at, JsonValue::Element end, bool quote)
      : keyed_(keyed), at_(at), end_(end), record_({}, 0, quote) {}

  bool keyed_ = false;
  JsonValue::Element at_;
  JsonValue::Element end_;
  std::string_view key_;
  JsonValue record_;
};

class JsonDocument {
 public:
  // The bytes need not outlive the document.
  static tl::expected<JsonDocument, Fault> open(std::string_view bytes, JsonOptions options = {});

  [[nodiscard]] JsonValue root() const;
  // The records at `path`, an array or an object: "data", or "" where the document is it.
  [[nodiscard]] tl::expected<JsonRecords, Fault> records(std::string_view path) const {
    return root().records(path);
  }

 private:
  struct Parsed;
  struct Forget {
    void operator()(Parsed* parsed) const;
  };
  JsonDocument(std::unique_ptr<Parsed, Forget> parsed, bool quote)
      : parsed_(std::move(parsed)), quote_(quote) {}

  std::unique_ptr<Parsed, Forget> parsed_;
  bool quote_ = false;
};

}  // namespace kpid::readers
