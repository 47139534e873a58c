// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The pieces that several views of the API share. [any thread]

#include <optional>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "model/error.hpp"
#include "model/kpi.hpp"
#include "model/organisation.hpp"
#include "store/store.hpp"

namespace kpid::http {

template <class T>
[[nodiscard]] tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

// Whole numbers, pence among them, stand as integers; what JSON cannot hold is null.
[[nodiscard]] boost::json::value number(double value);
[[nodiscard]] boost::json::value number(const std::optional<double>& value);
[[nodiscard]] boost::json::value instant(const std::optional<Timestamp>& at);
[[nodiscard]] boost::json::value day(const std::optional<Date>& date);
[[nodiscard]] boost::json::object period_json(const Period& period, Calendar calendar);
[[nodiscard]] boost::json::object kpi_json(const Kpi& kpi);
// How a KPI comes about, in the words of the catalogue: "finance.reserves / finance.income".
[[nodiscard]] std::string definition_text(const Kpi& kpi);
// A value for people; months beyond what a trend is followed to are "over 120 months".
[[nodiscard]] std::string value_text(const Kpi& kpi, double value);
[[nodiscard]] boost::json::object organisation_json(const Organisation& organisation);
// Stored JSON text; null where it is none.
[[nodiscard]] boost::json::value stored_json(std::string_view text);

// For people: a part of the KPI's value, "£51,875.20"; its unit is known where the parts of a
// percentage are money, and where the value is a sum or a difference in the measure's own unit.
[[nodiscard]] std::string part_text(double part, const Kpi& kpi);

// A figure with all that tells where it came from: revision, when it was known, run, document.
// `as_of`: earlier revisions are listed up to that instant.
[[nodiscard]] Result<boost::json::object> measurement_json(const store::Reader& reader,
                                                           const KpiInput& input, const Kpi& kpi,
                                                           const std::optional<Timestamp>& as_of);

}  // namespace kpid::http
