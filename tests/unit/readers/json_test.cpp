// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "readers/json.hpp"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "support/places.hpp"

namespace kpid::readers {
namespace {

constexpr std::string_view kPage = R"({
  "data": [
    {"id": "A1", "urn": 139883, "pupils": {"total": 603, "fsm": "SUPP"}, "open": true,
     "income": 681759.43, "rate": "94.5 %", "day": "2024-01-18", "year": "2024/25"},
    {"id": "A2", "urn": "142028", "pupils": null, "open": "false", "income": 1e2, "rate": 95,
     "day": "2024-01-18T09:30:00Z"},
    {"id": "A3", "pupils": {"total": "12,345"}, "open": 1, "income": 0.125, "rate": -1, "day": 5}
  ],
  "meta": {"pagination": {"next": "https://api.example/v1?page=2", "more": true}},
  "@odata.nextLink": "next", "value": {"a.b": {"c": [7, [8, 9]]}}
})";

TEST(Json, ReadsRecordsByPath) {
  const auto page = JsonDocument::open(kPage);
  ASSERT_TRUE(page) << page.error().sentence;
  auto records = page->records("data");
  ASSERT_TRUE(records) << records.error().sentence;
  ASSERT_TRUE(records->next());
  const auto& record = records->record();
  EXPECT_EQ(records->row(), 1U);
  EXPECT_EQ(records->key(), "");
  EXPECT_EQ(record.text("id")->value(), "A1");
  EXPECT_EQ(record.text("urn")->value(), "139883");
  EXPECT_EQ(record.integer("urn")->value(), 139883);
  EXPECT_EQ(record.integer("pupils.total")->value(), 603);
  EXPECT_EQ(*record.integer("pupils.fsm"), std::nullopt);
  EXPECT_EQ(*record.integer("pupils.absent"), std::nullopt);
  EXPECT_EQ(record.pence("income")->value(), 68175943);
  EXPECT_EQ(record.percent("rate")->value(), 94.5);
  EXPECT_EQ(record.date("day", DateOrder::year_month_day)->value(), 19740);
  EXPECT_EQ(record.start_year("year")->value(), 2024);
  EXPECT_EQ(record.boolean("open")->value(), true);
  ASSERT_TRUE(records->next());
  EXPECT_EQ(record.integer("urn")->value(), 142028);
  EXPECT_EQ(*record.integer("pupils.total"), std::nullopt);
  EXPECT_TRUE(record.has("pupils"));
  EXPECT_FALSE(record.has("pupils.total"));
  EXPECT_EQ(record.boolean("open")->value(), false);
  EXPECT_EQ(record.pence("income")->value(), 10000);
  EXPECT_EQ(record.number("income")->value(), 100.0);
  EXPECT_EQ(record.date_time("day", DateOrder::year_month_day)->value(),
            (DateTime{19740, 34200, 0}));
  ASSERT_TRUE(records->next());
  EXPECT_EQ(record.integer("pupils.total")->value(), 12345);
  EXPECT_FALSE(records->next());
  EXPECT_FALSE(records->next());
}

TEST(Json, SaysWhereAValueIsOfAnotherType) {
  const auto page = JsonDocument::open(kPage);
  auto records = page->records("data");
  while (records->next() && records->row() < 3) {
  }
  const auto fault = [](const auto& cell) {
    return std::to_string(cell.error().row) + "/" + cell.error().column + " " +
           cell.error().sentence;
  };
  const auto& record = records->record();
  EXPECT_EQ(fault(record.boolean("open")), "3/open The value is not true or false.");
  EXPECT_EQ(fault(record.pence("income")),
            "3/income The value is not an amount in pounds and whole pence.");
  EXPECT_EQ(fault(record.percent("rate")),
            "3/rate The value is not a percentage between 0 and 100.");
  EXPECT_EQ(fault(record.date("day", DateOrder::either)),
            "3/day The value is not a date such as 2026-01-21 or 21/01/2026.");
  EXPECT_EQ(fault(record.integer("pupils")),
            "3/pupils The value is an object, not text or a number.");
  EXPECT_EQ(record.fault("id", "is not a school").sentence, "The value is not a school.");
  const auto quoting = JsonDocument::open(R"([{"id":"A9"}])", {1000, true});
  auto quoted = quoting->records("");
  ASSERT_TRUE(quoted->next());
  EXPECT_EQ(quoted->record().integer("id").error().sentence, "\"A9\" is not a whole number.");
}

TEST(Json, ReadsSingleValuesAndOddNames) {
  const auto page = JsonDocument::open(kPage);
  EXPECT_EQ(page->root().text("meta.pagination.next")->value(), "https://api.example/v1?page=2");
  EXPECT_EQ(page->root().text("@odata.nextLink")->value(), "next");
  EXPECT_EQ(page->root().integer("value.a.b.c.0")->value(), 7);
  EXPECT_EQ(page->root().integer("value.a.b.c.1.1")->value(), 9);
  EXPECT_FALSE(page->root().has("value.a.b.c.2"));
  EXPECT_FALSE(page->root().has("value.a.b.c.x"));
  auto below = page->root().records("value.a.b.c");
  ASSERT_TRUE(below && below->next());
  EXPECT_EQ(below->record().integer("")->value(), 7);
}

TEST(Json, HandsOutKeys) {
  const auto document = JsonDocument::open(R"({"139883":{"n":1},"142028":{"n":2}})");
  auto records = document->records("");
  ASSERT_TRUE(records && records->next());
  EXPECT_EQ(records->key(), "139883");
  ASSERT_TRUE(records->next());
  EXPECT_EQ(records->key(), "142028");
  EXPECT_EQ(records->record().integer("n")->value(), 2);
  EXPECT_FALSE(records->next());
  EXPECT_FALSE(JsonDocument::open("{}")->records("")->next());
  EXPECT_FALSE(JsonDocument::open("[]")->records("")->next());
}

TEST(Json, OutlivesItsBytesAndMoves) {
  std::string bytes = R"([{"n":"one"}])";
  auto opened = JsonDocument::open(bytes);
  bytes.assign(bytes.size(), 'x');
  const JsonDocument document = std::move(*opened);
  auto records = document.records("");
  ASSERT_TRUE(records->next());
  EXPECT_EQ(records->record().text("n")->value(), "one");
}

TEST(Json, GivesTheKnownFiguresOfTheRealFinanceFile) {
  std::ifstream file(kpid::testing::source_folder() + "/../shared/data/schools-by-urn/finance.json",
                     std::ios::binary);
  if (!file) GTEST_SKIP() << "the finance file is absent";
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const auto document = JsonDocument::open(bytes);
  ASSERT_TRUE(document) << document.error().sentence;
  auto records = document->records("");
  ASSERT_TRUE(records);
  int schools = 0, negative = 0, deficits = 0;
  while (records->next()) {
    ++schools;
    const auto reserve = records->record().pence("reserve");
    const auto balance = records->record().pence("inYear");
    ASSERT_TRUE(reserve && balance) << records->key();
    negative += *reserve && **reserve < 0 ? 1 : 0;
    deficits += *balance && **balance < 0 ? 1 : 0;
  }
  EXPECT_EQ(schools, 22080);
  EXPECT_EQ(negative, 3031);
  EXPECT_EQ(deficits, 7461);
}

}  // namespace
}  // namespace kpid::readers
