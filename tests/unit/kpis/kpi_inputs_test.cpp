// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What a value rests on, and how little is read for it.

#include "unit/kpis/kpis_fixture.hpp"

namespace kpid {
namespace {

using At = Reference::At;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using KpiInputs = KpisTest;

// Remembers from when each measure was read.
class WatchingReader final : public MeasurementReader {
 public:
  explicit WatchingReader(const MeasurementReader& reader) : reader_(reader) {}
  Result<std::vector<Measurement>> series(const SeriesKey& key,
                                          const Window& window) const override {
    read[key.measure].push_back(window.from);
    return reader_.series(key, window);
  }
  Result<std::vector<OrganisationMeasurement>> across(std::string_view measure,
                                                      std::string_view subgroup,
                                                      const Window& window) const override {
    read[std::string{measure}].push_back(window.from);
    return reader_.across(measure, subgroup, window);
  }
  mutable std::map<std::string, std::vector<std::optional<Date>>> read;

 private:
  const MeasurementReader& reader_;
};

TEST_F(KpiInputs, OfASchoolAreWhatItsValueListsItself) {
  put_year("900001", year_2024, 5, 100);
  put_year("900001", year_2023, 5, 100);
  const auto found = inputs(reserves_, "900001", year_2024);
  ASSERT_THAT(found, SizeIs(2));
  EXPECT_EQ(found[0].series.measure, "finance.reserves");
  EXPECT_EQ(found[0].measurement.value, 5);
  EXPECT_EQ(found[1].series.measure, "finance.income");
  EXPECT_EQ(found[1].measurement.period, year_2024);
  EXPECT_THAT(inputs(reserves_, "900002", year_2024), IsEmpty());
}

TEST_F(KpiInputs, OfTheTrustAreThoseOfEverySchoolThatCounts) {
  set_organisations({school("900001"), school("900002", make_date(2030, 1, 1)), school("900003")});
  for (const char* urn : {"900001", "900002", "900003", "trust", "E92000001"}) {
    put_year(urn, year_2024, 5, 100);
  }
  const auto found = inputs(reserves_, "trust", year_2024);
  std::vector<std::string> of;
  for (const KpiInput& input : found) of.push_back(input.series.organisation);
  EXPECT_THAT(of, ::testing::ElementsAre("900001", "900001", "900003", "900003", "trust", "trust"));
  EXPECT_THAT(values(reserves_, "trust").at(0).inputs, IsEmpty()) << "not carried by every value";
}

TEST_F(KpiInputs, ReachThroughFormulasAndIntoThePast) {
  add(change_);
  const Kpi kpi = formula(
      "b", Unit::pupils, Calendar::day,
      {other_kpi("roll.change_in_year"), measure("roll.pupils", {}, At::year_before)}, "r0 + r1");
  reader_.put("roll.pupils", "900001", make_date(2023, 11, 9), 210);
  reader_.put("roll.pupils", "900001", make_date(2024, 10, 3), 200);
  reader_.put("roll.pupils", "900001", make_date(2024, 11, 7), 190);
  const Period day{make_date(2024, 11, 7), make_date(2024, 11, 7)};
  EXPECT_THAT(inputs(kpi, "900001", day), SizeIs(3));
  EXPECT_THAT(inputs(kpi, "trust", day), SizeIs(3));
  EXPECT_EQ(values(kpi, "900001").at(0).value, 200);
}

TEST_F(KpiInputs, NoMoreIsReadThanIsNeeded) {
  const Date from = make_date(2025, 1, 10);
  const auto read_of = [&](const Kpi& kpi, const char* code) {
    const WatchingReader watching{reader_};
    EXPECT_TRUE(kpi_series(kpi, *config_.organisations.find(code), "", config_, watching,
                           Window{{}, from}));
    return watching.read;
  };
  const Kpi kpi =
      formula("many", Unit::pupils, Calendar::day,
              {measure("same"), measure("census", {}, At::autumn_census),
               measure("before", {}, At::year_before), measure("latest", {}, At::latest)},
              "r0 + r1 + r2 + r3");
  for (const char* code : {"900001", "trust"}) {
    auto read = read_of(kpi, code);
    EXPECT_EQ(read["same"].at(0), from);
    EXPECT_EQ(read["census"].at(0), make_date(2024, 9, 1));
    EXPECT_EQ(read["before"].at(0), from - std::chrono::days{366 + 62});
    EXPECT_EQ(read["latest"].at(0), from - std::chrono::days{500});
    EXPECT_EQ(read_of(reserves_, code)["finance.income"].at(0), from);
    EXPECT_EQ(read_of(change_, code)["roll.pupils"].at(0), make_date(2024, 9, 1));
  }
  EXPECT_THAT(read_of(change_, "900001")["roll.pupils"], SizeIs(1)) << "read once";
}

}  // namespace
}  // namespace kpid
