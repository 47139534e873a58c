// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// An alert is fired on a real SQLite file, its message is rendered as the daemon renders it, and
// the link in it is followed. Only the clock is the test's.

#include "app/acknowledge_by_link.hpp"

#include <atomic>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ostream_sink.h>

#include "alerts/digest_data.hpp"
#include "http/alert_view.hpp"
#include "support/live_street.hpp"
#include "webhooks/render.hpp"

namespace kpid::app {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::LiveStreet;
using ::testing::Not;

class HandClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const override { return timestamp_from_milliseconds(now_.load()); }
  void set(Timestamp at) { now_ = milliseconds_since_epoch(at); }

 private:
  std::atomic<std::int64_t> now_{
      milliseconds_since_epoch(*parse_timestamp("2026-11-24T07:31:00Z"))};
};

std::shared_ptr<Config> trust(const std::string& public_url) {
  auto config = std::make_shared<Config>();
  Organisation top;
  top.kind = OrganisationKind::trust;
  top.code = trust_code;
  top.name = "Trust";
  Organisation school;
  school.code = "900001";
  school.name = "St Example's";
  config->organisations = Organisations({top, school});
  Kpi kpi;
  kpi.id = "finance.reserves_percent";
  kpi.title = "reserves as a share of income";
  kpi.unit = Unit::percent;
  kpi.calendar = Calendar::financial_year;
  kpi.definition = MeasureOf{"finance.reserves"};
  kpi.inputs = {{"finance.reserves", std::nullopt}};
  kpi.owner = "finance";
  kpi.decimals = 1;
  config->kpis = {kpi};
  Rule rule;
  rule.name = "reserves";
  rule.kpi = kpi.id;
  rule.organisations = {"900001"};
  rule.red = Threshold{Threshold::Operator::below, 5};
  rule.amber = Threshold{Threshold::Operator::below, 6.5};
  config->rules = {rule};
  for (const char* name : {"team", "board"}) {
    DestinationConfig destination;
    destination.name = name;
    config->destinations.push_back(destination);
  }
  if (!public_url.empty()) {
    config->listen = ListenConfig{};
    config->listen->public_url = public_url;
  }
  return config;
}

constexpr const char* address = "https://kpid.example";

class ByLink : public ::testing::Test {
 protected:
  explicit ByLink(const std::string& public_url = address)
      : config_(trust(public_url)), links_(clock_), log_(logger(out_)), street_(config_, render()) {
    links_.configure(*config_);
    EXPECT_TRUE(street_.database().begin());
    EXPECT_TRUE(links_.open(street_.writer()));
    EXPECT_TRUE(street_.database().commit());
  }
  void TearDown() override { queue_.reset(); }

  static std::shared_ptr<spdlog::logger> logger(std::ostringstream& out) {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(out);
    sink->set_pattern("%l %v");
    return std::make_shared<spdlog::logger>("test", sink);
  }

  ingest::Render render() {
    return [this](const DestinationConfig& to, const Event& event) -> Result<ingest::RenderedBody> {
      const auto linked = links_.linked(to, event);
      auto made = webhooks::render(to, linked ? *linked : event, "test");
      if (!made) return tl::unexpected(made.error());
      return ingest::RenderedBody{std::move(made->content_type), std::move(made->body)};
    };
  }

  // What the source says now. Nothing else may be under way.
  void figure(double value, const char* at) {
    queue_.reset();
    clock_.set(*parse_timestamp(at));
    street_.pull("finance", clock_.now(),
                 {{"finance.reserves", "900001",
                   Period{make_date(2025, 9, 1), make_date(2026, 8, 31)}, value}});
  }
  Alert alert() {
    queue_.reset();
    store::AlertQuery every;
    every.include_resolved = true;
    return street_.writer().alerts(every)->at(0);
  }
  std::vector<Delivery> deliveries(const std::string& to) {
    queue_.reset();
    store::DeliveryQuery wanted;
    wanted.destination = to;
    std::vector<Delivery> all;
    const auto found = street_.writer().deliveries(wanted);
    EXPECT_TRUE(found);
    for (const Delivery& one : *found) {
      all.insert(all.begin(), **street_.writer().delivery(one.id));
    }
    return all;
  }
  // The token in a message to a destination; the first message's where not said.
  std::string token(const std::string& to = "team", std::size_t message = 0) {
    const auto all = deliveries(to);
    if (all.size() <= message) return "none";
    const json::value body = json::parse(all[message].body);
    const json::object& data = body.as_object().at("data").as_object();
    const json::value* link = data.if_contains("acknowledge_url");
    if (link == nullptr) return "none";
    const std::string url{link->as_string()};
    EXPECT_THAT(url, ::testing::StartsWith(std::string{address} + "/ack/"));
    return url.substr(std::string{address}.size() + 5);
  }

  LinkParts parts() {
    if (!queue_) queue_ = std::make_unique<store::WriteQueue>(street_.database());
    return {*queue_,
            clock_,
            log_,
            links_,
            config_,
            [this](const Config& config) {
              return ingest::EvaluationContext{config, identifiers_, render_, clock_.now()};
            },
            [this](std::vector<Delivery> made) {
              for (Delivery& one : made) sent_.push_back(std::move(one));
            }};
  }
  // Several at once: each is under way before the first has ended.
  std::vector<http::Page> visits(const std::vector<std::string>& tokens, bool submitted,
                                 const std::vector<std::string>& forms) {
    std::vector<http::Page> pages(tokens.size());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      asio::co_spawn(loop_, acknowledge_by_link(parts(), tokens[i], submitted, forms[i]),
                     [&pages, i](const std::exception_ptr& failure, http::Page page) {
                       if (failure) std::rethrow_exception(failure);
                       pages[i] = std::move(page);
                     });
    }
    loop_.restart();
    loop_.run();
    return pages;
  }
  http::Page look(const std::string& at) { return visits({at}, false, {""}).front(); }
  http::Page submit(const std::string& at, const std::string& form) {
    return visits({at}, true, {form}).front();
  }

  HandClock clock_;
  std::shared_ptr<Config> config_;
  AcknowledgeLinks links_;
  std::ostringstream out_;
  EventLog log_;
  RandomIdentifierSource identifiers_;
  ingest::Render render_ = render();
  LiveStreet street_;
  asio::io_context loop_;
  std::unique_ptr<store::WriteQueue> queue_;
  std::vector<Delivery> sent_;
};

TEST_F(ByLink, LookingShowsTheAlertAndChangesNothing) {
  figure(3.1, "2026-11-24T07:31:00Z");
  const std::string at = token();
  for (int scanner = 0; scanner < 3; ++scanner) {
    const http::Page page = look(at);
    EXPECT_EQ(page.status, 200U);
    EXPECT_THAT(page.body, HasSubstr("Red alert: Reserves as a share of income, St Example&#39;s"));
    EXPECT_THAT(page.body, HasSubstr("below the limit of 5 %"));
    EXPECT_THAT(page.body, HasSubstr("<form method=\"post\">"));
    EXPECT_THAT(page.body, Not(HasSubstr("got worse")));
  }
  EXPECT_EQ(alert().state, AlertState::firing);
  EXPECT_TRUE(sent_.empty());
}

TEST_F(ByLink, SubmittingAcknowledgesAndTellsTheOthers) {
  figure(3.1, "2026-11-24T07:31:00Z");
  const std::string at = token();
  clock_.set(*parse_timestamp("2026-11-24T08:00:00Z"));
  const http::Page page = submit(at, "seen=red&name=+J.++Smith%0D%0A&note=I+ring+them&span=");
  EXPECT_EQ(page.status, 200U);
  EXPECT_THAT(page.body, HasSubstr("Thank you, J. Smith"));
  EXPECT_THAT(page.body, HasSubstr("kpid stays quiet about it until it gets worse or is over."));
  const Alert noted = alert();
  EXPECT_EQ(noted.state, AlertState::acknowledged);
  EXPECT_EQ(noted.acknowledged_by, "J. Smith (link to team)");
  EXPECT_EQ(noted.note, "I ring them");
  EXPECT_FALSE(noted.acknowledged_until);
  ASSERT_EQ(sent_.size(), 2U) << "one to each destination";
  EXPECT_EQ(sent_[0].event_type, EventType::alert_acknowledged);
  EXPECT_FALSE(sent_[0].claimed) << "it stands behind the one that told of the alert";
  EXPECT_THAT(sent_[0].body, Not(HasSubstr("acknowledge_url"))) << "it has been taken note of";
  EXPECT_THAT(out_.str(), HasSubstr("acknowledged by a link"));
}

TEST_F(ByLink, EachItemOfADigestHasALinkOfItsOwn) {
  figure(3.1, "2026-11-24T07:31:00Z");
  const DestinationConfig& to = config_->destinations[0];
  const auto events = street_.writer().events(alert().id);
  ASSERT_TRUE(events);
  Event firing = events->front().event;
  Event over = firing;
  over.id = "msg_00000000000000000000000002";
  over.subject = "alt_00000000000000000000000002";
  over.type = EventType::alert_resolved;
  over.data = R"({"state":"resolved"})";
  Event digest;
  digest.id = "msg_00000000000000000000000003";
  digest.type = EventType::digest;
  digest.data = digest_data({to.name, "digest", firing.at, clock_.now(), "Europe/London"},
                            digest_entries({firing, over}));
  const auto linked = links_.linked(to, digest);
  ASSERT_TRUE(linked);
  const json::array items = json::parse(linked->data).at("items").as_array();
  ASSERT_EQ(items.size(), 2U);
  EXPECT_FALSE(items[1].as_object().contains("acknowledge_url")) << "it is over";
  const std::string url{items[0].at("acknowledge_url").as_string()};
  const http::Page page = submit(url.substr(url.rfind('/') + 1), "name=J.+Smith");
  EXPECT_THAT(page.body, HasSubstr("Thank you, J. Smith"));
  EXPECT_EQ(alert().acknowledged_by, "J. Smith (link to team)");
}

TEST_F(ByLink, ForSomeSchoolDays) {
  figure(3.1, "2026-11-24T07:31:00Z");
  const http::Page page = submit(token(), "name=A&span=5+school+days");
  EXPECT_THAT(page.body, HasSubstr("until 1 December 2026 at 07:31, unless it gets worse"));
  EXPECT_EQ(alert().acknowledged_until, parse_timestamp("2026-12-01T07:31:00Z"));
}

TEST_F(ByLink, WorksOnce) {
  figure(3.1, "2026-11-24T07:31:00Z");
  const std::string at = token();
  EXPECT_EQ(submit(at, "name=J.+Smith").status, 200U);
  for (const http::Page& again : {look(at), submit(at, "name=Mallory")}) {
    EXPECT_THAT(again.body, HasSubstr("This link has been used"));
    EXPECT_THAT(again.body, HasSubstr("J. Smith took note of the alert with it on 24 November "
                                      "2026 at 07:31."));
    EXPECT_THAT(again.body, Not(HasSubstr("<form")));
  }
  EXPECT_EQ(sent_.size(), 2U);
  EXPECT_EQ(alert().acknowledged_by, "J. Smith (link to team)");
}

TEST_F(ByLink, AUsedLinkStaysUsedWhenTheAlertFiresAgain) {
  figure(6.0, "2026-11-24T07:31:00Z");
  const std::string at = token();
  submit(at, "name=A");
  figure(3.1, "2026-11-25T07:31:00Z");  // worse: the acknowledgement has ended
  ASSERT_EQ(alert().state, AlertState::firing);
  const http::Page again = submit(at, "name=A&seen=red");
  EXPECT_THAT(again.body, HasSubstr("This link has been used"));
  EXPECT_THAT(again.body, HasSubstr("has come up again since"));
  EXPECT_EQ(alert().state, AlertState::firing);
  // What told of the change has a link of its own: after firing and acknowledged it is the third.
  const std::string newer = token("team", 2);
  EXPECT_NE(newer, at);
  EXPECT_THAT(submit(newer, "name=A&seen=red").body, HasSubstr("Thank you, A"));
}

TEST_F(ByLink, TwoClicksAtOnceAcknowledgeOnce) {
  figure(3.1, "2026-11-24T07:31:00Z");
  const std::string at = token();
  const std::vector<std::string> tokens(8, at);
  const std::vector<std::string> forms(8, "name=J.+Smith");
  int thanked = 0;
  for (const http::Page& page : visits(tokens, true, forms)) {
    EXPECT_EQ(page.status, 200U);
    const bool thanks = page.body.find("Thank you") != std::string::npos;
    thanked += thanks ? 1 : 0;
    if (!thanks) {
      EXPECT_THAT(page.body, HasSubstr("J. Smith took note of the alert with it"));
    }
  }
  EXPECT_EQ(thanked, 1);
  EXPECT_EQ(sent_.size(), 2U);
  EXPECT_EQ(alert().seq, 2U);
}

TEST_F(ByLink, TwoPeopleAtOnceAcknowledgeOnce) {
  figure(3.1, "2026-11-24T07:31:00Z");
  const std::string team = token("team");
  const std::string board = token("board");
  ASSERT_NE(team, board);
  const auto pages = visits({team, board}, true, {"name=First", "name=Second"});
  EXPECT_THAT(pages[0].body, HasSubstr("Thank you, First"));
  EXPECT_THAT(pages[1].body, HasSubstr("First (link to team) has taken note of this alert on 24 "
                                       "November 2026 at 07:31. kpid stays quiet"));
  EXPECT_EQ(alert().acknowledged_by, "First (link to team)");
  EXPECT_EQ(sent_.size(), 2U);
}

TEST_F(ByLink, AnAlertThatIsOverNeedsNobody) {
  figure(3.1, "2026-11-24T07:31:00Z");
  const std::string at = token();
  figure(9.0, "2026-11-25T07:31:00Z");
  for (const http::Page& page : {look(at), submit(at, "name=A")}) {
    EXPECT_EQ(page.status, 200U);
    EXPECT_THAT(page.body, HasSubstr("This alert is over"));
    EXPECT_THAT(page.body, HasSubstr("withdrawn on 25 November 2026 at 07:31, for its figure was "
                                     "corrected"));
    EXPECT_THAT(page.body, Not(HasSubstr("<form")));
  }
  EXPECT_EQ(alert().state, AlertState::resolved);
}

TEST_F(ByLink, AnAlertThatGotWorseIsShownAsItIsNow) {
  figure(6.0, "2026-11-24T07:31:00Z");
  const std::string at = token();
  EXPECT_THAT(look(at).body, HasSubstr("name=\"seen\" value=\"amber\""));
  figure(3.1, "2026-11-25T07:31:00Z");
  const http::Page now = look(at);
  EXPECT_THAT(now.body, HasSubstr("It has got worse since this message was sent: it was amber "
                                  "then, and is red now."));
  EXPECT_THAT(now.body, HasSubstr("3.1 %"));
  EXPECT_THAT(now.body, HasSubstr("name=\"seen\" value=\"red\""));
  // Whoever had the page open while it was amber sees the newer state first.
  const http::Page stale = submit(at, "name=A&seen=amber");
  EXPECT_EQ(stale.status, 409U);
  EXPECT_THAT(stale.body,
              HasSubstr("It has got worse while you were looking at it: it is red now"));
  EXPECT_THAT(stale.body, HasSubstr("value=\"A\""));
  EXPECT_EQ(submit(at, "name=A").status, 409U) << "a form that does not say what it saw";
  EXPECT_EQ(alert().state, AlertState::firing);
  EXPECT_EQ(submit(at, "name=A&seen=red").status, 200U);
  EXPECT_EQ(alert().state, AlertState::acknowledged);
}

TEST_F(ByLink, ExpiresToTheSecond) {
  figure(3.1, "2026-11-24T07:31:00Z");
  const std::string at = token();
  const Timestamp end = *parse_timestamp("2026-12-24T07:31:00Z");
  clock_.set(end - 1ms);
  EXPECT_EQ(look(at).status, 200U);
  clock_.set(end);
  for (const http::Page& page : {look(at), submit(at, "name=A")}) {
    EXPECT_EQ(page.status, 410U);
    EXPECT_THAT(page.body, HasSubstr("This link is too old"));
    EXPECT_THAT(page.body, Not(HasSubstr("Example")));
  }
  EXPECT_EQ(alert().state, AlertState::firing);
}

TEST_F(ByLink, AForgedOrDamagedLinkRevealsNothing) {
  figure(3.1, "2026-11-24T07:31:00Z");
  const std::string at = token();
  const Secret other{std::string(webhooks::link_key_size, 'x')};
  const auto read = links_.read(at);
  ASSERT_TRUE(read);
  const std::string forged = *webhooks::make_link_token(other, *read);
  for (const std::string& bad : {forged, at.substr(1), at + "A", std::string{}, std::string{"x"},
                                 std::string{webhooks::no_token}, std::string(5000, 'A')}) {
    for (const http::Page& page : {look(bad), submit(bad, "name=A")}) {
      EXPECT_EQ(page.status, 404U);
      EXPECT_EQ(page.body, look("x").body) << "all of them are the same";
      EXPECT_THAT(page.body, Not(HasSubstr("Example")));
    }
  }
  EXPECT_EQ(alert().state, AlertState::firing);
}

TEST_F(ByLink, ALinkOfAMessageThatNeverWasLeadsNowhere) {
  figure(3.1, "2026-11-24T07:31:00Z");
  Event never;
  never.id = "msg_00000000000000000000000000";
  never.type = EventType::alert_firing;
  never.data = R"({"state":"firing"})";
  const auto linked = links_.linked(config_->destinations[0], never);
  ASSERT_TRUE(linked);
  const std::string& url = linked->acknowledge_link;
  EXPECT_EQ(look(url.substr(url.rfind('/') + 1)).status, 404U);
}

TEST_F(ByLink, AFormIsCheckedAndKeepsWhatWasTyped) {
  figure(3.1, "2026-11-24T07:31:00Z");
  const std::string at = token();
  struct Case {
    std::string form;
    std::string remark;
  };
  const std::vector<Case> cases{
      {"", "Write your name"},
      {"name=%", "Write your name"},
      {"name=+%0A%09+", "Write your name"},
      {"name=%E2%80%AE", "Write your name"},
      {"name=" + std::string(81, 'x'), "longer than 80 characters"},
      {"name=A&note=" + std::string(501, 'x'), "longer than 500 characters"},
      {"name=A&note=" + std::string(60'000, 'x'), "longer than 500 characters"},
      {"name=A&span=3+years", "Choose one of the times"},
      {"name=A&span=1+school+day%00", "Choose one of the times"},
  };
  for (const Case& one : cases) {
    const http::Page page = submit(at, one.form);
    EXPECT_EQ(page.status, 400U) << one.form;
    EXPECT_THAT(page.body, HasSubstr(one.remark)) << one.form;
    EXPECT_THAT(page.body, HasSubstr("<form")) << one.form;
  }
  EXPECT_EQ(alert().state, AlertState::firing);
  std::string eighty;
  for (int i = 0; i < 80; ++i) eighty += "%C3%A9";
  EXPECT_EQ(submit(at, "name=" + eighty).status, 200U) << "characters are counted, not bytes";
}

TEST_F(ByLink, WhatIsTypedCannotSteerAScreenOrForgeALine) {
  figure(3.1, "2026-11-24T07:31:00Z");
  submit(token(), "name=%1B%5B31mEve%0Aerror+all+is+lost%FF&note=%E2%80%AEb%00c");
  EXPECT_EQ(alert().acknowledged_by, "[31mEve error all is lost\xEF\xBF\xBD (link to team)");
  EXPECT_EQ(alert().note, "b c");
}

TEST_F(ByLink, TheStoryTellsWhoseLinkItWas) {
  figure(3.1, "2026-11-24T07:31:00Z");
  const std::string at = token("board");
  clock_.set(*parse_timestamp("2026-11-24T08:00:00Z"));
  submit(at, "name=J.+Smith");
  const Alert noted = alert();
  const auto view = http::alert_view(street_.writer(), *config_, noted.id, clock_.now());
  ASSERT_TRUE(view) << view.error().text();
  int used = 0;
  for (const json::value& one : view->at("told").as_array()) {
    if (one.at("link_used").is_null()) continue;
    ++used;
    EXPECT_EQ(one.at("destination"), "board");
    EXPECT_EQ(one.at("type"), "kpi.alert.firing");
    EXPECT_EQ(one.at("link_used").at("by"), "J. Smith");
    EXPECT_EQ(one.at("link_used").at("at"), "2026-11-24T08:00:00.000Z");
  }
  EXPECT_EQ(used, 1);
  EXPECT_EQ(view->at("alert").at("acknowledged_by"), "J. Smith (link to board)");
}

TEST_F(ByLink, AFailureOfTheStoreChangesNothing) {
  figure(3.1, "2026-11-24T07:31:00Z");
  const std::string at = token();
  ingest::Render working = std::exchange(
      render_, [](const DestinationConfig&, const Event&) -> Result<ingest::RenderedBody> {
        return fail(ErrorKind::internal, "no room");
      });
  const http::Page failed = submit(at, "name=A");
  EXPECT_EQ(failed.status, 503U);
  EXPECT_THAT(failed.body, HasSubstr("Nothing has changed"));
  EXPECT_EQ(alert().state, AlertState::firing);
  render_ = std::move(working);
  EXPECT_THAT(submit(at, "name=A").body, HasSubstr("Thank you, A")) << "the link was not used up";
}

TEST_F(ByLink, AReloadCanTakeTheLinksAwayAndGiveThemBack) {
  Event event;
  event.id = "msg_00000000000000000000000001";
  event.type = EventType::alert_firing;
  event.data = R"({"state":"firing"})";
  const DestinationConfig& to = config_->destinations[0];
  EXPECT_TRUE(links_.linked(to, event));
  links_.configure(*trust(""));
  EXPECT_FALSE(links_.linked(to, event));
  links_.configure(*trust("https://other.example/kpid/"));
  const auto linked = links_.linked(to, event);
  ASSERT_TRUE(linked);
  EXPECT_THAT(linked->acknowledge_link, ::testing::StartsWith("https://other.example/kpid/ack/"));
}

class WithoutAddress : public ByLink {
 protected:
  WithoutAddress() : ByLink("") {}
};

TEST_F(WithoutAddress, NoMessageHasALink) {
  figure(3.1, "2026-11-24T07:31:00Z");
  EXPECT_EQ(deliveries("team").size(), 1U);
  EXPECT_EQ(token(), "none");
}

TEST(LinkKey, OutlivesARestartAndIsAnotherElsewhere) {
  HandClock clock;
  Event event;
  event.id = "msg_00000000000000000000000001";
  event.type = EventType::alert_firing;
  event.data = R"({"state":"firing"})";
  DestinationConfig team;
  team.name = "team";
  const testing::TemporaryFolder folder;
  std::string url;
  const auto opened = [&](const std::string& file) {
    auto links = std::make_unique<AcknowledgeLinks>(clock);
    auto database = store::Database::open(folder / file);
    EXPECT_TRUE(database);
    EXPECT_TRUE((*database)->begin());
    EXPECT_TRUE(links->open((*database)->writer()));
    EXPECT_TRUE((*database)->commit());
    links->configure(*trust(address));
    return links;
  };
  url = opened("kpid.db")->linked(team, event).value_or(Event{}).acknowledge_link;
  const std::string token = url.substr(url.rfind('/') + 1);
  EXPECT_TRUE(opened("kpid.db")->read(token));
  EXPECT_EQ(opened("kpid.db")->linked(team, event).value_or(Event{}).acknowledge_link, url);
  EXPECT_FALSE(opened("another.db")->read(token));
}

}  // namespace
}  // namespace kpid::app
