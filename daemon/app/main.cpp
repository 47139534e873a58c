// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// kpid: the daemon. This file knows the command line, the signals and the exit status; what it does
// is in daemon.cpp.

#include <algorithm>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app/daemon.hpp"
#include "app/event_log.hpp"
#include "app/installation.hpp"
#include "app/prepared_plugin.hpp"
#include "app/record.hpp"
#include "app/run_once.hpp"
#include "app/service_manager.hpp"
#include "app/version.hpp"
#include "config/load.hpp"
#include "plugin_host/manifest.hpp"

namespace kpid::app {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

// systemd is told to wait 10 s; an admin at a terminal should not have to wait longer than 5.
constexpr std::chrono::milliseconds stop_within{3500};
constexpr std::chrono::milliseconds stop_at_last{4700};
constexpr unsigned stop_at_the_very_last = 6;  // seconds; even where the loop itself stands still
constexpr unsigned close_within = 1;           // likewise

volatile std::sig_atomic_t status_when_late = exit_ok;  // for a signal handler, which has no object

// From now on, whatever hangs, until alarm(0).
void leave_after(unsigned seconds, int status) {
  status_when_late = status;
  std::signal(SIGALRM, [](int) { std::_Exit(status_when_late); });
  ::alarm(seconds);
}

struct CommandLine {
  std::string config = "/etc/kpid/kpid.toml";
  bool check = false;
  bool once = false;
  bool json = false;
  RecordWish record;
};

int print_faults(const std::vector<ConfigFault>& faults, bool as_json, std::FILE* to) {
  if (as_json) {
    json::array all;
    for (const ConfigFault& fault : faults) {
      all.push_back(json::object{{"file", fault.file},
                                 {"line", fault.line},
                                 {"column", fault.column},
                                 {"sentence", fault.sentence}});
    }
    fmt::print(to, "{}\n", json::serialize(json::object{{"faults", std::move(all)}}));
  } else {
    for (const ConfigFault& fault : faults) fmt::print(to, "{}\n", fault.text());
  }
  return faults.empty() ? exit_ok : exit_config;
}

// "4 schools, 7 sources, 10 rules and 25 that look for missing figures, 2 destinations"
std::string extent(const Config& config) {
  const auto implied = std::count_if(config.rules.begin(), config.rules.end(),
                                     [](const Rule& rule) { return rule.implied; });
  const auto written = static_cast<std::ptrdiff_t>(config.rules.size()) - implied;
  const std::string watching =
      implied == 0 ? "" : fmt::format(" and {} that look for missing figures", implied);
  return fmt::format("{} schools, {} sources, {} rules{}, {} destinations",
                     config.organisations.school_count(), config.sources.size(), written, watching,
                     config.destinations.size());
}

int check(const CommandLine& wanted, const LoadedConfig& loaded) {
  const int status = print_faults(loaded.faults, wanted.json, wanted.json ? stdout : stderr);
  if (status == exit_ok && !wanted.json) {
    const Config& config = *loaded.config;
    fmt::print("{}: no faults: {}\n", wanted.config, extent(config));
    // No fault of the config, and kpid starts: but "no faults" alone would be half the truth.
    for (const SourceConfig& source : config.sources) {
      const auto manifest = plugin_host::read_manifest(source.library);
      if (manifest) {
        const auto hosts = granted_hosts(source, manifest->allowed_hosts, source.settings_json);
        if (!hosts.empty()) {
          fmt::print("source \"{}\" may fetch from {}\n", source.name, fmt::join(hosts, ", "));
        }
        continue;
      }
      fmt::print(stderr, "warning: the source \"{}\" cannot be pulled: {}\n", source.name,
                 manifest.error().text());
    }
  }
  return status;
}

asio::awaitable<void> feed_watchdog(Daemon& daemon, EventLog& log) {
  const auto interval = watchdog_interval();
  if (!interval) co_return;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    const auto proof = co_await daemon.prove_progress();
    if (proof) {
      notify_alive();
    } else {
      log.error("no progress to feed the watchdog with", {{"reason", proof.error().text()}});
      notify_status("not well: " + proof.error().text());
    }
    timer.expires_after(*interval / 3);
    const auto [stopped] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (stopped) co_return;
  }
}

// One process: from the config to the exit status.
class Process {
 public:
  Process(CommandLine wanted, std::shared_ptr<const Config> config, Installation installation,
          std::shared_ptr<EventLog> log)
      : wanted_(std::move(wanted)),
        config_(std::move(config)),
        log_(std::move(log)),
        daemon_(loop_, clock_, *log_, std::move(installation)),
        ends_(loop_, SIGTERM, SIGINT),
        reloads_(loop_, SIGHUP) {}

  int run() {
    asio::co_spawn(loop_, wanted_.once ? once() : serve(), [this](std::exception_ptr failed) {
      if (failed) end_with(failed);
      loop_.stop();
    });
    loop_.run();
    ::alarm(0);
    // A look at a dead network share cannot be called back: nothing waits for it. All that counts
    // is committed. (A sanitizer wants to see the ordinary end.)
#ifndef KPID_SANITIZED
    leave_after(close_within, status_);  // a disk that hangs must not hold up the end
    daemon_.close();
    leave_at_once(status_);
#endif
    return status_;
  }

 private:
  asio::awaitable<void> once() {
    asio::co_spawn(loop_, end_once_on_signal(), asio::detached);
    auto opened = co_await daemon_.open(config_);
    if (!opened) co_return refuse(opened.error());
    status_ = co_await run_once(daemon_, config_, wanted_.json);
    co_await daemon_.stop(stop_within);
  }

  asio::awaitable<void> end_once_on_signal() {
    const auto [error, signal] = co_await ends_.async_wait(asio::as_tuple(asio::use_awaitable));
    if (error) co_return;
    log_->info("ended early", {{"signal", std::to_string(signal)}});
    leave_at_once(128 + signal);
  }

  asio::awaitable<void> serve() {
    auto opened = co_await daemon_.open(config_);
    if (!opened) co_return refuse(opened.error());
    auto serving = daemon_.serve();
    if (!serving) co_return refuse(serving.error());
    log_->info("ready", {{"version", version},
                         {"config", config_->file.string()},
                         {"sources", std::to_string(config_->sources.size())}});
    notify_ready(ready_status());
    asio::co_spawn(loop_, feed_watchdog(daemon_, *log_), asio::detached);
    asio::co_spawn(loop_, reload_on_signal(), asio::detached);
    const auto [error, signal] = co_await ends_.async_wait(asio::as_tuple(asio::use_awaitable));
    co_await end(signal);
  }

  asio::awaitable<void> end(int signal) {
    log_->info("stopping", {{"signal", std::to_string(signal)}});
    notify_stopping();
    leave_after(stop_at_the_very_last, exit_ok);
    asio::co_spawn(loop_, leave_when_late(), asio::detached);
    asio::co_spawn(loop_, end_once_on_signal(), asio::detached);  // asked twice: at once
    co_await daemon_.stop(stop_within);
    log_->info("stopped");
  }

  // Whatever hangs, what is committed is safe: leaving is always allowed.
  asio::awaitable<void> leave_when_late() {
    asio::steady_timer timer(loop_, stop_at_last);
    const auto [cancelled] = co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (cancelled) co_return;
    log_->error("something did not end in time; leaving without it");
    leave_at_once(exit_ok);
  }

  asio::awaitable<void> reload_on_signal() {
    for (;;) {
      const auto [error, signal] =
          co_await reloads_.async_wait(asio::as_tuple(asio::use_awaitable));
      if (error) co_return;
      notify_reloading();
      const auto done = co_await daemon_.reload();
      if (!done) log_->error("the config was not taken", {{"reason", done.error().text()}});
      notify_ready(done ? ready_status() : "running with the old config: " + done.error().text());
    }
  }

  [[nodiscard]] std::string ready_status() const { return extent(*daemon_.config()); }

  void refuse(const Error& error) {
    if (wanted_.json) {
      const json::object said{
          {"kind", to_string(error.kind)}, {"sentence", error.sentence}, {"place", error.place}};
      fmt::print("{}\n", json::serialize(json::object{{"error", said}}));
    }
    log_->error("kpid cannot start", {{"reason", error.text()}});
    status_ = error.kind == ErrorKind::config ? exit_config : exit_software;
  }

  void end_with(const std::exception_ptr& failed) {
    try {
      std::rethrow_exception(failed);
    } catch (const std::exception& error) {
      log_->write(EventLog::Level::critical, "kpid ends because of a fault of its own",
                  {{"what", error.what()}});
    }
    status_ = exit_software;
  }

  [[noreturn]] static void leave_at_once(int status) {
    std::fflush(nullptr);
    std::_Exit(status);
  }

  CommandLine wanted_;
  std::shared_ptr<const Config> config_;
  std::shared_ptr<EventLog> log_;
  SystemClock clock_;
  asio::io_context loop_{1};
  Daemon daemon_;
  asio::signal_set ends_;
  asio::signal_set reloads_;
  int status_ = exit_ok;
};

// The database passes through this process's memory: no core dump may keep it.
void forbid_core_dumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#ifndef KPID_SANITIZED  // LeakSanitizer reads this process's memory
  prctl(PR_SET_DUMPABLE, 0);
#endif
}

// A heap for each thread, and big blocks kept for later, make a quick daemon a large one: kpid
// rests most of the time.
void keep_memory_small() {
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);  // set, it no longer grows with what is freed
  mallopt(M_TRIM_THRESHOLD, 128 * 1024);
}

int main_of(int argc, char** argv) {
  keep_memory_small();
  CommandLine wanted;
  CLI::App app{
      "kpid pulls KPI figures from a school trust's systems and tells the right people "
      "when one is out of line. Without options it runs in the foreground."};
  app.add_option("--config", wanted.config, "The config file")->capture_default_str();
  auto* check_flag =
      app.add_flag("--check", wanted.check, "Check the config, print every fault, and end");
  app.add_flag("--once", wanted.once, "Pull every source once, deliver, print a summary, and end")
      ->excludes(check_flag);
  auto* record = app.add_option(
      "--record", wanted.record.folder,
      "Pull one source and keep what it fetched in this folder, for tests; stores nothing. People "
      "and secrets are masked, and what cannot be masked is left out");
  auto* source = app.add_option("--source", wanted.record.source, "The source to record");
  auto* mask = app.add_option("--mask", wanted.record.masks,
                              "A further column or JSON member to mask; may be repeated");
  record->needs(source)->excludes(check_flag);
  source->needs(record);
  mask->needs(record);
  app.add_flag("--json", wanted.json, "Print JSON instead of text");
  app.set_version_flag("--version", version);
  app.footer(
      "Exit status: 0 well; 3 a source or a delivery failed (--once); 78 the config is "
      "faulty; 70 anything else.");
  CLI11_PARSE(app, argc, argv);

  std::signal(SIGPIPE, SIG_IGN);
  const Installation installation = find_installation();
  const LoadedConfig loaded = load_config(wanted.config, load_options(installation));
  if (wanted.check) return check(wanted, loaded);
  if (!loaded.config)
    return print_faults(loaded.faults, wanted.json, wanted.json ? stdout : stderr);
  forbid_core_dumps();
  if (!wanted.record.folder.empty()) {
    return record_source(*loaded.config, installation, wanted.record);
  }
  auto log = EventLog::open();
  // --once answers with a summary: its log says only what went wrong.
  log->set_level(wanted.once ? "warning" : loaded.config->log_level);
  return Process(std::move(wanted), loaded.config, installation, std::move(log)).run();
}

}  // namespace
}  // namespace kpid::app

// libcurl brings GnuTLS along, for protocols that kpid does not speak. It asks this function, by
// the name that its header documents, whether to set itself up before main().
extern "C" int _gnutls_global_init_skip() { return 1; }

int main(int argc, char** argv) {
  try {
    return kpid::app::main_of(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "kpid: {}\n", error.what());
    return kpid::app::exit_software;
  }
}
