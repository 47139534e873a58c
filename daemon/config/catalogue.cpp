// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The KPI catalogue: the shipped folder's files, then the operator's own. A KPI of the operator's
// that has a shipped one's id changes the keys that it gives and leaves the others.

#include <algorithm>
#include <array>
#include <map>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "config/builder.hpp"
#include "config/syntax.hpp"

namespace kpid::config {
namespace {

constexpr std::array<std::pair<std::string_view, Direction>, 2> directions{
    {{"higher_is_better", Direction::higher_is_better},
     {"lower_is_better", Direction::lower_is_better}}};
constexpr std::array<std::pair<std::string_view, RollUp>, 2> roll_ups{
    {{"sum", RollUp::sum}, {"none", RollUp::none}}};
constexpr std::array<std::pair<std::string_view, Calendar>, 6> calendars{
    {{"day", Calendar::day},
     {"week", Calendar::week},
     {"month", Calendar::month},
     {"term", Calendar::term},
     {"academic_year", Calendar::academic_year},
     {"financial_year", Calendar::financial_year}}};
constexpr std::array<Unit, 12> units{
    Unit::count,   Unit::pupils,         Unit::places,         Unit::pence,
    Unit::percent, Unit::sessions,       Unit::days,           Unit::months,
    Unit::hours,   Unit::kilowatt_hours, Unit::kilograms_co2e, Unit::square_metres};

std::optional<std::string> measure_of(TableReader& table, std::optional<PlacedText> written) {
  if (!written) return std::nullopt;
  if (!is_dotted_id(written->value)) {
    table.faults().add(
        written->place,
        in_quotes(written->value) + " is no measure's id; one looks like \"finance.income\"");
    return std::nullopt;
  }
  return std::move(written->value);
}

std::optional<std::pair<std::string, std::string>> pair_of(TableReader& table,
                                                           std::string_view key) {
  const auto before = table.faults().size();
  const bool given = table.has(key);
  auto both = table.texts(key);
  if (!given || table.faults().size() != before) return std::nullopt;
  if (both.size() != 2) {
    table.faults().add(
        table.place(*table.tree().get(key)),
        fmt::format("{} must name two measures, not {}", in_quotes(key), both.size()));
    return std::nullopt;
  }
  auto first = measure_of(table, std::move(both[0]));
  auto second = measure_of(table, std::move(both[1]));
  if (!first || !second) return std::nullopt;
  return std::pair{std::move(*first), std::move(*second)};
}

// Exactly one of the five ways; none leaves an overridden KPI's own.
void read_definition(TableReader& table, bool is_new, Kpi& kpi) {
  constexpr std::array<std::string_view, 5> ways{
      "measure", "ratio", "difference", "change_since_autumn_census", "change_since_year_before"};
  const auto given =
      std::count_if(ways.begin(), ways.end(), [&](std::string_view way) { return table.has(way); });
  if (given > 1 || (given == 0 && is_new)) {
    table.faults().add(table.place(),
                       "a KPI has one of \"measure\", \"ratio\", \"difference\", "
                       "\"change_since_autumn_census\" and \"change_since_year_before\"; this one "
                       "has " +
                           (given == 0 ? std::string("none") : std::to_string(given)));
  }
  if (auto measure = measure_of(table, table.text("measure"))) {
    kpi.definition = MeasureOf{std::move(*measure)};
  }
  if (auto both = pair_of(table, "ratio")) {
    kpi.definition = RatioOf{std::move(both->first), std::move(both->second)};
  }
  if (auto both = pair_of(table, "difference")) {
    kpi.definition = DifferenceOf{std::move(both->first), std::move(both->second)};
  }
  if (auto measure = measure_of(table, table.text("change_since_autumn_census"))) {
    kpi.definition = ChangeSinceAutumnCensus{std::move(*measure)};
  }
  if (auto measure = measure_of(table, table.text("change_since_year_before"))) {
    kpi.definition = ChangeSinceYearBefore{std::move(*measure)};
  }
}

void read_unit(TableReader& table, Kpi& kpi) {
  const auto written = table.text("unit");
  if (!written) return;
  if (const auto unit = parse_unit(written->value)) {
    kpi.unit = *unit;
    return;
  }
  std::vector<std::string> known;
  for (const Unit unit : units) known.emplace_back(to_string(unit));
  table.faults().add(written->place,
                     in_quotes(written->value) + " is no unit" + advice(written->value, known));
}

void read_worth(TableReader& table, Kpi& kpi) {
  const auto rate = table.text("worth_rate");
  if (!rate) return;
  if (rate->value == "per_pupil") {
    if (kpi.unit != Unit::pupils) {
      table.faults().add(rate->place, "\"per_pupil\" is the worth of a KPI in pupils only");
    }
  } else if (rate->value == "pence") {
    if (kpi.unit != Unit::percent || !std::holds_alternative<RatioOf>(kpi.definition)) {
      table.faults().add(rate->place,
                         "\"pence\" is the worth of a percentage of money only: unit \"percent\" "
                         "and a ratio");
    }
  } else {
    table.faults().add(rate->place, in_quotes(rate->value) +
                                        " is no worth_rate; it can be \"per_pupil\" or \"pence\"");
  }
  kpi.worth_rate = rate->value;
}

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
    read_keys(table, is_new, kpi);
    table.finish();
    if (!id) return;
    if (is_new) {
      known_.emplace(id->value, Known{builder_.config.kpis.size(), id->place, shipped});
      builder_.config.kpis.push_back(std::move(kpi));
    } else {
      builder_.config.kpis[found->second.index] = std::move(kpi);
      found->second.place = id->place;
      found->second.shipped = shipped;
    }
  }

  static void read_keys(TableReader& table, bool is_new, Kpi& kpi) {
    if (auto title = table.filled_text("title")) kpi.title = std::move(title->value);
    if (auto plan = table.text("plan")) kpi.plan = std::move(plan->value);
    read_unit(table, kpi);
    if (const auto direction = table.choice("direction", directions)) {
      kpi.direction = direction->value;
    }
    if (const auto calendar = table.choice("calendar", calendars)) kpi.calendar = calendar->value;
    read_definition(table, is_new, kpi);
    if (const auto roll_up = table.choice("roll_up", roll_ups)) kpi.roll_up = roll_up->value;
    if (const auto target = table.number("target")) {
      kpi.target = kpi.unit == Unit::pence ? pence(target->value) : target->value;
    }
    if (auto owner = table.text("owner")) kpi.owner = std::move(owner->value);
    if (const auto decimals = table.integer("decimals", 0, 6)) {
      kpi.decimals = static_cast<int>(decimals->value);
    }
    read_worth(table, kpi);
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
