// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The record as rows, page by page: who was told what, when, by which attempt, with which answer;
// and every alert. No body and no address: nothing secret. [any thread]

#include <string>

#include <boost/json/value.hpp>

#include "model/config.hpp"
#include "store/store.hpp"

namespace kpid::http {

// {"rows": [one for each attempt, or for a delivery that had none], "next": where the page after
// this one begins, or null}. A digest has rows of its own, and then the same for each event in it,
// with its id as "digest". The members are those of the columns in cli/export.cpp.
[[nodiscard]] Result<boost::json::value> exported_deliveries(const store::Reader& reader,
                                                             const Config& config,
                                                             const store::DeliveryRange& range);
// {"rows": [one for each alert that was open in the stretch], "next"}.
[[nodiscard]] Result<boost::json::value> exported_alerts(const store::Reader& reader,
                                                         const Config& config,
                                                         const store::AlertRange& range);

[[nodiscard]] std::string sentence_of(const Event& event);  // what it says to people

}  // namespace kpid::http
