// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads CSV as schools have it, a record at a time, over bytes that the caller keeps alive. Memory
// stays flat: the fields of plain rows point into the bytes themselves, the others into one record.
// Not safe to share between threads. Fields are UTF-8 and valid until the next call of next().
//
// A row may be closed by LF, CR or CRLF, also mixed in one file. A quotation mark quotes where a
// field begins with it; elsewhere it is a character like others. Where the encoding is found out,
// bytes that are not UTF-8 are taken for Windows-1252.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "readers/csv_index.hpp"
#include "readers/fault.hpp"

namespace kpid::readers {

enum class CsvEncoding : std::uint8_t { found_out, utf8, utf16_le, utf16_be, windows_1252 };

struct CsvOptions {
  std::size_t field_bytes = std::size_t{64} * 1024;
  std::size_t row_bytes = std::size_t{1024} * 1024;
  std::size_t columns = 4096;
  CsvEncoding encoding = CsvEncoding::found_out;
  char delimiter = '\0';  // NUL: one of , ; tab | is found out
};
using CsvLimits = CsvOptions;

// Rows that stand in the file as they are handed out, ASCII without quotation marks, each of the
// same number of fields: where a reader has many, they are quicker to go through than by next().
//   for (const CsvRow row : reader->next_plain(8)) use(row[0], row[7]);
class CsvRow {
 public:
  [[nodiscard]] std::string_view operator[](std::size_t field) const {
    const std::uint32_t begin = field == 0 ? begin_ : ends_[field - 1] + 1;
    return {text_ + begin, ends_[field] - begin};
  }

 private:
  friend class CsvReader;
  friend class CsvRows;
  CsvRow() = default;
  CsvRow(const char* text, const std::uint32_t* ends, std::uint32_t begin)
      : text_(text), ends_(ends), begin_(begin) {}

  const char* text_ = nullptr;
  const std::uint32_t* ends_ = nullptr;  // of its fields
  std::uint32_t begin_ = 0;
};

class CsvRows {
 public:
  class Iterator {
   public:
    const CsvRow& operator*() const { return row_; }
    Iterator& operator++() {
      const std::uint32_t end = row_.ends_[fields_ - 1];
      row_.begin_ = end + 1;
      // The line feed of a carriage return is never the last of the rows' text.
      if (row_.text_[end] == '\r' && row_.text_[end + 1] == '\n') ++row_.begin_;
      row_.ends_ += fields_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return row_.ends_ != other.row_.ends_; }

   private:
    friend class CsvRows;
    Iterator() = default;
    Iterator(CsvRow row, std::size_t fields) : row_(row), fields_(fields) {}

    CsvRow row_;
    std::size_t fields_ = 0;
  };

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] Iterator begin() const { return begin_; }
  [[nodiscard]] Iterator end() const {
    Iterator out = begin_;
    out.row_.ends_ += size_ * begin_.fields_;
    return out;
  }

 private:
  friend class CsvReader;
  CsvRows() = default;
  CsvRows(CsvRow first, std::size_t fields, std::size_t size)
      : begin_(first, fields), size_(size) {}

  Iterator begin_;
  std::size_t size_ = 0;
};

class CsvReader {
 public:
  // Finds out encoding and delimiter; refuses an empty file and one that is not text.
  static tl::expected<CsvReader, Fault> open(std::string_view bytes, CsvOptions options = {});

  // True: a record was read. False: the end. Blank lines are counted and passed over.
  tl::expected<bool, Fault> next();

  // The plain rows of so many fields that come next and are at hand, up to some hundreds; none
  // where the next row is another, which next() then reads. Numbered from row() - size() + 1 on.
  // They are valid until the next call of either.
  CsvRows next_plain(std::size_t fields);

  [[nodiscard]] const std::vector<std::string_view>& fields() const { return fields_; }
  // Number of the current record, counted from 1, header, blank and `sep=` lines included.
  [[nodiscard]] std::uint32_t row() const { return row_; }
  [[nodiscard]] char delimiter() const { return options_.delimiter; }
  [[nodiscard]] CsvEncoding encoding() const { return options_.encoding; }
  // So many of the file's bytes will not be looked at again once next() is called.
  [[nodiscard]] std::size_t offset() const;

 private:
  struct Wide;  // UTF-16, of which a piece at a time is converted
  struct Forget {
    void operator()(Wide* wide) const;
  };
  enum class Taken : std::uint8_t { row, needs_more };

  CsvReader() = default;
  [[nodiscard]] tl::expected<void, Fault> choose_encoding();
  [[nodiscard]] tl::expected<void, Fault> choose_delimiter();
  [[nodiscard]] tl::expected<void, Fault> convert_more();
  [[nodiscard]] bool index_more();
  void split_indexed(std::size_t count);
  [[nodiscard]] bool take_usual();
  [[nodiscard]] tl::expected<bool, Fault> take_indexed();
  [[nodiscard]] tl::expected<void, Fault> clean_fields();
  [[nodiscard]] tl::expected<std::string_view, Fault> clean(std::string_view field,
                                                            bool beyond_ascii);
  [[nodiscard]] tl::expected<bool, Fault> is_to_be_converted(std::string_view field) const;
  void append_converted(char byte, bool convert);
  [[nodiscard]] tl::expected<bool, Fault> split_record();
  [[nodiscard]] tl::expected<bool, Fault> read_slowly();
  [[nodiscard]] tl::expected<Taken, Fault> read_record();
  [[nodiscard]] tl::expected<Taken, Fault> read_quoted();
  [[nodiscard]] tl::expected<void, Fault> append(char byte);
  bool take_line_end();
  [[nodiscard]] Fault too_long() const;
  [[nodiscard]] Fault too_many_columns() const;

  std::string_view bytes_;  // the file
  std::string_view text_;   // what is being read of it: all of it, or the piece that is converted
  bool is_last_ = true;     // nothing follows text_
  std::size_t at_ = 0;      // where in text_ the next record begins
  CsvOptions options_;
  std::uint32_t row_ = 0;
  std::vector<std::string_view> fields_;

  CsvIndex index_;
  std::size_t piece_ = 0;          // where in text_ the indexed piece begins
  std::size_t indexed_row_ = 0;    // of index_, the next to be taken
  std::uint32_t indexed_end_ = 0;  // of index_, the first end of that row

  std::unique_ptr<Wide, Forget> wide_;
  std::string record_;  // what had to be unquoted or converted of the record
  std::vector<std::size_t> ends_;
};

}  // namespace kpid::readers
