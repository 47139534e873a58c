// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/session.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kpid/plugin.h"
#include "plugin_host/death_sentence.hpp"
#include "plugin_host/status.hpp"

namespace kpid::plugin_host {

namespace asio = boost::asio;

namespace {

constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

// sendmsg() of what is left of the two parts, with the descriptor beside the first byte.
ssize_t send_parts(int socket, std::span<iovec> parts, int descriptor) {
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = parts.size();
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  if (descriptor >= 0) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(rights), &descriptor, sizeof descriptor);
  }
  return ::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void advance(std::span<iovec>& parts, std::size_t sent) {
  while (!parts.empty() && sent >= parts.front().iov_len) {
    sent -= parts.front().iov_len;
    parts = parts.subspan(1);
  }
  if (parts.empty()) return;
  parts.front().iov_base = static_cast<char*>(parts.front().iov_base) + sent;
  parts.front().iov_len -= sent;
}

}  // namespace

Session::Session(asio::any_io_executor executor, PullRequest request, PullSink& sink,
                 fetch::Fetcher& fetcher)
    : executor_(executor),
      request_(std::move(request)),
      sink_(sink),
      fetcher_(fetcher),
      socket_(executor),
      output_(executor),
      errors_(executor),
      pidfd_(executor),
      deadline_(executor),
      grace_(executor),
      pumps_ended_(executor),
      output_allowance_(request_.limits.output_lines),
      log_allowance_(request_.limits.output_lines) {}

bool Session::talking() const noexcept {
  return stop_ == Stop::none && !violation_ && !refusal_ && !ended_;
}

void Session::attach() {
  auto& ends = child_->ends();
  socket_.assign(asio::local::stream_protocol(), ends.socket.release());
  output_.assign(ends.output.release());
  errors_.assign(ends.errors.release());
  pidfd_.assign(::fcntl(child_->pidfd(), F_DUPFD_CLOEXEC, 0));
  deadline_.expires_after(request_.limits.time);
  deadline_.async_wait([weak = weak_from_this()](const boost::system::error_code& fault) {
    const auto self = weak.lock();
    if (!fault && self) self->stop(Stop::deadline);
  });
  pumps_ = 2;
  const auto self = shared_from_this();  // the coroutines below hold it until they end
  asio::co_spawn(
      executor_, [self] { return self->pump(self->output_, 1); }, asio::detached);
  asio::co_spawn(
      executor_, [self] { return self->pump(self->errors_, 2); }, asio::detached);
}

asio::awaitable<PullOutcome> Session::run() {
  if (stop_ != Stop::none) co_return cancelled_outcome();
  auto spawned = ChildProcess::spawn(request_.host_program);
  if (!spawned) {
    PullOutcome failed;
    failed.error = std::move(spawned.error());
    co_return failed;
  }
  child_.emplace(std::move(*spawned));
  attach();
  const wire::DaemonMessage start = start_message();
  if (co_await send(start)) co_await converse();
  const Death death = co_await wait_for_death();
  co_return outcome(death);
}

asio::awaitable<void> Session::converse() {
  while (!violation_) {
    const auto frame = co_await read_frame();
    if (!frame) co_return;
    bytes_since_checkpoint_ += frame->size();
    auto message = wire::decode_child(*frame);
    if (!message) {
      violation(message.error().sentence);
      co_return;
    }
    if (ended_ || refusal_) {
      violation("the plugin's process went on talking after its end");
      co_return;
    }
    const bool early = std::holds_alternative<wire::Hello>(*message) ||
                       std::holds_alternative<wire::Refusal>(*message);
    if (early == loaded_) {
      violation("the plugin's process sent a message that has no place there");
      co_return;
    }
    co_await std::visit([this](auto& body) { return on(body); }, *message);
  }
}

asio::awaitable<std::optional<wire::Frame>> Session::read_frame() {
  std::array<unsigned char, wire::header_bytes> header{};
  const auto [fault, got] = co_await asio::async_read(socket_, asio::buffer(header), as_tuple);
  if (fault) co_return std::nullopt;
  const auto size = wire::decode_header(header);
  if (!size) {
    violation("the plugin's process announced a message of an impossible size");
    co_return std::nullopt;
  }
  wire::Frame frame(*size);
  const auto [cut, filled] =
      co_await asio::async_read(socket_, asio::buffer(frame.data(), frame.size()), as_tuple);
  if (cut) co_return std::nullopt;  // it died in mid-sentence: its death tells more
  co_return frame;
}

asio::awaitable<bool> Session::send(const wire::DaemonMessage& message, int descriptor) {
  const auto body = wire::encode_daemon(message);
  auto header = wire::encode_header(body.size());
  std::array<iovec, 2> buffers{iovec{header.data(), header.size()},
                               iovec{const_cast<std::uint8_t*>(body.data()), body.size()}};
  std::span<iovec> parts(buffers);
  while (!parts.empty()) {
    const ssize_t sent = send_parts(socket_.native_handle(), parts, descriptor);
    if (sent >= 0) {
      descriptor = -1;
      advance(parts, static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      const auto [fault] = co_await socket_.async_wait(asio::socket_base::wait_write, as_tuple);
      if (fault) co_return false;
    } else if (errno != EINTR) {
      co_return false;  // it is gone, or has been asked to stop; reading tells
    }
  }
  co_return true;
}

asio::awaitable<void> Session::pump(Descriptor& from, int level) {
  OutputLines lines(output_allowance_, [this, level](std::string line) {
    if (open_) sink_.on_log(level, std::move(line));
  });
  std::array<char, 16384> buffer{};
  for (;;) {
    const auto [fault, got] = co_await from.async_read_some(asio::buffer(buffer), as_tuple);
    if (fault || !lines.feed({buffer.data(), got})) break;
  }
  lines.finish();
  boost::system::error_code ignored;
  from.close(ignored);
  if (--pumps_ == 0) pumps_ended_.cancel();
}

asio::awaitable<Death> Session::wait_for_death() {
  // Without a conversation there is no reason to live on.
  if (!killed_ && stop_ == Stop::none) kill_after_grace();
  co_await pidfd_.async_wait(Descriptor::wait_read, as_tuple);
  const Death death = child_->reap();
  deadline_.cancel();
  grace_.cancel();
  if (pumps_ > 0) {
    // The pipes end with the child, unless somebody else got hold of them.
    pumps_ended_.expires_after(request_.limits.grace);
    co_await pumps_ended_.async_wait(as_tuple);
  }
  co_return death;
}

// ---- What the child says -----------------------------------------------------------------------

asio::awaitable<void> Session::on(wire::Hello&) {
  loaded_ = true;
  co_return;
}

asio::awaitable<void> Session::on(wire::Refusal& refusal) {
  refusal_ = std::move(refusal);
  co_return;
}

asio::awaitable<Result<std::vector<fetch::Fetched>>> Session::fetch_for(wire::FetchAsked& asked) {
  using Select = fetch::FetchRequest::Select;
  constexpr std::array<Select, 3> selects{Select::only, Select::newest, Select::all};
  fetch::FetchRequest request{std::move(asked.location),
                              selects.at(static_cast<std::size_t>(asked.select)),
                              std::move(asked.headers), std::move(asked.body)};
  auto [fault, fetched] =
      co_await asio::co_spawn(executor_, fetcher_.fetch(std::move(request)),
                              asio::bind_cancellation_slot(fetch_stop_.slot(), as_tuple));
  if (!fault) co_return std::move(fetched);
  // The one exception that is part of the day: the operation was told to stop.
  if (stop_ != Stop::none) co_return fail(ErrorKind::cancelled, "the fetch was cancelled");
  std::rethrow_exception(fault);
}

asio::awaitable<void> Session::on(wire::FetchAsked& asked) {
  if (!talking()) co_return;
  auto fetched = co_await fetch_for(asked);
  if (!talking()) co_return;
  if (!fetched) {
    fetch_error_ = fetched.error();
    // Messages have names: g++ 12 destroys a temporary within co_await twice.
    const wire::DaemonMessage refused =
        wire::FetchEnded{status_of(fetch_error_->kind),
                         text_for_plugin(*fetch_error_),
                         {},
                         fetcher_.retry_at() ? milliseconds_since_epoch(*fetcher_.retry_at()) : 0};
    co_await send(refused);
    co_return;
  }
  for (auto& one : *fetched) {
    one.document.number = ++documents_;
    sink_.on_document(one.document);
    const wire::DaemonMessage document =
        wire::Document{one.document, std::move(one.etag), one.unchanged};
    if (!co_await send(document, one.content.get())) co_return;
  }
  const wire::DaemonMessage ended = wire::FetchEnded{KPID_OK, {}, {}};
  co_await send(ended);
}

asio::awaitable<void> Session::on(ObservationBatch& batch) {
  if (request_.verb == Verb::check) {
    violation("the plugin's process sent observations during a check");
    co_return;
  }
  for (const auto& row : batch.rows) {
    if (row.fetch > documents_) {
      violation("the plugin's process sent an observation from a document that was never fetched");
      co_return;
    }
  }
  if (!talking()) co_return;
  rows_ += batch.rows.size();
  rows_since_checkpoint_ += batch.rows.size();
  if (rows_since_checkpoint_ > request_.limits.rows_without_checkpoint) {
    stop_with({ErrorKind::plugin,
               fmt::format("the plugin emitted more than {} rows without a checkpoint; raise the "
                           "limit or ask its author for checkpoints",
                           with_thousands(request_.limits.rows_without_checkpoint)),
               {}});
    co_return;
  }
  if (bytes_since_checkpoint_ > request_.limits.bytes_without_checkpoint) {
    stop_with(
        {ErrorKind::plugin,
         fmt::format("the plugin emitted more than {} MiB without a checkpoint; ask its author "
                     "for checkpoints",
                     request_.limits.bytes_without_checkpoint >> 20),
         {}});
    co_return;
  }
  auto taken = co_await sink_.on_batch(std::move(batch));
  if (!taken) stop_with(std::move(taken.error()));
}

asio::awaitable<void> Session::on(wire::CheckpointAsked& asked) {
  if (request_.verb == Verb::check) {
    violation("the plugin's process made a checkpoint during a check");
    co_return;
  }
  if (!talking()) co_return;
  auto committed = co_await sink_.on_checkpoint(std::move(asked.cursor));
  if (!committed) {
    stop_with(std::move(committed.error()));
    co_return;
  }
  rows_since_checkpoint_ = 0;
  bytes_since_checkpoint_ = 0;
  const wire::DaemonMessage answer = wire::Committed{};
  if (talking()) co_await send(answer);
}

asio::awaitable<void> Session::on(RunNote& note) {
  sink_.on_note(std::move(note));
  co_return;
}

asio::awaitable<void> Session::on(wire::RowsRead& read) {
  sink_.on_rows_read(read.rows);
  co_return;
}

asio::awaitable<void> Session::on(wire::LogLine& line) {
  switch (log_allowance_.take()) {
    case LineAllowance::Answer::yes:
      sink_.on_log(line.level, std::move(line.line));
      break;
    case LineAllowance::Answer::last_word:
      sink_.on_log(line.level, std::string(left_out));
      break;
    case LineAllowance::Answer::no:
      break;
  }
  co_return;
}

asio::awaitable<void> Session::on(wire::Ended& ended) {
  ended_ = std::move(ended);
  if (stop_ == Stop::none) kill_after_grace();
  co_return;
}

// ---- Ending ------------------------------------------------------------------------------------

void Session::stop(Stop why) {
  if (!talking()) return;
  stop_ = why;
  if (!child_) return;
  boost::system::error_code ignored;
  socket_.shutdown(asio::socket_base::shutdown_send, ignored);  // the child's sign to stop
  kill_after_grace();
  fetch_stop_.emit(asio::cancellation_type::terminal);
}

void Session::stop_with(Error error) {
  if (!talking()) return;
  stop_error_ = std::move(error);
  stop(Stop::error);
}

void Session::violation(std::string sentence) {
  violation_ = std::move(sentence);
  kill();
}

void Session::kill_after_grace() {
  grace_.expires_after(request_.limits.grace);
  grace_.async_wait([weak = weak_from_this()](const boost::system::error_code& fault) {
    const auto self = weak.lock();
    if (!fault && self) self->kill();
  });
}

void Session::kill() {
  if (!child_ || child_->reaped()) return;  // a timer that fired as the child ended
  killed_ = true;
  child_->kill();
}

void Session::close() {
  open_ = false;
  deadline_.cancel();
  grace_.cancel();
  boost::system::error_code ignored;
  socket_.close(ignored);
  output_.close(ignored);
  errors_.close(ignored);
  pidfd_.close(ignored);
  child_.reset();
}

wire::Start Session::start_message() const {
  const auto instant = [](const std::optional<Timestamp>& at) {
    return at ? milliseconds_since_epoch(*at) : std::int64_t{0};
  };
  return {request_.verb == Verb::pull ? 1 : 0,
          request_.library.string(),
          request_.manifest_text,
          request_.settings_json,
          request_.cursor,
          instant(request_.since),
          instant(request_.until),
          milliseconds_since_epoch(request_.now),
          request_.limits.memory,
          request_.limits.time.count()};
}

// ---- The outcome -------------------------------------------------------------------------------

PullOutcome cancelled_outcome() {
  PullOutcome outcome;
  outcome.error = Error{ErrorKind::cancelled, "the run was cancelled", {}};
  return outcome;
}

PullOutcome Session::outcome_of_stop() const {
  PullOutcome outcome;
  if (stop_ == Stop::caller) outcome = cancelled_outcome();
  if (stop_ == Stop::error) outcome.error = stop_error_;
  if (stop_ == Stop::deadline) {
    // A plugin that obeys was held up by something else, perhaps a slow source.
    const bool obeyed = !killed_ && ended_;
    outcome.error = Error{obeyed ? ErrorKind::transient : ErrorKind::plugin,
                          fmt::format("the plugin did not end within {} and was stopped",
                                      format_duration(request_.limits.time)),
                          {}};
    outcome.crashed = !obeyed;
  }
  if (killed_) {
    outcome.developer_detail =
        fmt::format("it went on for {} after it had been asked to stop, and was killed",
                    format_duration(request_.limits.grace));
  } else if (ended_) {
    outcome.developer_detail = ended_->developer_text;
  }
  return outcome;
}

PullOutcome Session::outcome_of_result() const {
  PullOutcome outcome;
  outcome.developer_detail = ended_->developer_text;
  if (ended_->status == KPID_OK) return outcome;
  if (fetch_error_ && ended_->status == status_of(fetch_error_->kind) &&
      ended_->operator_text == text_for_plugin(*fetch_error_)) {
    outcome.error = fetch_error_;  // what the plugin passes on is the daemon's own
  } else {
    outcome.error = Error{
        kind_of_status(ended_->status),
        ended_->operator_text.empty() ? sentence_of_status(ended_->status) : ended_->operator_text,
        {}};
  }
  if (ended_->status == KPID_RATE_LIMITED) outcome.retry_at = instant_of(ended_->retry_at_ms);
  return outcome;
}

PullOutcome Session::outcome(const Death& death) {
  PullOutcome outcome;
  if (violation_) {
    outcome.error =
        Error{ErrorKind::plugin, *violation_ + ", which no sound plugin does; it was stopped", {}};
    outcome.crashed = true;
    return outcome;
  }
  if (stop_ != Stop::none) return outcome_of_stop();
  LastMoments moments{loaded_ || refusal_, ended_ || refusal_, killed_, rows_, std::nullopt};
  int refused_call = 0;
  if (::read(child_->ends().report.get(), &refused_call, sizeof refused_call) ==
      static_cast<ssize_t>(sizeof refused_call)) {
    moments.refused_call = refused_call;
  }
  if (auto sentence = death_sentence(death, moments)) {
    outcome.error = Error{ErrorKind::plugin, std::move(*sentence), {}};
    outcome.developer_detail =
        fmt::format("{} {}", death.by_signal ? "signal" : "exit code", death.number);
    outcome.crashed = true;
    return outcome;
  }
  if (refusal_) {
    outcome.error = Error{ErrorKind::config, refusal_->sentence, {}};
    outcome.developer_detail = refusal_->detail;
    return outcome;
  }
  return outcome_of_result();
}

}  // namespace kpid::plugin_host
