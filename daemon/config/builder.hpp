// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The state of one load, and its steps in the order in which they run: each reads its own tables
// and may look at what the earlier ones have put into `config`. An item that is itself at fault is
// still entered under its name, so that what refers to it is no second fault.

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/definition.hpp"
#include "config/document.hpp"
#include "config/load.hpp"
#include "config/table_reader.hpp"
#include "model/config.hpp"
#include "model/measure.hpp"

namespace kpid::config {

struct SchoolFiles {  // the calendar files that a [[school]] names
  std::string code;
  std::vector<PlacedText> files;
};

struct Builder {
  const LoadOptions& options;
  Faults& faults;
  std::filesystem::path folder;  // of the config: relative paths stand on it
  Config config = {};
  std::set<std::string> measures = {};                    // that the sources' manifests name
  std::map<std::string, Measure> manifest_measures = {};  // what they say of them
  bool all_manifests_read = false;
  bool watch_missing_figures = true;  // by rules that nobody wrote
  std::vector<SchoolFiles> school_files = {};
  std::map<std::string, WrittenDefinition> definitions = {};  // of the catalogue, by KPI

  [[nodiscard]] std::filesystem::path resolved(const std::string& written) const {
    const std::filesystem::path path{written};
    return (path.is_absolute() ? path : folder / path).lexically_normal();
  }
};

// A name that must be unique among its like; reports what is wrong with it and returns it anyway,
// empty where there is none.
class UniqueNames {
 public:
  explicit UniqueNames(std::string what) : what_(std::move(what)) {}
  std::string take(TableReader& table, Faults& faults);

 private:
  std::string what_;
  std::map<std::string, Place> seen_;
};

void read_catalogue(Builder& builder, TableReader& root);
// What the names in the definitions mean; the catalogue's last step.
void resolve_definitions(Builder& builder);
// Units, calendars and measures, once the sources' manifests are read.
void check_definitions(Builder& builder);
void read_trust(Builder& builder, TableReader& root);      // and its schools and comparators
void read_calendars(Builder& builder, TableReader& root);  // the trust's, and the schools' own
void read_sources(Builder& builder, TableReader& root);
void read_rules(Builder& builder, TableReader& root);
// A stale rule for each KPI that the sources feed and no rule of the operator's watches.
void add_implied_rules(Builder& builder);
inline constexpr std::string_view implied_rule_prefix = "stale.";
void read_destinations(Builder& builder, TableReader& root);

// The organisation that a rule or destination names, with a fault where there is none.
const Organisation* find_organisation(Builder& builder, const PlacedText& written);
// Likewise a KPI.
const Kpi* find_kpi(Builder& builder, const PlacedText& written);

}  // namespace kpid::config
