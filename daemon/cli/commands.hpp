// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// What kpictl does once its arguments are read: ask the daemon, print, and say by the exit code how
// it went.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "cli/client.hpp"
#include "cli/show.hpp"

namespace kpid::cli {

namespace exit_code {
inline constexpr int success = 0;
inline constexpr int refused = 1;       // the daemon said no, and why
inline constexpr int not_done = 3;      // a pull failed, or a test was not delivered
inline constexpr int usage = 64;        // the arguments are wrong
inline constexpr int not_running = 69;  // nothing listens on the socket
inline constexpr int broken = 70;       // the daemon did not answer as it should
inline constexpr int not_allowed = 77;  // this user may not speak to the daemon
inline constexpr int config = 78;       // the config cannot be read
}  // namespace exit_code

struct Terminal {
  bool json = false;
  bool colour = false;
  bool progress = false;  // stderr is a terminal
  std::size_t width = 0;
};
// From NO_COLOR, TERM and what stdout and stderr are.
[[nodiscard]] Terminal this_terminal();

struct Command {
  Question question;
  std::string waiting_for;  // told on stderr while it lasts; empty: nothing
  std::string progress;     // an address whose "day" tells how far it is; empty: none
  std::function<std::string(const boost::json::value&, const Screen&)> show;
  std::function<bool(const boost::json::value&)> went_well;  // empty: always
};
[[nodiscard]] int run_command(const std::filesystem::path& socket, const Command& command,
                              const Terminal& terminal);
// Prints the Error as the terminal wants it, and returns the code.
int report(const Error& error, int code, const Terminal& terminal);

[[nodiscard]] int run_describe(const std::filesystem::path& library, const Terminal& terminal);

struct RulesTestCommand {
  std::filesystem::path config;
  std::vector<std::filesystem::path> files;
};
[[nodiscard]] int run_rules_test(const RulesTestCommand& command, const Terminal& terminal);

struct ListenCommand {
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
  std::vector<std::string> secrets;
  std::vector<std::string> secret_files;
  std::size_t once = 0;  // ends after so many deliveries; 0: never
};
[[nodiscard]] int run_listen(const ListenCommand& command, const Terminal& terminal);

struct KeygenCommand {
  std::filesystem::path file;  // made with mode 0600; one that is there stays as it is
  bool shared = false;         // a whsec_, that the receiver needs too
};
// Writes a new signing secret into the file, and prints the public key that the receiver needs.
[[nodiscard]] int run_keygen(const KeygenCommand& command, const Terminal& terminal);

}  // namespace kpid::cli
