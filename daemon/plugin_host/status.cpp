// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/status.hpp"

#include <fmt/format.h>

#include "kpid/plugin.h"
#include "plugin_host/clean_text.hpp"
#include "plugin_host/wire.hpp"

namespace kpid::plugin_host {

ErrorKind kind_of_status(std::int32_t status) noexcept {
  switch (status) {
    case KPID_CONFIG:
      return ErrorKind::config;
    case KPID_TRANSIENT:
      return ErrorKind::transient;
    case KPID_RATE_LIMITED:
      return ErrorKind::rate_limited;
    case KPID_SOURCE:
      return ErrorKind::source;
    case KPID_UNSUPPORTED:
      return ErrorKind::unsupported;
    default:  // KPID_INTERNAL, a cancellation that nobody asked for, a number without a meaning
      return ErrorKind::plugin;
  }
}

std::string sentence_of_status(std::int32_t status) {
  switch (status) {
    case KPID_CONFIG:
      return "the plugin cannot work with its settings, and did not say why";
    case KPID_TRANSIENT:
      return "the plugin failed for now, and did not say why; it is tried again";
    case KPID_RATE_LIMITED:
      return "the plugin was told by its source to wait";
    case KPID_SOURCE:
      return "the source is not what the plugin expects, and it did not say why";
    case KPID_CANCELLED:
      return "the plugin stopped as if it had been cancelled, but nobody had asked it to";
    case KPID_UNSUPPORTED:
      return "the plugin needs something that this kpid does not offer, and did not say what";
    case KPID_INTERNAL:
      return "the plugin failed through a fault of its own, and did not say which";
    default:
      return fmt::format("the plugin returned {}, which is no status of ABI 1.0", status);
  }
}

std::int32_t status_of(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::config:
      return KPID_CONFIG;
    case ErrorKind::rate_limited:
      return KPID_RATE_LIMITED;
    case ErrorKind::source:
    case ErrorKind::not_found:
      return KPID_SOURCE;
    case ErrorKind::cancelled:
      return KPID_CANCELLED;
    case ErrorKind::unsupported:
      return KPID_UNSUPPORTED;
    case ErrorKind::transient:
    case ErrorKind::storage:
    case ErrorKind::conflict:
      return KPID_TRANSIENT;
    case ErrorKind::plugin:
    case ErrorKind::internal:
      break;
  }
  return KPID_INTERNAL;
}

std::string text_for_plugin(const Error& error) {
  return clean_text(error.text(), wire::max_operator_text);
}

std::optional<Timestamp> instant_of(std::int64_t milliseconds) noexcept {
  constexpr std::int64_t latest = std::int64_t{wire::last_day} * 86'400'000;
  if (milliseconds <= 0 || milliseconds > latest) return std::nullopt;
  return timestamp_from_milliseconds(milliseconds);
}

}  // namespace kpid::plugin_host
