// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// `kpictl webhook keygen`: a signing secret that has never been on a screen.

#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <system_error>

#include <boost/json.hpp>
#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include "cli/commands.hpp"
#include "webhooks/signature.hpp"

namespace kpid::cli {
namespace {

namespace json = boost::json;

std::string reason(int error) { return std::generic_category().message(error); }

Result<void> write_new_file(const std::filesystem::path& file, std::string_view text) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0 && errno == EEXIST) {
    return fail(ErrorKind::conflict,
                "this file is there already and is left as it is; give another name",
                file.string());
  }
  if (fd < 0) {
    return fail(ErrorKind::config, "the file cannot be made: " + reason(errno), file.string());
  }
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::fsync(fd) == 0;
  const int problem = errno;
  const bool closed = ::close(fd) == 0;
  if (written && closed) return {};
  ::unlink(file.c_str());
  return fail(ErrorKind::storage, "the file cannot be written: " + reason(problem), file.string());
}

}  // namespace

int run_keygen(const KeygenCommand& command, const Terminal& terminal) {
  Secret secret;
  std::string public_half;
  if (command.shared) {
    auto made = webhooks::make_shared_secret();
    if (!made) return report(made.error(), exit_code::broken, terminal);
    secret = std::move(*made);
  } else {
    auto made = webhooks::make_key_pair();
    if (!made) return report(made.error(), exit_code::broken, terminal);
    secret = std::move(made->secret);
    public_half = std::move(made->public_half);
  }
  const auto written = write_new_file(command.file, secret.reveal() + "\n");
  if (!written) return report(written.error(), exit_code::refused, terminal);
  if (terminal.json) {
    fmt::print("{}\n", json::serialize(json::object{
                           {"file", command.file.string()},
                           {"public_key", public_half.empty() ? json::value(nullptr)
                                                              : json::value(public_half)}}));
    return exit_code::success;
  }
  if (command.shared) {
    fmt::print(stderr, "the receiver needs what stands in {}; give it on a safe way\n",
               command.file.string());
  } else {
    fmt::print("{}\n", public_half);
    fmt::print(stderr, "the receiver verifies with this public key; its secret half is in {}\n",
               command.file.string());
  }
  return exit_code::success;
}

}  // namespace kpid::cli
