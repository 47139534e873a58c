// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// A made-up or a stored history taken down the street once more, on a database of its own that is
// gone with the Replay: the store's writer, ingest's evaluation, rules, alerts, wording, routing
// and rendering are those of production. Time comes from the history, never from a clock; nothing
// is ever sent. One thread at a time.

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/evaluate_marked.hpp"
#include "model/config.hpp"
#include "model/error.hpp"
#include "model/observation.hpp"
#include "store/store.hpp"

namespace kpid::replay {

// Something that became known. Its document is a number that the Instalment gives it; 0: none.
struct Fact {
  SeriesKey series;
  store::NewMeasurement measurement;
};

// What one run of one source stored at one instant.
struct Instalment {
  std::string source;
  std::int64_t run = 0;  // tells runs of a source apart; any numbers
  Timestamp at{};
  std::vector<Fact> facts;
  std::map<store::DocumentId, FetchedDocument> documents;  // that the facts name
};

// An event that would have been told.
struct Told {
  Date day{};  // in the trust's time zone
  Event event;
  Alert alert;           // as the event left it
  std::string sentence;  // for people
  std::vector<std::string> destinations;
};

class Replay {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Replay>> start(std::shared_ptr<const Config> config,
                                                             ingest::Render render);
  virtual ~Replay() = default;

  // Stores and marks; a run that is new is opened first.
  virtual Result<void> learn(const Instalment& instalment) = 0;
  // Ends the run and judges what it and others have marked, as the daemon does at a run's end.
  virtual Result<void> end_run(std::string_view source, Timestamp at) = 0;
  // The daily look at what falls due without any news.
  virtual Result<void> look_at_day(Timestamp at) = 0;
  // Another config from now on, as after a reload.
  virtual Result<void> reload(std::shared_ptr<const Config> config, Timestamp at) = 0;

  // What was told since it was last asked, in order.
  [[nodiscard]] virtual std::vector<Told> take() = 0;
  // Alerts that are firing or acknowledged.
  [[nodiscard]] virtual Result<std::vector<Alert>> open_alerts() const = 0;
  [[nodiscard]] virtual const store::Reader& reader() const = 0;
};

// The instant of a local day at which the daemon looks at what falls due.
[[nodiscard]] Timestamp daily_look(Date day, std::string_view timezone);
// Hours and minutes of a local day.
[[nodiscard]] Timestamp at_local(Date day, std::chrono::minutes time_of_day,
                                 std::string_view timezone);

// The sentence for people that an event bears.
[[nodiscard]] std::string sentence_of(const Event& event);

}  // namespace kpid::replay
