// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// An expected failure is a value: what kind it is, one sentence for the person who reads it, and
// the place where it happened. Anything that a caller may want to handle travels in a Result.

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace kpid {

enum class ErrorKind {
  config,        // the operator must change something; trying again will not help
  transient,     // try again later, with back-off
  rate_limited,  // try again at a stated time
  source,        // the upstream changed its shape, or the file is not what it should be
  plugin,        // the plugin broke its contract or died
  cancelled,     // we were asked to stop
  unsupported,   // not something that this build or machine can do
  storage,       // the database or the disk failed
  conflict,      // somebody else holds what we need
  not_found,     // the thing that was named does not exist
  internal,      // our own fault
};

[[nodiscard]] std::string_view to_string(ErrorKind kind) noexcept;

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string sentence;  // what was wrong and what to do, in English, without a trailing newline
  std::string place;     // "file:line:column", "file, row 12, column Income", a URL; may be empty

  // "place: sentence", or the sentence alone where there is no place.
  [[nodiscard]] std::string text() const;
  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string sentence,
                                                std::string place = {}) {
  return tl::unexpected<Error>(Error{kind, std::move(sentence), std::move(place)});
}

}  // namespace kpid
