// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The real HookServer on a real port, with a loop of its own, and callers that send any bytes they
// like. What a push leads to is the test's; everything before it is the server's.

#include <array>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/hook_server.hpp"
#include "webhooks/signature.hpp"

namespace kpid::http {

struct FixedClock final : Clock {
  Timestamp at = parse_timestamp("2026-11-27T06:30:00Z").value();
  [[nodiscard]] Timestamp now() const override { return at; }
};

// A caller's connection.
class Caller {
 public:
  explicit Caller(std::uint16_t port) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~Caller() { hang_up(); }
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  [[nodiscard]] bool connected() const noexcept { return connected_; }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;  // refused and closed: the answer tells
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void say_no_more() { ::shutdown(socket_, SHUT_WR); }
  void hang_up() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }
  // What comes until the server closes, or until it has said so much.
  std::string hear(std::string_view until = {}) {
    std::string heard;
    while (until.empty() || heard.find(until) == std::string::npos) {
      pollfd looked{socket_, POLLIN, 0};
      if (::poll(&looked, 1, 30'000) <= 0) return heard + " (and then nothing)";
      std::array<char, 4096> buffer{};
      const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
      if (got <= 0) break;
      heard.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return heard;
  }

 private:
  int socket_ = -1;
  bool connected_ = false;
};

// "401 The header webhook-id is missing."; of several answers the first.
inline std::string told(const std::string& heard) {
  if (!heard.starts_with("HTTP/1.")) return heard;
  std::string text = heard.substr(9, 3);
  const std::size_t end = heard.find("\r\n\r\n");
  if (end == std::string::npos) return text;
  std::string body = heard.substr(end + 4);
  boost::system::error_code bad;
  const auto length = heard.find("Content-Length: ");
  if (length != std::string::npos) body.resize(std::stoul(heard.substr(length + 16)));
  const auto json = boost::json::parse(body, bad);
  if (bad) return text + " " + body;
  if (const auto* sentence = json.as_object().if_contains("error")) {
    return text + " " + std::string(sentence->at("sentence").as_string());
  }
  return text;
}

class Hooks : public ::testing::Test {
 protected:
  static constexpr const char* whsec = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  static constexpr const char* token = "a-token-that-nobody-guesses";
  static constexpr const char* key = "an hmac secret nobody guesses";

  void SetUp() override {
    config_ = std::make_shared<Config>();
    const auto pair = webhooks::make_key_pair();
    pair_ = pair->secret;
    add("roll", HookConfig::Proof::standard_webhooks, {Secret(pair->public_half), Secret(whsec)});
    add("visits", HookConfig::Proof::bearer, {Secret("the-newer-token-of-two"), Secret(token)});
    add("meters", HookConfig::Proof::hmac, {Secret(key)});
    SourceConfig pulled;
    pulled.name = "pulled";
    config_->sources.push_back(pulled);
    limits_.header_time = std::chrono::milliseconds{400};
    limits_.patience = std::chrono::milliseconds{400};
    limits_.slow_pace = 1U << 20U;
    open();
    thread_ = std::thread([this] { loop_.run(); });
  }
  void TearDown() override {
    on_loop([this] { server_.reset(); });
    work_.reset();
    loop_.stop();
    thread_.join();
  }

  void add(const std::string& name, HookConfig::Proof proof, std::vector<Secret> secrets) {
    SourceConfig source;
    source.name = name;
    source.hook = HookConfig{};
    source.hook->proof = proof;
    source.hook->secrets = std::move(secrets);
    source.hook->hmac_header = "X-Hub-Signature-256";
    source.hook->size_limit = 256U << 10U;
    config_->sources.push_back(std::move(source));
  }
  void open() {
    CallIn call_in;
    call_in.push = [this](std::string source, Pushed pushed) {
      return take(std::move(source), std::move(pushed));
    };
    server_ = std::make_unique<HookServer>(
        loop_, clock_, std::move(call_in),
        [this](const Refusal& refusal) { refusals_.push_back(refusal); }, limits_);
    server_->configure(config_);
    ASSERT_TRUE(server_->listen(ListenConfig{"127.0.0.1", 0, {}}));
    const std::string where = server_->address();
    port_ = static_cast<std::uint16_t>(std::stoul(where.substr(where.rfind(':') + 1)));
  }
  boost::asio::awaitable<Result<Taken>> take(std::string source, Pushed pushed) {
    pushed_.push_back(source + ": " + pushed.body.substr(0, 40));
    ids_.push_back(pushed.id);
    if (on_push) co_return co_await on_push();
    Taken taken;
    taken.run.id = 7;
    taken.run.source = source;
    taken.run.outcome = RunOutcome::succeeded;
    if (pushed.body.starts_with("\xff\xd8")) {
      taken.run.outcome = RunOutcome::failed;
      taken.run.error_kind = ErrorKind::source;
      taken.run.reason = "this is a picture, not a table";
    }
    co_return taken;
  }
  // On the loop's thread, like everything else of the server.
  template <class Work>
  void on_loop(Work work) {
    std::promise<void> done;
    boost::asio::post(loop_, [&] {
      work();
      done.set_value();
    });
    done.get_future().get();
  }
  std::size_t pushes() {
    std::size_t count = 0;
    on_loop([&] { count = pushed_.size(); });
    return count;
  }

  // ---- Requests ---------------------------------------------------------------------------------
  using Headers = std::vector<std::pair<std::string, std::string>>;
  static std::string request(const std::string& line, const Headers& headers,
                             const std::string& body = {}) {
    std::string text = line + "\r\n";
    for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
    return text + "\r\n" + body;
  }
  static std::string post(const std::string& target, Headers headers, const std::string& body) {
    headers.insert(headers.begin(), {{"Host", "kpid.example.org"}, {"Connection", "close"}});
    headers.emplace_back("Content-Length", std::to_string(body.size()));
    return request("POST " + target + " HTTP/1.1", headers, body);
  }
  [[nodiscard]] std::string seconds(int shift = 0) const {
    const auto at = clock_.at.time_since_epoch() + std::chrono::seconds{shift};
    return std::to_string(std::chrono::floor<std::chrono::seconds>(at).count());
  }
  static std::string sign(const Secret& secret, const std::string& id, const std::string& timestamp,
                          const std::string& body) {
    auto signer = webhooks::Signer::with({&secret, 1});
    return signer->sign(id, timestamp, body).value();
  }
  // The three headers of a body, rightly signed with the shared secret.
  [[nodiscard]] Headers proof(const std::string& body, const std::string& id = "msg_1",
                              int shift = 0) const {
    return {{"webhook-id", id},
            {"webhook-timestamp", seconds(shift)},
            {"webhook-signature", sign(Secret(whsec), id, seconds(shift), body)}};
  }
  static Headers but(Headers headers, const std::string& name, const std::string& value) {
    for (auto& [one, said] : headers) {
      if (one == name) said = value;
    }
    return headers;
  }
  static Headers without(Headers headers, const std::string& name) {
    std::erase_if(headers, [&](const auto& one) { return one.first == name; });
    return headers;
  }
  static Headers with(Headers headers, const std::string& name, const std::string& value) {
    headers.emplace_back(name, value);
    return headers;
  }
  // Sends it all and returns all that comes.
  [[nodiscard]] std::string ask(const std::string& bytes, bool say_no_more = false) const {
    Caller caller(port_);
    caller.send(bytes);
    if (say_no_more) caller.say_no_more();
    return caller.hear();
  }

  boost::asio::io_context loop_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      loop_.get_executor()};
  FixedClock clock_;
  HookLimits limits_;
  std::shared_ptr<Config> config_;
  Secret pair_;  // whose public half "roll" knows
  std::unique_ptr<HookServer> server_;
  std::uint16_t port_ = 0;
  std::function<boost::asio::awaitable<Result<Taken>>()> on_push;
  std::vector<std::string> pushed_;
  std::vector<std::string> ids_;
  std::vector<Refusal> refusals_;
  std::thread thread_;
};

}  // namespace kpid::http
