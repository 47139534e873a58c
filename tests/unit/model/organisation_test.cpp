// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// A trust that grows and shrinks in mid-year, and a school whose URN changed when it converted.

#include "model/organisation.hpp"

#include <gtest/gtest.h>

namespace kpid {
namespace {

Organisation school(const char* code, std::optional<Date> joined, std::optional<Date> left) {
  Organisation made;
  made.code = code;
  made.name = code;
  made.joined = joined;
  made.left = left;
  return made;
}

Organisations four() {
  Organisation trust;
  trust.kind = OrganisationKind::trust;
  trust.code = trust_code;
  Organisation comparator;
  comparator.kind = OrganisationKind::comparator;
  comparator.code = "E92000001";
  Organisation converted = school("146755", make_date(2019, 1, 1), {});
  converted.former_codes = {"119460"};
  converted.aliases = {"8882007"};
  return Organisations{{school("100001", {}, {}), comparator, converted,
                        school("100003", {}, make_date(2026, 3, 31)),
                        school("100004", make_date(2019, 1, 1), make_date(2026, 3, 31)), trust}};
}

TEST(OrganisationsTest, CountTheSchoolsThatWereInTheTrustOnADay) {
  const Organisations all = four();
  EXPECT_EQ(all.school_count(), 4U);
  EXPECT_EQ(all.schools_on(make_date(2018, 12, 31)), 2U);
  EXPECT_EQ(all.schools_on(make_date(2019, 1, 1)), 4U);   // the day of joining counts
  EXPECT_EQ(all.schools_on(make_date(2026, 3, 30)), 4U);  // the last day
  EXPECT_EQ(all.schools_on(make_date(2026, 3, 31)), 2U);  // the first day no longer in it
}

TEST(OrganisationsTest, AConvertedSchoolIsFoundByEitherUrn) {
  const Organisations all = four();
  const Organisation* now = all.find("146755");
  ASSERT_NE(now, nullptr);
  EXPECT_EQ(all.find("119460"), now);
  EXPECT_EQ(all.find(" 8882007 "), now);
  EXPECT_EQ(all.find("119461"), nullptr);
  // It was no member before it converted, though its history is its own.
  EXPECT_FALSE(now->member_on(make_date(2018, 12, 31)));
  EXPECT_TRUE(now->member_on(make_date(2019, 1, 1)));
}

TEST(OrganisationsTest, TheTrustAndComparatorsAreNoSchools) {
  const Organisations all = four();
  EXPECT_EQ(all.trust().code, trust_code);
  EXPECT_EQ(all.find("e92000001")->kind, OrganisationKind::comparator);
}

}  // namespace
}  // namespace kpid
