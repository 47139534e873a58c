// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "readers/csv.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "readers/cell.hpp"

namespace kpid::readers {
namespace {

using namespace std::string_literals;

// Every field in brackets, every record with its number; a fault as "!row sentence".
std::string read(const std::string& bytes, CsvLimits limits = {}) {
  auto reader = CsvReader::open(bytes, limits);
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

TEST(Csv, ReadsWhatSchoolsHave) {
  EXPECT_EQ(read("a,b\r\n1,2\n3,4\r5,6"), "1[a][b]2[1][2]3[3][4]4[5][6]");
  EXPECT_EQ(read("a,b\n\n1,\n"), "1[a][b]3[1][]");
  EXPECT_EQ(read("\"a\r\nx\",\"say \"\"hi\"\"\"\n1,\"\"\n"), "1[a\r\nx][say \"hi\"]2[1][]");
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a,b\n1,2\n"),
            "1[a][b]2[1][2]");
  EXPECT_EQ(read("sep=;\na;b,c\n"), "2[a][b,c]");
  EXPECT_EQ(read("a;b;c\n1,5;2,5;3,5\n"), "1[a][b][c]2[1,5][2,5][3,5]");
  EXPECT_EQ(read("a\tb\n1\t2\n"), "1[a][b]2[1][2]");
  EXPECT_EQ(read("a|b\n1|2\n"), "1[a][b]2[1][2]");
}

TEST(Csv, ConvertsEncodings) {
  EXPECT_EQ(read("\x80"
                 "1,\xC9"
                 "cole\n"),
            "1[\u20AC1][\u00C9cole]");
  EXPECT_EQ(read("\u00C9cole,b\n"), "1[\u00C9cole][b]");
  EXPECT_EQ(read("\xFF\xFE"
                 "a\0,\0\xE9\0\n\0"s),
            "1[a][\u00E9]");
  EXPECT_EQ(read("\xFE\xFF"
                 "\0a\0,\xD8\x3D\xDE\x00"s),
            "1[a][\U0001F600]");
  EXPECT_EQ(read("\xFF\xFE"
                 "a"s),
            "!0 The file begins as UTF-16 but is damaged; export it again as CSV in UTF-8.");
}

TEST(Csv, RefusesWhatIsNotCsv) {
  const auto refusal = [](const std::string& kind) {
    return "!0 The file is " + kind + ", not a CSV file; export it again as CSV.";
  };
  EXPECT_EQ(read("\xFF\xD8\xFF\xE0 x"), refusal("a JPEG picture"));
  EXPECT_EQ(read("\x89PNG\r\n"), refusal("a PNG picture"));
  EXPECT_EQ(read("PK\x03\x04 x"), refusal("a ZIP archive or an Excel workbook"));
  EXPECT_EQ(read("\n <!DOCTYPE HTML><html>"), refusal("a web page (HTML)"));
  EXPECT_EQ(read(""), "!0 The file is empty; export it again.");
  EXPECT_EQ(read("\xEF\xBB\xBF\r\n"), "!0 The file is empty; export it again.");
}

TEST(Csv, NamesTheRowOfAFault) {
  EXPECT_EQ(read("a,b\n1,\0\n"s),
            "1[a][b]!2 The row holds a NUL byte, so the file is damaged; export it again.");
  EXPECT_EQ(read("a,b\n1,\"2\n"),
            "1[a][b]!2 A quotation mark is opened in this row and never closed.");
  EXPECT_EQ(read("a,b\n\"1\"x,2\n"),
            "1[a][b]!2 Text follows a closing quotation mark; double the marks inside a cell.");
  EXPECT_EQ(read("a,b\n12345,1\n", {4, 100, 9}),
            "1[a][b]!2 A cell is longer than 4 bytes; look for a quotation mark that is not "
            "closed.");
  EXPECT_EQ(read("a,b\n1234,1234\n", {4, 6, 9}), "1[a][b]!2 The row is longer than 6 bytes.");
  EXPECT_EQ(read("a,b\n1,2,3\n", {4, 6, 2}), "1[a][b]!2 The row has more than 2 columns.");
  EXPECT_EQ(read("sep=x\na\n"),
            "!1 The sep= line names a separator other than comma, semicolon, tab or |.");
}

TEST(Csv, ReadsARealExtractToItsEnd) {
  std::ifstream file(KPID_SOURCE_DIR "/../shared/data/gias/20220420_gias.csv", std::ios::binary);
  if (!file) GTEST_SKIP() << "the GIAS extract is absent";
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  auto reader = CsvReader::open(bytes);
  ASSERT_TRUE(reader);
  std::size_t records = 0;
  std::size_t columns = 0;
  for (;;) {
    auto more = reader->next();
    ASSERT_TRUE(more) << more.error().sentence;
    if (!*more) break;
    if (++records == 1) columns = reader->fields().size();
    EXPECT_EQ(reader->fields().size(), columns) << reader->row();
  }
  EXPECT_EQ(records, 1097U);  // a header and 1,096 schools
}

// The figures of the whole extract, column by name: blanks are absent, closed schools left out.
TEST(Csv, GivesTheKnownFiguresOfARealExtract) {
  std::ifstream file(KPID_SOURCE_DIR "/../shared/data/gias/20220420_gias.csv", std::ios::binary);
  if (!file) GTEST_SKIP() << "the GIAS extract is absent";
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  auto reader = CsvReader::open(bytes);
  ASSERT_TRUE(reader && *reader->next());
  const auto& fields = reader->fields();
  const auto column = [&fields](std::string_view name) {
    return static_cast<std::size_t>(std::find(fields.begin(), fields.end(), name) - fields.begin());
  };
  const auto status = column("EstablishmentStatus (name)");
  const auto pupils = column("NumberOfPupils");
  const auto capacity = column("SchoolCapacity");
  std::int64_t schools = 0, pupils_sum = 0, places_sum = 0, over = 0;
  while (*reader->next()) {
    const auto is = fields.at(status);
    if (is != "Open" && is != "Open, but proposed to close") continue;
    if (is_missing(fields.at(pupils)) || is_missing(fields.at(capacity))) continue;
    const auto on_roll = to_integer(fields.at(pupils));
    const auto places = to_integer(fields.at(capacity));
    ASSERT_TRUE(on_roll && places) << reader->row();
    ++schools;
    pupils_sum += *on_roll;
    places_sum += *places;
    over += *on_roll > *places ? 1 : 0;
  }
  EXPECT_EQ(schools, 717);
  EXPECT_EQ(pupils_sum, 201202);
  EXPECT_EQ(places_sum, 215636);
  EXPECT_EQ(over, 135);
}

}  // namespace
}  // namespace kpid::readers
