// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// Write a plugin of kpid as a class:
//
//   struct Roll {
//     explicit Roll(const kpid::plugin::Settings& settings);       // no input or output here
//     kpid::plugin::Status check(kpid::plugin::Host& host);        // reach the source; emit
//     nothing kpid::plugin::Status pull(kpid::plugin::Host& host, const kpid::plugin::Pull& pull);
//   };
//   KPID_PLUGIN(Roll)
//
// One thread at a time calls an instance; several instances may live in one process, so keep no
// mutable globals. No exception leaves the plugin: a Failure arrives as the Error it carries,
// anything else as KPID_INTERNAL, which tells the operator to turn to the plugin's author. A pull
// that succeeds has sent all that it emitted; one that fails keeps its earlier checkpoints.
//
// Built by kpid_add_plugin() of the CMake package kpid-sdk. Only the C interface of plugin.h
// crosses to the host, so compiler, standard library and this header's version are the plugin's own
// business. since 1.0

#include <concepts>
#include <cstddef>
#include <exception>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

#include <kpid/days.hpp>
#include <kpid/error.hpp>
#include <kpid/host.hpp>
#include <kpid/plugin.h>
#include <kpid/settings.hpp>

// The manifest's bytes within the library; defined by kpid_add_plugin().
extern "C" {
__attribute__((visibility("hidden"))) extern const char kpid_manifest_begin[];
__attribute__((visibility("hidden"))) extern const char kpid_manifest_end[];
}

namespace kpid::plugin {

template <class T>
concept HasConstructor = std::constructible_from<T, const Settings&>;
template <class T>
concept HasCheck = requires(T& plugin, Host& host) {
  { plugin.check(host) } -> std::same_as<Status>;
};
template <class T>
concept HasPull = requires(T& plugin, Host& host, const Pull& pull) {
  { plugin.pull(host, pull) } -> std::same_as<Status>;
};

// What KPID_PLUGIN asks of a class. since 1.0
template <class T>
concept IsPlugin = HasConstructor<T> && HasCheck<T> && HasPull<T> && std::destructible<T>;

namespace detail {

inline constexpr std::uint32_t needs_abi_minor = 0;

inline std::int32_t tell(const kpid_host_v1& host, std::int32_t status,
                         std::string_view operator_text, std::string_view developer_text,
                         std::int64_t retry_at_ms = 0) noexcept {
  const kpid_error error{sizeof(kpid_error), status, to_c(cut(operator_text, operator_text_bytes)),
                         to_c(cut(developer_text, developer_text_bytes)), retry_at_ms};
  host.set_error(&host, &error);
  return status;
}

inline std::int32_t tell(const kpid_host_v1& host, const Error& error) noexcept {
  const bool known = error.status > KPID_OK && error.status <= KPID_INTERNAL;
  const std::int32_t status = known ? error.status : KPID_INTERNAL;
  if (error.explained_by_host) return status;
  const bool silent = error.operator_text.empty();
  return tell(host, status,
              silent ? "The plugin failed and did not say why; tell its author."
                     : std::string_view{error.operator_text},
              error.developer_text, error.retry_at_ms);
}

// Runs `call`, which returns a Status, and lets nothing but a status out. Memory is not needed to
// tell of its lack.
template <class Call>
std::int32_t guarded(const kpid_host_v1* host, Call&& call) noexcept {
  if (host == nullptr) return KPID_UNSUPPORTED;
  if (!is_complete(*host)) {
    if (KPID_HAS_MEMBER(*host, kpid_host_v1, set_error) && host->set_error != nullptr) {
      return tell(*host, KPID_UNSUPPORTED,
                  "This kpid is older than the plugin can do with; update kpid.",
                  "kpid_host_v1 lacks members of version 1.0");
    }
    return KPID_UNSUPPORTED;
  }
  constexpr std::string_view fault = "The plugin has a fault: tell its author.";
  try {
    const Status status = std::forward<Call>(call)();
    return status ? KPID_OK : tell(*host, status.error());
  } catch (const Failure& failure) {
    return tell(*host, failure.error());
  } catch (const std::bad_alloc&) {
    return tell(*host, KPID_INTERNAL,
                "The plugin ran out of memory: raise the source's memory limit, or let it read "
                "less at a time.",
                "std::bad_alloc");
  } catch (const std::exception& exception) {
    return tell(*host, KPID_INTERNAL, fault, exception.what());
  } catch (...) {
    return tell(*host, KPID_INTERNAL, fault, "something was thrown that is no std::exception");
  }
}

template <IsPlugin T>
std::int32_t create(const kpid_host_v1* host, kpid_string settings_json, void** instance) noexcept {
  return guarded(host, [&]() -> Status {
    if (instance == nullptr) return internal_error("kpid has a fault.", "instance is null");
    *instance = nullptr;
    const Result<Settings> settings = Settings::parse(to_view(settings_json));
    if (!settings) return settings.error();
    *instance = std::make_unique<T>(*settings).release();
    return ok();
  });
}

template <IsPlugin T>
std::int32_t check(void* instance, const kpid_host_v1* host) noexcept {
  return guarded(host, [&]() -> Status {
    Host wrapped(*host);
    if (Status status = static_cast<T*>(instance)->check(wrapped); !status) return status;
    return wrapped.flush();  // emits nothing, unless the plugin did: then the host refuses it
  });
}

template <IsPlugin T>
std::int32_t pull(void* instance, const kpid_host_v1* host, const kpid_pull* request) noexcept {
  return guarded(host, [&]() -> Status {
    if (request == nullptr || !KPID_HAS_MEMBER(*request, kpid_pull, now_ms)) {
      return unsupported_error("This kpid is older than the plugin can do with; update kpid.",
                               "kpid_pull lacks members of version 1.0");
    }
    const Pull asked{to_view(request->cursor), request->since_ms, request->until_ms,
                     request->now_ms};
    Host wrapped(*host);
    if (Status status = static_cast<T*>(instance)->pull(wrapped, asked); !status) return status;
    return wrapped.flush();
  });
}

template <IsPlugin T>
void destroy(void* instance) noexcept {
  // A destructor that throws ends the process here, which is what the interface asks for.
  const std::unique_ptr<T> owner(static_cast<T*>(instance));
}

template <IsPlugin T>
const kpid_plugin_v1& table() noexcept {
  static const kpid_plugin_v1 table{
      sizeof(kpid_plugin_v1),
      needs_abi_minor,
      {kpid_manifest_begin, static_cast<std::size_t>(kpid_manifest_end - kpid_manifest_begin)},
      &create<T>,
      &check<T>,
      &pull<T>,
      &destroy<T>};
  return table;
}

}  // namespace detail
}  // namespace kpid::plugin

// Makes the class the library's plugin; once in a library, outside of any namespace. since 1.0
#define KPID_PLUGIN(Type)                                                                          \
  static_assert(::kpid::plugin::HasConstructor<Type>,                                              \
                #Type " needs a constructor from (const kpid::plugin::Settings&)");                \
  static_assert(::kpid::plugin::HasCheck<Type>,                                                    \
                #Type " needs kpid::plugin::Status check(kpid::plugin::Host&)");                   \
  static_assert(::kpid::plugin::HasPull<Type>, #Type                                               \
                " needs kpid::plugin::Status pull(kpid::plugin::Host&, const "                     \
                "kpid::plugin::Pull&)");                                                           \
  extern "C" __attribute__((visibility("default"))) const kpid_plugin_v1* kpid_plugin_entry_v1() { \
    return &::kpid::plugin::detail::table<Type>();                                                 \
  }                                                                                                \
  static_assert(true)
