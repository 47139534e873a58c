// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Deliveries and where they go, as the API shows them. A destination's URL is a secret: its host
// alone is shown. [any thread]

#include <cstdint>
#include <string>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "model/config.hpp"
#include "store/store.hpp"

namespace kpid::http {

[[nodiscard]] boost::json::object delivery_json(const Delivery& delivery);  // without the body
[[nodiscard]] Result<boost::json::value> deliveries_view(const store::Reader& reader,
                                                         const store::DeliveryQuery& query);
// With its body and every attempt.
[[nodiscard]] Result<boost::json::value> delivery_view(const store::Reader& reader,
                                                       std::int64_t id);
// A delivery and its attempts, without the body.
[[nodiscard]] Result<boost::json::object> told_json(const store::Reader& reader,
                                                    const Delivery& delivery);
[[nodiscard]] Result<boost::json::value> destinations_view(const store::Reader& reader,
                                                           const Config& config);
// "hooks.example:8443" of a URL; nothing of its user, path or query.
[[nodiscard]] std::string host_of(const Secret& url);

}  // namespace kpid::http
