// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// A table of what goes wrong with files, each with all that must come of it: the error or the notes
// with file, row and column, and the good rows beside them.

#include <gtest/gtest.h>

#include "finance/summary.hpp"
#include "pupil_roll/roll.hpp"
#include "unit/plugins/shown.hpp"

namespace kpid::plugins {
namespace {

using namespace std::string_literals;

enum class Plugin { finance, gias, counts };

std::string read(Plugin plugin, const std::string& bytes) {
  const std::array<Document, 1> documents{{{1, "f.csv", bytes, 0}}};
  if (plugin == Plugin::finance) return shown(finance::read_summaries(documents, {}));
  pupil_roll::Settings settings;
  if (plugin == Plugin::counts) settings.format = pupil_roll::Format::counts;
  return shown(pupil_roll::read_roll(documents, settings));
}

const std::string kFinance = "School,Financial year,Income,Expenditure,Staff costs,Reserves\n";
const std::string kGias =
    "URN,EstablishmentStatus (name),SchoolCapacity,CensusDate,NumberOfPupils\n";
const std::string kCounts = "School,Date,Pupils,Capacity\n";
// A good row beside the bad one, and what it gives.
const std::string kGoodYear = "900009,2024/25,,,,9\n";
const std::string kGoodCount = "900009,18/01/2024,9,\n";

std::string good_year(int row) {
  return "finance.reserves 900009 2024-09-01..2025-08-31 900 @1:" + std::to_string(row) + "\n";
}

std::string good_count(int row) {
  return "roll.pupils 900009 2024-01-18..2024-01-18 9 @1:" + std::to_string(row) + "\n";
}

std::string utf16(const std::string& ascii) {
  std::string out = "\xFF\xFE";
  for (const char c : ascii) {
    out.push_back(c);
    out.push_back('\0');
  }
  return out;
}

struct Case {
  const char* name;
  Plugin plugin;
  std::string bytes;
  std::string expected;
};

std::vector<Case> whole_files() {
  const auto kind = [](const std::string& what) {
    return "error f.csv: The file is " + what + ", not a CSV file; export it again as CSV.\n";
  };
  return {
      {"empty file", Plugin::finance, "", "error f.csv: The file is empty; export it again.\n"},
      {"blank lines only", Plugin::gias, "\r\n \r\n",
       "error f.csv: The file is empty; export it again.\n"},
      {"JPEG", Plugin::gias, "\xFF\xD8\xFF\xE0 JFIF", kind("a JPEG picture")},
      {"PNG", Plugin::counts, "\x89PNG\r\n\x1A\n", kind("a PNG picture")},
      {"XLSX", Plugin::finance, "PK\x03\x04\x14\x00\x06\x00"s,
       "error f.csv: The Excel workbook is damaged; open it, save it again, or export the sheet as "
       "CSV.\n"},
      {"XLS", Plugin::finance, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", kind("an old Excel workbook")},
      {"PDF", Plugin::counts, "%PDF-1.7\n", kind("a PDF document")},
      {"gzip", Plugin::gias, "\x1F\x8B\x08\x00"s, kind("a gzip archive")},
      {"web page", Plugin::gias,
       "<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>",
       kind("a web page (HTML)")},
      {"damaged UTF-16", Plugin::finance, utf16(kFinance) + "x",
       "error f.csv: The file begins as UTF-16 but is damaged; export it again as CSV in UTF-8.\n"},
      {"header only", Plugin::finance, kFinance,
       "error f.csv: The file has a header and no rows; export it again.\n"},
      {"header and blank rows", Plugin::gias, kGias + ",,,,\n\n",
       "error f.csv: The file has a header and no rows; export it again.\n"},
      {"missing column", Plugin::finance, "School,Fin. year,Income\n100001,2024/25,5\n",
       "error f.csv, row 1: There is no column \"Financial year\", \"Academic year\" or "
       "\"Year\"; the nearest in the file: \"Fin. year\". Name the file's own columns in the "
       "settings, or export it with these.\n"},
      {"missing GIAS columns", Plugin::gias, "URN,Status,Capacity\n100001,Open,90\n",
       "error f.csv, row 1: There is no column \"NumberOfPupils\"; no column of the file has a "
       "name like it. There is no column \"SchoolCapacity\"; the nearest in the file: "
       "\"Capacity\". There is no column \"EstablishmentStatus (name)\" or "
       "\"EstablishmentStatus\"; the nearest in the file: \"Status\". Name the file's own columns "
       "in the settings, or export it with these.\n"},
      {"no amount", Plugin::finance, "School,Financial year\n100001,2024/25\n",
       "error f.csv, row 1: The file has a school and a year but no amount; name the columns of "
       "income, expenditure, staff costs or reserves in the settings.\n"},
      {"no count", Plugin::counts, "School,Date\n100001,18/01/2024\n",
       "error f.csv, row 1: The file has neither pupils nor places; name their columns in the "
       "settings.\n"},
      {"no header", Plugin::counts, "100001,18/01/2024,5,6\n100002,18/01/2024,7,8\n",
       "error f.csv: There is no column \"URN\", \"School URN\", \"LAEstab\", \"School\" or "
       "\"School name\"; no column of the file has a name like it. There is no column \"Date\" or "
       "\"Census date\"; no column of the file has a name like it. Name the file's own columns in "
       "the settings, or export it with these.\n"},
      {"duplicate header", Plugin::counts, "School,Date,Pupils,PUPILS \n100001,18/01/2024,5,6\n",
       "error f.csv, row 1, column Pupils: The header has the column \"Pupils\" twice; remove one "
       "of them, so that it is clear which one counts.\n"},
      {"unterminated quote", Plugin::finance, kFinance + kGoodYear + "\"100001,2024/25,1,1,1,1\n",
       "error f.csv, row 3: A quotation mark is opened in this row and never closed.\n"},
      {"text after a quote", Plugin::counts, kCounts + "\"St \"Mary\",18/01/2024,5,6\n",
       "error f.csv, row 2: Text follows a closing quotation mark; double the marks inside a "
       "cell.\n"},
      {"NUL byte", Plugin::counts, kCounts + kGoodCount + "1000\0,18/01/2024,5,6\n"s,
       "error f.csv, row 3: The row holds a NUL byte, so the file is damaged; export it again.\n"},
      {"endless cell", Plugin::gias, kGias + std::string(70'000, '1') + ",Open,1,21-01-2021,1\n",
       "error f.csv, row 2: A cell is longer than 65536 bytes; look for a quotation mark that is "
       "not closed.\n"},
      {"unknown separator", Plugin::finance, "sep=x\nSchool\n",
       "error f.csv, row 1: The sep= line names a separator other than comma, semicolon, tab or "
       "|.\n"},
  };
}

std::string left_out(const std::string& where, const std::string& what) {
  return "skipped f.csv, " + where + ": " + what +
         " This amount was left out; the rest of its row "
         "counts.\n";
}

std::vector<Case> finance_rows() {
  const auto amount = [](const std::string& cell) {
    return kFinance + "100001,2024/25,\"" + cell + "\",,,\n" + kGoodYear;
  };
  const auto no_money = [](const std::string& cell) {
    return good_year(3) + left_out("row 2, column Income",
                                   "\"" + cell + "\" is not an amount in pounds and whole pence.");
  };
  const auto year = [](const std::string& cell) {
    return kFinance + "100001," + cell + ",1,1,1,1\n" + kGoodYear;
  };
  const auto no_year = [](const std::string& cell) {
    return good_year(3) + "skipped f.csv, row 2, column Financial year: \"" + cell +
           "\" is not a year such as 2025/26. The row was left out.\n";
  };
  const std::string ragged =
      "look for a comma inside a cell without quotation marks. The row was "
      "left out.\n";
  return {
      {"text in a number", Plugin::finance, amount("to follow"), no_money("to follow")},
      {"fraction of a penny", Plugin::finance, amount("1.005"), no_money("1.005")},
      {"exponent", Plugin::finance, amount("1.2E+06"), no_money("1.2E+06")},
      {"spreadsheet error", Plugin::finance, amount("#REF!"), no_money("#REF!")},
      {"comma for a point", Plugin::finance, amount("1234,56"), no_money("1234,56")},
      {"formula", Plugin::finance, amount("=SUM(A1:A9)"), no_money("=SUM(A1:A9)")},
      {"number beyond 64 bits", Plugin::finance, amount("99999999999999999999"),
       no_money("99999999999999999999")},
      {"huge number", Plugin::finance, amount("100000000000.01"),
       good_year(3) + left_out("row 2, column Income",
                               "\"100000000000.01\" is more than 100 billion pounds.")},
      {"negative income", Plugin::finance, amount("(1,234)"),
       good_year(3) + left_out("row 2, column Income",
                               "\"(1,234)\" is below 0, while only reserves, cash and balances "
                               "can be; check the sign.")},
      {"year that is none", Plugin::finance, year("last year"), no_year("last year")},
      {"single year", Plugin::finance, year("2024"), no_year("2024")},
      {"years apart", Plugin::finance, year("2024/26"), no_year("2024/26")},
      {"year of old", Plugin::finance, year("1901/02"),
       good_year(3) + "skipped f.csv, row 2, column Financial year: \"1901/02\" is not a year "
                      "between 1990 and 2099. The row was left out.\n"},
      {"no year", Plugin::finance, year("NULL"),
       good_year(3) + "skipped f.csv, row 2, column Financial year: The row names no financial "
                      "year. The row was left out.\n"},
      {"no school", Plugin::finance, kFinance + ",2024/25,1,1,1,1\n" + kGoodYear,
       good_year(3) + "skipped f.csv, row 2, column School: The row names no school. The row was "
                      "left out.\n"},
      {"endless school", Plugin::finance,
       kFinance + std::string(300, 'a') + ",2024/25,1,1,1,1\n" + kGoodYear,
       good_year(3) + "skipped f.csv, row 2, column School: \"" + std::string(40, 'a') +
           "...\" is longer than 200 bytes. The row was left out.\n"},
      {"two rows for one school", Plugin::finance,
       kFinance + "100001,2024/25,1,1,1,1\n" + kGoodYear + "100001,2024-25,2,1,1,1\n",
       good_year(3) + "skipped f.csv, row 4: 100001 has figures for 2024/25 in row 2 too. Which "
                      "row counts is not clear, so both were left out.\n"},
      {"short row", Plugin::finance, kFinance + "100001,2024/25,1\n" + kGoodYear,
       good_year(3) + "skipped f.csv, row 2: The row has 3 cells where the header has 6; " +
           ragged},
      {"long row", Plugin::finance, kFinance + "100001,2024/25,1,234,1,1,1\n" + kGoodYear,
       good_year(3) + "skipped f.csv, row 2: The row has 7 cells where the header has 6; " +
           ragged},
      {"UTF-16 works", Plugin::finance, utf16(kFinance + kGoodYear), good_year(2)},
      {"Windows-1252 works", Plugin::finance,
       kFinance + "900009,2024/25,,,,\xA3"
                  "9\n",
       good_year(2)},
  };
}

std::vector<Case> roll_rows() {
  const auto counts = [](const std::string& row) { return kCounts + row + "\n" + kGoodCount; };
  const auto bad = [](const std::string& column, const std::string& what) {
    return good_count(3) + "skipped f.csv, row 2, column " + column + ": " + what + "\n";
  };
  const std::string cell_out = ". This figure was left out; the rest of its row counts.";
  const std::string row_out = " The row was left out.";
  const auto gias = [](const std::string& row) { return kGias + row + "\n"; };
  const std::string no_date = " is not a date such as 2026-01-21 or 21/01/2026." + row_out;
  const std::string none_read =
      "info f.csv: 0 open schools were read; left out: 0 schools that are not open.\n";
  return {
      {"text in pupils", Plugin::counts, counts("100001,18/01/2024,about 90,"),
       bad("Pupils", "\"about 90\" is not a whole number" + cell_out)},
      {"half a pupil", Plugin::counts, counts("100001,18/01/2024,90.5,"),
       bad("Pupils", "\"90.5\" is not a whole number" + cell_out)},
      {"negative pupils", Plugin::counts, counts("100001,18/01/2024,-1,"),
       bad("Pupils", "\"-1\" is below 0" + cell_out)},
      {"huge pupils", Plugin::counts, counts("100001,18/01/2024,50001,"),
       bad("Pupils", "\"50001\" is more than 50,000" + cell_out)},
      {"capacity of 0", Plugin::counts, counts("100001,18/01/2024,,0"),
       bad("Capacity", "\"0\" is no number of places; it is taken as not known" + cell_out)},
      {"date that is none", Plugin::counts, counts("100001,spring,90,"),
       bad("Date", "\"spring\"" + no_date)},
      {"day that the calendar lacks", Plugin::counts, counts("100001,31/02/2024,90,"),
       bad("Date", "\"31/02/2024\"" + no_date)},
      {"month first", Plugin::counts, counts("100001,01/18/2024,90,"),
       bad("Date", "\"01/18/2024\"" + no_date)},
      {"spreadsheet's day number", Plugin::counts, counts("100001,45309,90,"),
       bad("Date", "\"45309\"" + no_date)},
      {"day of old", Plugin::counts, counts("100001,01/01/1950,90,"),
       bad("Date", "\"01/01/1950\" is not a day between 1990 and 2099." + row_out)},
      {"no date", Plugin::counts, counts("100001,,90,"),
       bad("Date", "The row has no date; set census_date for such rows." + row_out)},
      {"no school", Plugin::counts, counts(",18/01/2024,90,"),
       bad("School", "The row names no school." + row_out)},
      {"two rows for one school", Plugin::counts,
       counts("100001,18/01/2024,90,\n100001,2024-01-18,91,"),
       good_count(4) + "skipped f.csv, row 3: 100001 has figures for 2024-01-18 in row 2 too. "
                       "Which row counts is not clear, so both were left out.\n"},
      {"URN that is none", Plugin::gias, gias("St Mary's,Open,90,21-01-2021,80"),
       "skipped f.csv, row 2, column URN: The value is not a URN. The row was left out.\n" +
           none_read},
      {"unknown status", Plugin::gias, gias("100001,Merged,90,21-01-2021,80"),
       "skipped f.csv, row 2, column EstablishmentStatus (name): The value is not a status that "
       "GIAS knows (Open, Closed, ...). The row was left out.\n" +
           none_read},
      {"slipped cells show nobody's name", Plugin::gias,
       gias("100001,Open,90,21-01-2021,Jane Example"),
       "roll.capacity 100001 2021-01-21..2021-01-21 90 @1:2\n"
       "skipped f.csv, row 2, column NumberOfPupils: The value is not a whole number" +
           cell_out +
           "\ninfo f.csv: 1 open school was read; left out: 0 schools that are not "
           "open.\n"},
  };
}

void expect_all(const std::vector<Case>& cases) {
  for (const Case& one : cases) EXPECT_EQ(read(one.plugin, one.bytes), one.expected) << one.name;
}

TEST(BadInput, FailsAWholeFileWithItsReason) { expect_all(whole_files()); }
TEST(BadInput, LeavesOutARowOfAccountsAndKeepsTheOthers) { expect_all(finance_rows()); }
TEST(BadInput, LeavesOutARowOfTheRollAndKeepsTheOthers) { expect_all(roll_rows()); }

}  // namespace
}  // namespace kpid::plugins
