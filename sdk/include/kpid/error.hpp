// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Failures of a plugin, as values. Part of plugin.hpp; plain values, any thread. since 1.0
//
// An operator's text is one sentence that says what is wrong, where, and what to do about it; it
// holds no pupil's name, id or row. A developer's text is whatever helps the plugin's author.

#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <variant>

#include <kpid/plugin.h>

namespace kpid::plugin {

// Why a call failed. since 1.0
struct Error {
  std::int32_t status = KPID_INTERNAL;  // KPID_*, never KPID_OK
  std::string operator_text;            // at most 1000 bytes reach the operator
  std::string developer_text;           // at most 4000 bytes
  std::int64_t retry_at_ms = 0;         // with KPID_RATE_LIMITED: not before this instant
  // The host failed the call and has explained it already; its words stand. Return it as it is.
  bool explained_by_host = false;
};

// The operator must change a setting, or something at the source; kpid does not try again by
// itself. since 1.0
[[nodiscard]] inline Error config_error(std::string operator_text,
                                        std::string developer_text = {}) {
  return {KPID_CONFIG, std::move(operator_text), std::move(developer_text), 0, false};
}

// The upstream is not what it used to be: a column is missing, a file is of another kind. since 1.0
[[nodiscard]] inline Error source_error(std::string operator_text,
                                        std::string developer_text = {}) {
  return {KPID_SOURCE, std::move(operator_text), std::move(developer_text), 0, false};
}

// Trying again later may help; kpid backs off. since 1.0
[[nodiscard]] inline Error transient_error(std::string operator_text,
                                           std::string developer_text = {}) {
  return {KPID_TRANSIENT, std::move(operator_text), std::move(developer_text), 0, false};
}

// The source wants to be left alone until `retry_at_ms` (milliseconds since 1970, UTC). since 1.0
[[nodiscard]] inline Error rate_limited_error(std::int64_t retry_at_ms, std::string operator_text,
                                              std::string developer_text = {}) {
  return {KPID_RATE_LIMITED, std::move(operator_text), std::move(developer_text), retry_at_ms,
          false};
}

// The host or the machine lacks what is needed. since 1.0
[[nodiscard]] inline Error unsupported_error(std::string operator_text,
                                             std::string developer_text = {}) {
  return {KPID_UNSUPPORTED, std::move(operator_text), std::move(developer_text), 0, false};
}

// A fault of the plugin itself. since 1.0
[[nodiscard]] inline Error internal_error(std::string operator_text,
                                          std::string developer_text = {}) {
  return {KPID_INTERNAL, std::move(operator_text), std::move(developer_text), 0, false};
}

// A T or an Error. Made from either, so that `return source_error(…)` and `return value` both do.
// value() without a value, and error() without an error, throw std::bad_variant_access, which ends
// the call as a fault of the plugin. since 1.0
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return held_.index() == 0; }
  [[nodiscard]] explicit operator bool() const noexcept { return has_value(); }
  [[nodiscard]] T& value() & { return std::get<0>(held_); }
  [[nodiscard]] const T& value() const& { return std::get<0>(held_); }
  [[nodiscard]] T&& value() && { return std::get<0>(std::move(held_)); }
  [[nodiscard]] T& operator*() & { return value(); }
  [[nodiscard]] const T& operator*() const& { return value(); }
  [[nodiscard]] T&& operator*() && { return std::move(*this).value(); }
  [[nodiscard]] T* operator->() { return &value(); }
  [[nodiscard]] const T* operator->() const { return &value(); }
  [[nodiscard]] Error& error() & { return std::get<1>(held_); }
  [[nodiscard]] const Error& error() const& { return std::get<1>(held_); }

 private:
  std::variant<T, Error> held_;
};

// Nothing, or an Error. What check and pull return: `return ok();`, `return source_error(…);`,
// `return documents.error();`. since 1.0
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Error error) : held_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool is_ok() const noexcept { return held_.index() == 0; }
  [[nodiscard]] explicit operator bool() const noexcept { return is_ok(); }
  [[nodiscard]] Error& error() & { return std::get<1>(held_); }
  [[nodiscard]] const Error& error() const& { return std::get<1>(held_); }

 private:
  std::variant<std::monostate, Error> held_;
};

// Success. since 1.0
[[nodiscard]] inline Status ok() noexcept { return {}; }

// An Error where only an exception can tell it: in a constructor. Caught at the boundary; the host
// is given the Error. since 1.0
class Failure : public std::exception {
 public:
  explicit Failure(Error error) : error_(std::move(error)) {}
  [[nodiscard]] const Error& error() const noexcept { return error_; }
  [[nodiscard]] const char* what() const noexcept override { return error_.operator_text.c_str(); }

 private:
  Error error_;
};

}  // namespace kpid::plugin
