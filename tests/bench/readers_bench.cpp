// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// How near the readers come to the bare libraries under them, on the same bytes in turns within one
// run: CSV to a search for line feeds (memchr), a workbook to unpacking and parsing its sheet as a
// whole (libzip, pugixml), JSON to parsing it and looking at the same fields (simdjson). Speeds are
// of processor time, so that another program's load does not count. Usage:
// readers_bench [MEGABYTES] [ROUNDS]; prints one line of JSON.

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <pugixml.hpp>
#include <simdjson.h>
#include <zip.h>

#include "readers/csv.hpp"
#include "readers/json.hpp"
#include "readers/table.hpp"
#include "readers/xlsx.hpp"
#include "unit/readers/workbook.hpp"

namespace {

using namespace kpid::readers;

void must(bool done, std::string_view what) {
  if (done) return;
  fmt::print(stderr, "readers_bench: {}\n", what);
  std::exit(1);
}

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// MB a second of `bytes`; what was read must come to the same each time.
template <class Read>
double speed(std::size_t bytes, std::size_t expected, const Read& read) {
  const double begin = processor_seconds();
  const std::size_t got = read();
  const double seconds = processor_seconds() - begin;
  must(got == expected, fmt::format("{} came out where {} stands in the file", got, expected));
  return static_cast<double>(bytes) / seconds / 1e6;
}

struct Pair {
  std::vector<double> reader;
  std::vector<double> bare;
  [[nodiscard]] double share() const {
    std::vector<double> shares;
    shares.reserve(bare.size());
    for (std::size_t i = 0; i < bare.size(); ++i) shares.push_back(reader[i] / bare[i]);
    return median(std::move(shares));
  }
};

// Rows as a register's export has them: 37 bytes, eight short fields.
std::string marks(std::size_t bytes) {
  std::string out = "urn,pupil_id,year_group,pupil_premium,sen,date,session,mark\n";
  for (std::size_t i = 0; out.size() < bytes; ++i) {
    fmt::format_to(std::back_inserter(out), "{},P{:06},{},{},{},2024-{:02}-{:02},{},{}\n",
                   100'000 + i % 50, i % 21'000, i % 7, i % 4 == 0 ? 'Y' : 'N', "NEK"[i % 3],
                   1 + i % 12, 1 + i % 28, i % 2 == 0 ? "AM" : "PM", "/\\LIM"[i % 5]);
  }
  return out;
}

std::size_t lines(std::string_view text) {
  std::size_t count = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  while ((at = static_cast<const char*>(
              std::memchr(at, '\n', static_cast<std::size_t>(end - at)))) != nullptr) {
    ++at;
    ++count;
  }
  return count;
}

std::size_t csv_rows(std::string_view text) {
  auto reader = CsvReader::open(text);
  must(reader.has_value(), "the CSV file does not open");
  std::size_t rows = 0;
  for (auto more = reader->next(); more && *more; more = reader->next()) {
    rows += reader->fields()[7].empty() ? 0 : 1;
  }
  return rows;
}

std::size_t csv_plain_rows(std::string_view text) {
  auto reader = CsvReader::open(text);
  must(reader.has_value(), "the CSV file does not open");
  std::size_t count = 0;
  for (;;) {
    const auto rows = reader->next_plain(8);
    for (const CsvRow row : rows) count += row[7].empty() ? 0 : 1;
    if (rows.size() > 0) continue;
    const auto more = reader->next();
    if (!more || !*more) return count;
    ++count;
  }
}

struct Book {
  std::string bytes;
  std::size_t xml_bytes = 0;
  std::size_t cells = 0;
};

Book workbook(std::size_t bytes) {
  std::string rows;
  Book out;
  for (std::size_t row = 1; rows.size() < bytes; ++row) {
    fmt::format_to(std::back_inserter(rows), "<row r=\"{}\" spans=\"1:8\">", row);
    for (std::size_t c = 0; c < 8; ++c) {
      const auto at = fmt::format("{}{}", static_cast<char>('A' + c), row);
      if (c % 3 == 0) {
        fmt::format_to(std::back_inserter(rows), "<c r=\"{}\" s=\"1\" t=\"s\"><v>{}</v></c>", at,
                       row * 7 % 1000);
      } else {
        fmt::format_to(std::back_inserter(rows), "<c r=\"{}\"><v>{}</v></c>", at,
                       static_cast<double>(row * (c + 3) * 7919 % 1'000'003) / 100);
      }
      ++out.cells;
    }
    rows += "</row>";
  }
  testing::Workbook book{{{"Ledger", std::move(rows)}}, {}};
  for (int i = 0; i < 1000; ++i) book.shared.push_back(fmt::format("<t>Text number {}</t>", i));
  book.styles = "<xf numFmtId=\"0\"/><xf numFmtId=\"0\"/>";
  const auto members = testing::members_of(book);
  for (const auto& [name, part] : members) {
    if (name == "xl/worksheets/sheet1.xml") out.xml_bytes = part.size();
  }
  out.bytes = testing::zip_of(members);
  return out;
}

std::size_t xlsx_cells(std::string_view bytes) {
  auto reader = XlsxReader::open(bytes);
  must(reader.has_value(), "the workbook does not open");
  std::size_t cells = 0;
  for (auto more = reader->next(); more && *more; more = reader->next()) {
    for (const auto field : reader->fields()) cells += field.empty() ? 0 : 1;
  }
  return cells;
}

std::size_t bare_xlsx_cells(const Book& book) {
  zip_source_t* const source =
      zip_source_buffer_create(book.bytes.data(), book.bytes.size(), 0, nullptr);
  must(source != nullptr, "libzip");
  zip_t* const archive = zip_open_from_source(source, ZIP_RDONLY, nullptr);
  must(archive != nullptr, "libzip");
  zip_file_t* const file = zip_fopen(archive, "xl/worksheets/sheet1.xml", 0);
  must(file != nullptr, "libzip");
  std::string xml(book.xml_bytes, '\0');
  must(zip_fread(file, xml.data(), xml.size()) == static_cast<zip_int64_t>(xml.size()), "libzip");
  zip_fclose(file);
  zip_discard(archive);
  pugi::xml_document document;
  must(static_cast<bool>(document.load_buffer_inplace(xml.data(), xml.size())), "pugixml");
  std::size_t cells = 0;
  for (const auto row : document.child("worksheet").child("sheetData").children("row")) {
    for (const auto cell : row.children("c")) {
      cells += *cell.child_value("v") == '\0' ? 0 : 1;
    }
  }
  return cells;
}

std::string records(std::size_t bytes) {
  std::string out = "{\"data\":[";
  for (std::size_t i = 0; out.size() < bytes; ++i) {
    fmt::format_to(std::back_inserter(out),
                   "{}{{\"id\":\"A{}\",\"urn\":{},\"name\":\"Made-up Primary School\","
                   "\"pupils\":{{\"total\":{},\"fsm\":{}}},\"reserve\":{}.25,\"open\":true}}",
                   i == 0 ? "" : ",", i, 100'000 + i % 50'000, i % 900, i % 90, i % 500'000);
  }
  return out + "]}";
}

std::size_t json_sum(std::string_view bytes) {
  const auto document = JsonDocument::open(bytes);
  must(document.has_value(), "the JSON does not open");
  auto rows = document->records("data");
  std::int64_t sum = 0;
  while (rows->next()) {
    const auto& record = rows->record();
    sum += record.integer("urn")->value() + record.integer("pupils.total")->value();
    sum += static_cast<std::int64_t>(record.number("reserve")->value());
  }
  return static_cast<std::size_t>(sum);
}

std::size_t bare_json_sum(std::string_view bytes) {
  simdjson::dom::parser parser;
  simdjson::dom::array rows;
  must(parser.parse(bytes.data(), bytes.size())["data"].get(rows) == simdjson::SUCCESS, "simdjson");
  std::int64_t sum = 0;
  for (const simdjson::dom::element record : rows) {
    sum += std::int64_t{record["urn"].get_int64().value_unsafe()};
    sum += std::int64_t{record["pupils"]["total"].get_int64().value_unsafe()};
    sum += static_cast<std::int64_t>(record["reserve"].get_double().value_unsafe());
  }
  return static_cast<std::size_t>(sum);
}

}  // namespace

int main(int argc, char** argv) {
  const int megabytes = argc > 1 ? std::atoi(argv[1]) : 100;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
  must(megabytes > 0 && rounds > 0, "usage: readers_bench [MEGABYTES] [ROUNDS]");
  const auto bytes = static_cast<std::size_t>(megabytes) * 1'000'000;
  const std::string csv = marks(bytes);
  const Book book = workbook(bytes / 4);
  const std::string json = records(bytes / 2);
  const std::size_t rows = lines(csv);
  const std::size_t sum = bare_json_sum(json);
  Pair csv_pair, plain_pair, xlsx_pair, json_pair;
  for (int round = 0; round < rounds; ++round) {
    csv_pair.bare.push_back(speed(csv.size(), rows, [&] { return lines(csv); }));
    csv_pair.reader.push_back(speed(csv.size(), rows, [&] { return csv_rows(csv); }));
    plain_pair.reader.push_back(speed(csv.size(), rows, [&] { return csv_plain_rows(csv); }));
    xlsx_pair.bare.push_back(
        speed(book.xml_bytes, book.cells, [&] { return bare_xlsx_cells(book); }));
    xlsx_pair.reader.push_back(
        speed(book.xml_bytes, book.cells, [&] { return xlsx_cells(book.bytes); }));
    json_pair.bare.push_back(speed(json.size(), sum, [&] { return bare_json_sum(json); }));
    json_pair.reader.push_back(speed(json.size(), sum, [&] { return json_sum(json); }));
  }
  plain_pair.bare = csv_pair.bare;
  fmt::print(
      "{{\"megabytes\": {}, \"rounds\": {}, \"csv_mb_per_s\": {:.0f},"
      " \"csv_plain_mb_per_s\": {:.0f}, \"memchr_mb_per_s\": {:.0f},"
      " \"csv_share_of_memchr\": {:.3f}, \"csv_plain_share_of_memchr\": {:.3f},"
      " \"xlsx_mb_per_s\": {:.0f}, \"xlsx_share_of_bare\": {:.3f}, \"json_mb_per_s\": {:.0f},"
      " \"json_share_of_bare\": {:.3f}}}\n",
      megabytes, rounds, median(csv_pair.reader), median(plain_pair.reader), median(csv_pair.bare),
      csv_pair.share(), plain_pair.share(), median(xlsx_pair.reader), xlsx_pair.share(),
      median(json_pair.reader), json_pair.share());
}
