// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The routes of deliveries and of where they go.

#include <optional>
#include <utility>

#include "http/delivery_view.hpp"
#include "http/export_view.hpp"
#include "http/route_parts.hpp"
#include "http/sent_view.hpp"

namespace kpid::http {

namespace asio = boost::asio;
namespace json = boost::json;

asio::awaitable<Answer> Routes::deliveries(const Call& call) {
  store::DeliveryQuery wanted;
  wanted.failed_only = call.flag("failed");
  wanted.destination = call.parameter("destination");
  ReaderPool::Query query = [wanted](const store::Reader& reader) {
    return deliveries_view(reader, wanted);
  };
  co_return co_await ask(std::move(query));
}

asio::awaitable<Answer> Routes::delivery(const Call& call) {
  const auto id = parse_number(call.name);
  if (!id) co_return bad_request("a delivery's id is a whole number");
  ReaderPool::Query query = [id = *id](const store::Reader& reader) {
    return delivery_view(reader, id);
  };
  co_return co_await ask(std::move(query));
}

asio::awaitable<Answer> Routes::replay(const Call& call) {
  const auto id = parse_number(call.name);
  if (!id) co_return bad_request("a delivery's id is a whole number");
  auto done = co_await actions_.replay_delivery(*id);
  if (!done) co_return failed(done.error());
  co_return json_answer(json::object{{"replayed", 1}});
}

asio::awaitable<Answer> Routes::replay_many(const Call& call) {
  const Config& config = *call.config;
  const std::string since = call.parameter("since");
  auto stretch = stretch_of(since, call.parameter("until"), config.timezone);
  if (since.empty()) stretch = stretch_of("?", {}, config.timezone);
  if (!stretch) co_return error_answer(400, stretch.error());
  const std::string missed_by = call.parameter("missed_by");
  const std::string destination = call.parameter("destination");
  if (!missed_by.empty() && !destination.empty()) {
    co_return bad_request("missed_by names the destination; give no other");
  }
  for (const std::string& name : {missed_by, destination}) {
    if (!name.empty() && config.destination(name) == nullptr) {
      co_return no_destination(config, name);
    }
  }
  const Timestamp before = stretch->before.value_or(clock_.now() + std::chrono::milliseconds{1});
  const bool all = call.flag("all");
  const bool dry_run = call.flag("dry_run");
  Result<ingest::Sent> sent;
  if (missed_by.empty()) {
    ingest::AgainRequest request{*stretch->since, before, destination, all, dry_run};
    sent = co_await actions_.send_again(std::move(request));
  } else {
    ingest::MissedRequest request{missed_by, *stretch->since, before, all, dry_run};
    sent = co_await actions_.send_missed(std::move(request));
  }
  if (!sent) co_return failed(sent.error());
  ReaderPool::Query query = [sent = std::move(*sent), config = call.config,
                             dry_run](const store::Reader& reader) {
    return sent_view(reader, *config, sent, dry_run);
  };
  co_return co_await ask(std::move(query));
}

asio::awaitable<Answer> Routes::destinations(const Call& call) {
  ReaderPool::Query query = [config = call.config](const store::Reader& reader) {
    return destinations_view(reader, *config);
  };
  co_return co_await ask(std::move(query));
}

asio::awaitable<Answer> Routes::test_destination(const Call& call) {
  if (call.config->destination(call.name) == nullptr) {
    co_return no_destination(*call.config, call.name);
  }
  auto delivery = co_await actions_.test_destination(call.name);
  if (!delivery) co_return failed(delivery.error());
  co_return json_answer(delivery_json(*delivery));
}

asio::awaitable<Answer> Routes::preview_destination(const Call& call) {
  if (call.config->destination(call.name) == nullptr) {
    co_return no_destination(*call.config, call.name);
  }
  const std::string event = call.parameter("event");
  const auto type = event.empty() ? EventType::alert_firing : parse_event_type(event);
  if (!type) {
    co_return bad_request("\"" + event +
                          "\" is no event; it is for example kpi.alert.firing, "
                          "kpi.alert.resolved, source.failing or test.ping");
  }
  const auto shown = actions_.preview_destination(*call.config, call.name, *type);
  if (!shown) co_return failed(shown.error());
  co_return json_answer(*shown);
}

asio::awaitable<Answer> Routes::enable_destination(const Call& call) {
  if (call.config->destination(call.name) == nullptr) {
    co_return no_destination(*call.config, call.name);
  }
  auto done = co_await actions_.enable_destination(call.name);
  if (!done) co_return failed(done.error());
  co_return json_answer(json::object{{"destination", call.name}, {"enabled", true}});
}

asio::awaitable<Answer> Routes::drill(const Call& call) {
  DrillRequest request;
  for (const auto& [key, value] : call.body) {
    const bool known =
        key == "rule" || key == "organisation" || key == "event" || key == "severity";
    if (!known) co_return bad_request("a drill has no \"" + std::string(key) + "\"");
    if (!value.is_string()) co_return bad_request("\"" + std::string(key) + "\" must be a text");
  }
  request.rule = text_member(call.body, "rule");
  request.organisation = text_member(call.body, "organisation");
  const std::string event = text_member(call.body, "event");
  if (!event.empty()) {
    const auto type = parse_event_type(event);
    if (!type) {
      co_return bad_request("\"" + event +
                            "\" is no event; it is for example kpi.alert.firing, "
                            "kpi.alert.resolved or source.failing");
    }
    request.type = *type;
  }
  const std::string severity = text_member(call.body, "severity");
  if (!severity.empty()) {
    request.severity = parse_severity(severity);
    if (!request.severity || *request.severity == Severity::none) {
      co_return bad_request("severity must be amber or red");
    }
  }
  if (!request.rule.empty() && call.config->rule(request.rule) == nullptr) {
    std::vector<std::string> known;
    for (const Rule& rule : call.config->rules) known.push_back(rule.name);
    co_return failed({ErrorKind::not_found,
                      "no rule of the config is named \"" + request.rule + "\"" +
                          config::did_you_mean(request.rule, known),
                      {}});
  }
  auto told = co_await actions_.drill(std::move(request));
  if (!told) co_return failed(told.error());
  co_return json_answer(*told);
}

namespace {

constexpr std::int64_t longest_page = 1000;

Result<std::size_t> page_length(const std::string& text) {
  if (text.empty()) return std::size_t{500};
  const auto limit = parse_number(text);
  if (limit && *limit > 0 && *limit <= longest_page) return static_cast<std::size_t>(*limit);
  return fail(ErrorKind::config,
              "limit must be a whole number from 1 to " + std::to_string(longest_page));
}

}  // namespace

asio::awaitable<Answer> Routes::export_deliveries(const Call& call) {
  const auto stretch =
      stretch_of(call.parameter("since"), call.parameter("until"), call.config->timezone);
  if (!stretch) co_return error_answer(400, stretch.error());
  const auto limit = page_length(call.parameter("limit"));
  if (!limit) co_return error_answer(400, limit.error());
  const auto after = parse_number(call.query.contains("after") ? call.parameter("after") : "0");
  if (!after) co_return bad_request("after must be a delivery's id, a whole number");
  store::DeliveryRange range{*after, stretch->since, stretch->before, {}, *limit};
  ReaderPool::Query query = [config = call.config,
                             range = std::move(range)](const store::Reader& reader) {
    return exported_deliveries(reader, *config, range);
  };
  co_return co_await ask(std::move(query));
}

asio::awaitable<Answer> Routes::export_alerts(const Call& call) {
  const auto stretch =
      stretch_of(call.parameter("since"), call.parameter("until"), call.config->timezone);
  if (!stretch) co_return error_answer(400, stretch.error());
  const auto limit = page_length(call.parameter("limit"));
  if (!limit) co_return error_answer(400, limit.error());
  store::AlertRange range{call.parameter("after"), stretch->since, stretch->before, *limit};
  ReaderPool::Query query = [config = call.config,
                             range = std::move(range)](const store::Reader& reader) {
    return exported_alerts(reader, *config, range);
  };
  co_return co_await ask(std::move(query));
}

}  // namespace kpid::http
