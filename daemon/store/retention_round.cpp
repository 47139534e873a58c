// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "store/retention_round.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace kpid::store {
namespace {

constexpr std::size_t rows_a_step = 500;

}  // namespace

RetentionRound::RetentionRound(const Keep& keep) : keep_(keep) {}

// Where what was found is used up: on to the next series, then to what they leave without use.
void RetentionRound::go_on() {
  if (taken_ < (all_seen_ ? documents_.size() : found_.places.size())) return;
  if (all_seen_) {
    stage_ = Stage::done;
  } else {
    all_seen_ = !found_.next;
    stage_ = Stage::look;
  }
}

Result<void> RetentionRound::look(const Reader& reader) {
  taken_ = 0;
  if (!all_seen_) {
    auto found = reader.disposable(keep_, found_.next.value_or(0));
    if (!found) return tl::unexpected<Error>(std::move(found.error()));
    found_ = std::move(*found);
    stage_ = Stage::measurements;
  } else {
    // Only what was dropped just now can have left a document without use.
    if (dropped_.measurements > 0) {
      const Timestamp before = keep_.superseded ? *keep_.superseded : Timestamp{*keep_.daily};
      auto documents = reader.unused_documents(before);
      if (!documents) return tl::unexpected<Error>(std::move(documents.error()));
      documents_ = std::move(*documents);
    }
    stage_ = Stage::documents;
  }
  go_on();
  return {};
}

Result<void> RetentionRound::step(Writer& writer) {
  const auto count = [](Result<std::size_t> step, std::uint64_t& total) {
    if (step) total += *step;
    return step;
  };
  Result<std::size_t> step = std::size_t{0};
  if (stage_ == Stage::deliveries) {
    if (keep_.deliveries) {
      step = count(writer.drop_deliveries(*keep_.deliveries, rows_a_step), dropped_.deliveries);
    }
    if (step && *step < rows_a_step) stage_ = Stage::runs;
  } else if (stage_ == Stage::runs) {
    if (keep_.runs) step = count(writer.drop_runs(*keep_.runs, rows_a_step), dropped_.runs);
    if (step && *step < rows_a_step) {
      stage_ = keep_.superseded || keep_.daily ? Stage::look : Stage::done;
    }
  } else if (stage_ == Stage::measurements) {
    const auto rest = std::span{std::as_const(found_.places)}.subspan(taken_);
    const auto now = rest.first(std::min(rest.size(), rows_a_step));
    step = count(writer.drop_measurements(now, keep_.daily), dropped_.measurements);
    taken_ += now.size();
    go_on();
  } else if (stage_ == Stage::documents) {
    const auto rest = std::span{std::as_const(documents_)}.subspan(taken_);
    const auto now = rest.first(std::min(rest.size(), rows_a_step));
    step = count(writer.drop_documents(now), dropped_.documents);
    taken_ += now.size();
    go_on();
  }
  if (!step) return tl::unexpected<Error>(std::move(step.error()));
  return {};
}

}  // namespace kpid::store
