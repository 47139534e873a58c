// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Takes what one run of one source emits down the street: normalise, then store with the cursor and
// the marks in one transaction a checkpoint. It knows the config and the plugin's measures; it
// never sees a file. Batches wait in memory until the checkpoint that covers them.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/config.hpp"
#include "model/measure.hpp"
#include "model/run.hpp"
#include "store/store.hpp"

namespace kpid::ingest {

// What a checkpoint covers, handed over whole to the writer thread.
struct Checkpoint {
  std::vector<ObservationBatch> batches;
  std::vector<FetchedDocument> documents;  // fetched since the last checkpoint
  std::string cursor;
  bool has_cursor = false;  // the end of a run without checkpoints leaves the cursor as it was
};

class RunSession {  // [writer thread], but for the constructor
 public:
  RunSession(std::shared_ptr<const Config> config, const SourceConfig& source,
             std::vector<Measure> measures);
  ~RunSession();

  // Opens the run; must come first.
  Result<void> begin(store::Writer& writer, Timestamp now);
  // Refuses what does not fit (undeclared measure, outside bounds, NaN, unknown organisation, a
  // period that ends before it starts) with a note each, and writes the rest, the cursor and the
  // marks. An undeclared measure, NaN or an impossible period is the plugin's fault and fails the
  // run; the others are the data's and leave the good rows standing.
  Result<void> apply(store::Writer& writer, const Checkpoint& checkpoint, Timestamp now);
  // Closes the run and updates the source's clocks and counts of failures.
  struct End {
    std::optional<Error> error;
    std::string developer_detail;
    bool crashed = false;
    std::string library_fingerprint;
    std::vector<RunNote> notes;  // from the plugin
    std::uint64_t rows_read = 0;
    std::optional<Timestamp> next_due_at;
  };
  Result<Run> finish(store::Writer& writer, const End& end, Timestamp now);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kpid::ingest
