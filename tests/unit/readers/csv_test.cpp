// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "readers/csv.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <random>

#include <gtest/gtest.h>

#include "plain_csv.hpp"
#include "readers/cell.hpp"
#include "support/places.hpp"

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

TEST(Csv, KeepsMarksThatDoNotQuote) {
  EXPECT_EQ(read("a,b\n5\" pipe,say \"hi\"\n"), "1[a][b]2[5\" pipe][say \"hi\"]");
  EXPECT_EQ(read("a,b\n\"\"\"x\"\"\",\"\"\n"), "1[a][b]2[\"x\"][]");
}

TEST(Csv, ReadsMixedLineEnds) {
  EXPECT_EQ(read("a,b\r1,2\r\n\r3,4\n\r5,6\n\n\r\n7,8"), "1[a][b]2[1][2]4[3][4]6[5][6]9[7][8]");
}

TEST(Csv, TakesTheEncodingAndDelimiterThatAreSet) {
  CsvOptions options;
  options.delimiter = ';';
  EXPECT_EQ(read("a;b,c\n1;2,3\n", options), "1[a][b,c]2[1][2,3]");
  options.delimiter = ':';
  EXPECT_EQ(read("a:b\n", options),
            "!1 The sep= line names a separator other than comma, semicolon, tab or |.");
  options = {};
  options.encoding = CsvEncoding::windows_1252;
  EXPECT_EQ(read("\u00E9,b\n", options), "1[\u00C3\u00A9][b]");
  options.encoding = CsvEncoding::utf8;
  EXPECT_EQ(read("a,b\n\xE9,2\n", options),
            "1[a][b]!2 The row is not in UTF-8; export the file again as CSV in UTF-8.");
  options.encoding = CsvEncoding::utf16_be;
  EXPECT_EQ(read("\0a\0,\0b"s, options), "1[a][b]");
}

TEST(Csv, FindsOutUtf16WithoutAMark) {
  EXPECT_EQ(read("a\0,\0b\0\n\0\xE9\0,\0002\0"s), "1[a][b]2[\u00E9][2]");
  EXPECT_EQ(read("\0a\0,\0b\0\n\0\xE9\0,\0002"s), "1[a][b]2[\u00E9][2]");
}

TEST(Csv, RecognisesUtf16ThatWasConvertedBadly) {
  EXPECT_EQ(read("\uFFFD\uFFFDs\0e\0p\0=\0,\0\n\0"s),
            "!0 The file was UTF-16 and was damaged when it was converted to UTF-8 (its first "
            "characters are U+FFFD); export it again as CSV in UTF-8.");
}

// A file that becomes Windows-1252 only far from its beginning.
TEST(Csv, ConvertsAFieldThatIsNotUtf8) {
  std::string bytes = "a,b\n";
  while (bytes.size() < 200'000) bytes += "1,\u00E9\n";
  bytes += "2,\xE9\n\"3 \"\"\xE9\"\"\",4\n5,x\"\xE9\n";
  auto reader = CsvReader::open(bytes);
  ASSERT_TRUE(reader);
  std::string last;
  for (auto more = reader->next(); more && *more; more = reader->next()) {
    last = std::string(reader->fields().at(0)) + "," + std::string(reader->fields().at(1));
    ASSERT_TRUE(last == "a,b" || last == "1,\u00E9" || last == "2,\u00E9" ||
                last == "3 \"\u00E9\",4" || last == "5,x\"\u00E9")
        << last;
  }
  EXPECT_EQ(last, "5,x\"\u00E9");
  EXPECT_EQ(reader->offset(), bytes.size());
}

std::string wide(const std::string& text, bool big_endian) {
  std::string out = big_endian ? "\xFE\xFF" : "\xFF\xFE";
  for (const char c : text) out += big_endian ? std::string{'\0', c} : std::string{c, '\0'};
  return out;
}

// Every combination of awkward bytes gives what the plain reading gives, whichever way is taken.
TEST(Csv, ReadsLikeThePlainReading) {
  std::mt19937 random(20261126);
  const std::string_view kBytes = "aaab1234,,,,\"\"\n\n\r\r\n ";
  const std::array<std::string_view, 7> kParts{"\"x\"\"y\"", ",",  "\n",  "\r\n",
                                               "\"1,\n2\"",  "\r", "word"};
  for (int run = 0; run < 400; ++run) {
    std::string text = "h,h\n";
    const std::size_t size = random() % (run % 10 == 0 ? 100'000 : 300);
    while (text.size() < size) {
      if (run % 3 == 0) {
        text += kParts.at(random() % kParts.size());
      } else if (run % 3 == 1 && random() % 50 != 0) {
        text += "ab,1" + std::string(random() % 7, 'x') + ",c\n";
      } else {
        text.push_back(kBytes.at(random() % kBytes.size()));
      }
    }
    CsvOptions options;
    options.delimiter = ',';
    for (const std::string& bytes : {text, wide(text, false), wide(text, true)}) {
      auto reader = CsvReader::open(bytes, options);
      ASSERT_TRUE(reader);
      for (const auto& row : testing::read_plainly(text, ',')) {
        const auto more = reader->next();
        ASSERT_EQ(more && *more, !row.faulty) << run << ", row " << row.number;
        ASSERT_EQ(more ? reader->row() : more.error().row, row.number) << run;
        if (row.faulty) break;
        ASSERT_TRUE(std::equal(row.fields.begin(), row.fields.end(), reader->fields().begin(),
                               reader->fields().end()))
            << run << ", row " << row.number;
      }
      const auto more = reader->next();
      ASSERT_TRUE(more && !*more) << run;
    }
  }
}

// Both ways of finding ends find the same, whatever the processor.
TEST(Csv, IndexesAlikeOnEveryProcessor) {
  std::mt19937 random(3);
  const std::string_view kBytes = "abc123,,,\"\"\n\r\xE9 ";
  CsvIndex quick;
  CsvIndex plain;
  std::size_t rows = 0;
  for (int run = 0; run < 2000; ++run) {
    std::string text;
    const std::size_t size = random() % 500;
    const std::size_t kinds = run % 2 == 0 ? kBytes.size() : 9;
    while (text.size() < size) {
      text.push_back(random() % 20 == 0 ? '\n' : kBytes.at(random() % kinds));
    }
    if (run % 50 == 0) text += '\0';
    index_csv(text, ',', quick);
    index_csv_plainly(text, ',', plain);
    ASSERT_EQ(quick.rows, plain.rows) << text;
    ASSERT_EQ(quick.quotes, plain.quotes) << text;
    ASSERT_EQ(quick.beyond_ascii, plain.beyond_ascii) << text;
    for (std::size_t row = 0; row < quick.rows; ++row) {
      ASSERT_EQ(quick.row_last[row], plain.row_last[row]);
      ASSERT_EQ(quick.ends[quick.row_last[row]], plain.ends[plain.row_last[row]]);
    }
    rows += quick.rows;
  }
  EXPECT_GT(rows, 10'000U);
}

TEST(Csv, HandsOutPlainRowsTogether) {
  std::mt19937 random(7);
  for (const std::string line_end : {"\n", "\r\n", "\r"}) {
    std::string text = "a,b,c" + line_end;
    for (int i = 0; i < 50'000; ++i) {
      const auto kind = random() % 10'000;
      text += kind == 0   ? "\"q\",2,3" + line_end
              : kind == 1 ? line_end
              : kind == 2 ? "1,2" + line_end
                          : std::to_string(i) + "," + std::to_string(kind) + ",z" + line_end;
    }
    const auto expected = testing::read_plainly(text, ',');
    auto reader = CsvReader::open(text);
    ASSERT_TRUE(reader);
    std::size_t at = 0;
    std::size_t together = 0;
    for (;;) {
      const auto rows = reader->next_plain(3);
      together += rows.size();
      auto number = reader->row() - rows.size();
      for (const CsvRow row : rows) {
        ASSERT_EQ(++number, expected.at(at).number);
        for (std::size_t k = 0; k < 3; ++k) ASSERT_EQ(row[k], expected.at(at).fields.at(k)) << at;
        ++at;
      }
      if (rows.size() > 0) continue;
      const auto more = reader->next();
      ASSERT_TRUE(more);
      if (!*more) break;
      ASSERT_EQ(reader->row(), expected.at(at).number);
      ASSERT_EQ(reader->fields().size(), expected.at(at).fields.size());
      ++at;
    }
    EXPECT_EQ(at, expected.size());
    EXPECT_GT(together, 10'000U);
  }
}

TEST(Csv, ReadsARealExtractToItsEnd) {
  std::ifstream file(kpid::testing::source_folder() + "/../shared/data/gias/20220420_gias.csv",
                     std::ios::binary);
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
  std::ifstream file(kpid::testing::source_folder() + "/../shared/data/gias/20220420_gias.csv",
                     std::ios::binary);
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
