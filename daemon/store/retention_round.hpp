// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// One round of retention in short steps, so that neither a pull nor an alert ever waits for it.
// look() reads, long, on a connection of its own; step() writes a few hundred rows. Whoever drives
// it calls look() whenever it wants to look, else step(), until it is done.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "store/store.hpp"

namespace kpid::store {

struct Dropped {
  std::uint64_t runs = 0;
  std::uint64_t deliveries = 0;
  std::uint64_t measurements = 0;
  std::uint64_t documents = 0;
  [[nodiscard]] std::uint64_t all() const noexcept {
    return runs + deliveries + measurements + documents;
  }
};

class RetentionRound {
 public:
  explicit RetentionRound(const Keep& keep);
  [[nodiscard]] bool wants_to_look() const noexcept { return stage_ == Stage::look; }
  [[nodiscard]] bool done() const noexcept { return stage_ == Stage::done; }
  [[nodiscard]] Result<void> look(const Reader& reader);  // [any thread, one at a time]
  [[nodiscard]] Result<void> step(Writer& writer);        // [writer thread]
  [[nodiscard]] const Dropped& dropped() const noexcept { return dropped_; }

 private:
  enum class Stage { deliveries, runs, look, measurements, documents, done };
  void go_on();

  Keep keep_;
  Stage stage_ = Stage::deliveries;
  Disposable found_;
  std::vector<DocumentId> documents_;
  std::size_t taken_ = 0;  // of what was found
  bool all_seen_ = false;
  Dropped dropped_;
};

}  // namespace kpid::store
