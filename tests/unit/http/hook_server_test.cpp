// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The TCP listener: what a proven push is told, how many may speak at once, where it listens, and
// what of a refusal is told to the log.

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "hook_fixture.hpp"
#include "http/hook_address.hpp"
#include "http/hook_call.hpp"

namespace kpid::http {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class HookServers : public Hooks {
 protected:
  static constexpr const char* csv = "School,Pupils\r\n900001,314\r\n";
  static std::string bearer(const std::string& body, Headers more = {}) {
    more.emplace_back("Authorization", std::string("Bearer ") + token);
    return post("/hooks/visits", std::move(more), body);
  }
  // Pushes wait until they are let go.
  void hold_pushes() {
    on_loop([this] { make_gate(); });
  }
  void make_gate() {
    gate_ = std::make_shared<boost::asio::steady_timer>(loop_,
                                                        boost::asio::steady_timer::duration::max());
    on_push = [this]() -> boost::asio::awaitable<Result<Taken>> {
      const auto gate = gate_;
      boost::system::error_code let_go;
      co_await gate->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, let_go));
      Taken taken;
      taken.run.outcome = RunOutcome::unchanged;
      co_return taken;
    };
  }
  void let_go() {
    on_loop([this] { gate_->cancel(); });
  }
  void wait_for_pushes(std::size_t count) {
    while (pushes() < count) std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  std::shared_ptr<boost::asio::steady_timer> gate_;
};

TEST_F(HookServers, TellsWhatCameOfThePush) {
  const std::string heard = ask(post("/hooks/roll", proof(csv), csv));
  EXPECT_THAT(heard, AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Cache-Control: no-store\r\n"),
                           HasSubstr("Content-Type: application/json\r\n"),
                           HasSubstr(R"({"run":7,"outcome":"succeeded","created":0,"revised":0,)"
                                     R"("unchanged":0,"refused":0})")));
  EXPECT_EQ(pushes(), 1U);
  EXPECT_THAT(pushed_, ElementsAre("roll: School,Pupils\r\n900001,314\r\n"));
  EXPECT_THAT(ids_, ElementsAre("msg_1"));
}

TEST_F(HookServers, GivesWhatHasNoIdTheDigestOfItsBody) {
  EXPECT_EQ(told(ask(bearer("abc"))), "200");
  EXPECT_EQ(pushes(), 1U);
  EXPECT_THAT(
      ids_, ElementsAre("sha256.ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

TEST_F(HookServers, EachEndOfARunHasItsStatus) {
  const auto of = [](ErrorKind kind) {
    Taken taken;
    taken.run.outcome = RunOutcome::failed;
    taken.run.error_kind = kind;
    taken.run.reason = "why";
    return answer_of(Result<Taken>(taken)).status;
  };
  EXPECT_EQ(of(ErrorKind::source), 422U);
  EXPECT_EQ(of(ErrorKind::not_found), 422U);
  EXPECT_EQ(of(ErrorKind::unsupported), 422U);
  EXPECT_EQ(of(ErrorKind::plugin), 500U);
  EXPECT_EQ(of(ErrorKind::internal), 500U);
  EXPECT_EQ(of(ErrorKind::config), 503U);
  EXPECT_EQ(of(ErrorKind::storage), 503U);
  EXPECT_EQ(of(ErrorKind::cancelled), 503U);
  const auto without_run = [](ErrorKind kind) {
    return answer_of(Result<Taken>(tl::unexpected(Error{kind, "why", {}})));
  };
  const CallAnswer busy = without_run(ErrorKind::conflict);
  EXPECT_EQ(busy.status, 409U);
  EXPECT_THAT(busy.headers, ElementsAre(std::pair<std::string, std::string>("Retry-After", "30")));
  EXPECT_EQ(without_run(ErrorKind::plugin).status, 503U) << "quarantined";
  EXPECT_EQ(without_run(ErrorKind::storage).status, 503U);
  EXPECT_EQ(without_run(ErrorKind::not_found).status, 404U);
  Taken again;
  again.run.id = 4;
  again.again = true;
  const CallAnswer taken = answer_of(Result<Taken>(again));
  EXPECT_EQ(taken.status, 200U);
  EXPECT_EQ(taken.body, R"({"run":4,"already_taken":true})");
}

TEST_F(HookServers, AnExceptionIsNoCrash) {
  on_loop([this] {
    on_push = []() -> boost::asio::awaitable<Result<Taken>> {
      throw std::runtime_error("out of luck");
      co_return fail(ErrorKind::internal, "");
    };
  });
  EXPECT_EQ(told(ask(bearer("x"))), "500 kpid could not answer this request: out of luck");
}

TEST_F(HookServers, SaysGoAheadOnceTheHeaderIsAcceptable) {
  Caller caller(port_);
  caller.send(
      request("POST /hooks/visits HTTP/1.1", {{"Host", "x"},
                                              {"Authorization", std::string("Bearer ") + token},
                                              {"Expect", "100-continue"},
                                              {"Connection", "close"},
                                              {"Content-Length", "3"}}));
  EXPECT_EQ(caller.hear("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(pushes(), 0U);
  caller.send("abc");
  EXPECT_EQ(told(caller.hear()), "200");
}

TEST_F(HookServers, AnswersRequestsOfOneConnectionInTurn) {
  Headers headers{
      {"Host", "x"}, {"Authorization", std::string("Bearer ") + token}, {"Content-Length", "3"}};
  const std::string push = request("POST /hooks/visits HTTP/1.1", headers, "abc");
  const std::string last =
      request("GET /nothing HTTP/1.1", {{"Host", "x"}, {"Connection", "close"}});
  const std::string heard = ask(push + push + last);
  const std::size_t second = heard.find("HTTP/1.1 ", 1);
  const std::size_t third = heard.find("HTTP/1.1 ", second + 1);
  EXPECT_THAT(heard, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(heard.substr(second), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(heard.substr(third), StartsWith("HTTP/1.1 404 "));
  EXPECT_EQ(pushes(), 2U);
}

TEST_F(HookServers, HealthNeedsNoProofAndHeadNoBody) {
  const Headers close{{"Host", "x"}, {"Connection", "close"}};
  EXPECT_THAT(ask(request("GET /healthz HTTP/1.1", close)), HasSubstr("{\"healthy\":true}"));
  const std::string head = ask(request("HEAD /healthz HTTP/1.1", close));
  EXPECT_THAT(head, AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Content-Length: 16\r\n"),
                          Not(HasSubstr("healthy"))));
}

TEST_F(HookServers, TurnsTheSixtyFifthAway) {
  std::vector<std::unique_ptr<Caller>> idle;
  limits_.header_time = std::chrono::minutes{5};  // they stay until they are dropped
  on_loop([this] { open(); });
  for (int i = 0; i < 64; ++i) idle.push_back(std::make_unique<Caller>(port_));
  const std::string get = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  const std::string heard = ask(get);
  EXPECT_EQ(told(heard), "503 too many connections are open; try again in a moment");
  EXPECT_THAT(heard, HasSubstr("Retry-After: 10\r\n"));
  idle.clear();
  while (told(ask(get)) != "200") std::this_thread::sleep_for(std::chrono::milliseconds{5});
}

TEST_F(HookServers, HoldsFourLargeBodiesAtATimeAndAnyNumberOfSmallOnes) {
  hold_pushes();
  const std::string large(100'000, 'x');
  std::vector<std::unique_ptr<Caller>> callers;
  for (int i = 0; i < 4; ++i) {
    callers.push_back(std::make_unique<Caller>(port_));
    callers.back()->send(bearer(large));
  }
  wait_for_pushes(4);
  EXPECT_EQ(told(ask(bearer(large))),
            "503 several large documents are being pushed; try again in a moment");
  // In chunks nobody says beforehand how much it will be.
  const std::string chunk = "10000\r\n" + std::string(65536, 'x') + "\r\n";
  EXPECT_EQ(told(ask(request("POST /hooks/visits HTTP/1.1",
                             {{"Host", "x"},
                              {"Authorization", std::string("Bearer ") + token},
                              {"Transfer-Encoding", "chunked"}},
                             chunk + chunk))),
            "503 several large documents are being pushed; try again in a moment");
  callers.push_back(std::make_unique<Caller>(port_));
  callers.back()->send(bearer("small"));
  wait_for_pushes(5);
  let_go();
  for (const auto& caller : callers) EXPECT_EQ(told(caller->hear()), "200");
  on_loop([this] { on_push = nullptr; });
  EXPECT_EQ(told(ask(bearer(large))), "200");
}

TEST_F(HookServers, WhoHasNoProofKeepsNobodyElseAway) {
  const auto unproven = [](const char* hook) {
    return std::string("POST /hooks/") + hook +
           " HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: x\r\nwebhook-id: 1\r\n"
           "Content-Length: 100000\r\n\r\n";
  };
  Caller first(port_);
  first.send(unproven("meters"));
  std::string heard;
  while (!heard.starts_with("503")) {  // once the first has its place
    Caller second(port_);
    second.send(unproven("meters"));
    heard = told(second.hear("}}"));
  }
  EXPECT_EQ(heard, "503 several large documents are being pushed; try again in a moment");
  EXPECT_EQ(told(ask(bearer(std::string(100'000, 'x')))), "200");
}

TEST_F(HookServers, ACallerThatGoesDoesNotStopTheRun) {
  hold_pushes();
  bool ended = false;
  on_loop([&] {
    const auto held = on_push;
    on_push = [&ended, held]() -> boost::asio::awaitable<Result<Taken>> {
      auto waiting = held();
      auto taken = co_await std::move(waiting);
      ended = true;
      co_return taken;
    };
  });
  {
    Caller caller(port_);
    caller.send(bearer("x"));
    wait_for_pushes(1);
  }
  EXPECT_EQ(told(ask("GET /healthz HTTP/1.0\r\n\r\n")), "200");
  let_go();
  bool seen = false;
  while (!seen) on_loop([&] { seen = ended; });
}

TEST_F(HookServers, WhoWaitsForARunIsAnsweredAfterTheStop) {
  hold_pushes();
  Caller caller(port_);
  Caller idle(port_);
  caller.send(bearer("x"));
  wait_for_pushes(1);
  on_loop([this] { server_->stop(); });
  EXPECT_EQ(idle.hear(), "");
  EXPECT_FALSE(Caller(port_).connected());
  let_go();
  EXPECT_THAT(caller.hear(), AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Connection: close")));
}

TEST_F(HookServers, RefusalsAreToldTenAMinuteAndHoldNoSecret) {
  for (int i = 0; i < 12; ++i) {
    EXPECT_EQ(
        told(ask(post("/hooks/visits", {{"Authorization", "Bearer wr0ng"}}, "x"))).substr(0, 3),
        "401");
  }
  on_loop([this] {
    EXPECT_EQ(refusals_.size(), 10U);
    clock_.at += std::chrono::minutes{1};
  });
  EXPECT_EQ(told(ask(post("/hooks/elsewhere", {}, "x"))).substr(0, 3), "404");
  EXPECT_EQ(pushes(), 0U);
  ASSERT_EQ(refusals_.size(), 11U);
  EXPECT_EQ(refusals_.back().untold, 2U);
  EXPECT_EQ(refusals_.back().source, "elsewhere");
  EXPECT_EQ(refusals_.back().from, "127.0.0.1");
  EXPECT_EQ(refusals_.front().status, 401U);
  for (const Refusal& one : refusals_) {
    EXPECT_THAT(one.reason, AllOf(Not(HasSubstr("wr0ng")), Not(HasSubstr(token))));
  }
  EXPECT_EQ(told(ask("GET /api/v1/status HTTP/1.0\r\n\r\n")).substr(0, 3), "404");
  EXPECT_EQ(refusals_.size(), 11U) << "nobody pushed";
}

TEST_F(HookServers, APortInUseIsNamed) {
  HookServer second(loop_, clock_, {}, nullptr);
  const auto taken = second.listen(ListenConfig{"127.0.0.1", port_, {}});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, ErrorKind::conflict);
  EXPECT_EQ(taken.error().text(),
            "127.0.0.1:" + std::to_string(port_) +
                ": another program listens on this address already; stop it, or give [http] "
                "another port");
  EXPECT_EQ(second.address(), "");
  EXPECT_FALSE(second.listen(ListenConfig{"192.0.2.1", port_, {}})) << "not this machine's";
}

TEST_F(HookServers, ListensElsewhereWhenToldAndStaysWhereItCannot) {
  const std::uint16_t before = port_;
  on_loop([&] {
    EXPECT_FALSE(server_->listen(ListenConfig{"192.0.2.1", before, {}}));
    EXPECT_EQ(server_->address(), "127.0.0.1:" + std::to_string(before));
  });
  EXPECT_EQ(told(ask("GET /healthz HTTP/1.0\r\n\r\n")), "200") << "the old one holds";
  // Every address, at the same port: the one makes way for the other.
  on_loop([&] {
    EXPECT_TRUE(server_->listen(ListenConfig{"0.0.0.0", before, {}}));
    EXPECT_EQ(server_->address(), "0.0.0.0:" + std::to_string(before));
  });
  EXPECT_EQ(told(ask("GET /healthz HTTP/1.0\r\n\r\n")), "200");
  on_loop([&] {
    EXPECT_TRUE(server_->listen(std::nullopt));
    EXPECT_EQ(server_->address(), "");
  });
  EXPECT_FALSE(Caller(before).connected());
}

TEST(HookAddresses, AreWrittenAsAPersonWouldTypeThem) {
  EXPECT_EQ(hook_address({"127.0.0.1", 8417, ""}, "roll"), "http://127.0.0.1:8417/hooks/roll");
  EXPECT_EQ(hook_address({"::1", 8417, ""}, "roll"), "http://[::1]:8417/hooks/roll");
  EXPECT_EQ(hook_address({"::1", 8417, "https://kpid.example.org/x"}, "roll"),
            "https://kpid.example.org/x/hooks/roll");
}

}  // namespace
}  // namespace kpid::http
