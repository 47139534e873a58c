// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "cli/commands.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json.hpp>
#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/describe.hpp"
#include "cli/listen.hpp"

namespace kpid::cli {
namespace {

namespace json = boost::json;

int code_of(ErrorKind kind) {
  if (kind == ErrorKind::transient) return exit_code::not_running;
  return kind == ErrorKind::config ? exit_code::not_allowed : exit_code::broken;
}

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

// ", at 2024-03-01" where the daemon says so.
std::string how_far(const std::filesystem::path& socket, const Command& command) {
  if (command.progress.empty()) return {};
  Question question;
  question.target = command.progress;
  question.limit = std::chrono::seconds{2};
  const auto reply = ask(socket, question);
  const std::string day = reply && reply->ok() ? text_at(reply->body, "/day") : std::string();
  return day.empty() ? std::string() : ", at " + day;
}

}  // namespace

Terminal this_terminal() {
  Terminal terminal;
  const char* no_colour = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): one thread
  const char* type = std::getenv("TERM");           // NOLINT(concurrency-mt-unsafe)
  const bool dumb = type != nullptr && std::string_view(type) == "dumb";
  const bool screen = ::isatty(STDOUT_FILENO) == 1;
  terminal.colour = screen && !dumb && (no_colour == nullptr || *no_colour == '\0');
  terminal.progress = ::isatty(STDERR_FILENO) == 1;
  // A table in a file or a pipe is read by people too: no wider than a page.
  constexpr std::size_t page = 110;
  terminal.width = screen ? 0 : page;
  winsize size{};
  if (screen && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) terminal.width = size.ws_col;
  return terminal;
}

int report(const Error& error, int code, const Terminal& terminal) {
  if (terminal.json) {
    const json::object body{{"error", json::object{{"kind", to_string(error.kind)},
                                                   {"sentence", error.sentence},
                                                   {"place", error.place}}}};
    print(json::serialize(body) + "\n");
  } else {
    fmt::print(stderr, "kpictl: {}\n", printable(error.text()));
  }
  return code;
}

int run_command(const std::filesystem::path& socket, const Command& command,
                const Terminal& terminal) {
  Question question = command.question;
  if (terminal.progress && !command.waiting_for.empty()) {
    question.on_wait = [&](std::chrono::seconds waited) {
      fmt::print(stderr, "\r\x1b[K{}{} ({} s)", printable(command.waiting_for),
                 how_far(socket, command), waited.count());
    };
  }
  auto reply = ask(socket, question);
  if (question.on_wait) fmt::print(stderr, "\r\x1b[K");
  if (!reply) return report(reply.error(), code_of(reply.error().kind), terminal);
  if (!reply->ok()) {
    if (terminal.json) {
      print(reply->text + "\n");
      return exit_code::refused;
    }
    Error error{ErrorKind::internal, text_at(reply->body, "/error/sentence"),
                text_at(reply->body, "/error/place")};
    if (error.sentence.empty()) error.sentence = "kpid answered " + std::to_string(reply->status);
    return report(error, exit_code::refused, terminal);
  }
  if (terminal.json) {
    print(reply->text + "\n");
  } else {
    print(command.show(reply->body, {terminal.colour, reply->timezone, terminal.width}));
  }
  const bool well = !command.went_well || command.went_well(reply->body);
  return well ? exit_code::success : exit_code::not_done;
}

int run_describe(const std::filesystem::path& library, const Terminal& terminal) {
  const auto manifest = describe_plugin(library);
  if (!manifest) return report(manifest.error(), exit_code::refused, terminal);
  print(terminal.json ? json::serialize(*manifest) + "\n"
                      : manifest_text(*manifest, {terminal.colour, "", terminal.width}));
  return exit_code::success;
}

int run_listen(const ListenCommand& command, const Terminal& terminal) {
  ListenOptions options;
  options.address = command.address;
  options.port = command.port;
  for (const std::string& secret : command.secrets) options.secrets.emplace_back(secret);
  for (const std::string& file : command.secret_files) {
    auto read = read_secrets(file);
    if (!read) return report(read.error(), exit_code::usage, terminal);
    options.secrets.insert(options.secrets.end(), read->begin(), read->end());
  }
  const SystemClock clock;
  const Screen screen{terminal.colour, "", terminal.width};
  boost::asio::io_context loop;
  boost::asio::signal_set signals(loop, SIGINT, SIGTERM);
  std::size_t count = 0;
  std::size_t refused = 0;
  std::function<void()> end;
  Listener listener(loop, clock, options, [&](const Received& received) {
    print(terminal.json ? json::serialize(received_json(received)) + "\n"
                        : received_text(received, screen));
    ++count;
    refused += received.check == Received::Check::refused ? 1 : 0;
    if (command.once != 0 && count >= command.once) end();
  });
  end = [&] {
    listener.stop();
    signals.cancel();
  };
  auto port = listener.start();
  if (!port) return report(port.error(), exit_code::usage, terminal);
  const bool six = options.address.find(':') != std::string::npos;
  const std::string host = six ? "[" + options.address + "]" : options.address;
  fmt::print(stderr, "listening on http://{}:{}/{}\n", host, *port,
             options.secrets.empty() ? "; no --secret, so nothing is verified" : "");
  signals.async_wait([&](const boost::system::error_code& problem, int) {
    if (!problem) end();
  });
  loop.run();
  if (terminal.progress) fmt::print(stderr, "{} received, {} refused\n", count, refused);
  return refused == 0 ? exit_code::success : exit_code::not_done;
}

}  // namespace kpid::cli
