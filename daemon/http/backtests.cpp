// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "http/backtests.hpp"

#include <map>
#include <utility>

#include <boost/json/array.hpp>

#include "http/json_parts.hpp"

namespace kpid::http {

namespace json = boost::json;
using replay::Told;

namespace {

json::object about(const Alert& alert, const Config& config) {
  const Organisation* organisation = config.organisations.find(alert.organisation);
  const Kpi* kpi = config.kpi(alert.kpi);
  return {{"alert", alert.id},
          {"rule", alert.rule},
          {"kpi", alert.kpi},
          {"title", kpi == nullptr ? alert.kpi : kpi->title},
          {"organisation", alert.organisation},
          {"organisation_name", organisation == nullptr ? alert.organisation : organisation->name},
          {"subgroup", alert.subgroup},
          {"period", period_json(alert.period, kpi == nullptr ? Calendar::day : kpi->calendar)},
          {"value", number(alert.value)}};
}

json::object told_json(const Told& told, const Config& config) {
  json::object row = about(told.alert, config);
  row["at"] = format_timestamp(told.event.at);
  row["day"] = format_date(told.day);
  row["type"] = to_string(told.event.type);
  row["seq"] = told.event.seq;
  row["severity"] = to_string(told.event.severity);
  row["sentence"] = told.sentence;
  json::array to;
  for (const std::string& name : told.destinations) to.push_back(json::string(name));
  row["to"] = std::move(to);
  return row;
}

json::object summary_json(const replay::Backtest& backtest) {
  std::map<EventType, std::int64_t> events;
  std::map<std::string, std::int64_t> messages;
  for (const Told& told : backtest.told) {
    ++events[told.event.type];
    for (const std::string& name : told.destinations) ++messages[name];
  }
  json::object by_destination;
  for (const auto& [name, count] : messages) by_destination[name] = count;
  return {{"fired", events[EventType::alert_firing]},
          {"changed", events[EventType::alert_changed]},
          {"resolved", events[EventType::alert_resolved]},
          {"open_at_end", backtest.open_at_end},
          {"messages", std::move(by_destination)}};
}

json::value kept(const std::optional<Span>& span) {
  return span ? json::value(format_span(*span)) : json::value(nullptr);
}

json::value backtest_json(const replay::BacktestQuestion& question,
                          const replay::Backtest& backtest, const Config& config) {
  json::array open;
  for (const replay::OpenAlert& one : backtest.open_at_from) {
    json::object row = about(one.alert, config);
    row["state"] = to_string(one.alert.state);
    row["severity"] = to_string(one.alert.severity);
    row["fired_at"] = instant(one.alert.fired_at);
    row["sentence"] = one.sentence;
    open.push_back(std::move(row));
  }
  json::array events;
  for (const Told& told : backtest.told) events.push_back(told_json(told, config));
  return json::object{
      {"rule", question.rule.empty() ? json::value(nullptr) : json::value(question.rule)},
      {"from", format_date(question.from)},
      {"to", format_date(question.to)},
      {"known_from", day(backtest.known_from)},
      {"figures", backtest.figures},
      {"superseded_kept", kept(config.retention.superseded)},
      {"daily_kept", kept(config.retention.daily)},
      {"open_at_from", std::move(open)},
      {"events", std::move(events)},
      {"summary", summary_json(backtest)}};
}

}  // namespace

Backtests::Backtests(const store::Database& database, RenderFor render)
    : database_(database), render_(std::move(render)) {}

Backtests::~Backtests() { stop(); }

void Backtests::stop() {
  stopping_ = true;
  if (thread_) thread_->stop();
}

boost::json::object Backtests::progress() const {
  const std::int32_t day = day_.load();
  const bool running = running_ != nullptr;
  return {{"running", running},
          {"day", running && day != 0 ? json::value(format_date(date_from_days(day)))
                                      : json::value(nullptr)},
          {"called_off", running && *running_}};
}

boost::asio::awaitable<Result<std::string>> Backtests::run(
    std::shared_ptr<const Config> config, replay::BacktestQuestion question,
    std::shared_ptr<const std::atomic<bool>> gone) {
  if (running_ != nullptr) {
    co_return fail(ErrorKind::conflict,
                   "a backtest is running already: wait for it to end, or interrupt it");
  }
  if (!thread_) thread_.emplace(database_, 1);
  running_ = gone;
  day_ = 0;
  ReaderPool::Query query =
      [this, config = std::move(config), question = std::move(question),
       gone = std::move(gone)](const store::Reader& reader) -> Result<json::value> {
    const replay::GoOn go_on = [&](Date day) {
      day_ = days_since_epoch(day);
      return !stopping_ && !*gone;
    };
    auto found = replay::backtest(reader, config, question, render_(*config), go_on);
    if (!found) return tl::unexpected(std::move(found).error());
    return backtest_json(question, *found, *config);
  };
  auto answer = co_await thread_->ask(std::move(query));
  running_.reset();
  co_return answer;
}

}  // namespace kpid::http
