// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "csv.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include "encoding.hpp"

namespace kpid::readers {
namespace {

constexpr std::size_t kSampleRecords = 20;
constexpr std::size_t kSampleBytes = std::size_t{64} * 1024;

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

}  // namespace

tl::expected<CsvReader, Fault> CsvReader::open(std::string_view bytes, CsvLimits limits) {
  if (const auto kind = not_text(bytes)) {
    return tl::unexpected(
        Fault{"The file is " + std::string(*kind) + ", not a CSV file; export it again as CSV."});
  }
  CsvReader reader;
  reader.limits_ = limits;
  const bool little = bytes.starts_with("\xFF\xFE");
  if (little || bytes.starts_with("\xFE\xFF")) {
    auto text = from_utf16(bytes.substr(2), !little);
    if (!text) {
      return tl::unexpected(
          Fault{"The file begins as UTF-16 but is damaged; export it again as CSV in UTF-8."});
    }
    reader.converted_ = std::make_unique<std::string>(std::move(*text));
    reader.text_ = *reader.converted_;
  } else {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    reader.text_ = bytes;
    reader.windows_1252_ = !is_utf8(bytes);
  }
  if (reader.text_.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return tl::unexpected(Fault{"The file is empty; export it again."});
  }
  const auto text = reader.text_;
  if (text.size() > 5 && text.starts_with("sep=") && (text[5] == '\r' || text[5] == '\n')) {
    reader.delimiter_ = text[4];
    reader.at_ = 5;
    reader.take_line_end();
    reader.row_ = 1;
    if (std::string_view(",;\t|").find(reader.delimiter_) == std::string_view::npos) {
      return tl::unexpected(
          Fault{"The sep= line names a separator other than comma, semicolon, tab or |.", 1});
    }
  } else {
    reader.delimiter_ = find_delimiter(text);
  }
  return reader;
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

tl::expected<void, Fault> CsvReader::append(char byte) {
  if (byte == '\0') {
    return tl::unexpected(
        Fault{"The row holds a NUL byte, so the file is damaged; export it again.", row_});
  }
  const auto code = static_cast<unsigned char>(byte);
  if (windows_1252_ && code >= 0x80) {
    append_utf8(record_, from_windows_1252(code));
  } else {
    record_.push_back(byte);
  }
  const std::size_t field_start = ends_.empty() ? 0 : ends_.back();
  if (record_.size() - field_start > limits_.field_bytes) {
    return tl::unexpected(Fault{"A cell is longer than " + std::to_string(limits_.field_bytes) +
                                    " bytes; look for a quotation mark that is not closed.",
                                row_});
  }
  if (record_.size() > limits_.row_bytes) {
    return tl::unexpected(
        Fault{"The row is longer than " + std::to_string(limits_.row_bytes) + " bytes.", row_});
  }
  return {};
}

tl::expected<void, Fault> CsvReader::read_record() {
  for (;;) {
    if (at_ < text_.size() && text_[at_] == '"') {
      ++at_;
      for (;; ++at_) {
        if (at_ == text_.size()) {
          return tl::unexpected(
              Fault{"A quotation mark is opened in this row and never closed.", row_});
        }
        if (text_[at_] == '"') {
          ++at_;
          if (at_ == text_.size() || text_[at_] != '"') break;
        }
        if (auto done = append(text_[at_]); !done) return done;
      }
      if (at_ < text_.size() && text_[at_] != delimiter_ && text_[at_] != '\r' &&
          text_[at_] != '\n') {
        return tl::unexpected(
            Fault{"Text follows a closing quotation mark; double the marks inside a cell.", row_});
      }
    }
    while (at_ < text_.size() && text_[at_] != delimiter_ && text_[at_] != '\r' &&
           text_[at_] != '\n') {
      if (auto done = append(text_[at_++]); !done) return done;
    }
    end_field();
    if (ends_.size() > limits_.columns) {
      return tl::unexpected(
          Fault{"The row has more than " + std::to_string(limits_.columns) + " columns.", row_});
    }
    if (at_ == text_.size() || take_line_end()) return {};
    ++at_;  // the delimiter
  }
}

tl::expected<bool, Fault> CsvReader::next() {
  fields_.clear();
  while (at_ < text_.size()) {
    if (row_ == std::numeric_limits<std::uint32_t>::max()) {
      return tl::unexpected(Fault{"The file has too many rows.", row_});
    }
    ++row_;
    if (take_line_end()) continue;
    record_.clear();
    ends_.clear();
    if (auto done = read_record(); !done) {
      at_ = text_.size();
      return tl::unexpected(done.error());
    }
    std::size_t start = 0;
    for (const std::size_t end : ends_) {
      fields_.push_back(std::string_view(record_).substr(start, end - start));
      start = end;
    }
    return true;
  }
  return false;
}

}  // namespace kpid::readers
