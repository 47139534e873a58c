// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The KPI catalogue: the shipped folder's files, then the operator's own. A KPI of the operator's
// that has a shipped one's id changes the keys that it gives and leaves the others.

#include <algorithm>
#include <map>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "config/builder.hpp"
#include "config/kpi_tables.hpp"
#include "config/syntax.hpp"

namespace kpid::config {
namespace {

class Catalogue {
 public:
  explicit Catalogue(Builder& builder) : builder_(builder) {}

  void read_folder(const std::filesystem::path& folder) {
    std::error_code error;
    std::vector<std::filesystem::path> files;
    for (std::filesystem::directory_iterator at{folder, error}, end; !error && at != end;
         at.increment(error)) {
      if (at->path().extension() == ".toml") files.push_back(at->path());
    }
    if (error) {
      const auto file = builder_.faults.add_file(folder.string());
      builder_.faults.add({file, 0, 0},
                          "the catalogue's folder cannot be read: " + error.message());
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) read_file(file, true);
  }

  void read_file(const std::filesystem::path& path, bool shipped) {
    const auto file = builder_.faults.add_file(path.string());
    const auto tree = read_document(path, file, builder_.faults);
    if (!tree) return;
    TableReader root{*tree, file, "the catalogue", builder_.faults};
    for (auto& table : root.tables("kpi")) read_kpi(table, shipped);
    root.finish();
  }

 private:
  struct Known {
    std::size_t index;
    Place place;
    bool shipped;
  };

  void read_kpi(TableReader& table, bool shipped) {
    const auto id = table.required_text("id");
    if (id && !is_dotted_id(id->value)) {
      builder_.faults.add(id->place, in_quotes(id->value) +
                                         " is no KPI's id; one looks like \"finance.reserves\": "
                                         "small letters, digits and _, with a dot between");
    }
    const auto found = id ? known_.find(id->value) : known_.end();
    const bool is_new = found == known_.end();
    if (!is_new && (shipped || !found->second.shipped)) {
      builder_.faults.add(id->place,
                          fmt::format("the KPI {} is already defined at {}", in_quotes(id->value),
                                      builder_.faults.text(found->second.place)));
    }
    Kpi kpi = is_new ? Kpi{} : builder_.config.kpis[found->second.index];
    if (id) kpi.id = id->value;
    if (is_new) {
      for (const std::string_view key : {"title", "unit", "direction", "calendar"}) {
        if (!table.has(key)) table.missing(key);
      }
    }
    auto definition = read_definition(table, is_new, kpi);
    read_kpi_keys(builder_, table, kpi);
    table.finish();
    if (!id) return;
    if (definition) {
      definition->shipped = shipped;
      builder_.definitions.insert_or_assign(id->value, std::move(*definition));
    }
    if (is_new) {
      known_.emplace(id->value, Known{builder_.config.kpis.size(), id->place, shipped});
      builder_.config.kpis.push_back(std::move(kpi));
    } else {
      builder_.config.kpis[found->second.index] = std::move(kpi);
      found->second.place = id->place;
      found->second.shipped = shipped;
    }
  }

  Builder& builder_;
  std::map<std::string, Known> known_;
};

}  // namespace

void read_catalogue(Builder& builder, TableReader& root) {
  Catalogue catalogue{builder};
  if (!builder.options.catalogue_directory.empty()) {
    catalogue.read_folder(builder.options.catalogue_directory);
  }
  if (auto table = root.table("catalogue")) {
    for (const auto& file : table->texts("files")) {
      const auto path = builder.resolved(file.value);
      std::error_code ignored;
      if (std::filesystem::is_regular_file(path, ignored)) {
        catalogue.read_file(path, false);
      } else {
        builder.faults.add(file.place, fmt::format("the catalogue file {} is not there",
                                                   printable(path.string(), 300)));
      }
    }
    table->finish();
  }
  resolve_definitions(builder);
}

const Kpi* find_kpi(Builder& builder, const PlacedText& written) {
  if (const auto* found = builder.config.kpi(written.value)) return found;
  std::vector<std::string> known;
  for (const auto& kpi : builder.config.kpis) known.push_back(kpi.id);
  builder.faults.add(written.place, "the catalogue has no KPI " + in_quotes(written.value) +
                                        did_you_mean(written.value, known));
  return nullptr;
}

}  // namespace kpid::config
