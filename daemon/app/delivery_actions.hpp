// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What the control API may ask of deliveries: a stretch of the record sent again, what a
// destination has missed, and a drill. [loop thread]

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>

#include "alerts/drill_request.hpp"
#include "app/actions.hpp"
#include "ingest/send_again.hpp"

namespace kpid::app {

// In steps, with the store free for others in between; what a step has written goes out at once.
[[nodiscard]] boost::asio::awaitable<Result<ingest::Sent>> send_again(ActionParts& parts,
                                                                      ingest::AgainRequest request);
[[nodiscard]] boost::asio::awaitable<Result<ingest::Sent>> send_missed(
    ActionParts& parts, ingest::MissedRequest request);

// Returns once each receiver has answered, or its time is over. The members: ingest/drill.hpp.
[[nodiscard]] boost::asio::awaitable<Result<boost::json::object>> drill(ActionParts& parts,
                                                                        DrillRequest request);

}  // namespace kpid::app
