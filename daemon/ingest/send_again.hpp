// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A stretch of the record sent again, and what a destination has missed sent to it for the first
// time: in steps, each a short transaction of its own, so that the writer is free in between. Both
// may be broken off at any step and asked for again: what was given up is then under way and is
// passed over, what was missed has a delivery. [writer thread, inside a transaction]

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ingest/evaluate_marked.hpp"

namespace kpid::ingest {

struct AgainRequest {
  Timestamp since{};           // of deliveries that were made then or later
  Timestamp before{};          // and before then
  std::string destination;     // empty: all
  bool delivered_too = false;  // what has arrived as well as what was given up
  bool dry_run = false;        // counts, and changes nothing
};

struct MissedRequest {
  std::string destination;
  Timestamp since{};   // of events that came up then or later
  Timestamp before{};  // and before then
  // Every event; else of an alert, or a source, its last one alone, and nothing of what is over.
  bool all = false;
  bool dry_run = false;
};

struct SentItem {
  std::string event;
  EventType type = EventType::test_ping;
  std::string subject;
  Timestamp at{};
  std::string destination;
};

struct SentCounts {
  std::size_t sent = 0;
  std::size_t under_way = 0;  // tried again by themselves
  std::size_t tests = 0;      // never repeated
  std::size_t waiting = 0;    // for the destination's time
  std::size_t over = 0;       // told to nobody who has not heard that it began
  std::size_t newer = 0;      // something later of the same alert stands for it
  std::size_t silenced = 0;   // now
};
inline constexpr std::size_t most_items = 200;

struct Sent {
  std::map<std::string, SentCounts> destinations;
  std::vector<SentItem> items;  // the first of them
  [[nodiscard]] std::size_t total() const;
};

class SendAgain {
 public:
  explicit SendAgain(AgainRequest request) : request_(std::move(request)) {}
  // At most `limit` deliveries; false at the end. What it sends is due at once and is claimed by
  // the outbox, which is to be woken after the commit.
  [[nodiscard]] Result<bool> step(store::Writer& writer, const EvaluationContext& context,
                                  std::size_t limit = 500);
  [[nodiscard]] const Sent& sent() const noexcept { return sent_; }

 private:
  Result<void> look_at(store::Writer& writer, const EvaluationContext& context,
                       const Delivery& one);

  AgainRequest request_;
  std::int64_t after_ = 0;
  Sent sent_;
};

class SendMissed {
 public:
  explicit SendMissed(MissedRequest request)
      : request_(std::move(request)), after_{request_.since, 0} {}
  // Refused (ErrorKind::config) where the record of deliveries does not go back so far: nobody
  // knows then what was missed. Ask before the first step.
  [[nodiscard]] Result<void> check(const Config& config, Timestamp now) const;
  // Looks at `limit` events at most; false at the end. As above.
  [[nodiscard]] Result<bool> step(store::Writer& writer, const EvaluationContext& context,
                                  std::size_t limit = 500);
  [[nodiscard]] const Sent& sent() const noexcept { return sent_; }

 private:
  enum class Choice { tell, over, newer, unwanted };
  Result<void> look_at(store::Writer& writer, const EvaluationContext& context,
                       const DestinationConfig& destination, Event event);
  Result<Choice> choose(const store::Writer& writer, const EvaluationContext& context,
                        const DestinationConfig& destination, const Event& event);
  Result<void> tell(store::Writer& writer, const EvaluationContext& context,
                    const DestinationConfig& destination, const Event& event);

  MissedRequest request_;
  store::EventPlace after_;
  std::map<std::string, std::string> chosen_;  // of a subject the event that stands for it
  Sent sent_;
};

}  // namespace kpid::ingest
