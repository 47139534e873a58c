// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Feeding any set of files in any order and any number of times ends in the
// same current measurements, and of two files that contradict each other the
// one with the later stated date holds: the built plugins, and the daemon's own
// ingest and store behind them.
//
// Orders are drawn at random. A failure prints its seed; KPID_SEED=… draws the
// same again.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <ostream>
#include <random>
#include <set>

#include <gtest/gtest.h>
#include <kpid/testing.hpp>

#include "ingest/run_session.hpp"
#include "integration/plugins/order_scenarios.hpp"
#include "plugin_host/manifest.hpp"
#include "store/store.hpp"
#include "support/places.hpp"
#include "support/sql_query.hpp"
#include "support/temporary_folder.hpp"

namespace kpid::testing {
namespace {

std::shared_ptr<const Config> config_of_the_trust() {
  auto config = std::make_shared<Config>();
  Organisation trust;
  trust.kind = OrganisationKind::trust;
  trust.code = trust_code;
  trust.name = "Example Trust";
  std::vector<Organisation> all{trust};
  for (const char* urn : {"900001", "900002"}) {
    Organisation school;
    school.code = urn;
    school.name = std::string("School ") + urn;
    all.push_back(school);
  }
  config->organisations = Organisations(all);
  config->sources.resize(1);
  config->sources[0].name = "source";
  return config;
}

// What a plugin emitted, as it would have come over the wire.
ObservationBatch batch_of(const std::vector<plugin::SeenObservation>& seen) {
  struct Storage {
    std::vector<plugin::SeenObservation> seen;
    std::vector<ObservationRow> rows;
  };
  auto storage = std::make_shared<Storage>();
  storage->seen = seen;
  storage->rows.reserve(seen.size());
  ObservationBatch batch;
  const auto text = [&batch](const std::string& one) {
    batch.strings.emplace_back(one);
    return static_cast<std::uint32_t>(batch.strings.size() - 1);
  };
  for (const auto& one : storage->seen) {
    ObservationRow row;
    row.measure = text(one.measure);
    row.organisation = text(one.organisation);
    row.subgroup = text(one.subgroup);
    row.period_start = plugin::days_since_epoch(one.period.first);
    row.period_end = plugin::days_since_epoch(one.period.last);
    if (one.value) row.flags |= ObservationRow::has_value;
    if (one.numerator) row.flags |= ObservationRow::has_parts;
    row.value = one.value.value_or(0);
    row.numerator = one.numerator.value_or(0);
    row.denominator = one.denominator.value_or(0);
    if (one.stated_on) row.stated_on = plugin::days_since_epoch(*one.stated_on);
    row.fetch = one.document;
    row.row_first = one.row_first;
    row.row_last = one.row_last;
    storage->rows.push_back(row);
  }
  batch.rows = storage->rows;
  batch.storage = storage;
  return batch;
}

// A plugin with a store of its own.
class Street {
 public:
  explicit Street(const Scenario& scenario)
      : scenario_(scenario),
        library_(plugin::load_plugin(kpid::testing::binary_folder() + "/plugins/" +
                                     scenario.plugin + ".so")),
        manifest_(plugin_host::read_manifest(kpid::testing::binary_folder() + "/plugins/" +
                                             scenario.plugin + ".so")
                      .value()),
        config_(config_of_the_trust()),
        database_(store::Database::open(folder_ / "kpid.db").value()) {}

  void pull(const std::vector<std::size_t>& files) {
    plugin::FakeHost host(library_);
    for (const std::size_t i : files) {
      const SourceFile& file = scenario_.files.at(i);
      host.add_document("f", {.bytes = file.bytes,
                              .origin = "in/" + file.name,
                              .modified_at_ms = file.modified_at_ms});
    }
    const auto outcome = host.pull(scenario_.settings);
    ASSERT_TRUE(outcome.is_ok()) << outcome.operator_text << outcome.developer_text;
    ASSERT_TRUE(host.violations().empty());
    commit(host.committed());
  }

  // Every series' current measurements, a line each, in a fixed order.
  [[nodiscard]] std::string current() const {
    return query(folder_ / "kpid.db",
                 "SELECT group_concat(line, char(10)) FROM (SELECT s.measure || ' ' ||"
                 " s.organisation || ' ' || s.subgroup || ' ' || date(m.period_start * "
                 "86400,"
                 " 'unixepoch') || ' ' || printf('%.17g', m.value) || ' ' ||"
                 " ifnull(printf('%.17g/%.17g', m.numerator, m.denominator), '') || ' "
                 "stated ' ||"
                 " ifnull(date(m.stated_on * 86400, 'unixepoch'), '-') AS line"
                 " FROM series s JOIN measurement m ON m.series = s.id WHERE m.revision "
                 "="
                 " (SELECT max(revision) FROM measurement n WHERE n.series = m.series"
                 "  AND n.period_start = m.period_start AND n.period_end = m.period_end)"
                 " ORDER BY line)");
  }

 private:
  void commit(const std::vector<plugin::SeenObservation>& seen) {
    now_ += std::chrono::hours{1};
    ASSERT_TRUE(database_->begin());
    ingest::RunSession session(config_, config_->sources[0], manifest_.measures);
    ASSERT_TRUE(session.begin(database_->writer(), now_));
    ingest::Checkpoint checkpoint;
    checkpoint.batches.push_back(batch_of(seen));
    checkpoint.cursor = "c";
    checkpoint.has_cursor = true;
    ASSERT_TRUE(session.apply(database_->writer(), checkpoint, now_));
    const auto run = session.finish(database_->writer(), {}, now_);
    ASSERT_TRUE(run);
    EXPECT_EQ(run->counts.refused, 0U);
    EXPECT_NE(run->outcome, RunOutcome::failed) << run->reason;
    ASSERT_TRUE(database_->commit());
  }

  TemporaryFolder folder_;
  const Scenario& scenario_;
  const kpid_plugin_v1& library_;
  plugin_host::Manifest manifest_;
  std::shared_ptr<const Config> config_;
  std::unique_ptr<store::Database> database_;
  Timestamp now_{make_date(2026, 11, 24)};
};

using Random = std::mt19937;
using Pulls = std::vector<std::vector<std::size_t>>;

std::vector<std::size_t> shuffled(std::size_t count, Random& random) {
  std::vector<std::size_t> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = i;
  std::shuffle(all.begin(), all.end(), random);
  return all;
}

std::size_t up_to(std::size_t most, Random& random) {
  return std::uniform_int_distribution<std::size_t>(0, most)(random);
}

// Any subsets in any order, any number of times, until each file has been read
// at least once.
Pulls any_subsets(std::size_t count, Random& random) {
  Pulls pulls;
  std::set<std::size_t> fed;
  while (fed.size() < count || up_to(3, random) != 0) {
    auto files = shuffled(count, random);
    files.resize(1 + up_to(count - 1, random));
    fed.insert(files.begin(), files.end());
    pulls.push_back(std::move(files));
  }
  return pulls;
}

// Files that arrive in any order; each pull reads, in any order, all that are
// there.
Pulls any_arrivals(std::size_t count, Random& random) {
  Pulls pulls;
  const auto arriving = shuffled(count, random);
  for (std::size_t there = 1; there <= count;) {
    std::vector<std::size_t> files(arriving.begin(),
                                   arriving.begin() + static_cast<std::ptrdiff_t>(there));
    std::shuffle(files.begin(), files.end(), random);
    pulls.push_back(std::move(files));
    if (up_to(2, random) != 0) ++there;
  }
  return pulls;
}

std::string shown(const Pulls& pulls, const Scenario& scenario) {
  std::string out;
  for (const auto& files : pulls) {
    out += "pull:";
    for (const std::size_t i : files) out += " \"" + scenario.files[i].name + "\"";
    out += "\n";
  }
  return out;
}

std::string state_after(const Scenario& scenario, const Pulls& pulls) {
  Street street(scenario);
  for (const auto& files : pulls) {
    street.pull(files);
    if (::testing::Test::HasFatalFailure()) return "";
  }
  return street.current();
}

std::uint32_t seed() {
  const char* given = std::getenv("KPID_SEED");
  return given != nullptr ? static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10))
                          : std::random_device{}();
}

[[maybe_unused]] void PrintTo(const Scenario& scenario, std::ostream* out) {
  *out << scenario.name;
}

class AnyOrder : public ::testing::TestWithParam<Scenario> {};

TEST_P(AnyOrder, EndsInTheSameMeasurements) {
  constexpr int kOrders = 12;
  const Scenario& scenario = GetParam();
  const std::uint32_t first_seed = seed();
  Random random(first_seed);
  const std::size_t count = scenario.files.size();
  std::vector<std::size_t> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = i;
  const std::string expected = state_after(scenario, {all});
  for (const std::string& line : scenario.truth) {
    EXPECT_NE(("\n" + expected).find("\n" + line + " "), std::string::npos)
        << line << "\nis not in\n"
        << expected;
  }
  for (int i = 0; i < kOrders; ++i) {
    const Pulls pulls =
        scenario.each_alone ? any_subsets(count, random) : any_arrivals(count, random);
    ASSERT_EQ(state_after(scenario, pulls), expected)
        << "KPID_SEED=" << first_seed << ", order " << i << ":\n"
        << shown(pulls, scenario);
  }
}

std::string name_of(const ::testing::TestParamInfo<Scenario>& info) {
  std::string name;
  for (const char c : info.param.plugin + "_" + info.param.name) {
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Plugins, AnyOrder, ::testing::ValuesIn(order_scenarios()), name_of);

}  // namespace
}  // namespace kpid::testing
