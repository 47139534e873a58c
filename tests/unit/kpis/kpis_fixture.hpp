// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A trust of three schools beside England, and KPIs of reserves and of pupils.

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kpis/kpi_inputs.hpp"
#include "kpis/kpi_values.hpp"
#include "support/memory_reader.hpp"

namespace kpid {

inline const Period year_2023{make_date(2023, 9, 1), make_date(2024, 8, 31)};
inline const Period year_2024{make_date(2024, 9, 1), make_date(2025, 8, 31)};

class KpisTest : public ::testing::Test {
 protected:
  KpisTest() {
    set_schools({"900001", "900002", "900003"});
    reserves_.id = "finance.reserves_percent";
    reserves_.unit = Unit::percent;
    reserves_.calendar = Calendar::financial_year;
    reserves_.definition = RatioOf{"finance.reserves", "finance.income"};
    change_.id = "roll.change_in_year";
    change_.unit = Unit::pupils;
    change_.definition = ChangeSinceAutumnCensus{"roll.pupils"};
  }

  static Organisation school(const std::string& urn, std::optional<Date> joined = {},
                             std::optional<Date> left = {}) {
    Organisation school;
    school.code = urn;
    school.joined = joined;
    school.left = left;
    return school;
  }
  void set_organisations(const std::vector<Organisation>& schools) {
    Organisation trust;
    trust.kind = OrganisationKind::trust;
    trust.code = trust_code;
    Organisation england;
    england.kind = OrganisationKind::comparator;
    england.code = "E92000001";
    std::vector<Organisation> all{trust, england};
    all.insert(all.end(), schools.begin(), schools.end());
    config_.organisations = Organisations(all);
  }
  void set_schools(const std::vector<std::string>& urns) {
    std::vector<Organisation> schools;
    for (const std::string& urn : urns) schools.push_back(school(urn));
    set_organisations(schools);
  }

  std::vector<KpiValue> values(const Kpi& kpi, const std::string& code, Window window = {},
                               const std::string& subgroup = "") {
    auto result =
        kpi_series(kpi, *config_.organisations.find(code), subgroup, config_, reader_, window);
    EXPECT_TRUE(result) << (result ? "" : result.error().sentence);
    return result.value_or(std::vector<KpiValue>{});
  }
  std::vector<KpiInput> inputs(const Kpi& kpi, const std::string& code, const Period& period) {
    auto result =
        kpi_inputs(kpi, *config_.organisations.find(code), "", period, config_, reader_, {});
    EXPECT_TRUE(result) << (result ? "" : result.error().sentence);
    return result.value_or(std::vector<KpiInput>{});
  }
  void put_year(const std::string& urn, Period year, double reserves, double income) {
    reader_.put({"finance.reserves", urn, ""}, year, reserves);
    reader_.put({"finance.income", urn, ""}, year, income);
  }
  // Stands in the config, so that others can refer to it.
  const Kpi& add(Kpi kpi) {
    config_.kpis.push_back(std::move(kpi));
    return config_.kpis.back();
  }

  static Reference measure(const std::string& name, std::optional<std::string> subgroup = {},
                           Reference::At at = {}) {
    return {name, false, std::move(subgroup), at};
  }
  static Reference other_kpi(const std::string& name, std::optional<std::string> subgroup = {},
                             Reference::At at = {}) {
    return {name, true, std::move(subgroup), at};
  }
  static Kpi formula(const std::string& id, Unit unit, Calendar calendar,
                     std::vector<Reference> references, std::string numerator,
                     std::string denominator = "") {
    Kpi kpi;
    kpi.id = id;
    kpi.unit = unit;
    kpi.calendar = calendar;
    kpi.definition =
        Formula{"", std::move(references), std::move(numerator), std::move(denominator)};
    return kpi;
  }

  Config config_;
  testing::MemoryReader reader_;
  Kpi reserves_;
  Kpi change_;
};

}  // namespace kpid
