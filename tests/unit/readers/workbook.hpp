// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Archives and workbooks made in memory, for the tests of readers.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace kpid::readers::testing {

using Members = std::vector<std::pair<std::string, std::string>>;  // name, bytes

std::string zip_of(const Members& members, bool packed = true);

struct Sheet {
  std::string name;
  std::string rows;          // the XML of its rows
  std::string attributes{};  // of its place in the workbook: state="hidden"
};

struct Workbook {
  std::vector<Sheet> sheets;
  std::vector<std::string> shared;  // the XML of each shared text, without its <si>
  std::string formats{};            // the XML of its own number formats
  std::string styles{};             // the XML of its cells' styles
  std::string properties{};         // of the workbook: date1904="1"
  std::string prefix{};             // of every element of the sheets: "x:"
};

// The parts as Excel writes them.
Members members_of(const Workbook& workbook);
std::string bytes_of(const Workbook& workbook);

}  // namespace kpid::readers::testing
