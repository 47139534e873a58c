// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The handshake of CloudEvents' HTTP webhooks: before the first delivery a receiver is asked, by
// OPTIONS, whether it wants any, and how many a minute. It consents by a header, whatever its
// status. One stands beside each destination's queue and lasts as long as the daemon: a start asks
// again, and so does another URL or another name of this kpid. [loop thread]

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

#include "model/config.hpp"
#include "model/secret.hpp"
#include "webhooks/http_client.hpp"
#include "webhooks/retry.hpp"

namespace kpid::webhooks {

// The name by which kpid asks: the host under which the world sees it, else the instance's name.
[[nodiscard]] std::string handshake_origin(const Config& config);

// How many a minute the destination's own limits allow; nothing where it has none.
[[nodiscard]] std::optional<std::uint32_t> deliveries_a_minute(const std::vector<RateLimit>& rates);

[[nodiscard]] HttpRequest handshake_request(const DestinationConfig& destination,
                                            const std::string& origin);

// What the receiver's answer comes to.
struct Consent {
  bool given = false;
  std::optional<std::uint32_t> most_a_minute;  // nothing: as many as there are
  std::string refusal;                         // where it was not given: what it must answer
};
[[nodiscard]] Consent consent_in(const Answer& answer, const std::string& origin);

class Handshake {
 public:
  // Whether the receiver is still to be asked: then one delivery at a time may try.
  [[nodiscard]] bool due(const DestinationConfig& destination, const std::string& origin) const;
  // The destination's limits, with the one that the receiver has set.
  [[nodiscard]] std::vector<RateLimit> limits(const DestinationConfig& destination,
                                              const std::string& origin) const;

  struct Asked {
    bool cancelled = false;           // nothing is known
    std::optional<Answer> instead{};  // no consent: what the delivery comes to, nothing being sent
  };
  [[nodiscard]] boost::asio::awaitable<Asked> ask(HttpClient& client,
                                                  const DestinationConfig& destination,
                                                  const std::string& origin);

 private:
  [[nodiscard]] bool is_of(const DestinationConfig& destination, const std::string& origin) const;

  bool given_ = false;
  Secret url_{};
  std::string origin_;
  std::optional<std::uint32_t> most_a_minute_;
};

}  // namespace kpid::webhooks
