// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "workbook.hpp"

#include <memory>
#include <stdexcept>

#include <zip.h>

namespace kpid::readers::testing {
namespace {

constexpr const char* kHead = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr const char* kMain = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr const char* kOffice =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr const char* kPackage = "http://schemas.openxmlformats.org/package/2006/relationships";

void require(bool held) {
  if (!held) throw std::runtime_error("the archive could not be made");
}

std::string relation(const std::string& id, const std::string& kind, const std::string& target) {
  return "<Relationship Id=\"" + id + "\" Type=\"" + kOffice + "/" + kind + "\" Target=\"" +
         target + "\"/>";
}

std::string relations(const std::string& inside) {
  return kHead + std::string("<Relationships xmlns=\"") + kPackage + "\">" + inside +
         "</Relationships>";
}

std::string sheet_xml(const std::string& prefix, const std::string& rows) {
  const std::string space =
      prefix.empty() ? "xmlns" : "xmlns:" + prefix.substr(0, prefix.size() - 1);
  return kHead + ("<" + prefix + "worksheet " + space + "=\"" + kMain + "\"><" + prefix +
                  "dimension ref=\"A1\"/><" + prefix + "sheetData>" + rows + "</" + prefix +
                  "sheetData><" + prefix + "pageMargins left=\"0.7\"/></" + prefix + "worksheet>");
}

}  // namespace

std::string zip_of(const Members& members, bool packed) {
  zip_source_t* const source = zip_source_buffer_create(nullptr, 0, 0, nullptr);
  require(source != nullptr);
  zip_source_keep(source);
  const std::unique_ptr<zip_source_t, void (*)(zip_source_t*)> kept(source, &zip_source_free);
  zip_t* const archive = zip_open_from_source(source, ZIP_TRUNCATE, nullptr);
  require(archive != nullptr);
  for (const auto& [name, bytes] : members) {
    zip_source_t* const from = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
    require(from != nullptr);
    const auto index = zip_file_add(archive, name.c_str(), from, ZIP_FL_ENC_UTF_8);
    require(index >= 0);
    if (packed) continue;
    require(zip_set_file_compression(archive, static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0) ==
            0);
  }
  require(zip_close(archive) == 0);
  zip_stat_t stat;
  require(zip_source_stat(source, &stat) == 0 && zip_source_open(source) == 0);
  std::string out(stat.size, '\0');
  require(zip_source_read(source, out.data(), out.size()) == static_cast<zip_int64_t>(out.size()));
  zip_source_close(source);
  return out;
}

Members members_of(const Workbook& workbook) {
  Members out;
  out.emplace_back("[Content_Types].xml", kHead + std::string("<Types/>"));
  out.emplace_back("_rels/.rels", relations(relation("rId1", "officeDocument", "xl/workbook.xml")));
  std::string listed, related;
  for (std::size_t i = 0; i < workbook.sheets.size(); ++i) {
    const auto& sheet = workbook.sheets[i];
    const std::string number = std::to_string(i + 1);
    listed += "<sheet name=\"" + sheet.name + "\" sheetId=\"" + number + "\" " + sheet.attributes +
              " r:id=\"rId" + number + "\"/>";
    related += relation("rId" + number, "worksheet", "worksheets/sheet" + number + ".xml");
    out.emplace_back("xl/worksheets/sheet" + number + ".xml",
                     sheet_xml(workbook.prefix, sheet.rows));
  }
  related += relation("rId90", "sharedStrings", "sharedStrings.xml");
  related += relation("rId91", "styles", "/xl/styles.xml");
  out.emplace_back("xl/workbook.xml", kHead + std::string("<workbook xmlns=\"") + kMain +
                                          "\" xmlns:r=\"" + kOffice + "\"><workbookPr " +
                                          workbook.properties + "/><sheets>" + listed +
                                          "</sheets></workbook>");
  out.emplace_back("xl/_rels/workbook.xml.rels", relations(related));
  std::string shared;
  for (const std::string& text : workbook.shared) shared += "<si>" + text + "</si>";
  out.emplace_back("xl/sharedStrings.xml",
                   kHead + std::string("<sst xmlns=\"") + kMain + "\">" + shared + "</sst>");
  out.emplace_back("xl/styles.xml", kHead + std::string("<styleSheet xmlns=\"") + kMain +
                                        "\"><numFmts>" + workbook.formats + "</numFmts><cellXfs>" +
                                        workbook.styles + "</cellXfs></styleSheet>");
  return out;
}

std::string bytes_of(const Workbook& workbook) { return zip_of(members_of(workbook)); }

}  // namespace kpid::readers::testing
