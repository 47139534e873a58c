// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "readers/table.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "support/places.hpp"

namespace kpid::readers {
namespace {

using namespace std::string_literals;

std::string shown(const Fault& fault) {
  std::string out = "!" + std::to_string(fault.row);
  if (!fault.column.empty()) out += "/" + fault.column;
  return out + " " + fault.sentence;
}

const std::vector<Column> kColumns{
    {{"School", "URN"}}, {{"Pupils", "Number of pupils"}}, {{"Capacity"}, false}};

// The cells of every row as text, then what was skipped; a fault as "!row/column sentence".
std::string read(const std::string& bytes, const std::vector<Column>& columns = kColumns,
                 TableOptions options = {}) {
  auto table = Table::open(bytes, columns, options);
  if (!table) return shown(table.error());
  std::string out;
  for (;;) {
    auto more = table->next();
    if (!more) return out + shown(more.error());
    if (!*more) break;
    out += std::to_string(table->row());
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto cell = table->text(c);
      out += "[" + (cell ? std::string(cell->value_or("-")) : shown(cell.error())) + "]";
    }
  }
  for (const Fault& fault : table->report().skipped) out += shown(fault);
  return out;
}

TEST(Table, FindsColumnsByName) {
  EXPECT_EQ(read("School,Pupils,Capacity\n1,2,3\n"), "2[1][2][3]");
  EXPECT_EQ(read("Capacity,x,pupils,SCHOOL\n3,9,2,1\n"), "2[1][2][3]");
  EXPECT_EQ(read("urn,\"Number  of\r\nPupils \"\n1,2\n"), "2[1][2][-]");
  EXPECT_EQ(read("URN,Number\u00A0of pupils\n1,2\n"), "2[1][2][-]");
  // The first accepted name counts where the header has several.
  EXPECT_EQ(read("URN,School,Pupils\n1,Two,3\n"), "2[Two][3][-]");
}

TEST(Table, FindsTheHeaderBelowAPreamble) {
  EXPECT_EQ(read("Roll of the trust\n\nExported,18/01/2024\nSchool,Pupils\n1,2\n"), "5[1][2][-]");
  EXPECT_EQ(read("sep=;\nRoll\nSchool;Pupils\n1;2\n"), "4[1][2][-]");
  std::string deep;
  for (int i = 0; i < 19; ++i) deep += "line,x\n";
  EXPECT_EQ(read(deep + "School,Pupils\n1,2\n"), "21[1][2][-]");
  EXPECT_EQ(
      read("line,x\n" + deep + "School,Pupils\n1,2\n"),
      "!0 There is no column \"School\" or \"URN\"; no column of the file has a name like it. "
      "There is no column \"Pupils\" or \"Number of pupils\"; no column of the file has a "
      "name like it. Name the file's own columns in the settings, or export it with these.");
}

TEST(Table, NamesTheNearestColumns) {
  EXPECT_EQ(read("Preamble\nSchool,Pupil,Pupils 2024,Capacity\n1,2,3,4\n"),
            "!2 There is no column \"Pupils\" or \"Number of pupils\"; the nearest in the file: "
            "\"Pupil\", \"Pupils 2024\". Name the file's own columns in the settings, or export it "
            "with these.");
  // A file without a header: nobody's name is held for a column.
  const auto fault = read("Jane Example,4\nJohn Example,5\n");
  EXPECT_EQ(fault.find("Example"), std::string::npos) << fault;
}

TEST(Table, RefusesAHeaderThatIsAmbiguous) {
  EXPECT_EQ(read("School,Pupils,pupils\n1,2,3\n"),
            "!1/Pupils The header has the column \"Pupils\" twice; remove one of them, so that it "
            "is clear which one counts.");
  EXPECT_EQ(read("School,Pupils,x,x\n1,2,3,4\n"), "2[1][2][-]");  // nobody asked for x
  EXPECT_EQ(read("School,Pupils\n1,2\n", {{{"School"}}, {{"Pupils"}}, {{"pupils"}}}),
            "!1/Pupils The column \"Pupils\" is named for two different things; give each a column "
            "of its own.");
}

TEST(Table, SkipsRaggedRowsAndSaysSo) {
  EXPECT_EQ(read("School,Pupils,Capacity\n1,2,3\n1,2\n1,2,3,4\n5,6,7\n"),
            "2[1][2][3]5[5][6][7]"
            "!3 The row has 2 cells where the header has 3; look for a comma inside a cell without "
            "quotation marks."
            "!4 The row has 4 cells where the header has 3; look for a comma inside a cell without "
            "quotation marks.");
  // Blank rows and blank cells beyond the header are a spreadsheet's, not a fault.
  EXPECT_EQ(read("School,Pupils,,\n1,2,,\n,,,\n3,4\n5,6,,,,\n"), "2[1][2][-]4[3][4][-]5[5][6][-]");
  std::string many = "School,Pupils\n";
  for (int i = 0; i < 150; ++i) many += "1\n";
  auto table = Table::open(many, kColumns);
  ASSERT_TRUE(table);
  EXPECT_FALSE(*table->next());
  EXPECT_EQ(table->report().rows_read, 0U);
  EXPECT_EQ(table->report().rows_skipped, 150U);
  EXPECT_EQ(table->report().skipped.size(), 100U);
}

TEST(Table, PassesOnWhatTheReaderRefuses) {
  EXPECT_EQ(read(""), "!0 The file is empty; export it again.");
  EXPECT_EQ(read("School,Pupils\n1,\"2\n"),
            "!2 A quotation mark is opened in this row and never closed.");
  EXPECT_EQ(read("School,Pupils\n1,2\n3,\0\n"s),
            "2[1][2][-]!3 The row holds a NUL byte, so the file is damaged; export it again.");
}

TEST(Table, FindsColumnsByPattern) {
  const std::vector<Column> columns{{{"School*"}}, {{"Total*income*", "income"}}};
  EXPECT_EQ(read("School name,Total trust Income (GBP)\n1,2\n", columns), "2[1][2]");
  EXPECT_EQ(read("school,Income\n1,2\n", columns), "2[1][2]");
  EXPECT_EQ(
      read("School name,School URN,Income\n1,2,3\n", columns),
      "!1/School name The header has more than one column like \"School*\"; name the one that "
      "counts in the settings.");
}

TEST(Table, GroupsColumnsThatMatch) {
  const std::vector<Column> columns{{{"MPAN"}}, {{"interval_*", "[*:*]"}, true, true}};
  auto table = Table::open("interval_2,MPAN,[00:30],Interval_1,run\n7,M1,9,SUPP,x\n", columns);
  ASSERT_TRUE(table) << shown(table.error());
  ASSERT_TRUE(*table->next());
  std::string out;
  for (const std::size_t column : table->group(1)) {
    const auto value = table->number(column);
    out += table->name(column) + "=" + (*value ? std::to_string(**value) : "-") + ";";
  }
  EXPECT_EQ(out, "interval_2=7.000000;[00:30]=9.000000;Interval_1=-;");
  EXPECT_EQ(table->report().unused_columns, std::vector<std::string>{"run"});
  EXPECT_TRUE(table->group(0).empty());
  EXPECT_EQ(shown(Table::open("MPAN,x\n1,2\n", columns).error()),
            "!1 There is no column \"interval_*\" or \"[*:*]\"; no column of the file has a name "
            "like it. Name the file's own columns in the settings, or export it with these.");
}

TEST(Table, JoinsAHeaderOfTwoRows) {
  TableOptions options;
  options.two_row_header = true;
  const std::string bytes =
      "Parent View\n"
      "School details,,My child is happy,,,My child is safe,,\n"
      "URN,Submissions,Agree,Disagree,Don't know,Agree,Disagree,Don't know\n"
      "1,10,60%,30%,10%,50%,SUPP,5%\n";
  auto table = Table::open(bytes,
                           {{{"URN"}},
                            {{"my child is happy agree"}},
                            {{"My child is safe*"}, true, true},
                            {{"Submissions"}}},
                           options);
  ASSERT_TRUE(table) << shown(table.error());
  EXPECT_EQ(table->header_row(), 3U);
  ASSERT_TRUE(*table->next());
  EXPECT_EQ(table->text(0)->value(), "1");
  EXPECT_EQ(table->percent(1)->value(), 60.0);
  EXPECT_EQ(table->integer(3)->value(), 10);
  ASSERT_EQ(table->group(2).size(), 3U);
  EXPECT_EQ(table->name(table->group(2)[2]), "My child is safe Don't know");
  EXPECT_EQ(*table->percent(table->group(2)[1]), std::nullopt);
  // A name of the lower row alone counts only where it is the only one.
  EXPECT_EQ(
      shown(Table::open(bytes, {{{"Agree"}}}, options).error()),
      "!3/My child is happy Agree The header has the column \"My child is happy Agree\" twice; "
      "remove one of them, so that it is clear which one counts.");
}

TEST(Table, ReadsAFileWithoutAHeader) {
  TableOptions options;
  options.names_without_header = {"School", "Day", "Pupils"};
  EXPECT_EQ(read("1,18/01/2024,5\n2,18/01/2024,6\n", kColumns, options), "1[1][5][-]2[2][6][-]");
  EXPECT_EQ(read("School,Pupils\n1,5\n", kColumns, options), "2[1][5][-]");
  // Some of the names stand there: it has a header, with another name.
  EXPECT_EQ(read("School,Roll\n1,5\n", kColumns, options).substr(0, 40),
            "!1 There is no column \"Pupils\" or \"Numbe");
  auto table = Table::open("1,2,3\n", kColumns, options);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->header_row(), 0U);
}

TEST(Table, TakesShortRowsWhereItIsTold) {
  TableOptions options;
  options.short_rows = true;
  EXPECT_EQ(read("School,Pupils,Capacity\n1,2\n3,4,5\n", kColumns, options),
            "2[1][2][-]3[3][4][5]");
}

TEST(Table, KnowsTheCallersMarkers) {
  TableOptions options;
  options.missing = {"-", "not yet"};
  EXPECT_EQ(read("School,Pupils\n1, - \n2,not yet\n3,--\n", kColumns, options),
            "2[1][-][-]3[2][-][-]4[3][--][-]");
}

TEST(Table, TellsWhichColumnsItReads) {
  const auto table = Table::open("URN,Name,[00:30],[01:00],Notes\n",
                                 {{{"urn"}},
                                  {{"Capacity", "Places"}, false},
                                  {.names = {"[*]"}, .required = true, .group = true}});
  ASSERT_TRUE(table) << table.error().sentence;
  EXPECT_EQ(columns_of(table->report()),
            "Columns read: \"URN\", \"[00:30] to [01:00]\"; not in the file: \"Capacity\"; not "
            "used: 2 others.");
}

TEST(Table, ReportsWhatWasLeftOut) {
  auto table = Table::open("School,Pupils\n1,2\n3\n\n,\nNAT,5\n", kColumns);
  ASSERT_TRUE(table);
  while (*table->next()) {
    if (table->text(0)->value() == "NAT") table->skip(table->fault(0, "is a sum, not a school"));
  }
  EXPECT_EQ(table->report().rows_read, 1U);
  EXPECT_EQ(table->report().rows_skipped, 2U);
  EXPECT_EQ(table->report().rows_blank, 1U);
  EXPECT_EQ(table->report().skipped.back().row, 6U);
  EXPECT_EQ(
      summary_of(table->report()),
      "1 row was read and 2 left out (row 3: The row has 1 cells where the header has 2; look "
      "for a comma inside a cell without quotation marks. And others.)");
  EXPECT_EQ(summary_of({}), "0 rows were read.");
}

// One row with every kind of cell; each as its value, "-" or its fault.
std::string cells(const std::string& cell, bool quote) {
  TableOptions options;
  options.quote_cells = quote;
  const std::string bytes = "A\n\"" + cell + "\"\nend\n";
  auto table = Table::open(bytes, {{{"a"}}}, options);
  if (!table || !*table->next()) return "no row";
  const auto show = [](const auto& got) {
    if (!got) return shown(got.error());
    return *got ? std::to_string(**got) : "-"s;
  };
  return show(table->pence(0)) + " | " + show(table->pence_from_thousands(0)) + " | " +
         show(table->integer(0)) + " | " + show(table->number(0)) + " | " +
         show(table->percent(0)) + " | " + show(table->date(0, DateOrder::either)) + " | " +
         show(table->start_year(0));
}

TEST(Table, TypesCells) {
  EXPECT_EQ(cells("SUPP", true), "- | - | - | - | - | - | -");
  EXPECT_EQ(cells("12", true),
            "1200 | 1200000 | 12 | 12.000000 | 12.000000 | !2/A \"12\" is not a date such as "
            "2026-01-21 or 21/01/2026. | !2/A \"12\" is not a year such as 2025/26.");
  EXPECT_EQ(cells("n/a", false),
            "!2/A The value is not an amount in pounds and whole pence. | "
            "!2/A The value is not an amount in thousands of pounds. | "
            "!2/A The value is not a whole number. | !2/A The value is not a number. | "
            "!2/A The value is not a percentage between 0 and 100. | "
            "!2/A The value is not a date such as 2026-01-21 or 21/01/2026. | "
            "!2/A The value is not a year such as 2025/26.");
}

TEST(Table, BoundsAndCleansWhatItQuotes) {
  EXPECT_EQ(in_quotes(" a\nb\x7F "), "\"a b \"");
  EXPECT_EQ(in_quotes(std::string(39, 'x') + "\u00E9y"), "\"" + std::string(39, 'x') + "...\"");
  EXPECT_EQ(in_quotes(std::string(40, 'x')), "\"" + std::string(40, 'x') + "\"");
  const std::string bytes = "School,Pupils\n" + std::string(201, 'x') + ",1\n";
  auto table = Table::open(bytes, kColumns);
  ASSERT_TRUE(table && *table->next());
  EXPECT_EQ(shown(table->text(0).error()), "!2/School The value is longer than 200 bytes.");
}

std::string real_file(const std::string& path) {
  std::ifstream file(kpid::testing::source_folder() + "/../shared/data/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The same meter as CSV and as a workbook: each day's 48 values sum to the file's own total.
TEST(Table, ReadsRealMeterFilesAlike) {
  for (const std::string kind : {"csv", "xlsx"}) {
    const std::string bytes = real_file("energy/amr_upload_data_files__banes-example-file." + kind);
    if (bytes.empty()) GTEST_SKIP() << "the meters' files are absent";
    auto table =
        Table::open(bytes, {{{"Date"}}, {{"Total Units"}}, {{"[*:*]"}, true, true}, {{"Units"}}});
    ASSERT_TRUE(table) << kind << ": " << shown(table.error());
    ASSERT_EQ(table->group(2).size(), 48U);
    EXPECT_EQ(table->name(table->group(2).back()), "[24:00]");
    std::size_t days = 0;
    for (;;) {
      const auto more = table->next();
      ASSERT_TRUE(more) << shown(more.error());
      if (!*more) break;
      const auto day = table->date(0, DateOrder::either);
      ASSERT_TRUE(day && *day) << kind << ": " << shown(day.error());
      double sum = 0;
      for (const std::size_t column : table->group(2)) sum += table->number(column)->value();
      EXPECT_NEAR(sum, table->number(1)->value(), 0.001) << kind << ", row " << table->row();
      ++days;
    }
    EXPECT_GT(days, 0U) << kind;
    EXPECT_EQ(table->report().rows_skipped, 0U);
  }
}

TEST(Table, ReadsARealMeterFileWithoutAHeader) {
  const std::string bytes = real_file("energy/amr_data__row-per-day__valid-no-header.csv");
  if (bytes.empty()) GTEST_SKIP() << "the meters' files are absent";
  TableOptions options;
  options.names_without_header = {"Site Id", "Meter Number", "Reading Date"};
  for (int half = 1; half <= 48; ++half) {
    options.names_without_header.push_back("half " + std::to_string(half));
  }
  auto table = Table::open(bytes, {{{"Reading Date"}}, {{"half*"}, true, true}}, options);
  ASSERT_TRUE(table) << shown(table.error());
  ASSERT_TRUE(*table->next());
  EXPECT_EQ(table->date(0, DateOrder::day_month_year)->value(), 17847);  // 2018-11-12
  EXPECT_EQ(table->number(table->group(1).front())->value(), 9.9);
  EXPECT_EQ(table->group(1).size(), 48U);
}

TEST(Table, SaysWhatIsWrongWithRealFiles) {
  const auto told = [](const std::string& name) {
    return read(real_file("energy/" + name), {{{"MPR", "Date"}}});
  };
  if (real_file("energy/SOURCE.txt").empty()) GTEST_SKIP() << "the meters' files are absent";
  EXPECT_EQ(told("amr_upload_data_files__not_a_csv.csv"),
            "!0 The file is a PNG picture, not a CSV file; export it again as CSV.");
  EXPECT_EQ(told("amr_data__row-per-day__empty.csv"), "!0 The file is empty; export it again.");
  EXPECT_EQ(told("amr_upload_data_files__with-nulls-and-empty-lines.csv"),
            "!0 The file was UTF-16 and was damaged when it was converted to UTF-8 (its first "
            "characters are U+FFFD); export it again as CSV in UTF-8.");
}

TEST(Table, ReadsARealExtractByItsColumns) {
  std::ifstream file(kpid::testing::source_folder() + "/../shared/data/gias/20220420_gias.csv",
                     std::ios::binary);
  if (!file) GTEST_SKIP() << "the GIAS extract is absent";
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  auto table = Table::open(bytes, {{{"URN"}}, {{"NumberOfPupils"}}, {{"CensusDate"}}});
  ASSERT_TRUE(table) << shown(table.error());
  std::int64_t blank_dates = 0;
  std::int64_t of_2021 = 0;
  for (;;) {
    auto more = table->next();
    ASSERT_TRUE(more) << shown(more.error());
    if (!*more) break;
    const auto date = table->date(2, DateOrder::day_month_year);
    ASSERT_TRUE(date && table->integer(0) && table->integer(1)) << table->row();
    blank_dates += *date ? 0 : 1;
    of_2021 += *date == 18648 ? 1 : 0;  // 21-01-2021
  }
  EXPECT_EQ(table->report().rows_read, 1096U);
  EXPECT_EQ(table->report().rows_skipped, 0U);
  EXPECT_EQ(of_2021, 729);
  EXPECT_EQ(blank_dates, 296);
}

}  // namespace
}  // namespace kpid::readers
