// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "plugin_host/death_sentence.hpp"

#include <csignal>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>
#include <seccomp.h>

namespace kpid::plugin_host {
namespace {

std::string when(const LastMoments& moments) {
  if (!moments.loaded) return " while it was loaded";
  if (moments.has_result) return " after it had given its result";
  if (moments.rows == 0) return {};
  return fmt::format(" after {} {}", with_thousands(moments.rows),
                     moments.rows == 1 ? "row" : "rows");
}

std::string name_of_signal(int number) {
  switch (number) {
    case SIGSEGV:
      return "segmentation fault";
    case SIGABRT:
      return "abort";
    case SIGBUS:
      return "bus error";
    case SIGFPE:
      return "arithmetic fault";
    case SIGILL:
      return "illegal instruction";
    default:
      return fmt::format("signal {}", number);
  }
}

std::string name_of_call(int number) {
  const std::unique_ptr<char, void (*)(void*)> name(
      seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number), &std::free);
  return name == nullptr ? fmt::format("number {}", number) : std::string(name.get());
}

std::string of_signal(int number, const LastMoments& moments) {
  switch (number) {
    case SIGSYS:
      return fmt::format("the plugin was stopped{}: it tried something that plugins may not do{}",
                         when(moments),
                         moments.refused_call
                             ? fmt::format(" (system call {})", name_of_call(*moments.refused_call))
                             : std::string());
    case SIGXCPU:
      return fmt::format("the plugin used up its processor time and was stopped{}", when(moments));
    case SIGKILL:
      if (moments.killed)
        return fmt::format("the plugin did not end{} and was stopped", when(moments));
      return fmt::format(
          "the plugin was killed from outside kpid{}; perhaps the machine ran out of memory",
          when(moments));
    default:
      return fmt::format("the plugin crashed ({}){}", name_of_signal(number), when(moments));
  }
}

}  // namespace

std::optional<std::string> death_sentence(const Death& death, const LastMoments& moments) {
  if (death.by_signal) return of_signal(death.number, moments);
  if (moments.has_result && death.number == 0) return std::nullopt;
  if (moments.has_result) {
    return fmt::format("the plugin's process ended with exit code {} after it had given its result",
                       death.number);
  }
  return fmt::format("the plugin's process ended by itself (exit code {}) without a result{}",
                     death.number, when(moments));
}

std::string with_thousands(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

}  // namespace kpid::plugin_host
