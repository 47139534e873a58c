// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "hostile_readers.hpp"

#include "readers/json.hpp"
#include "readers/table.hpp"
#include "readers/xlsx.hpp"
#include "readers/xml.hpp"
#include "readers/zip.hpp"
#include "workbook.hpp"

namespace kpid::readers::testing {
namespace {

using namespace std::string_literals;

using Cases = std::vector<HostileCase>;

// "row 3, column Income: sentence"
std::string shown(const Fault& fault) {
  std::string place = fault.row > 0 ? "row " + std::to_string(fault.row) : "";
  if (!fault.column.empty()) place += (place.empty() ? "column " : ", column ") + fault.column;
  return place + (place.empty() ? "" : ": ") + fault.sentence;
}

std::string csv(const std::string& bytes, const CsvOptions& options = {}) {
  auto reader = CsvReader::open(bytes, options);
  if (!reader) return shown(reader.error());
  auto more = reader->next();
  while (more && *more) more = reader->next();
  return more ? "read" : shown(more.error());
}

std::string utf16(const std::string& text) {
  std::string out = "\xFF\xFE";
  for (const char c : text) out += {c, '\0'};
  return out;
}

Cases csv_files() {
  const auto kind = [](const std::string& what) {
    return "The file is " + what + ", not a CSV file; export it again as CSV.";
  };
  return {
      {"empty", csv(""), "The file is empty; export it again."},
      {"blank", csv(" \r\n\t\n"), "The file is empty; export it again."},
      {"a mark alone", csv("\xEF\xBB\xBF"), "The file is empty; export it again."},
      {"UTF-16 mark alone", csv("\xFF\xFE"), "The file is empty; export it again."},
      {"JPEG", csv("\xFF\xD8\xFF\xE0 JFIF"), kind("a JPEG picture")},
      {"PNG", csv("\x89PNG\r\n\x1A\n"), kind("a PNG picture")},
      {"PDF", csv("%PDF-1.7\n"), kind("a PDF document")},
      {"gzip", csv("\x1F\x8B\x08"), kind("a gzip archive")},
      {"ZIP", csv("PK\x03\x04 x"), kind("a ZIP archive or an Excel workbook")},
      {"XLS", csv("\xD0\xCF\x11\xE0"), kind("an old Excel workbook")},
      {"web page", csv(" <!DOCTYPE html><title>Sign in</title>"), kind("a web page (HTML)")},
      {"web page in capitals", csv("<HTML>"), kind("a web page (HTML)")},
  };
}

Cases csv_rows() {
  const std::string nul = "The row holds a NUL byte, so the file is damaged; export it again.";
  const std::string open = "A quotation mark is opened in this row and never closed.";
  const std::string after =
      "Text follows a closing quotation mark; double the marks inside a cell.";
  const std::string wide =
      "The file begins as UTF-16 but is damaged; export it again as CSV in UTF-8.";
  std::string far;
  for (int i = 0; i < 30'000; ++i) far += "1,2\n";
  return {
      {"NUL", csv("a,b\n1,\0\n"s), "row 2: " + nul},
      {"NUL far below", csv(far + "1,\0\n"s), "row 30001: " + nul},
      {"NUL in quotes", csv("a\n\"\0\"\n"s), "row 2: " + nul},
      {"open quote", csv("a,b\n1,\"2\n"), "row 2: " + open},
      {"open quote far above", csv("a,b\n\"1,2\n" + far.substr(0, 2000)), "row 2: " + open},
      {"open quote at the end", csv("a,b\n1,2\n\""), "row 3: " + open},
      {"text after a quote", csv("a,b\n\"1\" ,2\n"), "row 2: " + after},
      {"text after a quote far below", csv(far + "\"1\"x,2\n"), "row 30001: " + after},
      {"a quote never ends", csv("a\n\"" + std::string(70'000, 'x')),
       "row 2: A cell is longer than 65536 bytes; look for a quotation mark that is not "
       "closed."},
      {"a long row", csv("a\n" + std::string(20, ',') + "\n" + std::string(9, 'x'), {9, 8, 99}),
       "row 3: The row is longer than 8 bytes."},
      {"many columns", csv("a\n" + std::string(4096, ',')),
       "row 2: The row has more than 4096 columns."},
      {"many columns among others", csv("a,b\n1,2\n1,2,3\n1,2\n", {99, 99, 2}),
       "row 3: The row has more than 2 columns."},
      {"odd UTF-16", csv(utf16("a,b") + "x"), wide},
      {"half a pair", csv(utf16("a,b\n1,") + "\x00\xD8"s + "2\0"s), "row 2: " + wide},
      {"half a pair far below", csv(utf16(far) + "\x00\xDC"s), "row 30001: " + wide},
      {"UTF-16 damaged", csv("\uFFFD\uFFFDa\0,\0"s),
       "The file was UTF-16 and was damaged when it was converted to UTF-8 (its first "
       "characters are U+FFFD); export it again as CSV in UTF-8."},
      {"not the encoding that is set", csv("a,b\n\xE9,2\n", {99, 99, 9, CsvEncoding::utf8}),
       "row 2: The row is not in UTF-8; export the file again as CSV in UTF-8."},
      {"odd separator", csv("sep=x\na\n"),
       "row 1: The sep= line names a separator other than comma, semicolon, tab or |."},
  };
}

std::string table(const std::string& bytes, const TableOptions& options = {}) {
  auto opened = Table::open(bytes, {{{"School"}}, {{"Pupils", "On roll"}, false}}, options);
  if (!opened) return shown(opened.error());
  auto more = opened->next();
  for (; more && *more; more = opened->next()) {
    const auto pupils = opened->integer(1);
    if (!pupils) return shown(pupils.error());
  }
  if (!more) return shown(more.error());
  return opened->report().skipped.empty() ? "read" : shown(opened->report().skipped.front());
}

Cases tables() {
  TableOptions two_rows;
  two_rows.two_row_header = true;
  TableOptions bare;
  bare.names_without_header = {"Name", "Pupils"};
  const std::string advice =
      " Name the file's own columns in the settings, or export it with these.";
  return {
      {"no header", table("100001,5\n"),
       "There is no column \"School\"; no column of the file has a name like it." + advice},
      {"another header", table("Schools,Pupils\n1,2\n"),
       "row 1: There is no column \"School\"; the nearest in the file: \"Schools\"." + advice},
      {"names without it", table("1,2\n", bare),
       "There is no column \"School\"; no column of the file has a name like it." + advice},
      {"no header in two rows", table("x,y\nSchool name,z\n", two_rows),
       "row 2: There is no column \"School\"; the nearest in the file: \"x School name\"." +
           advice},
      {"twice", table("School,Pupils,PUPILS\n"),
       "row 1, column Pupils: The header has the column \"Pupils\" twice; remove one of them, "
       "so that it is clear which one counts."},
      {"few cells", table("School,Pupils\n1\n"),
       "row 2: The row has 1 cells where the header has 2; look for a comma inside a cell "
       "without quotation marks."},
      {"many cells", table("School,Pupils\n1,2,3\n"),
       "row 2: The row has 3 cells where the header has 2; look for a comma inside a cell "
       "without quotation marks."},
      {"not a number", table("School,Pupils\n1,Jane Example\n"),
       "row 2, column Pupils: The value is not a whole number."},
      {"too large a number", table("School,Pupils\n1,99999999999999999999\n"),
       "row 2, column Pupils: The value is not a whole number."},
      {"exponent", table("School,On roll\n1,1e3\n"),
       "row 2, column On roll: The value is not a whole number."},
  };
}

// A small workbook with one member changed, or left out where the bytes are empty.
std::string changed(const std::string& name, const std::string& bytes) {
  Members members = members_of({{{"S", "<row><c t=\"s\"><v>0</v></c></row>"}}, {"<t>x</t>"}});
  std::erase_if(members, [&](const auto& member) { return member.first == name && bytes.empty(); });
  for (auto& member : members) {
    if (member.first == name) member.second = bytes;
  }
  return zip_of(members);
}

std::string xlsx(const std::string& bytes, const XlsxOptions& options = {}) {
  auto reader = XlsxReader::open(bytes, options);
  if (!reader) return shown(reader.error());
  auto more = reader->next();
  while (more && *more) more = reader->next();
  return more ? "read" : shown(more.error());
}

std::string rows(const std::string& xml, const XlsxOptions& options = {}) {
  return xlsx(bytes_of({{{"S", xml}}, {"<t>x</t>"}}), options);
}

Cases workbook_parts() {
  const std::string damaged =
      "The Excel workbook is damaged; open it, save it again, or export the sheet as CSV.";
  const std::string whole = bytes_of({{{"S", "<row><c><v>1</v></c></row>"}}, {}});
  const std::string sheet = "xl/worksheets/sheet1.xml";
  return {
      {"cut short", xlsx(whole.substr(0, whole.size() / 2)), damaged},
      {"begins like one", xlsx("PK\x03\x04"), damaged},
      {"a ZIP of another kind", xlsx(zip_of({{"a.csv", "a,b\n"}})),
       "The file is a ZIP archive but not an Excel workbook; unpack it and name a file in it."},
      {"an empty ZIP", xlsx(zip_of({{"x/", ""}})),
       "The file is a ZIP archive but not an Excel workbook; unpack it and name a file in it."},
      {"OpenDocument",
       xlsx(zip_of({{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"},
                    {"content.xml", "<a/>"}})),
       "The file is an OpenDocument file; save it as an Excel workbook (.xlsx) or as CSV."},
      {"binary workbook",
       xlsx(zip_of({{"_rels/.rels",
                     "<R><Relationship Id=\"a\" Type=\"x/officeDocument\" "
                     "Target=\"xl/workbook.bin\"/></R>"},
                    {"xl/workbook.bin", "x"}})),
       "The file is a binary Excel workbook (.xlsb); save it as .xlsx or as CSV."},
      {"a picture", xlsx("\xFF\xD8\xFF\xE0"),
       "The file is a JPEG picture, not a ZIP archive; fetch or export the file again."},
      {"no such sheet", xlsx(whole, {{"Roll"}}),
       "There is no sheet \"Roll\"; the workbook has \"S\". Name one of them in the settings."},
      {"every sheet hidden", xlsx(bytes_of({{{"S", "", "state=\"hidden\""}}, {}})),
       "The Excel workbook has no sheet of cells that is not hidden; name a sheet."},
      {"the sheet's part is missing", xlsx(changed(sheet, "")),
       "The Excel workbook has no sheet of cells that is not hidden; name a sheet."},
      {"no relations", xlsx(changed("xl/_rels/workbook.xml.rels", "")),
       "The Excel workbook has no sheet of cells that is not hidden; name a sheet."},
      {"workbook is no XML", xlsx(changed("xl/workbook.xml", "<workbook")), damaged},
      {"styles are no XML", xlsx(changed("xl/styles.xml", "<a><b></a>")), damaged},
      {"texts are no XML", xlsx(changed("xl/sharedStrings.xml", "<sst><si><t>x</si></sst>")),
       damaged},
      {"texts never end", xlsx(changed("xl/sharedStrings.xml", "<sst><si><t>x</t></si>")), damaged},
      {"texts are not UTF-8", xlsx(changed("xl/sharedStrings.xml", "<sst><si>\xFF</si></sst>")),
       damaged},
      {"a sheet without cells' part", xlsx(changed(sheet, "<worksheet/>")), damaged},
      {"a sheet in UTF-16", xlsx(changed(sheet, utf16("<sheetData/>"))),
       "The sheet is written in UTF-16; open it in Excel and save it again."},
      {"a sheet that never ends", xlsx(changed(sheet, "<sheetData><row><c><v>1</v></c></row>")),
       "row 1: " + damaged},
      {"a row that never ends", xlsx(changed(sheet, "<sheetData><row><c>")), damaged},
  };
}

Cases workbook_rows() {
  const std::string damaged =
      "The Excel workbook is damaged; open it, save it again, or export the sheet as CSV.";
  const std::string order =
      "The rows of the sheet are not in order, so the workbook is damaged; open it and save it "
      "again.";
  XlsxOptions small;
  small.row_bytes = 100;
  small.field_bytes = 10;
  small.columns = 3;
  return {
      {"rows in no order", rows("<row r=\"2\"><c><v>1</v></c></row><row r=\"2\"/>"),
       "row 2: " + order},
      {"row 0", rows("<row r=\"0\"/>"), order},
      {"a row too far down", rows("<row r=\"1048577\"/>"), order},
      {"a text that there is not", rows("<row><c t=\"s\"><v>1</v></c></row>"), "row 1: " + damaged},
      {"a text of no number", rows("<row><c t=\"s\"><v>-1</v></c></row>"), "row 1: " + damaged},
      {"a place that is none", rows("<row><c r=\"1A\"><v>1</v></c></row>"), "row 1: " + damaged},
      {"a place far right", rows("<row><c r=\"ZZZZ1\"><v>1</v></c></row>"), "row 1: " + damaged},
      {"many columns", rows("<row><c r=\"D1\"><v>1</v></c></row>", small),
       "row 1: The row has more than 3 columns."},
      {"a long cell",
       rows("<row><c t=\"str\"><v>" + std::string(11, 'x') + "</v></c></row>", small),
       "row 1: A cell is longer than 10 bytes."},
      {"a long row", rows("<row><c><v>" + std::string(300'000, 'x') + "</v></c></row>", small),
       "A row or text of the workbook is longer than 100 bytes."},
      {"a row's end in a comment", rows("<row><c><!-- </row> --><v>1</v></c>"), damaged},
      {"a bomb", rows("<row><c><v>" + std::string(std::size_t{4} << 20U, '1') + "</v></c></row>"),
       "In the archive, the file \"xl/worksheets/sheet1.xml\" unpacks to more than 250 times "
       "its size, as no honest file does; it was not unpacked."},
  };
}

std::string zip(const std::string& bytes, const std::string& member, const ZipLimits& limits = {}) {
  const auto archive = ZipArchive::open(bytes, limits);
  if (!archive) return shown(archive.error());
  const auto read = archive->read(member);
  return read ? "read" : shown(read.error());
}

Cases archives() {
  const std::string one = zip_of({{"a", "12345"}});
  const std::string damaged =
      "The file begins as a ZIP archive but is damaged or cut short; fetch or export the file "
      "again.";
  const auto with = [&one](std::size_t at, char byte) {
    std::string out = one;
    out[at] = byte;
    return out;
  };
  const std::size_t central = one.find("PK\x01\x02");
  return {
      {"empty", zip("", "a"), "The file is not a ZIP archive; fetch or export the file again."},
      {"text", zip("a,b\n", "a"), "The file is not a ZIP archive; fetch or export the file again."},
      {"web page", zip("<html>", "a"),
       "The file is a web page (HTML), not a ZIP archive; fetch or export the file again."},
      {"beginning only", zip(one.substr(0, 30), "a"), damaged},
      {"no directory", zip(one.substr(0, central), "a"), damaged},
      {"no such member", zip(one, "b"),
       "The archive holds no file \"b\"; look at what was packed."},
      {"another byte", zip(with(one.find("12345"), 'x'), "a"),
       "In the archive, the file \"a\" does not match its checksum, so it is damaged; fetch or "
       "export the file again."},
      {"a way of packing that is not known", zip(with(central + 10, 98), "a"),
       "In the archive, the file \"a\" is packed in a way that cannot be read; pack it as an "
       "ordinary ZIP."},
      {"many members", zip(one, "a", {0, 10, 10}),
       "The archive holds more than 0 files; pack only what is to be read."},
      {"a large member", zip(one, "a", {1, 4, 10}),
       "In the archive, the file \"a\" is larger than 4 bytes unpacked, which is more than is "
       "read."},
  };
}

std::string json(const std::string& bytes, const std::string& path = "data",
                 const JsonOptions& options = {}) {
  const auto document = JsonDocument::open(bytes, options);
  if (!document) return shown(document.error());
  auto records = document->records(path);
  if (!records) return shown(records.error());
  while (records->next()) {
    const auto number = records->record().integer("n");
    if (!number) return shown(number.error());
  }
  return "read";
}

Cases json_documents() {
  const std::string malformed =
      "The file is not well-formed JSON, or was cut short; fetch or export it again.";
  return {
      {"empty", json(""), "The file is empty; fetch or export it again."},
      {"blank", json(" \n"), "The file is empty; fetch or export it again."},
      {"web page", json("<!doctype html>"),
       "The file is a web page (HTML), not JSON; look at the address or sign in again."},
      {"cut short", json("{\"data\":[{\"n\":1},"), malformed},
      {"cut inside a text", json("{\"data\":\"x"),
       "The JSON ends inside a text, so it was cut short; fetch or export the file again."},
      {"two documents", json("{\"data\":[]}{}"), malformed},
      {"not UTF-8", json("{\"data\":[\"\xE9\"]}"),
       "The JSON is not in UTF-8; export it again in that encoding."},
      {"UTF-16", json(utf16("[]")), "The JSON is not in UTF-8; export it again in that encoding."},
      {"deep", json(std::string(2000, '[') + std::string(2000, ']')),
       "The JSON is nested too deeply to be read; fetch or export the file again."},
      {"a number that is none", json("{\"data\":[01]}"),
       "The JSON holds a number that is badly written or too large; fetch or export the file "
       "again."},
      {"a number too large", json("{\"data\":[1e999]}"),
       "The JSON holds a number that is badly written or too large; fetch or export the file "
       "again."},
      {"too large", json("[1,2,3]", "", {5, false}),
       "The JSON is too large for the memory that reading it may take; ask for it in smaller "
       "parts."},
      {"nothing at the path", json("{\"error\":\"no such school\"}"),
       "column data: The JSON has nothing at \"data\"; look at what the source gave, or "
       "correct the path."},
      {"no list at the path", json("{\"data\":7}"),
       "column data: What the JSON has at \"data\" is a number, not a list of records; correct "
       "the path."},
      {"no list at all", json("true", ""),
       "What the JSON has as a whole is true or false, not a list of records; correct the "
       "path."},
      {"another type", json("{\"data\":[{\"n\":1},{\"n\":[2]}]}"),
       "row 2, column n: The value is a list, not text or a number."},
      {"a broken number", json("{\"data\":[{\"n\":1.5}]}"),
       "row 1, column n: The value is not a whole number."},
  };
}

std::string xml(const std::string& bytes, const std::string& path = "a/b",
                const XmlOptions& options = {}) {
  const auto document = XmlDocument::open(bytes, options);
  if (!document) return shown(document.error());
  auto records = document->records(path);
  if (!records) return shown(records.error());
  while (records->next()) {
    const auto number = records->record().integer("@n");
    if (!number) return shown(number.error());
  }
  return "read";
}

Cases xml_documents() {
  const auto malformed = [](int line) {
    return "The file is not well-formed XML (line " + std::to_string(line) +
           "), or was cut short; fetch or export it again.";
  };
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  return {
      {"empty", xml(""), "The file is empty; export it again."},
      {"text", xml("a,b\n1,2\n"), "The XML holds no element; fetch or export the file again."},
      {"picture", xml("\x89PNG\r\n"),
       "The file is a PNG picture, not XML; export it again as XML."},
      {"cut short", xml("<a>\n<b>"), malformed(2)},
      {"crossed", xml("<a>\n\n<b></a></b>"), malformed(3)},
      {"deep and open", xml(deep), malformed(1)},
      {"another root", xml("<root><b/></root>"),
       "The XML is not a \"a\" document but \"root\"; export what is wanted, or correct the "
       "path."},
      {"no path", xml("<a/>", "/"), "The path to the records is empty; name it."},
      {"odd UTF-16", xml(utf16("<a/>") + "x"),
       "The file begins as UTF-16 but is damaged; export it again as XML in UTF-8."},
      {"not UTF-8", xml("<a>\xE9</a>"),
       "The XML is in no encoding that it names; export it again as XML in UTF-8."},
      {"too large", xml("<a></a>", "a/b", {5, false}),
       "The XML is larger than 5 bytes, which is more than is read; export it in parts."},
      {"not a number", xml("<a><b n=\"1\"/><b n=\"one\"/></a>"),
       "row 2, column @n: The value is not a whole number."},
      {"no such character", xml("<a><b n=\"&#xDFFF;\"/></a>"),
       "row 1, column @n: The value holds a character that does not exist."},
  };
}

}  // namespace

std::vector<HostileCases> hostile_to_readers() {
  return {{"CSV reader, files", csv_files()},
          {"CSV reader, rows", csv_rows()},
          {"table", tables()},
          {"workbook reader, parts", workbook_parts()},
          {"workbook reader, rows", workbook_rows()},
          {"ZIP reader", archives()},
          {"JSON reader", json_documents()},
          {"XML reader", xml_documents()}};
}

}  // namespace kpid::readers::testing
