// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/source_actor.hpp"

#include <algorithm>
#include <system_error>
#include <utility>
#include <variant>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

#include "fetch/file_search.hpp"
#include "http/hook_address.hpp"
#include "schedule/schedule.hpp"
#include "store/async_write.hpp"

namespace kpid::app {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

// A wait is cut into pieces, so that a clock that is set, or a machine that slept, is noticed.
constexpr milliseconds longest_wait{std::chrono::minutes{1}};
constexpr milliseconds look_at_files_every{std::chrono::seconds{5}};
constexpr milliseconds wait_when_held_back{std::chrono::minutes{1}};

// The file system's clock stands still between two ticks of the kernel's.
constexpr milliseconds clock_lags{100};

// What can be seen of the files without reading them; nothing where one has changed since `since`,
// seconds since 1970: it may not be what was read. [any thread]
std::string picture_of(const std::filesystem::path& base,
                       const std::vector<fetch::FetchRequest>& locations,
                       std::optional<double> since) {
  std::string picture;
  for (const fetch::FetchRequest& location : locations) {
    const auto files = fetch::find_files(base, location);
    if (!files) {
      picture += files.error().sentence;
      continue;
    }
    for (const std::filesystem::path& file : *files) {
      struct stat seen {};
      if (stat(file.c_str(), &seen) != 0) continue;
      const double changed = static_cast<double>(seen.st_ctim.tv_sec) +
                             static_cast<double>(seen.st_ctim.tv_nsec) / 1e9;
      if (since && changed >= *since) return {};
      picture += fmt::format("{}\n{} {}.{} {}\n", file.string(), seen.st_size, seen.st_mtim.tv_sec,
                             seen.st_mtim.tv_nsec, seen.st_ino);
    }
  }
  return picture;
}

bool on_change(const SourceConfig& source) {
  return std::holds_alternative<OnChange>(source.schedule.when);
}

bool same(const std::vector<fetch::FetchRequest>& a, const std::vector<fetch::FetchRequest>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& one, const auto& other) {
    return one.location == other.location && one.select == other.select;
  });
}

std::string words_of(const std::exception_ptr& failed) {
  try {
    std::rethrow_exception(failed);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "of an unknown kind";
  }
}

}  // namespace

SourceActor::SourceActor(asio::io_context& loop, asio::thread_pool& watchers, PullParts parts,
                         std::string name, OnReport on_report)
    : loop_(loop),
      watchers_(watchers),
      parts_(parts),
      name_(std::move(name)),
      on_report_(std::move(on_report)),
      timer_(loop) {}

void SourceActor::configure(std::shared_ptr<const Config> config) {
  config_ = std::move(config);
  due_is_known_ = false;
  timer_.cancel();
}

void SourceActor::start() {
  asio::co_spawn(
      loop_, [self = shared_from_this()] { return self->live(); }, asio::detached);
}

void SourceActor::stop() {
  stopping_ = true;
  timer_.cancel();
  cancel_.emit(asio::cancellation_type::terminal);
}

asio::awaitable<Result<http::Taken>> SourceActor::push(PushedDocument document) {
  if (stopping_ || ended_) {
    co_return fail(ErrorKind::cancelled, "kpid is stopping, or the source left the config");
  }
  if (pulling_ || pushed_) {
    co_return fail(ErrorKind::conflict,
                   "what was pushed to this source before is still being read; push again in a "
                   "moment");
  }
  pushed_ = std::make_shared<const PushedDocument>(std::move(document));
  auto initiate = [this](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    pusher_ = [this, shared](Result<http::Taken> taken) {
      asio::post(loop_, [shared, taken = std::move(taken)]() mutable {
        std::move (*shared)(std::move(taken));
      });
    };
    timer_.cancel();
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&,
                                          void(Result<http::Taken>)>(initiate, asio::use_awaitable);
}

asio::awaitable<Result<Run>> SourceActor::run_now() {
  if (stopping_ || ended_) {
    co_return fail(ErrorKind::cancelled, "kpid is stopping, or the source left the config");
  }
  const std::shared_ptr<const Config> config = config_;
  const SourceConfig* const source = config->source(name_);
  if (source != nullptr && source->hook) {
    co_return fail(ErrorKind::unsupported, http::waits_to_be_pushed(*config, *source));
  }
  auto initiate = [this](auto handler) {
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    waiting_.push_back([this, shared](const Result<Run>& run) {
      asio::post(loop_, [shared, run] { std::move (*shared)(run); });
    });
    timer_.cancel();
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(Result<Run>)>(
      initiate, asio::use_awaitable);
}

asio::awaitable<void> SourceActor::live() {
  const auto self = shared_from_this();
  while (!stopping_) {
    const std::shared_ptr<const Config> config = config_;
    const SourceConfig* source = config->source(name_);
    if (source == nullptr) break;
    const bool due = co_await wait_until_due(*source);
    if (due && pushed_) {
      co_await take_pushed(*source);
    } else if (due) {
      co_await pull(*source);
    }
  }
  ended_ = true;
  answer(fail(ErrorKind::cancelled, "kpid is stopping, or the source left the config"));
  answer_push(fail(ErrorKind::cancelled, "kpid is stopping, or the source left the config"));
}

// True: pull now. False: something changed, look again.
asio::awaitable<bool> SourceActor::wait_until_due(const SourceConfig& source) {
  if (pushed_ || !waiting_.empty()) co_return true;
  if (std::exchange(held_back_, false)) {
    co_await pause(wait_when_held_back);
    co_return false;
  }
  if (!due_is_known_) {
    const std::shared_ptr<const Config> asked_with = config_;
    due_ = co_await due_at(source);
    due_is_known_ = !held_back_ && asked_with == config_;
  }
  const auto due = due_;
  const Timestamp now = parts_.clock.now();
  if (due && *due <= now) co_return true;
  if (on_change(source)) {
    // What changed while the daemon was down is not known: look once at the start.
    if (!pulled_ || co_await files_changed()) co_return true;
    co_await pause(look_at_files_every);
    co_return false;
  }
  co_await pause(due ? std::min(longest_wait, *due - now) : longest_wait);
  co_return false;
}

asio::awaitable<std::optional<Timestamp>> SourceActor::due_at(const SourceConfig& source) {
  std::optional<Timestamp> due;
  // The writer's thread must not read what a reload may change.
  const std::shared_ptr<const Config> config = config_;
  store::WriteQueue::Job job = [&](store::Writer& writer) -> Result<void> {
    const Timestamp now = parts_.clock.now();
    auto state = writer.source_state(source.name);
    if (!state) return tl::unexpected<Error>(std::move(state.error()));
    auto last = writer.runs(source.name, 1);
    if (!last) return tl::unexpected<Error>(std::move(last.error()));
    const bool interrupted = !last->empty() && last->front().outcome == RunOutcome::interrupted;
    if (std::holds_alternative<Pushed>(source.schedule.when)) {
      due.reset();  // whoever pushed what was interrupted has got no answer, and pushes it again
    } else if (!*state || interrupted) {
      due = now;
    } else if (source.schedule.text == planned_by_) {
      due = (*state)->next_due_at;
    } else {  // a new start, or another schedule: what was planned before may be wrong
      due = next_due(source.schedule,
                     {(*state)->last_asked_at, (*state)->failures_in_a_row, std::nullopt,
                      jitter_seed(source.name)},
                     config->timezone, now);
    }
    return {};
  };
  const auto read = co_await store::async_write(parts_.queue, std::move(job));
  if (!read) {
    parts_.log.error("the store does not answer",
                     {{"source", name_}, {"reason", read.error().text()}});
    held_back_ = true;
  }
  co_return due;
}

// Off the loop: a folder may be a network share that does not answer.
asio::awaitable<std::string> SourceActor::look_at_files(std::optional<double> since) {
  const std::filesystem::path base = config_->file.parent_path();
  auto look = [](std::filesystem::path from, std::vector<fetch::FetchRequest> at,
                 std::optional<double> after) -> asio::awaitable<std::string> {
    co_return picture_of(from, at, after);
  };
  co_return co_await asio::co_spawn(watchers_, look(base, locations_, since), asio::use_awaitable);
}

asio::awaitable<bool> SourceActor::files_changed() {
  const std::string picture = co_await look_at_files();
  if (picture == files_seen_) co_return false;
  // Changed, and the same twice running: nobody is still writing it.
  if (picture != std::exchange(files_unsettled_, picture)) co_return false;
  co_return true;
}

asio::awaitable<void> SourceActor::pull(const SourceConfig& source) {
  pulling_ = true;
  const std::shared_ptr<const Config> config = config_;
  // Looked at before the pull, so that what changes during it is seen after it.
  if (on_change(source)) files_seen_ = co_await look_at_files();
  const std::chrono::duration<double> begun =
      (std::chrono::system_clock::now() - clock_lags).time_since_epoch();
  // A pull of its own coroutine: stopping cancels it and nothing else.
  auto [failed, report] = co_await asio::co_spawn(
      loop_, pull_source(parts_, config, source, pushed_),
      asio::bind_cancellation_slot(cancel_.slot(), asio::as_tuple(asio::use_awaitable)));
  pulling_ = false;
  pulled_ = true;
  planned_by_ = source.schedule.text;
  due_is_known_ = false;
  if (failed) {
    report = fail(ErrorKind::internal, "the pull ended with an exception: " + words_of(failed));
  }
  held_back_ = !report;
  if (pushed_) {
    if (report) {
      answer_push(http::Taken{report->run, false});
    } else {
      Error why = report.error();
      // Nobody else holds the source: it is its plugin that is not run.
      if (why.kind == ErrorKind::conflict) why.kind = ErrorKind::plugin;
      answer_push(tl::unexpected(std::move(why)));
    }
  }
  answer(report ? Result<Run>(report->run) : Result<Run>(tl::unexpected(report.error())));
  const bool elsewhere = report && !same(report->locations, locations_);
  if (elsewhere) locations_ = report->locations;
  on_report_(name_, report);  // takes the deliveries, which wait for nothing
  if (elsewhere && on_change(source)) files_seen_ = co_await look_at_files(begun.count());
  files_unsettled_ = files_seen_;
}

asio::awaitable<void> SourceActor::take_pushed(const SourceConfig& source) {
  if (!source.hook) {
    answer_push(fail(ErrorKind::not_found, "this source is no longer pushed to"));
    co_return;
  }
  pulling_ = true;
  const auto before = co_await taken_before(parts_.queue, name_, *pushed_, parts_.clock.now());
  pulling_ = false;
  if (!before) {
    answer_push(tl::unexpected(before.error()));
  } else if (*before) {
    http::Taken taken;
    taken.run.id = **before;
    taken.run.source = name_;
    taken.again = true;
    answer_push(std::move(taken));
  } else if (!stopping_) {
    co_await pull(source);
  }
}

asio::awaitable<void> SourceActor::pause(milliseconds time) {
  if (stopping_ || pushed_ || !waiting_.empty()) co_return;
  timer_.expires_after(time);
  co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
}

void SourceActor::answer_push(Result<http::Taken> taken) {
  pushed_.reset();
  if (const auto pusher = std::exchange(pusher_, nullptr)) pusher(std::move(taken));
}

void SourceActor::answer(const Result<Run>& run) {
  for (const auto& one : std::exchange(waiting_, {})) one(run);
}

}  // namespace kpid::app
