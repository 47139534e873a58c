// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// kpid-plugin-host: loads one plugin, calls it once, tells the daemon, ends. Started by the daemon
// only, with the socket at descriptor 3 and a pipe for last words at 4.

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <variant>

#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kpid/plugin.h"
#include "plugin_host/child/channel.hpp"
#include "plugin_host/child/host_table.hpp"
#include "plugin_host/clean_text.hpp"
#include "plugin_host/descriptors.hpp"
#include "plugin_host/sandbox.hpp"

namespace kpid::plugin_host {
namespace {

[[noreturn]] void leave(int status) {
  std::fflush(nullptr);
  ::_exit(status);  // no destructor of a plugin's globals, no waiting for its threads
}

[[noreturn]] void refuse(Channel& channel, std::string_view sentence, std::string_view detail) {
  channel.send(wire::Refusal{clean_text(sentence, wire::max_operator_text),
                             clean_text(detail, wire::max_developer_text, Lines::many)});
  leave(0);
}

// The host opens nothing late: what it needs of the system is there before the walls are.
void settle() {
  ::close_range(first_free_descriptor, ~0U, 0);
  ::clearenv();
  ::setenv("LC_ALL", "C", 1);
  ::setenv("TZ", "UTC0", 1);
  ::tzset();
  std::setlocale(LC_ALL, "C");
  // Lines appear when they are printed, and stdio need not ask what kind of file it writes to.
  std::setvbuf(stdout, nullptr, _IOLBF, 4096);
}

const kpid_plugin_v1* load(Channel& channel, const wire::Start& start) {
  const std::string name = std::filesystem::path(start.library).filename().string();
  ::dlerror();
  void* library = ::dlopen(start.library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* why = ::dlerror();
    refuse(
        channel,
        fmt::format("{} cannot be loaded; install what it needs or a build for this system", name),
        why == nullptr ? "dlopen failed" : why);
  }
  const auto entry =
      reinterpret_cast<kpid_plugin_entry_v1_fn>(::dlsym(library, "kpid_plugin_entry_v1"));
  if (entry == nullptr) {
    refuse(channel, fmt::format("{} is no plugin: it exports no kpid_plugin_entry_v1", name), {});
  }
  return entry();
}

void shake_hands(Channel& channel, const wire::Start& start, const kpid_plugin_v1* table) {
  const std::string name = std::filesystem::path(start.library).filename().string();
  if (table == nullptr) refuse(channel, fmt::format("{} gave no table", name), {});
  constexpr std::uint32_t needed =
      offsetof(kpid_plugin_v1, destroy) + sizeof(kpid_plugin_v1::destroy);
  if (table->struct_size < needed) {
    refuse(channel,
           fmt::format("{} gave a table of {} bytes, ABI 1.0 needs {}; build it with this SDK",
                       name, table->struct_size, needed),
           {});
  }
  if (table->abi_minor > KPID_ABI_MINOR) {
    refuse(channel,
           fmt::format("{} needs ABI 1.{}, this kpid offers 1.{}; update kpid or use an older "
                       "version of the plugin",
                       name, table->abi_minor, KPID_ABI_MINOR),
           {});
  }
  if (table->create == nullptr || table->check == nullptr || table->pull == nullptr ||
      table->destroy == nullptr) {
    refuse(channel, fmt::format("{} gave a table with a function missing", name), {});
  }
  const std::string_view manifest =
      table->manifest.ptr == nullptr ? std::string_view{}
                                     : std::string_view{table->manifest.ptr, table->manifest.len};
  if (!start.manifest.empty() && manifest != start.manifest) {
    refuse(channel,
           fmt::format("{} has one manifest in its table and another in its section; build it "
                       "with kpid_add_plugin()",
                       name),
           {});
  }
}

// Calls into the plugin. An exception must not get here, but the daemon shall hear of it.
template <class Call>
std::int32_t call_plugin(HostTable& host, const wire::Start& start, std::string_view function,
                         Call call) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return host.refuse(fmt::format("the plugin ran out of memory in {}; it may use {} MiB",
                                   function, start.memory >> 20));
  } catch (const std::exception& fault) {
    return host.refuse(fmt::format("the plugin let an exception out of {}: {}", function,
                                   clean_text(fault.what(), 500)));
  } catch (...) {
    return host.refuse(fmt::format("the plugin let an exception out of {}", function));
  }
}

kpid_string borrow(const std::string& text) { return {text.data(), text.size()}; }

wire::Ended run(Channel& channel, const wire::Start& start, const kpid_plugin_v1& plugin) {
  const bool pulls = start.verb == 1;
  HostTable host(channel, pulls);
  void* instance = nullptr;
  std::int32_t status = call_plugin(host, start, "create", [&] {
    return plugin.create(host.table(), borrow(start.settings), &instance);
  });
  if (status != KPID_OK) return host.finish(status);
  kpid_pull pull{};
  pull.struct_size = sizeof pull;
  pull.cursor = borrow(start.cursor);
  pull.since_ms = start.since_ms;
  pull.until_ms = start.until_ms;
  pull.now_ms = start.now_ms;
  status = pulls ? call_plugin(host, start, "pull",
                               [&] { return plugin.pull(instance, host.table(), &pull); })
                 : call_plugin(host, start, "check",
                               [&] { return plugin.check(instance, host.table()); });
  wire::Ended ended = host.finish(status);
  const std::int32_t destroyed = call_plugin(host, start, "destroy", [&] {
    plugin.destroy(instance);
    return KPID_OK;
  });
  return destroyed == KPID_OK || status != KPID_OK ? ended : host.finish(destroyed);
}

int main_of_child() {
  settle();
  Channel channel(socket_descriptor);
  auto first = channel.receive();
  const auto* start = first ? std::get_if<wire::Start>(&first->message) : nullptr;
  if (start == nullptr) {
    std::fputs("kpid-plugin-host is started by kpid, not by hand\n", stderr);
    return 64;
  }
  const SandboxLimits limits{start->memory, std::chrono::milliseconds(start->time_ms)};
  if (const auto fault = enter_sandbox(start->library, limits, report_descriptor); !fault.empty()) {
    refuse(channel, "the sandbox could not be set up, so no plugin is loaded", fault);
  }
  channel.start_reader();
  const kpid_plugin_v1* plugin = load(channel, *start);
  shake_hands(channel, *start, plugin);
  if (const auto fault = close_sandbox(); !fault.empty()) {
    refuse(channel, "the sandbox could not be closed, so the plugin is not called", fault);
  }
  channel.send(wire::Hello{plugin->abi_minor});
  channel.send(run(channel, *start, *plugin));
  leave(0);
}

}  // namespace
}  // namespace kpid::plugin_host

int main() { return kpid::plugin_host::main_of_child(); }
