// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "store/write_queue.hpp"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace kpid::store {
namespace {

// Jobs that share one transaction: enough to make the disk's flush cheap, few enough that a reader
// of the outcome does not wait long.
constexpr std::size_t most_in_a_group = 256;

}  // namespace

class WriteQueue::Impl {
 public:
  explicit Impl(Database& database) : database_(database), thread_([this] { work(); }) {}

  ~Impl() {
    {
      const std::lock_guard hold(mutex_);
      ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  void submit(Job job, Done done) {
    {
      const std::lock_guard hold(mutex_);
      entries_.push_back({std::move(job), std::move(done), {}});
    }
    wake_.notify_one();
  }

  std::uint64_t committed() const noexcept { return committed_.load(std::memory_order_relaxed); }

  std::size_t waiting() const {
    const std::lock_guard hold(mutex_);
    return entries_.size();
  }

 private:
  struct Entry {
    Job job;
    Done done;
    Result<void> result;
  };

  void work() {
    for (;;) {
      std::vector<Entry> group = take();
      if (group.empty()) return;
      write(group);
      for (auto& entry : group) {
        if (entry.result) committed_.fetch_add(1, std::memory_order_relaxed);
        if (entry.done) entry.done(std::move(entry.result));
      }
    }
  }

  std::vector<Entry> take() {
    std::unique_lock hold(mutex_);
    wake_.wait(hold, [this] { return ending_ || !entries_.empty(); });
    std::vector<Entry> group;
    while (!entries_.empty() && group.size() < most_in_a_group) {
      group.push_back(std::move(entries_.front()));
      entries_.pop_front();
    }
    return group;
  }

  void write(std::vector<Entry>& group) {
    if (auto begun = database_.begin(); !begun) return tell_all(group, begun.error());
    for (auto& entry : group) {
      if (auto stands = run(entry); !stands) {
        (void)database_.rollback();
        return tell_all(group, stands.error());
      }
    }
    if (auto committed = database_.commit(); !committed) {
      (void)database_.rollback();
      tell_all(group, committed.error());
    }
  }

  // An error where the job broke the transaction itself: then nothing of the group is left, and
  // what the job failed with says more of the cause than that its savepoint is gone.
  Result<void> run(Entry& entry) {
    if (auto set = database_.savepoint(); !set) return set;
    entry.result = call(entry.job);
    auto closed = entry.result ? database_.release_savepoint() : database_.rollback_to_savepoint();
    const bool says_more = !entry.result && entry.result.error().kind == ErrorKind::storage;
    return !closed && says_more ? entry.result : closed;
  }

  Result<void> call(const Job& job) {
    try {
      return job(database_.writer());
    } catch (const std::exception& error) {
      return fail(ErrorKind::internal, std::string{"a write failed unexpectedly: "} + error.what());
    }
  }

  static void tell_all(std::vector<Entry>& group, const Error& error) {
    for (auto& entry : group) entry.result = tl::unexpected(error);
  }

  Database& database_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Entry> entries_;
  bool ending_ = false;
  std::atomic<std::uint64_t> committed_{0};
  std::thread thread_;  // last: it uses all of the above
};

WriteQueue::WriteQueue(Database& database) : impl_(std::make_unique<Impl>(database)) {}
WriteQueue::~WriteQueue() = default;
void WriteQueue::submit(Job job, Done done) { impl_->submit(std::move(job), std::move(done)); }
std::uint64_t WriteQueue::committed() const noexcept { return impl_->committed(); }
std::size_t WriteQueue::waiting() const { return impl_->waiting(); }

}  // namespace kpid::store
