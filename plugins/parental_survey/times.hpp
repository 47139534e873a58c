// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Reads the times of a survey's answers, whose day and month may stand in either order: Microsoft
// Forms writes 10/9/2024 11:02 for the ninth of October, and others for the tenth of September.
// Pure functions; any thread.

#include <cstdint>
#include <optional>
#include <string_view>

#include "parental_survey/survey.hpp"

namespace kpid::plugins::parental_survey {

// A time's date as it is written. Only of two numbers up to 12 can it not be told which is the day.
struct WrittenDate {
  int first = 0;   // day or month; where the year stands first, the month
  int second = 0;  // month or day; where the year stands first, the day
  int year = 0;
  bool year_first = false;
  std::int32_t serial = 0;  // days since 1970 of a workbook's day number, then nothing else counts
};

// "7/27/26 19:06:23", "10/9/2024 11:02", "2026/03/05 10:11:12 am GMT", "2026-03-05T10:11:12Z",
// "45923.46" (a workbook's day number); nothing where the text is no such time.
std::optional<WrittenDate> written_date(std::string_view text);

// Days since 1970-01-01; nothing where the calendar lacks the day or it is not from 2000 to 2099.
std::optional<std::int32_t> day_of(const WrittenDate& date, TimeOrder order);

// Gathers what the dates of one file say of their order.
class OrderFinder {
 public:
  void take(const WrittenDate& date);
  [[nodiscard]] bool contradicts() const { return day_first_ && month_first_; }
  // Nothing where the dates do not tell, although it matters.
  [[nodiscard]] std::optional<TimeOrder> found() const;

 private:
  bool day_first_ = false;
  bool month_first_ = false;
  bool matters_ = false;
};

}  // namespace kpid::plugins::parental_survey
