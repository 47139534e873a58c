// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// The street with a waiting room before its destination: nights and weekends are quiet.

#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "ingest/bundles.hpp"
#include "ingest/silences.hpp"
#include "unit/ingest/street_fixture.hpp"

namespace kpid::ingest {

namespace json = boost::json;

class Waiting : public Street {
 protected:
  void SetUp() override {
    Street::SetUp();
    config_->timezone = "Europe/London";
    config_->rules[0].amber = Threshold{Threshold::Operator::below, 6};
    config_->rules[0].organisations = {"900001", "900002"};  // and not the trust
    DestinationConfig& team = config_->destinations[0];
    team.quiet.hours = QuietTimes::Hours{std::chrono::hours{18}, std::chrono::hours{7}};
    team.quiet.weekends = true;
    team.operational = true;
    at("2026-11-27T19:00:00Z");  // a Friday
  }
  DestinationConfig& team() { return config_->destinations[0]; }

  void at(std::string_view text) { now_ = *parse_timestamp(text); }
  template <class Work>
  auto in_transaction(Work work) {
    EvaluationContext context{*config_, identifiers_, render_, now_};
    context.on_waiting = [this](Timestamp due) { heard_.push_back(due); };
    EXPECT_TRUE(database_->begin());
    auto outcome = work(context);
    EXPECT_TRUE(outcome) << (outcome ? "" : outcome.error().text());
    EXPECT_TRUE(database_->commit());
    return std::move(*outcome);
  }
  // A figure comes in and is judged, at this very instant.
  std::vector<Delivery> comes(const std::string& school, double percent) {
    now_ -= std::chrono::hours{1};  // pull() takes one
    EXPECT_TRUE(pull(figures(school, percent * 10, 1000)));
    return in_transaction(
               [&](const EvaluationContext& context) { return evaluate_marked(writer(), context); })
        .deliveries;
  }
  Bundles flush() {
    return in_transaction(
        [&](const EvaluationContext& context) { return evaluate_waiting(writer(), context); });
  }
  std::vector<Delivery> tell_of_source(EventType type, const std::string& source = "roll") {
    Event event;
    event.type = type;
    event.subject = "source:" + source;
    event.severity = type == EventType::source_failing ? Severity::red : Severity::none;
    event.data = json::serialize(
        json::object{{"source", source}, {"explanation", "The source \"" + source + "\" speaks."}});
    return in_transaction(
        [&](const EvaluationContext& context) { return tell(writer(), context, event); });
  }
  static std::vector<std::string> types(const std::vector<Delivery>& deliveries) {
    std::vector<std::string> names;
    for (const Delivery& one : deliveries) names.emplace_back(to_string(one.event_type));
    return names;
  }
  using Types = std::vector<std::string>;
  static json::object data_of(const Delivery& delivery) {
    return json::parse(delivery.body).as_object();
  }
  static std::string text(const json::value& item, const char* pointer) {
    return std::string(item.at_pointer(pointer).as_string());
  }
  // "over 900001", as a digest has them.
  static std::vector<std::string> items(const json::object& data) {
    std::vector<std::string> all;
    for (const json::value& item : data.at("items").as_array()) {
      const std::string state = item.at("over").as_bool() ? "over" : text(item, "/severity");
      const bool of_alert = item.at("organisation").is_object();
      all.push_back(state + " " +
                    (of_alert ? text(item, "/organisation/urn") : text(item, "/subject")));
    }
    return all;
  }
  std::size_t waiting() { return writer().waiting({}).value().size(); }

  std::vector<Timestamp> heard_;
};

}  // namespace kpid::ingest
