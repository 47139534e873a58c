// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#pragma once

// A trust whose figures become alerts, events and deliveries by the street itself, on a config that
// the loader has read: a SQLite file, the writer's thread, the outbox, receivers on loopback. Only
// the clock is the test's: it stands at Friday, 27 November 2026, 16:00 in London.

#include <condition_variable>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "config/load.hpp"
#include "ingest/bundles.hpp"
#include "ingest/evaluate_marked.hpp"
#include "ingest/fallback.hpp"
#include "ingest/run_session.hpp"
#include "ingest/switched_off.hpp"
#include "outbox_fixture.hpp"
#include "support/live_street.hpp"
#include "support/places.hpp"
#include "webhooks/signature.hpp"

namespace kpid::webhooks {

// Holds up whoever comes to it while it is closed.
class Gate {
 public:
  void pass() {
    std::unique_lock hold(mutex_);
    moved_.wait(hold, [this] { return open_; });
  }
  void set(bool open) {
    const std::lock_guard hold(mutex_);
    open_ = open;
    moved_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable moved_;
  bool open_ = true;
};

struct Arrival {
  Timestamp at{};  // on the test's clock
  unsigned status = 0;
  ReceivedRequest request;
  [[nodiscard]] std::string id() const { return request.header("webhook-id"); }
  [[nodiscard]] bool accepted() const { return status == 200; }
};

// A receiver that keeps when everything came and what it answered.
class Station {
 public:
  using Answer = std::function<Reply(Timestamp at, std::size_t number)>;

  Station(const Clock& clock, Answer answer)
      : clock_(clock),
        answer_(std::move(answer)),
        receiver_([this](const ReceivedRequest& request, std::size_t number) {
          const Timestamp at = clock_.now();
          Reply reply = answer_(at, number);
          const std::lock_guard hold(mutex_);
          arrivals_.push_back({at, reply.status, request});
          if (reply.status == 200) accepted_.insert(request.header("webhook-id"));
          return reply;
        }) {}

  [[nodiscard]] Receiver& receiver() { return receiver_; }
  [[nodiscard]] std::vector<Arrival> arrivals() const {
    const std::lock_guard hold(mutex_);
    return arrivals_;
  }
  [[nodiscard]] std::size_t accepted() const {  // each message once
    const std::lock_guard hold(mutex_);
    return accepted_.size();
  }

 private:
  const Clock& clock_;
  Answer answer_;
  mutable std::mutex mutex_;
  std::vector<Arrival> arrivals_;
  std::set<std::string> accepted_;
  Receiver receiver_;  // its thread uses what stands above
};

// What the store has of alerts, by the events' ids.
struct Happened {
  std::string alert;
  std::uint32_t seq = 0;
  Timestamp at{};
};
using Truth = std::map<std::string, Happened>;

inline bool is_digest(const Arrival& one) {
  return one.request.body.find(R"("type":"kpi.digest")") != std::string::npos;
}

// The events that one message tells: itself, or each that stands in a digest, of an alert the older
// ones first.
inline std::vector<std::string> told_by(const Arrival& one) {
  if (!is_digest(one)) return {one.id()};
  std::vector<std::string> ids;
  const auto body = boost::json::parse(one.request.body);
  const auto& data = body.at("data");
  for (const auto& id : data.at("also").as_array()) ids.emplace_back(id.as_string());
  for (const auto& item : data.at("items").as_array()) {
    ids.emplace_back(item.at("id").as_string());
  }
  return ids;
}

class WeekendTest : public OutboxTest {
 protected:
  void SetUp() override {
    OutboxTest::SetUp();
    clock_.advance(friday() - clock_.now());
    outbox_->on_disabled = [this](const std::string& name, const std::string& reason) {
      disabled_.emplace_back(name, reason);
      boost::asio::post(loop_, [this, name, reason] { tell_of_disabled(name, reason); });
    };
  }

  static Timestamp friday() { return Timestamp{make_date(2026, 11, 27)} + 16h; }
  static std::string urn(int school) { return std::to_string(900001 + school); }

  // The trust's config with these destinations, as TOML.
  void configure_trust(int schools, const std::string& destinations) {
    std::string text = "[trust]\nname = \"Weekend Trust\"\n";
    std::string all;
    for (int i = 0; i < schools; ++i) {
      text += fmt::format("[[school]]\nurn = {}\nname = \"School {}\"\n", urn(i), i + 1);
      all += fmt::format("{}\"{}\"", i == 0 ? "" : ", ", urn(i));
    }
    text += fmt::format(R"([[source]]
name = "finance"
plugin = "finance"
schedule = "daily 06:30"
[source.settings]
path = "in/finance.csv"

[[rule]]
name = "reserves"
kpi = "finance.reserves_percent"
amber = "< 8"
red = "< 5"
organisations = [{}]
owner = "finance"
)",
                        all);
    std::ofstream(folder_ / "secret") << kNewSecret;
    std::ofstream(folder_ / "kpid.toml") << text << destinations;
    LoadOptions options;
    options.catalogue_directory =
        std::filesystem::path{kpid::testing::source_folder()} / "config/catalogue";
    const LoadedConfig loaded = load_config(folder_ / "kpid.toml", options);
    for (const ConfigFault& fault : loaded.faults) ADD_FAILURE() << fault.text();
    ASSERT_NE(loaded.config, nullptr);
    trust_ = loaded.config;
    outbox_->stand_in = [this](store::Writer& writer, const Delivery& untold) {
      return ingest::stand_in_for(writer, {*trust_, identifiers_, render_, clock_.now()}, untold);
    };
    outbox_->configure(trust_);
  }

  // What every destination needs, and no more: all else is as the loader fills it in.
  static std::string destination_text(const std::string& name, Station& station,
                                      const std::string& extra = {}) {
    return fmt::format(
        "\n[[destination]]\nname = \"{}\"\nformat = \"standard\"\nurl = \"{}\"\n"
        "signing_secret_file = \"secret\"\nallowed_networks = [\"127.0.0.0/8\"]\n{}\n",
        name, station.receiver().url(), extra);
  }

  using Telling = std::function<Result<std::vector<Delivery>>(store::Writer&,
                                                              const ingest::EvaluationContext&)>;
  // One transaction of the street; what it wrote for the outbox is sent straight afterwards.
  void in_street(const Telling& telling) {
    std::vector<Delivery> deliveries;
    write([&](store::Writer& writer) -> Result<void> {
      auto told = telling(writer, {*trust_, identifiers_, render_, clock_.now()});
      if (!told) return tl::unexpected(told.error());
      deliveries = std::move(*told);
      return {};
    });
    for (const Delivery& one : deliveries) ++sent_to_[one.destination];
    outbox_->send(std::move(deliveries));
  }

  // Reserves in per cent of the income, by school: a whole run, and its evaluation.
  void pull(const std::map<int, double>& reserves) {
    const Period year{make_date(2025, 9, 1), make_date(2026, 8, 31)};
    std::vector<kpid::testing::StreetRow> rows;
    for (const auto& [school, percent] : reserves) {
      rows.push_back({"finance.reserves", urn(school), year, percent * 1000});
      rows.push_back({"finance.income", urn(school), year, 100'000});
    }
    const ObservationBatch batch = kpid::testing::batch_of(rows);
    const Timestamp now = clock_.now();
    write([&](store::Writer& writer) -> Result<void> {
      ingest::RunSession session(trust_, trust_->sources.at(0),
                                 kpid::testing::measures_of(*trust_));
      if (auto begun = session.begin(writer, now); !begun) return begun;
      ingest::Checkpoint checkpoint;
      checkpoint.batches.push_back(batch);
      FetchedDocument document;
      document.number = 1;
      document.origin = "in/finance.csv";
      document.sha256 = std::string(64, 'a');
      document.fetched_at_ms = milliseconds_since_epoch(now);
      checkpoint.documents.push_back(document);
      if (auto applied = session.apply(writer, checkpoint, now); !applied) return applied;
      const auto run = session.finish(writer, {}, now);
      if (!run) return tl::unexpected(run.error());
      EXPECT_EQ(run->notes.size(), 0U) << run->notes.at(0).sentence;
      return {};
    });
    in_street([](store::Writer& writer,
                 const ingest::EvaluationContext& context) -> Result<std::vector<Delivery>> {
      auto done = ingest::evaluate_marked(writer, context);
      if (!done) return tl::unexpected(done.error());
      return std::move(done->deliveries);
    });
  }

  // What waited for its time and is due by now.
  void tell_what_is_due() {
    in_street([](store::Writer& writer,
                 const ingest::EvaluationContext& context) -> Result<std::vector<Delivery>> {
      auto made = ingest::evaluate_waiting(writer, context);
      if (!made) return tl::unexpected(made.error());
      return std::move(made->deliveries);
    });
  }

  void acknowledge(int school) {
    in_street([school](store::Writer& writer,
                       const ingest::EvaluationContext& context) -> Result<std::vector<Delivery>> {
      const auto alert = writer.open_alert("reserves", urn(school), "");
      if (!alert) return tl::unexpected(alert.error());
      if (!*alert) return fail(ErrorKind::not_found, "no alert of " + urn(school));
      return ingest::acknowledge_alert(writer, context, (*alert)->id, "the CFO", "on it");
    });
  }

  // As the daemon does.
  void tell_of_disabled(const std::string& name, const std::string& reason) {
    in_street([&](store::Writer& writer, const ingest::EvaluationContext& context) {
      return ingest::tell_switched_off(writer, context, name, reason);
    });
  }

  Truth truth() {
    Truth all;
    store::AlertQuery every;
    every.include_resolved = true;
    every.limit = 100'000;
    const auto from = reader();
    const auto alerts = from->alerts(every);
    for (const Alert& alert : alerts.value()) {
      const auto events = from->events(alert.id);
      for (const store::EventRecord& record : events.value()) {
        all[record.event.id] = {record.event.subject, record.event.seq, record.event.at};
      }
    }
    return all;
  }

  // Whatever came, accepted or not: well signed at that instant, and one id always the same bytes.
  static void expect_trustworthy(const std::string& name, const std::vector<Arrival>& arrivals) {
    std::map<std::string, std::string> bodies;
    for (const Arrival& one : arrivals) {
      const std::string id = one.id();
      const std::string stamp = one.request.header("webhook-timestamp");
      const std::string signature = one.request.header("webhook-signature");
      const auto good =
          verify(Secret{kNewSecret}, {id, stamp, signature}, one.request.body, one.at);
      EXPECT_TRUE(good) << name << " " << id << ": " << (good ? "" : good.error().text());
      const auto [first, fresh] = bodies.emplace(id, one.request.body);
      EXPECT_EQ(first->second, one.request.body) << name << ": one id with other bytes";
    }
  }

  // Each event of the store told once, the events of one alert in their order.
  static void expect_all_once_in_order(const std::string& name,
                                       const std::vector<Arrival>& arrivals, const Truth& truth) {
    std::set<std::string> seen;
    std::map<std::string, std::uint32_t> last;
    for (const Arrival& one : arrivals) {
      if (!one.accepted()) continue;
      for (const std::string& id : told_by(one)) {
        const auto event = truth.find(id);
        if (event == truth.end()) continue;
        EXPECT_TRUE(seen.insert(id).second) << name << " was told " << id << " twice";
        const Happened& told = event->second;
        EXPECT_LT(last[told.alert], told.seq) << name << ": " << told.alert << " out of order";
        last[told.alert] = told.seq;
      }
    }
    EXPECT_EQ(seen.size(), truth.size()) << name;
  }

  std::shared_ptr<const Config> trust_;
  RandomIdentifierSource identifiers_;
  ingest::Render render_ = [](const DestinationConfig& destination,
                              const Event& event) -> Result<ingest::RenderedBody> {
    auto rendered = render(destination, event, "weekend");
    if (!rendered) return tl::unexpected(rendered.error());
    return ingest::RenderedBody{std::move(rendered->content_type), std::move(rendered->body),
                                rendered->left_out};
  };
  std::map<std::string, std::size_t> sent_to_;  // deliveries that were written, by destination
};

}  // namespace kpid::webhooks
