// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What the table plugins share: documents in; observations, notes or one failure out. Plain values
// without a host, so that every reading can be tested as a function of bytes and settings.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "readers/table.hpp"

namespace kpid::plugins {

struct Document {
  std::uint32_t number = 0;  // the host's, for provenance
  std::string name;          // the file's name, for notes
  std::string_view bytes;
  std::int64_t modified_at_ms = 0;  // 0: not known
  // Told that the first so many bytes will not be looked at again soon; may be empty.
  std::function<void(std::uint64_t)> discard{};
};

struct Observation {
  std::string_view measure;  // a literal of the plugin
  std::string organisation;
  std::int32_t period_start = 0;
  std::int32_t period_end = 0;
  double value = 0;
  std::uint32_t document = 0;
  std::uint32_t row = 0;
  std::string subgroup{};               // "" or "year_group=4;pupil_group=send"
  std::optional<double> denominator{};  // where there is one, `value` is the numerator
  // Beside the parts: the percentage that the source itself gives, where its parts only weigh it.
  std::optional<double> given{};
  std::int32_t stated_on = 0;  // the day on which the source states it; 0: not known
};

struct Note {
  enum class Level { info, warning, skipped };
  Level level = Level::info;
  std::string place;
  std::string sentence;
};

// Why nothing could be read: for the operator, with file, row and column. It is always the source's
// shape that is wrong; what is wrong with the settings alone is refused before anything is read.
struct Failure {
  std::string sentence;
};

struct Reading {
  std::vector<Observation> observations;
  std::vector<Note> notes;
  std::uint64_t rows = 0;
  std::vector<Note> columns{};  // which were read of which file; told when a source is checked
  bool may_be_empty = false;    // no figure at all is what the source says, not a fault
};

// "summary.csv, row 3, column Income"; row 0 and an empty column are left out.
std::string place(std::string_view file, std::uint32_t row = 0, std::string_view column = {});

// Cut to at most `bytes_max` bytes at the end of a character.
std::string clipped(std::string text, std::size_t bytes_max);

// "1 row", "2 rows".
std::string counted(std::uint64_t count, std::string_view one, std::string_view many);

// The last part of a path or URL.
std::string file_name(std::string_view origin);

Failure failure(std::string_view file, const readers::Fault& fault);

// "2021-01-21".
std::string day_text(std::int32_t day);

// What a reading of so many files gave, for check: "8 rows of 1 file give 3 figures of 2 schools:
// finance.income 2, finance.reserves 1; from 2024-09-01 to 2025-08-31."
std::string summary(const Reading& reading, std::size_t files);

// Collects notes, the first hundred of what was left out and the number of the others.
class Notes {
 public:
  void info(std::string where, std::string sentence);
  void warning(std::string where, std::string sentence);
  void skipped(std::string where, std::string sentence);
  // A fault of the table's, with what became of its row or cell ("The row was left out.").
  void skipped(std::string_view file, const readers::Fault& fault, std::string_view outcome);
  // What became of a table that was read to its end: its ragged rows, and which columns it had.
  void table(std::string_view file, const readers::TableReport& report);
  [[nodiscard]] std::vector<Note> take();
  // Which columns were read of which file: of interest to who checks a source, not at every pull.
  [[nodiscard]] std::vector<Note> take_columns();
  // Puts both into the reading.
  void give(Reading& out);

 private:
  static constexpr std::size_t kSkippedMax = 100;
  std::vector<Note> notes_;
  std::vector<Note> columns_;
  std::uint64_t skipped_ = 0;
};

}  // namespace kpid::plugins
