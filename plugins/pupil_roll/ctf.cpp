// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include <utility>

#include "pupil_roll/formats.hpp"
#include "pupil_roll/pupil_tally.hpp"
#include "readers/xml.hpp"

namespace kpid::plugins::pupil_roll {
namespace {

using readers::DateOrder;
using readers::XmlDocument;
using readers::XmlElement;

class CtfReader {
 public:
  CtfReader(const Document& document, const Settings& settings, Notes& notes)
      : document_(document), settings_(settings), notes_(notes) {}

  FiguresOrFailure read(Progress& progress) {
    const auto xml = XmlDocument::open(document_.bytes);
    if (!xml) return tl::unexpected(failure(document_.name, xml.error()));
    auto records = xml->records("CTfile/CTFpupilData/Pupil");
    if (!records) return tl::unexpected(failure(document_.name, records.error()));
    const XmlElement root = xml->root();
    const auto qualifier = root.text("Header/DocumentQualifier");
    if (qualifier && *qualifier && **qualifier == "partial") {
      return refuse("The file is a partial one: it does not hold every pupil; export it in full.");
    }
    auto school = school_of(root);
    if (!school) {
      return refuse(
          "The header does not say of which school the file is: it has no SourceSchool "
          "with a URN, or with LEA and Estab.");
    }
    const auto day = day_of(root);
    if (!day) {
      return refuse(
          "The header has no DateTime, so it is not known of which day the file tells; "
          "set census_date.");
    }
    PupilTally tally(*day, Told{true, {}, false, false});
    Pupil pupil;
    pupil.school = std::move(*school);
    std::uint64_t rows = 0;
    while (records->next()) {
      ++rows;
      const auto upn = records->record().text("UPN");
      pupil.id = upn ? upn->value_or("") : std::string();
      pupil.year_group = year_of(records->record());
      tally.add(pupil);
    }
    progress.rows += rows;
    if (rows == 0) return refuse("The file holds no pupil; export it again.");
    return tally.take(document_, notes_);
  }

 private:
  [[nodiscard]] tl::unexpected<Failure> refuse(std::string_view sentence) const {
    return tl::unexpected(Failure{document_.name + ": " + std::string(sentence)});
  }

  static std::optional<std::string> school_of(const XmlElement& root) {
    const auto urn = root.text("Header/SourceSchool/URN");
    if (urn && *urn) return **urn;
    const auto authority = root.text("Header/SourceSchool/LEA");
    const auto estab = root.text("Header/SourceSchool/Estab");
    if (!authority || !*authority || !estab || !*estab) return std::nullopt;
    return **authority + **estab;
  }

  [[nodiscard]] std::optional<std::int32_t> day_of(const XmlElement& root) const {
    if (settings_.census_date) return settings_.census_date;
    const auto at = root.date_time("Header/DateTime", DateOrder::year_month_day);
    if (!at || !*at || (*at)->day < kDayFirst || (*at)->day > kDayLast) return std::nullopt;
    return (*at)->day;
  }

  std::string year_of(const XmlElement& pupil) {
    const std::string path =
        pupil.has("NCyearActual") ? "NCyearActual" : "BasicDetails/NCyearActual";
    const auto cell = pupil.text(path);
    if (cell && !*cell) return {};
    if (cell) {
      if (auto known = year_group_of(settings_, **cell)) return std::move(*known);
    }
    notes_.skipped(document_.name,
                   pupil.fault(path,
                               "is not a year group such as R or 4; the setting year_groups can "
                               "name it"),
                   "The pupil counts in the school's total alone.");
    return {};
  }

  const Document& document_;
  const Settings& settings_;
  Notes& notes_;
};

}  // namespace

FiguresOrFailure read_ctf(const Document& document, const Settings& settings, Notes& notes,
                          Progress& progress) {
  return CtfReader(document, settings, notes).read(progress);
}

}  // namespace kpid::plugins::pupil_roll
