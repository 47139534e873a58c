// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The same tables as CSV, as an Excel workbook and as an OpenDocument spreadsheet give the same
// figures: Ofsted publishes one or the other from year to year.

#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <kpid/testing.hpp>

#include "readers/csv.hpp"
#include "support/places.hpp"
#include "unit/readers/workbook.hpp"

namespace kpid::plugins::parental_survey {
namespace {

using Cells = std::vector<std::vector<std::string>>;

std::string bytes_of_fixture(const std::string& name) {
  std::ifstream file(kpid::testing::source_folder() + "/plugins/parental_survey/fixtures/" + name,
                     std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

Cells cells_of(const std::string& csv) {
  auto reader = readers::CsvReader::open(csv);
  Cells out;
  while (reader->next().value()) {
    out.resize(reader->row() - 1);  // blank lines count
    out.emplace_back(reader->fields().begin(), reader->fields().end());
  }
  return out;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else {
      out += c;
    }
  }
  return out;
}

bool is_number(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789.") == std::string::npos;
}

std::string column_name(std::size_t column) {
  std::string out;
  for (std::size_t rest = column + 1; rest > 0; rest = (rest - 1) / 26) {
    out.insert(out.begin(), static_cast<char>('A' + (rest - 1) % 26));
  }
  return out;
}

// Numbers as numbers, the rest as text; blank cells are left out, as Excel does.
std::string xlsx(const Cells& cells) {
  std::string rows;
  for (std::size_t r = 0; r < cells.size(); ++r) {
    const std::string number = std::to_string(r + 1);
    rows += "<row r=\"" + number + "\">";
    for (std::size_t c = 0; c < cells[r].size(); ++c) {
      const std::string& cell = cells[r][c];
      if (cell.empty()) continue;
      const std::string at = "<c r=\"" + column_name(c) + number + "\"";
      rows += is_number(cell) ? at + "><v>" + cell + "</v></c>"
                              : at + " t=\"inlineStr\"><is><t>" + escaped(cell) + "</t></is></c>";
    }
    rows += "</row>";
  }
  readers::testing::Workbook workbook;
  workbook.sheets = {{"Cover", "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row>"},
                     {"School Level Data", rows}};
  return readers::testing::bytes_of(workbook);
}

// Blank cells and rows are counted, as LibreOffice does.
std::string ods(const Cells& cells) {
  std::string rows;
  for (const auto& row : cells) {
    rows += "<table:table-row>";
    for (std::size_t c = 0; c < row.size();) {
      std::size_t same = 1;
      while (c + same < row.size() && row[c + same] == row[c]) ++same;
      rows += "<table:table-cell table:number-columns-repeated=\"" + std::to_string(same) + "\"";
      if (row[c].empty()) {
        rows += "/>";
      } else if (is_number(row[c])) {
        rows += " office:value-type=\"percentage\" office:value=\"" + row[c] +
                "\"><text:p>rounded</text:p></table:table-cell>";
      } else {
        rows += " office:value-type=\"string\"><text:p>" + escaped(row[c]) +
                "</text:p></table:table-cell>";
      }
      c += same;
    }
    rows += "</table:table-row>";
  }
  rows +=
      "<table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell "
      "table:number-columns-repeated=\"16384\"/></table:table-row>";
  return readers::testing::zip_of(
      {{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"},
       {"content.xml",
        "<?xml version=\"1.0\"?><office:document-content><office:body><office:spreadsheet>"
        "<table:table table:name=\"Overview &amp; notes\"><table:table-row><table:table-cell/>"
        "</table:table-row></table:table><table:table table:name=\"School level\">"
        "<table:table-column/>" +
            rows + "</table:table></office:spreadsheet></office:body></office:document-content>"}});
}

struct Read {
  std::string figures;  // a line each
  std::string text;     // the error and the notes
};

Read pull(const std::string& bytes, const std::string& name, const std::string& settings) {
  static const kpid_plugin_v1& library =
      plugin::load_plugin(kpid::testing::binary_folder() + "/plugins/parental_survey.so");
  plugin::FakeHost host(library);
  host.add_document("f", {.bytes = bytes, .origin = "in/" + name});
  const auto outcome = host.pull(settings);
  Read out{"", outcome.operator_text};
  for (const auto& one : host.committed()) {
    out.figures += fmt::format("{} {} {} {} {}/{} row {}\n", one.measure, one.organisation,
                               one.subgroup, one.value.value_or(-1), one.numerator.value_or(-1),
                               one.denominator.value_or(-1), one.row_first);
  }
  for (const auto& note : host.notes()) out.text += note.sentence + "\n";
  return out;
}

TEST(ParentViewWorkbook, GivesTheFiguresOfTheSameTableAsCsv) {
  for (const std::string stem :
       {"parent_view_long_names_as_at_7_April_2025", "parent_view_short_names_as_at_6_January_2025",
        "parent_view_two_header_rows_as_at_6_April_2026"}) {
    const std::string csv = bytes_of_fixture(stem + ".csv");
    const Cells cells = cells_of(csv);
    const Read expected = pull(csv, stem, R"({"path": "f"})");
    EXPECT_GT(expected.figures.size(), 500U) << expected.text;
    for (const std::string& bytes : {xlsx(cells), ods(cells)}) {
      const Read read = pull(bytes, stem, R"({"path": "f"})");
      EXPECT_EQ(read.figures, expected.figures) << stem << ": " << read.text;
    }
  }
}

TEST(OwnSurveyWorkbook, GivesTheFiguresOfTheSameTableAsCsv) {
  const std::string csv = bytes_of_fixture("microsoft_forms.csv");
  const std::string settings = R"({"path": "f", "format": "forms", "sheet": "School Level Data"})";
  const Read expected = pull(csv, "forms", settings);
  EXPECT_GT(expected.figures.size(), 500U) << expected.text;
  EXPECT_EQ(pull(xlsx(cells_of(csv)), "forms", settings).figures, expected.figures);
}

TEST(ParentViewWorkbook, SaysWhatIsWrongWithASpreadsheet) {
  const auto ods_of = [](const std::string& content) {
    return readers::testing::zip_of(
        {{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, {"content.xml", content}});
  };
  const std::string damaged =
      "f.ods: The OpenDocument spreadsheet is damaged; open it, save it again, or export the sheet "
      "as CSV.";
  const std::string row = "<table:table table:name=\"School level\"><table:table-row";
  for (const auto& [content, sentence] : std::vector<std::pair<std::string, std::string>>{
           {"", damaged},
           {"<table:table table:name=\"School level\"", damaged},
           {"<table:table table:name=\"School level\"><table:table-row>", damaged},
           {row + "><table:table-cell></table:table-row></table:table>", damaged},
           {row + " table:number-rows-repeated=\"0\"></table:table-row></table:table>", damaged},
           {row + " table:number-rows-repeated=\"4000000000\"></table:table-row></table:table>",
            damaged},
           {row +
                "><table:table-cell table:number-columns-repeated=\"5000\" "
                "office:value-type=\"float\" office:value=\"1\"/></table:table-row></table:table>",
            "f.ods, row 1: The row has more than 4096 cells."},
           {"<table:table table:name=\"Cover\"></table:table>",
            "f.ods: There is no sheet \"School Level Data\", \"School Level\" or \"School Data\"; "
            "the spreadsheet has \"Cover\". Name one of them in the settings."},
           {"<table:table table:name=\"School level\"></table:table>",
            "f.ods: There is no heading \"URN\" in the first 40 rows; export the school level "
            "table."}}) {
    EXPECT_EQ(pull(ods_of(content), "f.ods", R"({"path": "f", "as_at": "2026-04-06"})").text,
              sentence);
  }
  EXPECT_EQ(pull(readers::testing::zip_of(
                     {{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}}),
                 "f.ods", R"({"path": "f", "as_at": "2026-04-06"})")
                .text,
            "f.ods: The archive holds no file \"content.xml\"; look at what was packed.");
}

}  // namespace
}  // namespace kpid::plugins::parental_survey
