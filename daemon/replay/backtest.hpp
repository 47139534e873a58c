// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What the rules of a config would have told, had they always been in force: everything that is
// stored is replayed as it became known, from the first figure on, so that what was open or nearly
// so when the stretch begins is known too. Long; reads only. [a reader's thread]

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "replay/replay.hpp"

namespace kpid::replay {

struct BacktestQuestion {
  Date from{};  // local days, both included
  Date to{};
  std::string rule;  // empty: every rule
};

struct OpenAlert {
  Alert alert;
  std::string sentence;  // the last that was told of it
};

struct Backtest {
  std::optional<Date> known_from;  // the day of the first figure; none: there is none
  std::uint64_t figures = 0;       // revisions that were replayed
  std::vector<OpenAlert> open_at_from;
  std::vector<Told> told;  // from the first day to the last, in order
  std::size_t open_at_end = 0;
};

// Called now and then with the day that is being replayed; false ends it with
// ErrorKind::cancelled.
using GoOn = std::function<bool(Date day)>;

// ErrorKind::not_found where the rule does not exist.
[[nodiscard]] Result<Backtest> backtest(const store::Reader& reader,
                                        std::shared_ptr<const Config> config,
                                        const BacktestQuestion& question,
                                        const ingest::Render& render, const GoOn& go_on);

}  // namespace kpid::replay
