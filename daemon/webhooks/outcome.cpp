// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "webhooks/outcome.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace kpid::webhooks {
namespace {

constexpr std::chrono::days longest_failing{5};
// Longer than any wait between two attempts: failures further apart than this are not one trouble.
constexpr std::chrono::hours longest_gap{48};
// A receiver that was away for so long is sent what failed meanwhile as soon as it is back. One
// that stumbles now and then is not: there each delivery keeps to its own waits.
constexpr std::chrono::minutes long_outage{10};

// These say that the body was not to the receiver's taste, not that it cannot be reached.
bool refuses_body(int status) {
  return status == 400 || status == 413 || status == 415 || status == 422;
}

store::DestinationState state_of(const std::vector<store::DestinationState>& known,
                                 const std::string& name) {
  const auto found = std::find_if(known.begin(), known.end(),
                                  [&](const auto& state) { return state.name == name; });
  if (found != known.end()) return *found;
  store::DestinationState fresh;
  fresh.name = name;
  return fresh;
}

bool ends_long_outage(const store::DestinationState& state, const DeliveryAttempt& attempt) {
  return attempt.state == DeliveryState::delivered && state.failing_since &&
         attempt.at - *state.failing_since >= long_outage;
}

// What the attempt means for the destination.
void judge(store::DestinationState& state, Outcome& outcome) {
  DeliveryAttempt& attempt = outcome.attempt;
  if (attempt.state == DeliveryState::delivered) {
    state.failing_since.reset();
    state.last_delivered_at = attempt.at;
    return;
  }
  if (!outcome.refused_body) {
    const bool old_trouble =
        state.last_failed_at && attempt.at - *state.last_failed_at > longest_gap;
    if (!state.failing_since || old_trouble) state.failing_since = attempt.at;
    state.last_failed_at = attempt.at;
  }
  const bool too_long = !outcome.refused_body && state.failing_since &&
                        attempt.at - *state.failing_since >= longest_failing;
  attempt.disable_destination = attempt.disable_destination || too_long;
  if (!attempt.disable_destination || state.disabled) return;
  state.disabled = true;
  state.disabled_reason =
      too_long ? fmt::format("nothing was delivered for {} days; the last failure: {}",
                             longest_failing.count(), attempt.error)
               : attempt.error;
  outcome.disabled_for = state.disabled_reason;
}

// Who is told instead, once it is known which destinations are switched off.
class StandIns {
 public:
  StandIns(store::Writer& writer, const StandIn& stand_in) : writer_(writer), make_(stand_in) {}

  Result<void> make(Outcome& outcome) {
    if (!make_) return {};
    if (outcome.attempt.state == DeliveryState::dead) {
      auto given_up = writer_.delivery(outcome.attempt.delivery);
      if (!given_up) return tl::unexpected(std::move(given_up.error()));
      if (*given_up) {
        if (auto made = make_for(**given_up, outcome); !made) return made;
      }
    }
    if (outcome.disabled_for.empty()) return {};
    auto pending = writer_.pending_deliveries(outcome.destination);
    if (!pending) return tl::unexpected(std::move(pending.error()));
    for (const Delivery& one : *pending) {
      if (auto made = make_for(one, outcome); !made) return made;
    }
    return {};
  }

  std::vector<Delivery> take() { return std::move(made_); }

 private:
  // Where the store works and the message cannot be made, the attempt is written down all the same.
  Result<void> make_for(const Delivery& untold, Outcome& outcome) {
    auto made = make_(writer_, untold);
    if (!made && made.error().kind == ErrorKind::storage) {
      return tl::unexpected(std::move(made.error()));
    }
    if (!made) {
      outcome.nobody_else = made.error().text();
      return {};
    }
    std::vector<std::int64_t> left;
    for (Delivery& one : *made) {
      if (made_.size() < most_in_hand) {
        made_.push_back(std::move(one));
      } else if (one.claimed) {
        left.push_back(one.id);
      }
    }
    return left.empty() ? Result<void>{} : writer_.release_claims(left);
  }

  static constexpr std::size_t most_in_hand = 500;

  store::Writer& writer_;
  const StandIn& make_;
  std::vector<Delivery> made_;
};

}  // namespace

void apply(const Decision& decision, const Answer& answer, Outcome& outcome) {
  DeliveryAttempt& attempt = outcome.attempt;
  attempt.status = answer.status;
  attempt.error = decision.error;
  attempt.state = decision.state;
  attempt.next_attempt_at = decision.next_attempt_at;
  attempt.disable_destination = decision.disable_destination;
  outcome.refused_body = refuses_body(answer.status);
}

Result<std::vector<Delivery>> write_down(store::Writer& writer, std::span<Outcome> outcomes,
                                         const StandIn& stand_in) {
  const auto known = writer.destination_states();
  if (!known) return tl::unexpected(known.error());
  std::map<std::string, store::DestinationState> judged;
  for (Outcome& outcome : outcomes) {
    outcome.disabled_for.clear();  // an earlier try may have failed after it was set
    outcome.nobody_else.clear();
    if (outcome.judges_destination) {
      const auto [found, first] = judged.try_emplace(outcome.destination);
      if (first) found->second = state_of(*known, outcome.destination);
      outcome.ends_outage = ends_long_outage(found->second, outcome.attempt);
      found->second.address = outcome.address;
      judge(found->second, outcome);
    }
    auto recorded = writer.record_attempt(outcome.attempt);
    if (!recorded) return tl::unexpected(std::move(recorded.error()));
  }
  for (const auto& [name, state] : judged) {
    auto saved = writer.save_destination_state(state);
    if (!saved) return tl::unexpected(std::move(saved.error()));
  }
  StandIns stand_ins(writer, stand_in);
  for (Outcome& outcome : outcomes) {
    auto made = stand_ins.make(outcome);
    if (!made) return tl::unexpected(std::move(made.error()));
  }
  return stand_ins.take();
}

std::string digest_of_address(const std::string& url) {
  std::array<unsigned char, 32> digest{};
  unsigned length = 0;
  if (EVP_Digest(url.data(), url.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    return {};  // then a new one is not noticed
  }
  std::string text;
  for (const unsigned char byte : digest) text += fmt::format("{:02x}", byte);
  return text;
}

Result<void> forgive(store::Writer& writer, const std::map<std::string, std::string>& addresses) {
  const auto states = writer.destination_states();
  if (!states) return tl::unexpected(states.error());
  for (store::DestinationState state : *states) {
    const auto address = addresses.find(state.name);
    const bool left = state.disabled && address == addresses.end();
    const bool anew = address != addresses.end() && !address->second.empty() &&
                      !state.address.empty() && state.address != address->second &&
                      (state.disabled || state.failing_since);
    if (!left && !anew) continue;
    state.disabled = false;
    state.disabled_reason.clear();
    state.failing_since.reset();
    if (auto saved = writer.save_destination_state(state); !saved) return saved;
  }
  return {};
}

}  // namespace kpid::webhooks
