// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The one writer's thread. Jobs run in the order of submission; those that wait at the same moment
// share one transaction (group commit), each behind a savepoint, so that a job that fails takes
// nothing of the others with it. `done` is called on the writer thread after the commit, never
// before: what it is told is durable.

#include <functional>
#include <memory>

#include "store/store.hpp"

namespace kpid::store {

class WriteQueue {
 public:
  using Job = std::function<Result<void>(Writer&)>;
  using Done = std::function<void(Result<void>)>;

  explicit WriteQueue(Database& database);
  ~WriteQueue();  // finishes what was submitted, then joins
  WriteQueue(const WriteQueue&) = delete;
  WriteQueue& operator=(const WriteQueue&) = delete;

  void submit(Job job, Done done);  // [any thread]
  // How many jobs have committed since the start: the watchdog's proof that the store answers.
  [[nodiscard]] std::uint64_t committed() const noexcept;  // [any thread]
  [[nodiscard]] std::size_t waiting() const;               // [any thread]

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kpid::store
