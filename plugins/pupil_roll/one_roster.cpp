// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "one_roster.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "common/document_day.hpp"
#include "pupil_roll/pupil_tally.hpp"
#include "pupil_roll/yes_no.hpp"
#include "readers/zip.hpp"

namespace kpid::plugins::pupil_roll {
namespace {

using readers::Table;

enum File : std::size_t { kUsers, kOrgs, kEnrollments };
constexpr std::array<std::string_view, 3> kFiles{"users.csv", "orgs.csv", "enrollments.csv"};
constexpr std::size_t kListBytesMax = 10'000;  // of a cell that lists several ids

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

struct Bundle {
  Document document;  // the archive, or users.csv of a folder
  std::optional<std::int32_t> day;
  std::array<std::optional<std::string>, kFiles.size()> unpacked;
  std::array<std::string_view, kFiles.size()> bytes;  // null where the file is not there
  std::array<std::string, kFiles.size()> names;       // for notes and errors
};

std::vector<std::string> listed(std::string_view cell) {
  std::vector<std::string> out;
  while (!cell.empty()) {
    const std::size_t end = std::min(cell.find(','), cell.size());
    const auto one = readers::trim(cell.substr(0, end));
    if (!one.empty()) out.emplace_back(one);
    cell.remove_prefix(std::min(end + 1, cell.size()));
  }
  return out;
}

class BundleReader {
 public:
  BundleReader(const Bundle& bundle, const Settings& settings, Notes& notes, Progress& progress)
      : bundle_(bundle), settings_(settings), notes_(notes), progress_(progress) {}

  FiguresOrFailure read(std::int32_t day) {
    if (auto done = read_orgs(); !done) return tl::unexpected(done.error());
    if (bundle_.bytes[kEnrollments].data() != nullptr) {
      if (auto done = read_enrollments(); !done) return tl::unexpected(done.error());
    }
    PupilTally tally(day, Told{true, {}, false, false});
    if (auto done = read_users(tally); !done) return tl::unexpected(done.error());
    if (without_school_ != 0) {
      notes_.warning(bundle_.names[kUsers],
                     counted(without_school_, "pupil belongs", "pupils belong") +
                         " to no school of orgs.csv; they are not counted.");
    }
    notes_.info(bundle_.names[kUsers], counted(others_, "user is no pupil", "users are no pupils") +
                                           ", " + counted(ended_, "pupil is", "pupils are") +
                                           " deleted or disabled.");
    return tally.take(bundle_.document, notes_);
  }

 private:
  using Done = tl::expected<void, Failure>;

  template <class TakeRow>
  Done for_each_row(File file, std::vector<readers::Column> columns, TakeRow take_row) {
    const std::string& name = bundle_.names.at(file);
    auto table = Table::open(bundle_.bytes.at(file), std::move(columns), {});
    if (!table) return tl::unexpected(failure(name, table.error()));
    for (;;) {
      const auto more = table->next();
      if (!more) return tl::unexpected(failure(name, more.error()));
      if (!*more) break;
      take_row(*table);
    }
    notes_.table(name, table->report());
    const std::uint64_t rows = table->report().rows_read + table->report().rows_skipped;
    progress_.rows += rows;
    if (rows != 0) return {};
    return tl::unexpected(
        failure(name, {"The file has a header and no rows; export the bundle again.", 0, ""}));
  }

  // A cell as text, blank where it is missing; a fault of it is noted.
  std::string text(const Table& table, std::size_t column, File file, std::size_t bytes_max = 200) {
    const auto cell = table.text(column, bytes_max);
    if (cell) return std::string(cell->value_or(std::string_view()));
    notes_.skipped(bundle_.names.at(file), cell.error(), "It was passed over.");
    return {};
  }

  bool is_active(const Table& table, std::size_t column, File file) {
    const std::string status = lower(text(table, column, file));
    if (status.empty() || status == "active") return true;
    if (status != "tobedeleted" && status != "inactive") {
      notes_.skipped(bundle_.names.at(file),
                     table.fault(column, "is neither active nor tobedeleted"), kRowOut);
    }
    return false;
  }

  Done read_orgs() {
    enum : std::size_t { kId, kStatus, kType, kIdentifier };
    return for_each_row(kOrgs,
                        {{{"sourcedId"}}, {{"status"}, false}, {{"type"}}, {{"identifier"}, false}},
                        [&](const Table& table) {
                          const std::string id = text(table, kId, kOrgs);
                          if (id.empty() || !is_active(table, kStatus, kOrgs)) return;
                          if (lower(text(table, kType, kOrgs)) != "school") return;
                          const std::string identifier = text(table, kIdentifier, kOrgs);
                          schools_[id] = identifier.empty() ? id : identifier;
                        });
  }

  Done read_enrollments() {
    enum : std::size_t { kStatus, kSchool, kUser, kRole };
    return for_each_row(
        kEnrollments, {{{"status"}, false}, {{"schoolSourcedId"}}, {{"userSourcedId"}}, {{"role"}}},
        [&](const Table& table) {
          if (lower(text(table, kRole, kEnrollments)) != "student") return;
          if (!is_active(table, kStatus, kEnrollments)) return;
          enrolled_[text(table, kUser, kEnrollments)].insert(text(table, kSchool, kEnrollments));
        });
  }

  enum User : std::size_t { kId, kStatus, kEnabled, kOrgIds, kRole, kGrades };

  Done read_users(PupilTally& tally) {
    return for_each_row(kUsers,
                        {{{"sourcedId"}},
                         {{"status"}, false},
                         {{"enabledUser"}},
                         {{"orgSourcedIds"}},
                         {{"role"}},
                         {{"grades", "grade"}, false}},
                        [&](const Table& table) { take_user(table, tally); });
  }

  void take_user(const Table& table, PupilTally& tally) {
    const std::string role = lower(text(table, kRole, kUsers));
    if (role != "student") {
      ++others_;
      return;
    }
    const auto enabled = yes_or_no(text(table, kEnabled, kUsers));
    if (!enabled) {
      notes_.skipped(bundle_.names[kUsers], table.fault(kEnabled, "is neither true nor false"),
                     kRowOut);
      return;
    }
    if (!*enabled || !is_active(table, kStatus, kUsers)) {
      ++ended_;
      return;
    }
    Pupil pupil;
    pupil.id = text(table, kId, kUsers);
    pupil.year_group = year_of(table);
    const std::set<std::string> schools = schools_of(table, pupil.id);
    if (schools.empty()) ++without_school_;
    for (const std::string& school : schools) {
      pupil.school = school;
      tally.add(pupil);
    }
  }

  // The schools among a user's organisations; of one who has none there, those of the enrolments.
  std::set<std::string> schools_of(const Table& table, const std::string& id) {
    std::set<std::string> out;
    for (const std::string& org : listed(text(table, kOrgIds, kUsers, kListBytesMax))) {
      const auto school = schools_.find(org);
      if (school != schools_.end()) out.insert(school->second);
    }
    const auto enrolled = enrolled_.find(id);
    if (!out.empty() || enrolled == enrolled_.end()) return out;
    for (const std::string& org : enrolled->second) {
      const auto school = schools_.find(org);
      if (school != schools_.end()) out.insert(school->second);
    }
    return out;
  }

  std::string year_of(const Table& table) {
    const std::string cell = text(table, kGrades, kUsers);
    if (cell.empty()) return {};
    if (auto known = year_group_of(settings_, cell)) return std::move(*known);
    notes_.skipped(bundle_.names[kUsers],
                   table.fault(kGrades,
                               "is not one year group such as R or 04; the setting year_groups can "
                               "name it"),
                   "The pupil counts in the school's total alone.");
    return {};
  }

  const Bundle& bundle_;
  const Settings& settings_;
  Notes& notes_;
  Progress& progress_;
  std::map<std::string, std::string> schools_;             // by sourcedId: the school's code
  std::map<std::string, std::set<std::string>> enrolled_;  // by user: sourcedIds of schools
  std::uint64_t others_ = 0;
  std::uint64_t ended_ = 0;
  std::uint64_t without_school_ = 0;
};

// The last part of a member's path, in lower case.
std::string base_name(std::string_view path) { return lower(file_name(path)); }

tl::expected<Bundle, Failure> unpack(const Document& document) {
  Bundle out;
  out.document = document;
  auto archive = readers::ZipArchive::open(document.bytes);
  if (!archive) return tl::unexpected(failure(document.name, archive.error()));
  for (std::size_t member = 0; member < archive->members().size(); ++member) {
    const auto& path = archive->members()[member].name;
    const auto file = std::find(kFiles.begin(), kFiles.end(), base_name(path));
    if (file == kFiles.end()) continue;
    const auto index = static_cast<std::size_t>(file - kFiles.begin());
    if (out.unpacked.at(index)) {
      return tl::unexpected(Failure{document.name + ": The archive holds " + std::string(*file) +
                                    " twice; export one bundle for each archive."});
    }
    auto bytes = archive->read(member);
    if (!bytes) return tl::unexpected(failure(document.name, bytes.error()));
    out.unpacked.at(index) = std::move(*bytes);
  }
  for (std::size_t i = 0; i < kFiles.size(); ++i) {
    out.names.at(i) = document.name + " (" + std::string(kFiles.at(i)) + ")";
  }
  return out;
}

tl::expected<void, Failure> add_file(const Document& document, Bundle& folder) {
  const auto file = std::find(kFiles.begin(), kFiles.end(), lower(document.name));
  if (file == kFiles.end()) return {};  // classes.csv and the like tell nothing of the roll
  const auto index = static_cast<std::size_t>(file - kFiles.begin());
  if (folder.bytes.at(index).data() != nullptr) {
    return tl::unexpected(Failure{"There are two files " + std::string(*file) +
                                  "; keep the bundles apart, each as a ZIP archive."});
  }
  folder.bytes.at(index) = document.bytes;
  folder.names.at(index) = document.name;
  if (index == kUsers) folder.document = document;
  const auto day = document_day(document);
  if (day) folder.day = std::max(folder.day.value_or(day->day), day->day);
  return {};
}

tl::expected<void, Failure> check(const Bundle& bundle, const Settings& settings) {
  for (const File file : {kUsers, kOrgs}) {
    if (bundle.bytes.at(file).data() != nullptr) continue;
    const std::string where = bundle.document.name.empty() ? "" : bundle.document.name + ": ";
    return tl::unexpected(
        Failure{where + "The bundle holds no " + std::string(kFiles.at(file)) +
                "; export it in full, and read a folder of files with select = \"all\"."});
  }
  if (bundle.day || settings.census_date) return {};  // one of them there is, for read()
  return tl::unexpected(
      Failure{bundle.document.name +
              ": It is not known of which day the bundle tells; put its date into "
              "its name, such as oneroster-2024-01-18.zip, or set census_date."});
}

}  // namespace

tl::expected<std::vector<Figures>, Failure> read_one_roster(std::span<const Document> documents,
                                                            const Settings& settings, Notes& notes,
                                                            Progress& progress) {
  std::vector<Figures> out;
  const auto read = [&](const Bundle& bundle) -> tl::expected<void, Failure> {
    if (auto good = check(bundle, settings); !good) return good;
    const auto day = settings.census_date ? settings.census_date : bundle.day;
    auto figures = BundleReader(bundle, settings, notes, progress).read(day.value_or(0));
    if (!figures) return tl::unexpected(std::move(figures).error());
    out.push_back(std::move(*figures));
    return {};
  };
  Bundle folder;
  bool any_file = false;
  for (const Document* document : in_order_of_day(documents)) {
    if (!readers::ZipArchive::is_zip(document->bytes)) {
      any_file = true;
      if (auto added = add_file(*document, folder); !added) return tl::unexpected(added.error());
      continue;
    }
    auto bundle = unpack(*document);
    if (!bundle) return tl::unexpected(std::move(bundle).error());
    if (const auto day = document_day(*document)) bundle->day = day->day;
    for (std::size_t i = 0; i < kFiles.size(); ++i) {
      const std::optional<std::string>& unpacked = bundle->unpacked.at(i);
      if (unpacked) bundle->bytes.at(i) = *unpacked;
    }
    if (auto done = read(*bundle); !done) return tl::unexpected(done.error());
  }
  if (any_file) {
    if (auto done = read(folder); !done) return tl::unexpected(done.error());
  }
  return out;
}

}  // namespace kpid::plugins::pupil_roll
