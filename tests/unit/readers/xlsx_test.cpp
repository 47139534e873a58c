// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "readers/xlsx.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "readers/table.hpp"
#include "support/places.hpp"
#include "workbook.hpp"

namespace kpid::readers {
namespace {

using testing::bytes_of;
using testing::Workbook;

// Every field in brackets, every row with its number; a fault as "!row sentence".
std::string read(const std::string& bytes, const XlsxOptions& options = {}) {
  auto reader = XlsxReader::open(bytes, options);
  if (!reader) return "!" + std::to_string(reader.error().row) + " " + reader.error().sentence;
  std::string out;
  for (;;) {
    auto more = reader->next();
    if (!more) return out + "!" + std::to_string(more.error().row) + " " + more.error().sentence;
    if (!*more) return out;
    out += std::to_string(reader->row());
    for (const auto field : reader->fields()) out += "[" + std::string(field) + "]";
  }
}

std::string read_rows(const std::string& rows) {
  return read(
      bytes_of({{{"S", rows}},
                {"<t>URN</t>", "<r><t>Reve</t></r><r><t xml:space=\"preserve\"> nue</t></r>",
                 "<t>a</t><rPh><t>phonetic</t></rPh>"},
                "<numFmt numFmtId=\"164\" formatCode=\"[$-809]dd\\/mm\\/yyyy\"/>"
                "<numFmt numFmtId=\"165\" formatCode=\"0.0&quot;d&quot;%\"/>"
                "<numFmt numFmtId=\"166\" formatCode=\"[Red]#,##0.00\"/>"
                "<numFmt numFmtId=\"167\" formatCode=\"[h]:mm\"/>",
                "<xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/>"
                "<xf numFmtId=\"165\"/><xf numFmtId=\"166\"/><xf numFmtId=\"22\"/>"
                "<xf numFmtId=\"167\"/>"}));
}

TEST(Xlsx, ReadsEveryKindOfCell) {
  EXPECT_EQ(
      read_rows("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>"
                "<c r=\"C1\" t=\"s\"><v>2</v></c></row>"),
      "1[URN][Reve nue][a]");
  EXPECT_EQ(read_rows("<row><c t=\"inlineStr\"><is><t>in &amp; line</t></is></c>"
                      "<c t=\"str\"><f>A1&amp;B1</f><v>formula</v></c><c t=\"b\"><v>1</v></c>"
                      "<c t=\"b\"><v>0</v></c><c t=\"e\"><v>#REF!</v></c><c><v>7</v></c></row>"),
            "1[in & line][formula][TRUE][FALSE][][7]");
  EXPECT_EQ(read_rows("<row><c><v>-12.50</v></c><c><v>94.840000000000003</v></c>"
                      "<c><v>1.2E-2</v></c><c><v>5E+6</v></c><c s=\"4\"><v>1234.5</v></c></row>"),
            "1[-12.50][94.84][0.012][5000000][1234.5]");
  EXPECT_EQ(read_rows("<row><c s=\"1\"><v>44217</v></c><c s=\"2\"><v>59</v></c>"
                      "<c s=\"5\"><v>44217.5625</v></c><c s=\"5\"><v>0.25</v></c>"
                      "<c s=\"6\"><v>0.5</v></c><c s=\"1\"><v>-4</v></c></row>"),
            "1[2021-01-21][1900-02-28][2021-01-21 13:30:00][06:00:00][12:00:00][-4]");
  EXPECT_EQ(read_rows("<row><c s=\"3\"><v>0.57</v></c><c s=\"3\"><v>1</v></c>"
                      "<c s=\"3\"><v>5.0000000000000001E-3</v></c><c s=\"3\"><v>-0.125</v></c>"
                      "<c s=\"3\"><v>0</v></c><c s=\"3\"><v>0.10199999999999999</v></c></row>"),
            "1[57%][100%][0.5%][-12.5%][0%][10.2%]");
}

TEST(Xlsx, KeepsTheSheetsOwnPlaces) {
  EXPECT_EQ(
      read_rows("<row r=\"3\"><c r=\"B3\"><v>1</v></c><c><v>2</v></c></row><row r=\"4\"/>"
                "<row r=\"7\" spans=\"1:2\"><c r=\"A7\" s=\"1\"/><c r=\"D7\"><v>3</v></c></row>"
                "<row><c r=\"AA8\"><v>4</v></c></row>"),
      "3[][1][2]7[][][][3]8" +
          [] {
            std::string blanks;
            for (int i = 0; i < 26; ++i) blanks += "[]";
            return blanks;
          }() +
          "[4]");
  EXPECT_EQ(read_rows(""), "");
}

TEST(Xlsx, ChoosesTheSheet) {
  const auto row = [](const std::string& value) {
    return "<row r=\"1\"><c r=\"A1\"><v>" + value + "</v></c></row>";
  };
  const std::string bytes = bytes_of({{{"Index", row("0"), "state=\"hidden\""},
                                       {"Academies", row("1")},
                                       {"Central Services", row("2")}},
                                      {}});
  EXPECT_EQ(read(bytes), "1[1]");
  EXPECT_EQ(read(bytes, {{"CentralServices"}}), "1[2]");
  EXPECT_EQ(read(bytes, {{"Schools", "academies"}}), "1[1]");
  EXPECT_EQ(read(bytes, {{"index"}}), "1[0]");
  EXPECT_EQ(read(bytes, {{"Schools", "Trusts"}}),
            "!0 There is no sheet \"Schools\" or \"Trusts\"; the workbook has \"Index\", "
            "\"Academies\", \"Central Services\". Name one of them in the settings.");
}

TEST(Xlsx, ReadsElementsWithAPrefix) {
  EXPECT_EQ(
      read(bytes_of({{{"S",
                       "<x:row r=\"2\"><x:c r=\"A2\"><x:v>1</x:v></x:c></x:row>"
                       "<x:row r=\"3\"><x:c r=\"A3\" t=\"inlineStr\"><x:is><x:t>b</x:t></x:is>"
                       "</x:c></x:row>"}},
                     {},
                     "",
                     "",
                     "",
                     "x:"})),
      "2[1]3[b]");
}

TEST(Xlsx, ReadsMoreThanOnePiece) {
  std::string rows;
  for (int i = 1; i <= 20'000; ++i) {
    rows += "<row r=\"" + std::to_string(i) + "\"><c><v>" + std::to_string(i) + "</v></c></row>";
  }
  const std::string bytes = bytes_of({{{"S", rows}}, {}});
  auto reader = XlsxReader::open(bytes);
  ASSERT_TRUE(reader) << reader.error().sentence;
  std::uint32_t count = 0;
  for (auto more = reader->next(); more && *more; more = reader->next()) {
    ++count;
    ASSERT_EQ(reader->row(), count);
    ASSERT_EQ(reader->fields().at(0), std::to_string(count));
  }
  EXPECT_EQ(count, 20'000U);
}

TEST(Xlsx, ReadsATableWithTypedCells) {
  const std::string bytes = bytes_of(
      {{{"S",
         "<row r=\"1\"><c t=\"inlineStr\"><is><t>Exported by hand</t></is></c></row>"
         "<row r=\"3\"><c t=\"inlineStr\"><is><t>urn</t></is></c>"
         "<c t=\"inlineStr\"><is><t>Revenue&#10; reserve</t></is></c>"
         "<c t=\"inlineStr\"><is><t>Opened</t></is></c><c t=\"inlineStr\"><is><t>Share</t></is></c>"
         "</row>"
         "<row r=\"4\"><c><v>900001</v></c><c><v>195000.32000000001</v></c><c "
         "s=\"1\"><v>34118</v></c>"
         "<c s=\"2\"><v>0.57</v></c></row>"
         "<row "
         "r=\"5\"><c><v>900002</v></c><c><v>0.30000000000000004</v></c><c><v>34118</v></c></row>"
         "<row r=\"6\"><c><v>900003</v></c><c t=\"inlineStr\"><is><t>NULL</t></is></c>"
         "<c t=\"inlineStr\"><is><t>29/05/1993</t></is></c><c t=\"e\"><v>#N/A</v></c></row>"}},
       {},
       "",
       "<xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"9\"/>"});
  auto table = Table::open(
      bytes, {{{"URN"}}, {{"Revenue Reserve"}}, {{"Opened"}, false}, {{"Share"}, false}});
  ASSERT_TRUE(table) << table.error().sentence;
  EXPECT_EQ(table->header_row(), 3U);
  const std::vector<std::optional<std::int64_t>> pence{19500032, 30, std::nullopt};
  for (std::uint32_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(*table->next());
    EXPECT_EQ(table->row(), 4 + i);
    EXPECT_EQ(table->text(0)->value(), "90000" + std::to_string(i + 1));
    EXPECT_EQ(*table->pence(1), pence[i]);
    EXPECT_EQ(table->date(2, DateOrder::day_month_year)->value(), 8549);  // 1993-05-29
    if (i == 0) {
      EXPECT_EQ(table->percent(3)->value(), 57.0);
      EXPECT_EQ(table->proportion(3)->value(), 0.57);
      EXPECT_EQ(table->number(1)->value(), 195000.32);
    } else {
      EXPECT_EQ(*table->percent(3), std::nullopt);
    }
  }
  EXPECT_FALSE(*table->next());
  EXPECT_EQ(table->report().rows_read, 3U);
}

TEST(Xlsx, CountsDaysFrom1904WhereTheWorkbookDoes) {
  const std::string bytes =
      bytes_of({{{"S",
                  "<row><c t=\"inlineStr\"><is><t>Day</t></is></c></row>"
                  "<row><c s=\"1\"><v>42755</v></c></row><row><c><v>42755</v></c></row>"}},
                {},
                "",
                "<xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>",
                "date1904=\"1\""});
  auto table = Table::open(bytes, {{{"Day"}}});
  ASSERT_TRUE(table) << table.error().sentence;
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(*table->next());
    EXPECT_EQ(table->date(0, DateOrder::year_month_day)->value(), 18648);  // 2021-01-21
  }
}

TEST(Xlsx, ReadsRealWorkbooks) {
  const auto bytes_at = [](const std::string& path) {
    std::ifstream file(kpid::testing::source_folder() + "/../shared/data/" + path,
                       std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(file), {}};
  };
  const std::string factors = bytes_at("ghg-factors/2025-flat-file.xlsx");
  const std::string returns = bytes_at("finance-layout/academy_ar.SYNTHETIC.xlsx");
  if (factors.empty() || returns.empty()) GTEST_SKIP() << "the workbooks are absent";
  TableOptions options;
  options.sheet = {"Factors by Category"};
  auto table =
      Table::open(factors, {{{"ID"}}, {{"GHG Conversion Factor 2025"}}, {{"Level 1"}}}, options);
  ASSERT_TRUE(table) << table.error().sentence;
  EXPECT_EQ(table->header_row(), 6U);
  std::size_t rows = 0;
  bool has_electricity = false;
  for (auto more = table->next(); more && *more; more = table->next()) {
    if (!table->text(0)->has_value()) continue;  // a remark below the table
    ++rows;
    const auto factor = table->number(1);
    ASSERT_TRUE(factor) << factor.error().sentence << table->row();
    has_electricity |= table->text(2)->value() == "UK electricity" && *factor == 0.177;
  }
  EXPECT_EQ(rows, 8740U);
  EXPECT_TRUE(has_electricity);
  EXPECT_EQ(table->report().rows_skipped, 0U);

  options.sheet = {"Academies"};
  auto academies = Table::open(
      returns, {{{"URN"}}, {{"Total Income"}}, {{"Revenue reserve"}}, {{"LAEstab"}}}, options);
  ASSERT_TRUE(academies) << academies.error().sentence;
  ASSERT_TRUE(*academies->next());
}

}  // namespace
}  // namespace kpid::readers
