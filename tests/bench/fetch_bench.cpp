// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// How fast a document comes over HTTP: from a server on loopback in another process, through all
// the rules, hashed, into an unlinked file; as a share of what a bare libcurl writes of the same
// bytes into such a file, without rules and hash, in turns within one run.
// Usage: fetch_bench [MEGABYTES] [ROUNDS]; prints one line of JSON.

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <curl/curl.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fetch/fetcher.hpp"
#include "fetch/line.hpp"
#include "support/temporary_folder.hpp"

namespace {

namespace asio = boost::asio;
using Instant = std::chrono::steady_clock::time_point;

Instant now() { return std::chrono::steady_clock::now(); }
double seconds_since(Instant start) { return std::chrono::duration<double>(now() - start).count(); }

void must(bool done, const std::string& what) {
  if (done) return;
  fmt::print(stderr, "fetch_bench: {}\n", what);
  std::exit(1);
}

// Sends the same document to whoever asks, as often as it is asked.
class Server {
 public:
  explicit Server(std::size_t bytes) {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const plain = reinterpret_cast<sockaddr*>(&address);
    must(::bind(listener, plain, size) == 0 && ::listen(listener, 8) == 0 &&
             ::getsockname(listener, plain, &size) == 0,
         "no port");
    port_ = ntohs(address.sin_port);
    child_ = ::fork();
    must(child_ >= 0, "no process");
    if (child_ == 0) serve(listener, bytes);
    ::close(listener);
  }
  ~Server() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  [[nodiscard]] std::string url() const {
    return fmt::format("http://127.0.0.1:{}/marks.csv", port_);
  }

 private:
  [[noreturn]] static void serve(int listener, std::size_t bytes) {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGCHLD, SIG_IGN);
    std::string part;
    while (part.size() < (1U << 20)) part += "900001,77,4,0,0,2026-01-20,AM,/\n";
    for (;;) {
      const int socket = ::accept(listener, nullptr, nullptr);
      // A process for each connection, for both sides keep theirs; it ends with the connection.
      if (socket < 0 || ::fork() != 0) {
        ::close(socket);
        continue;
      }
      std::array<char, 4096> head{};
      while (socket >= 0 && ::read(socket, head.data(), head.size()) > 0) {
        const std::string answer =
            fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", bytes);
        if (::write(socket, answer.data(), answer.size()) < 0) break;
        std::size_t left = bytes;
        while (left > 0) {
          const ssize_t sent = ::write(socket, part.data(), std::min(left, part.size()));
          if (sent <= 0) break;
          left -= static_cast<std::size_t>(sent);
        }
        if (left > 0) break;
      }
      std::_Exit(0);
    }
  }
  std::uint16_t port_ = 0;
  pid_t child_ = -1;
};

std::size_t write_out(char* data, std::size_t size, std::size_t count, void* user) {
  const ssize_t written = ::write(*static_cast<int*>(user), data, size * count);
  return written < 0 ? 0 : static_cast<std::size_t>(written);
}

double bare(CURL* easy, const std::string& url, const std::filesystem::path& folder) {
  const Instant start = now();
  int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR, 0600);
  must(file >= 0, "no unlinked file");
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 256L * 1024);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &write_out);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &file);
  must(curl_easy_perform(easy) == CURLE_OK, "the bare transfer failed");
  const double took = seconds_since(start);
  ::close(file);
  return took;
}

double through_kpid(const kpid::fetch::FetchPolicy& policy, asio::io_context& loop,
                    const std::string& url, std::size_t bytes) {
  const Instant start = now();
  const auto fetcher = kpid::fetch::make_fetcher(policy);
  kpid::fetch::FetchRequest request;
  request.location = url;
  std::optional<double> took;
  asio::co_spawn(loop, fetcher->fetch(std::move(request)),
                 [&](const std::exception_ptr&, const auto& documents) {
                   took = seconds_since(start);
                   must(documents && documents->front().document.size == bytes, "the fetch failed");
                 });
  loop.restart();
  while (!took) loop.run_one();
  return *took;
}

double median(std::vector<double> all) {
  std::sort(all.begin(), all.end());
  return all[all.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t megabytes = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 300;
  const std::size_t rounds = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 5;
  const std::size_t bytes = megabytes * 1'000'000;
  kpid::net::set_up_curl();
  const Server server(bytes);
  const kpid::testing::TemporaryFolder folder;
  asio::io_context loop;
  kpid::fetch::FetchPolicy policy;
  policy.base = policy.scratch = folder.path();
  policy.allowed_hosts = {"127.0.0.1"};
  policy.allowed_networks = {"127.0.0.0/8"};
  policy.lines = std::make_shared<kpid::fetch::Lines>();
  const kpid::net::Easy easy(curl_easy_init());
  must(easy != nullptr, "no libcurl");
  std::vector<double> ours;
  std::vector<double> theirs;
  for (std::size_t i = 0; i < rounds; ++i) {
    theirs.push_back(bare(easy.get(), server.url(), folder.path()));
    ours.push_back(through_kpid(policy, loop, server.url(), bytes));
  }
  policy.lines->close();
  const double rate = static_cast<double>(megabytes) / median(ours);
  const double bare_rate = static_cast<double>(megabytes) / median(theirs);
  fmt::print(
      "{{\"megabytes\": {}, \"mb_per_s\": {:.0f}, \"bare_mb_per_s\": {:.0f}, "
      "\"http_share_of_bare\": {:.2f}}}\n",
      megabytes, rate, bare_rate, rate / bare_rate);
  return 0;
}
