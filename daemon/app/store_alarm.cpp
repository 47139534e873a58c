// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/store_alarm.hpp"

#include <array>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "alerts/operational_wording.hpp"
#include "webhooks/delivery_request.hpp"
#include "webhooks/handshake.hpp"
#include "webhooks/render.hpp"

namespace kpid::app {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::hours tell_again_after{6};

// Nothing remembers these messages, so each is tried for a quarter of an hour.
constexpr std::array<std::chrono::seconds, 5> waits{
    std::chrono::seconds{0}, std::chrono::seconds{5}, std::chrono::seconds{30},
    std::chrono::seconds{120}, std::chrono::seconds{600}};

// One message to one receiver.
struct Message {
  DestinationConfig destination;
  Delivery delivery;
  std::string origin;  // who asks for consent
};

asio::awaitable<void> post(asio::io_context& loop, const Clock& clock, EventLog& log,
                           Message message) {
  webhooks::HttpClient client(loop, webhooks::settings_for(message.destination));
  webhooks::Handshake handshake;
  asio::steady_timer timer(loop);
  std::string fault;
  for (const std::chrono::seconds wait : waits) {
    timer.expires_after(wait);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (handshake.due(message.destination, message.origin)) {
      const auto asked = co_await handshake.ask(client, message.destination, message.origin);
      if (asked.cancelled) co_return;
      if (asked.instead) fault = asked.instead->network_error;
      if (asked.instead) continue;
    }
    Delivery delivery = message.delivery;
    auto signer = webhooks::signer_for(message.destination);
    auto request = signer
                       ? webhooks::request_for(message.destination, *signer, delivery, clock.now())
                       : tl::unexpected(signer.error());
    if (!request) {
      fault = request.error().sentence;
      break;
    }
    const auto answer = co_await client.post(std::move(*request));
    if (!answer || (answer->status >= 200 && answer->status < 300)) co_return;
    fault = answer->status == 0 ? answer->network_error
                                : "the receiver answered " + std::to_string(answer->status);
  }
  log.error("a destination could not be told directly of the database's failure",
            {{"destination", message.destination.name}, {"reason", fault}});
}

}  // namespace

StoreAlarm::StoreAlarm(asio::io_context& loop, const Clock& clock, EventLog& log,
                       IdentifierSource& identifiers)
    : loop_(loop), clock_(clock), log_(log), identifiers_(identifiers) {}

void StoreAlarm::failed(const Error& error) {
  const Timestamp now = clock_.now();
  log_.write(EventLog::Level::critical, "the database cannot be written",
             {{"reason", error.text()}});
  if (told_at_ && now - *told_at_ < tell_again_after) return;
  told_at_ = now;
  tell(EventType::source_failing, store_failing_data(error.sentence));
}

void StoreAlarm::worked() {
  if (!told_at_) return;
  told_at_.reset();
  log_.info("the database can be written again");
  tell(EventType::source_recovered, store_recovered_data());
}

void StoreAlarm::damaged(const Error& error) {
  log_.write(EventLog::Level::critical, "the database is not sound", {{"reason", error.text()}});
  tell(EventType::source_failing, store_damaged_data(error.sentence));
}

void StoreAlarm::tell(EventType type, std::string data) {
  Event event;
  event.type = type;
  event.at = clock_.now();
  event.id = identifiers_.next("msg_", event.at);
  event.subject = "source:kpid";
  event.severity = type == EventType::source_failing ? Severity::red : Severity::none;
  event.data = std::move(data);
  for (const DestinationConfig& destination : config_->destinations) {
    if (!destination.operational) continue;
    auto rendered = webhooks::render(destination, event, config_->instance);
    if (!rendered) continue;
    Message message{destination, {}, webhooks::handshake_origin(*config_)};
    message.delivery.event_id = event.id;
    message.delivery.event_type = type;
    message.delivery.content_type = std::move(rendered->content_type);
    message.delivery.body = std::move(rendered->body);
    asio::co_spawn(loop_, post(loop_, clock_, log_, std::move(message)), asio::detached);
  }
}

}  // namespace kpid::app
