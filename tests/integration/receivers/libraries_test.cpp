// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The receivers' own libraries (npm's standardwebhooks, svix and cloudevents, in a node of their
// own) take what the real outbox sends them, and nothing that was tampered with.

#include <map>
#include <memory>
#include <sstream>

#include <gmock/gmock.h>

#include "integration/receivers/receivers_fixture.hpp"
#include "unit/webhooks/outbox_fixture.hpp"
#include "webhooks/http_client.hpp"
#include "webhooks/signature.hpp"

namespace kpid::webhooks {
namespace {

using kpid::testing::eventually;
using kpid::testing::Process;
using ::testing::HasSubstr;

// tests/receivers/receiver.mjs, which knows one secret.
class NodeReceiver {
 public:
  NodeReceiver(const std::filesystem::path& folder, const std::string& secret)
      : process_({"/usr/bin/env", "node", receivers_script("receiver.mjs"),
                  modules_folder().string(), secret},
                 folder / (secret.substr(6, 8) + ".out"), folder / (secret.substr(6, 8) + ".err")) {
    EXPECT_TRUE(eventually([this] {
      return !process_.running() || process_.output().find('\n') != std::string::npos;
    }));
    const std::string said = process_.output();
    if (!said.starts_with("port ")) throw std::runtime_error("no receiver: " + process_.errors());
    url_ = "http://127.0.0.1:" + said.substr(5, said.find('\n') - 5) + "/hook";
  }
  [[nodiscard]] const std::string& url() const { return url_; }
  // What it said of each request, in their order.
  [[nodiscard]] std::vector<json::object> verdicts() const {
    std::istringstream lines(process_.output());
    std::string line;
    std::getline(lines, line);
    std::vector<json::object> all;
    while (std::getline(lines, line)) all.push_back(json::parse(line).as_object());
    return all;
  }

 private:
  Process process_;
  std::string url_;
};

class Libraries : public OutboxTest {
 protected:
  void SetUp() override {
    if (!libraries_are_here()) GTEST_SKIP() << kNoLibraries;
    OutboxTest::SetUp();
    // They look at the real time.
    clock_.advance(
        std::chrono::duration_cast<std::chrono::milliseconds>(SystemClock{}.now() - clock_.now()));
  }

  NodeReceiver& receiver(const std::string& secret) {
    auto folder = folder_ / std::to_string(receivers_.size());
    std::filesystem::create_directory(folder);
    receivers_.push_back(std::make_unique<NodeReceiver>(folder, secret));
    return *receivers_.back();
  }

  std::vector<Delivery> store(const std::vector<Event>& events) {
    auto all = std::make_shared<std::vector<Delivery>>();
    for (const Event& event : events) {
      const Rendered made = rendered(DestinationConfig{}, event);
      for (const DestinationConfig& to : config_.destinations) {
        Delivery delivery;
        delivery.event_id = event.id;
        delivery.event_type = event.type;
        delivery.destination = to.name;
        delivery.subject = event.id;
        delivery.content_type = made.content_type;
        delivery.body = made.body;
        delivery.created_at = delivery.next_attempt_at = clock_.now();
        all->push_back(std::move(delivery));
      }
    }
    write([&](store::Writer& writer) -> Result<void> {
      for (const Event& event : events) {
        if (auto added = writer.add_event(event); !added) return added;
      }
      for (Delivery& delivery : *all) {
        if (auto added = writer.add_delivery(delivery); !added) return added;
      }
      return {};
    });
    return *all;
  }

  static std::string only_refusal(const NodeReceiver& receiver) {
    const auto verdicts = receiver.verdicts();
    EXPECT_EQ(verdicts.size(), 1U);
    if (verdicts.empty() || !verdicts[0].contains("refused")) return "(it was accepted)";
    return std::string{verdicts[0].at("refused").as_string()};
  }

  std::vector<std::unique_ptr<NodeReceiver>> receivers_;
};

// With one secret; while secrets are changed, by a receiver that has only the old one, or only the
// new; and where a v1a signature stands beside.
TEST_F(Libraries, EveryEventIsVerifiedParsedAndAccepted) {
  const auto pair = make_key_pair();
  ASSERT_TRUE(pair);
  destination("one", receiver(kNewSecret).url());
  destination("old", receiver(kOldSecret).url()).signing_secrets = {Secret{kNewSecret},
                                                                    Secret{kOldSecret}};
  destination("new", receiver(kNewSecret).url()).signing_secrets = {Secret{kNewSecret},
                                                                    Secret{kOldSecret}};
  destination("both", receiver(kNewSecret).url()).signing_secrets = {pair->secret,
                                                                     Secret{kNewSecret}};
  configure();
  const std::vector<Event> events = golden_and_hostile_events();
  outbox_->send(store(events));
  drain();
  EXPECT_EQ(outbox_->counters().delivered, events.size() * 4);
  EXPECT_EQ(outbox_->counters().failed_attempts, 0U);
  std::map<std::string, std::string> expected;
  for (const Event& event : events) expected[event.id] = std::string{to_string(event.type)};
  for (const auto& one : receivers_) {
    std::map<std::string, std::string> accepted;
    for (const json::object& verdict : one->verdicts()) {
      EXPECT_FALSE(verdict.contains("refused")) << json::serialize(verdict);
      if (!verdict.contains("type")) continue;
      EXPECT_TRUE(accepted
                      .emplace(std::string{verdict.at("id").as_string()},
                               std::string{verdict.at("type").as_string()})
                      .second)
          << "twice";
    }
    EXPECT_EQ(accepted, expected);
  }
}

TEST_F(Libraries, AReceiverWithAnotherSecretRefuses) {
  NodeReceiver& stranger = receiver(kOldSecret);
  destination("team", stranger.url());  // which signs with the new one
  configure();
  const auto sent = store({golden_events().front()});
  outbox_->send(sent);
  drain();
  EXPECT_EQ(only_refusal(stranger), "standardwebhooks: No matching signature found");
  EXPECT_EQ(row(sent[0]).state, DeliveryState::dead);
  EXPECT_EQ(row(sent[0]).last_error,
            "400: the receiver refused the request; check the destination's URL and secret, then "
            "replay the delivery");
}

// A delivery as it was sent, brought to a receiver once more by somebody else.
class Tampered : public Libraries {
 protected:
  void SetUp() override {
    Libraries::SetUp();
    if (IsSkipped()) return;
    Receiver on_the_way(always(200));
    destination("team", on_the_way.url());
    configure();
    outbox_->send(store({golden_events().front()}));
    drain();
    caught_ = on_the_way.requests().at(0);
  }

  Answer bring(const ReceivedRequest& request) {
    NodeReceiver& to = receiver(kNewSecret);
    HttpRequest again{Secret{to.url()}, {}, request.body};
    for (const char* name :
         {"content-type", "webhook-id", "webhook-timestamp", "webhook-signature"}) {
      if (!request.header(name).empty()) {
        again.headers.push_back(std::string{name} + ": " + request.header(name));
      }
    }
    HttpSettings settings;
    settings.allowed = {*net::parse_network("127.0.0.0/8")};
    HttpClient client(loop_, settings);
    std::optional<Answer> answer;
    boost::asio::co_spawn(loop_, client.post(std::move(again)),
                          [&](const std::exception_ptr& failure, std::optional<Answer> got) {
                            EXPECT_FALSE(failure);
                            answer = got.value_or(Answer{});
                          });
    until([&] { return answer.has_value(); });
    return *answer;
  }

  ReceivedRequest caught_;
};

TEST_F(Tampered, AsItWasItIsTaken) { EXPECT_EQ(bring(caught_).status, 204); }

TEST_F(Tampered, AnythingElseIsRefused) {
  const std::string no_match = "standardwebhooks: No matching signature found";
  const auto seconds = [this](std::chrono::seconds by) {
    const auto at =
        std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch() + by);
    return std::to_string(at.count());
  };
  struct Case {
    const char* what;
    std::function<void(ReceivedRequest&)> change;
    std::string words;
  };
  const std::vector<Case> cases{
      {"a byte of the body", [](auto& r) { r.body[r.body.find("1.0")] = '2'; }, no_match},
      {"a blank more", [](auto& r) { r.body += ' '; }, no_match},
      {"no body", [](auto& r) { r.body.clear(); }, no_match},
      {"another id", [](auto& r) { r.headers["webhook-id"] += 'x'; }, no_match},
      {"another second", [&](auto& r) { r.headers["webhook-timestamp"] = seconds(30s); }, no_match},
      {"too old", [&](auto& r) { r.headers["webhook-timestamp"] = seconds(-400s); },
       "standardwebhooks: Message timestamp too old"},
      {"too new", [&](auto& r) { r.headers["webhook-timestamp"] = seconds(400s); },
       "standardwebhooks: Message timestamp too new"},
      {"no instant", [](auto& r) { r.headers["webhook-timestamp"] = "now"; },
       "standardwebhooks: Invalid Signature Headers"},
      {"no signature", [](auto& r) { r.headers.erase("webhook-signature"); },
       "standardwebhooks: Missing required headers"},
      {"no id", [](auto& r) { r.headers.erase("webhook-id"); },
       "standardwebhooks: Missing required headers"},
      {"cut", [](auto& r) { r.headers["webhook-signature"].pop_back(); }, no_match},
      {"of another version", [](auto& r) { r.headers["webhook-signature"][1] = '2'; }, no_match},
      {"of another type", [](auto& r) { r.headers["content-type"] = "text/plain"; },
       "cloudevents: no cloud event detected"},
  };
  for (const Case& one : cases) {
    ReceivedRequest changed = caught_;
    one.change(changed);
    const Answer answer = bring(changed);
    EXPECT_EQ(answer.status, 400) << one.what;
    EXPECT_EQ(answer.body, one.words) << one.what;
  }
}

}  // namespace
}  // namespace kpid::webhooks
