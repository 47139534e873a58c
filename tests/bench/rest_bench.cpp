// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The daemon as an admin meets it: how long it takes from its start to READY=1, on an empty
// database and on one with a million measurements, and what it costs while nothing happens, on the
// demo trust after its first pulls. Usage: rest_bench [SECONDS AT REST] [ROUNDS] [MEASUREMENTS];
// prints one line of JSON.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "fast_receiver.hpp"
#include "store/store.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

constexpr seconds ready_within{30};
constexpr seconds pulls_take{4};  // the demo's pulls, their deliveries, and what follows them

void must(bool done, const std::string& what) {
  if (done) return;
  fmt::print(stderr, "rest_bench: {}\n", what);
  std::exit(1);
}

template <class T>
T must(kpid::Result<T> result) {
  must(result.has_value(), result ? "" : result.error().text());
  return std::move(*result);
}

// What systemd would be told (sd_notify(3)).
class Notifications {
 public:
  explicit Notifications(const fs::path& path)
      : socket_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    must(bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
         "cannot make the notification socket");
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  Notifications(const Notifications&) = delete;
  Notifications& operator=(const Notifications&) = delete;
  ~Notifications() { close(socket_); }

  [[nodiscard]] bool wait_for_ready() const {
    const auto end = std::chrono::steady_clock::now() + ready_within;
    while (std::chrono::steady_clock::now() < end) {
      pollfd wanted{socket_, POLLIN, 0};
      if (poll(&wanted, 1, 100) != 1) continue;
      char text[4096];
      const ssize_t size = recv(socket_, text, sizeof text, 0);
      const std::string_view said{text, size > 0 ? static_cast<std::size_t>(size) : 0};
      if (said.substr(0, 8) == "READY=1\n") return true;
    }
    return false;
  }

 private:
  int socket_;
};

// The demo trust in a folder of its own, its webhooks sent to our receiver.
class Demo {
 public:
  explicit Demo(const std::string& receiver) {
    fs::copy(fs::path(KPID_SOURCE_DIR) / "config/demo", folder_.path(),
             fs::copy_options::recursive);
    std::string text = kpid::testing::read_file(config());
    replace(text, "../../build/demo/", "");
    replace(text, "http://127.0.0.1:8099/", receiver);
    kpid::testing::write_file(config(), text);
  }

  [[nodiscard]] fs::path config() const { return folder_ / "kpid.toml"; }
  [[nodiscard]] fs::path database() const { return folder_ / "kpid.sqlite"; }

  void forget_everything() const {
    for (const char* end : {"", "-wal", "-shm", ".lock"}) fs::remove(database().string() + end);
  }

  [[nodiscard]] kpid::testing::Process start() const {
    const fs::path program = fs::path(KPID_BINARY_DIR) / "bin/kpid";
    return {{program.string(), "--config", config().string()},
            folder_ / "output.txt",
            folder_ / "log.txt"};
  }

  // Milliseconds from the start of the process to READY=1; it is ended again.
  [[nodiscard]] double time_to_ready() const {
    const Notifications notifications(folder_ / "notify.sock");
    const auto begun = std::chrono::steady_clock::now();
    auto kpid = start();
    must(notifications.wait_for_ready(), "kpid did not get ready: " + kpid.errors());
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - begun;
    fs::remove(folder_ / "notify.sock");
    kpid.signal(SIGTERM);
    must(kpid.wait() == 0, "kpid did not end well: " + kpid.errors());
    return taken.count();
  }

  // Beside the demo's own: ten years of daily counts of its schools' groups of pupils.
  void fill(int measurements) const {
    const auto database = must(kpid::store::Database::open(this->database()));
    auto& writer = database->writer();
    const kpid::Timestamp known_at{std::chrono::sys_days{std::chrono::days{20'000}}};
    must(database->begin().has_value(), "cannot begin");
    const auto run = must(writer.begin_run("history", known_at));
    constexpr int days = 2000;  // school days of ten years
    kpid::store::SeriesId series = 0;
    for (int i = 0; i < measurements; ++i) {
      if (i % days == 0) {
        const auto group = fmt::format("pupil_group=group_{}", i / days / 4);
        const auto school = std::to_string(900'001 + i / days % 4);
        series = must(writer.series_id("history", {"attendance.sessions_missed", school, group}));
      }
      kpid::store::NewMeasurement one;
      const kpid::Date day{std::chrono::days{17'000 + i % days}};
      one.period = {day, day};
      one.value = i % 97;
      (void)must(writer.put(series, run, known_at, one));
    }
    kpid::Run ended;
    ended.id = run;
    ended.outcome = kpid::RunOutcome::succeeded;
    must(writer.finish_run(ended).has_value(), "cannot finish the run");
    must(database->commit().has_value(), "cannot commit");
  }

 private:
  static void replace(std::string& text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
  }

  kpid::testing::TemporaryFolder folder_;
};

// The number behind `name` in a file of /proc.
std::uint64_t number_in(const fs::path& file, const std::string& name) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (line.rfind(name, 0) == 0) return std::strtoull(line.c_str() + name.size(), nullptr, 10);
  }
  return 0;
}

struct Rest {
  double rss_mb = 0;
  double pss_mb = 0;
  double private_mb = 0;  // its own memory: neither files nor what is shared
  double wake_ups_per_s = 0;
  std::size_t threads = 0;
};

std::uint64_t switches_of(pid_t pid, std::size_t& threads) {
  std::uint64_t all = 0;
  threads = 0;
  for (const auto& task : fs::directory_iterator(fmt::format("/proc/{}/task", pid))) {
    all += number_in(task.path() / "status", "voluntary_ctxt_switches:");
    ++threads;
  }
  return all;
}

Rest at_rest(const Demo& demo, seconds length) {
  auto kpid = demo.start();
  std::this_thread::sleep_for(pulls_take);
  must(kpid.running(), "kpid ended by itself: " + kpid.errors());
  Rest rest;
  const std::uint64_t before = switches_of(kpid.pid(), rest.threads);
  std::this_thread::sleep_for(length);
  const std::uint64_t after = switches_of(kpid.pid(), rest.threads);
  rest.wake_ups_per_s = static_cast<double>(after - before) / static_cast<double>(length.count());
  const fs::path proc = fmt::format("/proc/{}", kpid.pid());
  const auto megabytes = [](std::uint64_t kilobytes) {
    return static_cast<double>(kilobytes) / 1024;
  };
  rest.rss_mb = megabytes(number_in(proc / "status", "VmRSS:"));
  rest.private_mb = megabytes(number_in(proc / "status", "RssAnon:"));
  rest.pss_mb = megabytes(number_in(proc / "smaps_rollup", "Pss:"));  // 0 where we may not look
  kpid.signal(SIGTERM);
  must(kpid.wait() == 0, "kpid did not end well: " + kpid.errors());
  return rest;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}
double lowest(const std::vector<double>& values) {
  return *std::min_element(values.begin(), values.end());
}

}  // namespace

int main(int argc, char** argv) {
  const int length = argc > 1 ? std::atoi(argv[1]) : 20;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 9;
  const int measurements = argc > 3 ? std::atoi(argv[3]) : 1'000'000;
  must(length > 0 && rounds > 0 && measurements > 0,
       "usage: rest_bench [SECONDS AT REST] [ROUNDS] [MEASUREMENTS]");
  const kpid::bench::FastReceiver receiver;
  const Demo demo(receiver.url());
  std::vector<double> empty;
  for (int i = 0; i < rounds; ++i) {
    demo.forget_everything();
    empty.push_back(demo.time_to_ready());
  }
  demo.forget_everything();
  const Rest rest = at_rest(demo, seconds{length});
  must(receiver.requests() > 0, "the demo's alerts were not delivered");
  demo.fill(measurements);
  std::vector<double> full;
  for (int i = 0; i < rounds; ++i) full.push_back(demo.time_to_ready());
  fmt::print(
      "{{\"rss_mb\": {:.1f}, \"pss_mb\": {:.1f}, \"private_mb\": {:.1f}, \"threads\": {},"
      " \"wake_ups_per_s\": {:.2f}, \"ready_empty_ms\": {:.1f}, \"ready_empty_lowest_ms\": {:.1f},"
      " \"ready_full_ms\": {:.1f}, \"ready_full_lowest_ms\": {:.1f}, \"measurements\": {}}}\n",
      rest.rss_mb, rest.pss_mb, rest.private_mb, rest.threads, rest.wake_ups_per_s, median(empty),
      lowest(empty), median(full), lowest(full), measurements);
}
