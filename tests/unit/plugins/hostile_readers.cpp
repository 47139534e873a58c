// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What no plugin need know of a file: that it cannot be read at all. Each reader alone.

#include "readers/json.hpp"
#include "readers/table.hpp"
#include "readers/xml.hpp"
#include "readers/zip.hpp"
#include "unit/plugins/hostile.hpp"
#include "unit/readers/workbook.hpp"

namespace kpid::plugins {
namespace {

using namespace std::string_literals;
using readers::Fault;
using readers::testing::Members;
using readers::testing::Workbook;

std::string shown(const Fault& fault) {
  std::string out;
  if (fault.row != 0) out += "row " + std::to_string(fault.row) + ": ";
  if (!fault.column.empty()) out += "column " + fault.column + ": ";
  return out + fault.sentence;
}

// A table of School, Date and Pupils, whose every cell is read. `settings` may name a sheet.
Told told_by_table(const Hostile& hostile) {
  readers::TableOptions options;
  options.quote_cells = true;
  if (!hostile.settings.empty()) options.sheet = {hostile.settings};
  auto table =
      readers::Table::open(hostile.bytes, {{{"School"}}, {{"Date"}}, {{"Pupils"}}}, options);
  if (!table) return {shown(table.error()), 0};
  Told told;
  const auto take = [&told](const auto& cell) {
    if (!cell) told.text += shown(cell.error()) + "\n";
    if (cell && *cell) ++told.figures;
  };
  for (;;) {
    const auto more = table->next();
    if (!more) return {told.text + shown(more.error()), told.figures};
    if (!*more) break;
    take(table->text(0));
    take(table->date(1, readers::DateOrder::either));
    take(table->integer(2));
  }
  for (const Fault& fault : table->report().skipped) told.text += shown(fault) + "\n";
  return told;
}

// The records at `settings`, each with a number under "n".
Told told_by_json(const Hostile& hostile) {
  const auto document = readers::JsonDocument::open(hostile.bytes);
  if (!document) return {shown(document.error()), 0};
  auto records = document->records(hostile.settings);
  if (!records) return {shown(records.error()), 0};
  Told told;
  while (records->next()) {
    const auto number = records->record().integer("n");
    if (!number) told.text += shown(number.error()) + "\n";
    if (number && *number) ++told.figures;
  }
  return told;
}

Told told_by_xml(const Hostile& hostile) {
  const auto document = readers::XmlDocument::open(hostile.bytes);
  if (!document) return {shown(document.error()), 0};
  auto records = document->records("CTfile/CTFpupilData/Pupil");
  if (!records) return {shown(records.error()), 0};
  Told told;
  while (records->next()) {
    const auto number = records->record().integer("NCyearActual");
    if (!number) told.text += shown(number.error()) + "\n";
    if (number && *number) ++told.figures;
  }
  return told;
}

// The member that `settings` names.
Told told_by_zip(const Hostile& hostile) {
  const auto archive = readers::ZipArchive::open(hostile.bytes);
  if (!archive) return {shown(archive.error()), 0};
  const auto member = archive->read(hostile.settings);
  return member ? Told{"", 1} : Told{shown(member.error()), 0};
}

std::string sheet(const std::string& rows) {
  Workbook workbook;
  workbook.sheets = {{"Data", rows}};
  return readers::testing::bytes_of(workbook);
}

std::string row(int number, const std::vector<std::string>& cells) {
  std::string out = "<row r=\"" + std::to_string(number) + "\">";
  for (const std::string& cell : cells)
    out += "<c t=\"inlineStr\"><is><t>" + cell + "</t></is></c>";
  return out + "</row>";
}

Members without(const std::string& name) {
  Workbook workbook;
  workbook.sheets = {{"Data", row(1, {"School", "Date", "Pupils"})}};
  Members members = readers::testing::members_of(workbook);
  std::erase_if(members, [&name](const auto& member) { return member.first == name; });
  return members;
}

}  // namespace

HostileSuite hostile_csv() {
  const std::string header = "School,Date,Pupils\n";
  return {
      "CSV reader",
      told_by_table,
      {
          {"nothing", "", "", "The file is empty; export it again.", 0},
          {"a byte order mark alone", "", "\xEF\xBB\xBF", "The file is empty; export it again.", 0},
          {"a PDF", "", "%PDF-1.7\n",
           "The file is a PDF document, not a CSV file; export it again as CSV.", 0},
          {"a gzip archive", "", "\x1F\x8B\x08\x00"s,
           "The file is a gzip archive, not a CSV file; export it again as CSV.", 0},
          {"an old workbook", "", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
           "The file is an old Excel workbook, not a CSV file; export it again as CSV.", 0},
          {"UTF-16 with half a character", "", "\xFF\xFES\0c"s,
           "row 1: The file begins as UTF-16 but is damaged; export it again as CSV in UTF-8.", 0},
          {"UTF-16 with half a pair", "", "\xFF\xFES\0\x00\xD8x\0"s,
           "The file begins as UTF-16 but is damaged; export it again as CSV in UTF-8.", 0},
          {"a NUL in the header", "", "School,Da\0te,Pupils\n"s,
           "row 1: The row holds a NUL byte, so the file is damaged; export it again.", 0},
          {"a NUL in a cell", "", header + "1,2024-01-18,5\0\n"s,
           "row 2: The row holds a NUL byte, so the file is damaged; export it again.", 0},
          {"a quotation mark that is never closed", "", header + "\"1,2024-01-18,5\n",
           "row 2: A quotation mark is opened in this row and never closed.", 0},
          {"text after a quotation mark", "", header + "\"1\"x,2024-01-18,5\n",
           "row 2: Text follows a closing quotation mark; double the marks inside a cell.", 0},
          {"an endless cell", "", header + std::string(70'000, 'x') + ",2024-01-18,5\n",
           "row 2: A cell is longer than 65536 bytes; look for a quotation mark that is not "
           "closed.",
           0},
          {"an endless row", "",
           header +
               [] {
                 std::string cells;
                 for (int i = 0; i < 300; ++i) cells += std::string(5'000, 'x') + ",";
                 return cells;
               }() +
               "\n",
           "row 2: The row is longer than 1048576 bytes.", 0},
          {"too many columns", "", std::string(5'000, ',') + "\n",
           "row 1: The row has more than 4096 columns.", 0},
          {"a short row", "", header + "1,2024-01-18\n",
           "row 2: The row has 2 cells where the header has 3; look for a comma inside a cell "
           "without quotation marks.\n",
           0},
          {"a long row", "", header + "1,2024-01-18,5,6\n",
           "row 2: The row has 4 cells where the header has 3; look for a comma inside a cell "
           "without quotation marks.\n",
           0},
          {"a header twice", "", "School,Date,Pupils,pupils\n",
           "row 1: column Pupils: The header has the column \"Pupils\" twice; remove one of them, "
           "so that it is clear which one counts.",
           0},
          {"no header", "", "1,2024-01-18,5\n",
           "There is no column \"School\"; no column of the file has a name like it. There is no "
           "column \"Date\"; no column of the file has a name like it. There is no column "
           "\"Pupils\"; no column of the file has a name like it. Name the file's own columns in "
           "the settings, or export it with these.",
           0},
      }};
}

HostileSuite hostile_xlsx() {
  const std::string head = row(1, {"School", "Date", "Pupils"});
  const auto good = sheet(head + row(2, {"1", "2024-01-18", "5"}));
  return {
      "XLSX reader",
      told_by_table,
      {
          {"an archive that is no workbook", "", readers::testing::zip_of({{"a.csv", "x"}}),
           "The file is a ZIP archive but not an Excel workbook; unpack it and name a file in it.",
           0},
          {"a workbook that is cut short", "", good.substr(0, good.size() / 2),
           "The Excel workbook is damaged; open it, save it again, or export the sheet as CSV.", 0},
          {"a workbook without its list of sheets", "",
           readers::testing::zip_of(without("xl/workbook.xml")),
           "The file is a ZIP archive but not an Excel workbook; unpack it and name a file in it.",
           0},
          {"a workbook without its relations", "",
           readers::testing::zip_of(without("xl/_rels/workbook.xml.rels")),
           "The Excel workbook has no sheet of cells that is not hidden; name a sheet.", 0},
          {"a workbook without its sheet", "",
           readers::testing::zip_of(without("xl/worksheets/sheet1.xml")),
           "The Excel workbook has no sheet of cells that is not hidden; name a sheet.", 0},
          {"a sheet that is not there", "Pupils", good,
           "There is no sheet \"Pupils\"; the workbook has \"Data\". Name one of them in the "
           "settings.",
           0},
          {"a sheet that is no XML", "", sheet("<row r=\"1\"><c"),
           "The Excel workbook is damaged; open it, save it again, or export the sheet as CSV.", 0},
          {"a shared text that is not there", "",
           sheet("<row r=\"1\"><c t=\"s\"><v>7</v></c></row>"),
           "row 1: The Excel workbook is damaged; open it, save it again, or export the sheet as "
           "CSV.",
           0},
          {"rows out of order", "", sheet(row(2, {"School"}) + row(1, {"School"})),
           "row 2: The rows of the sheet are not in order, so the workbook is damaged; open it and "
           "save it again.",
           0},
          {"a column out of bounds", "", sheet("<row r=\"1\"><c r=\"ZZZ1\"><v>1</v></c></row>"),
           "row 1: The Excel workbook is damaged; open it, save it again, or export the sheet as "
           "CSV.",
           0},
          {"no number of pupils", "", sheet(head + row(2, {"1", "2024-01-18", "about five"})),
           "row 2: column Pupils: \"about five\" is not a whole number.\n", 2},
          {"an error of the spreadsheet", "", sheet(head + row(2, {"1", "#REF!", "5"})),
           "row 2: column Date: \"#REF!\" is not a date such as 2026-01-21 or 21/01/2026.\n", 2},
          {"a bomb", "", sheet(head + std::string(30'000'000, ' ')),
           "In the archive, the file \"xl/worksheets/sheet1.xml\" unpacks to more than 250 times "
           "its size, as no honest file does; it was not unpacked.",
           0},
      }};
}

HostileSuite hostile_json() {
  return {"JSON reader",
          told_by_json,
          {
              {"nothing", "", "", "The file is empty; fetch or export it again.", 0},
              {"JSON that is cut short", "", R"([{"n": 1}, {"n": )",
               "The file is not well-formed JSON, or was cut short; fetch or export it again.", 0},
              {"JSON with a comma too many", "", R"([{"n": 1},])",
               "The file is not well-formed JSON, or was cut short; fetch or export it again.", 0},
              {"JSON that is nested without end", "", std::string(100'000, '['),
               "The file is not well-formed JSON, or was cut short; fetch or export it again.", 0},
              {"JSON in another encoding", "", "[{\"n\": \"\xE9\"}]",
               "The JSON is not in UTF-8; export it again in that encoding.", 0},
              {"a sign-in page", "", "<!DOCTYPE html><html></html>",
               "The file is a web page (HTML), not JSON; look at the address or sign in again.", 0},
              {"a path that leads nowhere", "data", R"({"items": []})",
               "column data: The JSON has nothing at \"data\"; look at what the source gave, or "
               "correct the path.",
               0},
              {"a text in the list's place", "data", R"({"data": "x"})",
               "column data: What the JSON has at \"data\" is text, not a list of records; correct "
               "the path.",
               0},
              {"a number in words", "", R"([{"n": "five"}, {"n": 5}])",
               "row 1: column n: The value is not a whole number.\n", 1},
              {"half a pupil", "", R"([{"n": 0.5}])",
               "row 1: column n: The value is not a whole number.\n", 0},
              {"a number beyond all bounds", "", R"([{"n": 99999999999999999999}])",
               "The JSON holds a number that is badly written or too large; fetch or export the "
               "file again.",
               0},
              {"a list in a number's place", "", R"([{"n": [5]}])",
               "row 1: column n: The value is a list, not text or a number.\n", 0},
          }};
}

HostileSuite hostile_xml() {
  return {
      "XML reader",
      told_by_xml,
      {
          {"nothing", "", "", "The file is empty; export it again.", 0},
          {"XML that is cut short", "", "<CTfile><CTFpupilData>",
           "The file is not well-formed XML (line 1), or was cut short; fetch or export it again.",
           0},
          {"another document", "", "<html></html>",
           "The file is a web page (HTML), not XML; export it again as XML.", 0},
          {"a picture", "", "\x89PNG\r\n\x1A\n",
           "The file is a PNG picture, not XML; export it again as XML.", 0},
          {"UTF-16 that is damaged", "", "\xFF\xFE<\0C"s,
           "The file begins as UTF-16 but is damaged; export it again as XML in UTF-8.", 0},
          {"a year group in words", "",
           "<CTfile><CTFpupilData><Pupil><NCyearActual>six</NCyearActual></Pupil>"
           "</CTFpupilData></CTfile>",
           "row 1: column NCyearActual: The value is not a whole number.\n", 0},
          {"an entity that swells", "",
           "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]><CTfile>"
           "<CTFpupilData><Pupil><NCyearActual>&b;</NCyearActual></Pupil></CTFpupilData>"
           "</CTfile>",
           "row 1: column NCyearActual: The value is not a whole number.\n", 0},
      }};
}

HostileSuite hostile_zip() {
  const std::string good = readers::testing::zip_of({{"users.csv", "a,b\n"}});
  std::string damaged = good;
  damaged[40] = static_cast<char>(damaged[40] ^ 0x55);
  return {"ZIP reader",
          told_by_zip,
          {
              {"no archive", "users.csv", "a,b\n",
               "The file is not a ZIP archive; fetch or export the file again.", 0},
              {"an archive that is cut short", "users.csv", good.substr(0, good.size() - 30),
               "The file begins as a ZIP archive but is damaged or cut short; fetch or export the "
               "file again.",
               0},
              {"a member that is not there", "orgs.csv", good,
               "The archive holds no file \"orgs.csv\"; look at what was packed.", 0},
              {"a member that is damaged", "users.csv", damaged,
               "In the archive, the file \"users.csv\" does not match its checksum, so it is "
               "damaged; fetch or export the file again.",
               0},
              {"a bomb", "users.csv",
               readers::testing::zip_of({{"users.csv", std::string(30'000'000, 'a')}}),
               "In the archive, the file \"users.csv\" unpacks to more than 250 times its size, as "
               "no honest file does; it was not unpacked.",
               0},
          }};
}

}  // namespace kpid::plugins
