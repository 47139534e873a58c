// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/heartbeat.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "webhooks/delivery_request.hpp"
#include "webhooks/http_client.hpp"

namespace kpid::app {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

// The proof compares what it sees with what it saw: two looks must not lie far apart.
constexpr std::chrono::minutes look_every{1};

// What one beat came to: nothing where it arrived.
std::optional<std::string> fault_of(const webhooks::Answer& answer) {
  if (answer.status >= 200 && answer.status < 300) return std::nullopt;
  if (answer.status == 0) return answer.network_error;
  return "the monitor answered " + std::to_string(answer.status);
}

webhooks::HttpSettings settings_of(const HeartbeatConfig& config) {
  DestinationConfig destination;  // the same rules hold as for what is told to anybody else
  destination.allowed_networks = config.allowed_networks;
  destination.ca_file = config.ca_file;
  destination.connections = 1;
  return webhooks::settings_for(destination);
}

}  // namespace

class Heartbeat::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::io_context& loop, EventLog& log, Proof proof)
      : loop_(loop), log_(log), proof_(std::move(proof)) {}

  void configure(const std::shared_ptr<const Config>& config) {
    stop();
    if (!config->heartbeat) return;
    failing_ = false;  // of another monitor, perhaps
    auto beating = std::make_shared<Beating>(loop_, *config->heartbeat);
    beating_ = beating;
    asio::co_spawn(loop_, beat(shared_from_this(), std::move(beating)), asio::detached);
  }

  void stop() {
    if (!beating_) return;
    beating_->ended = true;
    beating_->timer.cancel();
    beating_->client.cancel();
    beating_.reset();
  }

 private:
  struct Beating {  // with one configuration
    Beating(asio::io_context& loop, HeartbeatConfig wanted)
        : config(std::move(wanted)), client(loop, settings_of(config)), timer(loop) {}
    HeartbeatConfig config;
    webhooks::HttpClient client;
    asio::steady_timer timer;
    bool ended = false;
  };

  static asio::awaitable<void> beat(std::shared_ptr<Impl> self, std::shared_ptr<Beating> with) {
    auto due = Steady::now();
    while (!with->ended) {
      const auto proven = co_await self->proof_();
      if (with->ended) co_return;
      // Where there is no progress the feeder of the watchdog says so; here silence is the message.
      if (proven && Steady::now() >= due) {
        due = Steady::now() + with->config.every;
        webhooks::HttpRequest request{with->config.url, {}, {}};
        const auto answer = co_await with->client.post(std::move(request));
        if (!answer || with->ended) co_return;
        self->note(fault_of(*answer));
      }
      const auto look = Steady::now() + std::min<milliseconds>(with->config.every, look_every);
      with->timer.expires_at(proven ? std::min(due, look) : look);
      const auto [stopped] = co_await with->timer.async_wait(asio::as_tuple(asio::use_awaitable));
      if (stopped) co_return;
    }
  }

  void note(const std::optional<std::string>& fault) {
    if (fault && !failing_) {
      log_.warning("the heartbeat does not get through; the monitor will say that kpid is silent",
                   {{"reason", *fault}});
    } else if (!fault && failing_) {
      log_.info("the heartbeat gets through again");
    }
    failing_ = fault.has_value();
  }

  asio::io_context& loop_;
  EventLog& log_;
  Proof proof_;
  std::shared_ptr<Beating> beating_;
  bool failing_ = false;
};

Heartbeat::Heartbeat(asio::io_context& loop, EventLog& log, Proof proof)
    : impl_(std::make_shared<Impl>(loop, log, std::move(proof))) {}
Heartbeat::~Heartbeat() { impl_->stop(); }
void Heartbeat::configure(const std::shared_ptr<const Config>& config) { impl_->configure(config); }
void Heartbeat::stop() { impl_->stop(); }

}  // namespace kpid::app
