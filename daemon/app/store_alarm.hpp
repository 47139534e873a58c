// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// When the database itself fails, nothing can be written down, no event and no delivery either. The
// admin is then told directly: one message to each operational destination, past the outbox, and
// one when it works again. [loop thread]

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "app/event_log.hpp"
#include "model/clock.hpp"
#include "model/config.hpp"
#include "model/error.hpp"
#include "model/identifier.hpp"

namespace kpid::app {

class StoreAlarm {
 public:
  StoreAlarm(boost::asio::io_context& loop, const Clock& clock, EventLog& log,
             IdentifierSource& identifiers);
  void configure(std::shared_ptr<const Config> config) { config_ = std::move(config); }

  // After each write that failed with ErrorKind::storage, and after one that went well.
  void failed(const Error& error);
  void worked();
  // When a check has found the file damaged; nothing but a restart with a backup mends that.
  void damaged(const Error& error);

  [[nodiscard]] bool failing() const noexcept { return told_at_.has_value(); }

 private:
  void tell(EventType type, std::string data);

  boost::asio::io_context& loop_;
  const Clock& clock_;
  EventLog& log_;
  IdentifierSource& identifiers_;
  std::shared_ptr<const Config> config_;
  std::optional<Timestamp> told_at_;  // nothing: all is well
};

}  // namespace kpid::app
