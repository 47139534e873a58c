// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The plugin "finance": summary accounts from CSV files; see README.md beside this file.

#include <kpid/plugin.hpp>

#include "common/run.hpp"
#include "finance/summary.hpp"

namespace kpid::plugins::finance {
namespace {

Settings settings_from(const plugin::Settings& from) {
  constexpr std::array<std::string_view, kColumns> kNames{
      "school", "financial_year", "income", "expenditure", "staff_costs", "reserves"};
  Settings out;
  out.in_thousands = from.truth("in_thousands", false);
  const plugin::Settings columns = from.object("columns");
  for (std::size_t c = 0; c < kColumns; ++c) {
    if (columns.has(kNames.at(c))) out.columns.at(c) = columns.texts(kNames.at(c));
  }
  return out;
}

class Finance {
 public:
  explicit Finance(const plugin::Settings& settings)
      : location_(settings), settings_(settings_from(settings)) {}

  plugin::Status check(plugin::Host& host) { return check_tables(host, location_, reader()); }
  plugin::Status pull(plugin::Host& host, const plugin::Pull&) {
    return pull_tables(host, location_, reader());
  }

 private:
  [[nodiscard]] Reader reader() const {
    return [this](std::span<const Document> documents) {
      return read_summaries(documents, settings_);
    };
  }

  Location location_;
  Settings settings_;
};

}  // namespace
}  // namespace kpid::plugins::finance

KPID_PLUGIN(kpid::plugins::finance::Finance);
