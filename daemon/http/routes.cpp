// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "http/routes.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "http/alert_view.hpp"
#include "http/calendar_view.hpp"
#include "http/kpi_view.hpp"
#include "http/route_parts.hpp"
#include "http/source_view.hpp"
#include "model/subgroup.hpp"
#include "schedule/schedule.hpp"

namespace kpid::http {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using boost::beast::http::verb;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return std::nullopt;
    out += c;
  }
  return out;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// A day means its last moment in the trust's time zone: "as of the 3rd" knows what came in on the
// 3rd. A time means itself.
std::optional<Timestamp> parse_as_of(std::string_view text, const std::string& timezone) {
  const std::optional<Date> day = parse_date(text);
  if (!day) return parse_timestamp(text);
  Timestamp inside{*day - std::chrono::days{1}};
  Timestamp beyond{*day + std::chrono::days{3}};
  while (beyond - inside > std::chrono::milliseconds{1}) {
    const Timestamp middle = inside + (beyond - inside) / 2;
    (local_date(middle, timezone) <= *day ? inside : beyond) = middle;
  }
  return inside;
}

// The instant that a question about the past names; nothing where it names none.
template <class Call>
Result<std::optional<Timestamp>> as_of_of(const Call& call, Timestamp now) {
  if (!call.query.contains("as_of")) return std::optional<Timestamp>{};
  const auto at = parse_as_of(call.parameter("as_of"), call.config->timezone);
  if (!at) {
    return fail(
        ErrorKind::config,
        "the past is asked for by a day such as 2026-09-01 or a time such as 2026-09-01T06:30:00Z");
  }
  if (local_date(*at, call.config->timezone) > local_date(now, call.config->timezone)) {
    return fail(ErrorKind::config, "\"" + call.parameter("as_of") +
                                       "\" is still to come: nothing is known as of then");
  }
  return at;
}

}  // namespace

struct Routes::Route {
  verb method;
  std::vector<std::string_view> segments;  // "*" stands for one name
  std::vector<std::string_view> parameters;
  Handler handler;
  [[nodiscard]] bool matches(const std::vector<std::string>& path) const {
    return std::equal(segments.begin(), segments.end(), path.begin(), path.end(),
                      [](std::string_view mine, const std::string& theirs) {
                        return mine == "*" || mine == theirs;
                      });
  }
};

const std::vector<Routes::Route>& Routes::table() {
  static const std::vector<Route> routes{
      {verb::get, {"healthz"}, {}, &Routes::health},
      {verb::get, {"status"}, {}, &Routes::status},
      {verb::get, {"sources"}, {}, &Routes::sources},
      {verb::get, {"sources", "*", "runs"}, {"limit"}, &Routes::source_runs},
      {verb::post, {"sources", "*", "run"}, {}, &Routes::run_source},
      {verb::post, {"sources", "*", "check"}, {}, &Routes::check_source},
      {verb::get, {"kpis"}, {"as_of"}, &Routes::kpis},
      {verb::get, {"kpis", "*"}, {"org", "as_of", "subgroup", "from", "limit"}, &Routes::kpi},
      {verb::get, {"calendar"}, {"org", "year", "on"}, &Routes::calendar},
      {verb::get, {"alerts"}, {"all", "org", "as_of"}, &Routes::alerts},
      {verb::get, {"alerts", "*"}, {}, &Routes::alert},
      {verb::post, {"alerts", "*", "acknowledge"}, {}, &Routes::acknowledge},
      {verb::get, {"silences"}, {"all"}, &Routes::silences},
      {verb::post, {"silences"}, {}, &Routes::add_silence},
      {verb::post, {"silences", "*", "remove"}, {}, &Routes::remove_silence},
      {verb::get, {"backtest"}, {"from", "to", "rule"}, &Routes::backtest},
      {verb::get, {"backtest", "progress"}, {}, &Routes::backtest_progress},
      {verb::get, {"deliveries"}, {"failed", "destination"}, &Routes::deliveries},
      {verb::post,
       {"deliveries", "replay"},
       {"since", "until", "destination", "missed_by", "all", "dry_run"},
       &Routes::replay_many},
      {verb::get, {"waiting"}, {"destination"}, &Routes::waiting},
      {verb::get, {"deliveries", "*"}, {}, &Routes::delivery},
      {verb::post, {"deliveries", "*", "replay"}, {}, &Routes::replay},
      {verb::get, {"destinations"}, {}, &Routes::destinations},
      {verb::post, {"destinations", "*", "test"}, {}, &Routes::test_destination},
      {verb::get, {"destinations", "*", "preview"}, {"event"}, &Routes::preview_destination},
      {verb::post, {"destinations", "*", "enable"}, {}, &Routes::enable_destination},
      {verb::post, {"drill"}, {}, &Routes::drill},
      {verb::get,
       {"export", "deliveries"},
       {"since", "until", "after", "limit"},
       &Routes::export_deliveries},
      {verb::get,
       {"export", "alerts"},
       {"since", "until", "after", "limit"},
       &Routes::export_alerts},
      {verb::get, {"plugins"}, {}, &Routes::plugins},
      {verb::post, {"plugins", "*", "release"}, {}, &Routes::release_plugin},
      {verb::post, {"reload"}, {}, &Routes::reload},
  };
  return routes;
}

unsigned status_of(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::config:
      return 422;
    case ErrorKind::transient:
    case ErrorKind::cancelled:
    case ErrorKind::storage:
      return 503;
    case ErrorKind::rate_limited:
      return 429;
    case ErrorKind::source:
    case ErrorKind::plugin:
      return 502;
    case ErrorKind::unsupported:
      return 501;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::internal:
      break;
  }
  return 500;
}

Answer error_answer(unsigned status, const Error& error) {
  const json::object body{{"error", json::object{{"kind", to_string(error.kind)},
                                                 {"sentence", error.sentence},
                                                 {"place", error.place}}}};
  return {status, json::serialize(body), {}};
}

Result<Target> parse_target(std::string_view text) {
  if (text.empty() || text.front() != '/') {
    return fail(ErrorKind::config, "the request's target must be a path that starts with \"/\"");
  }
  const std::size_t mark = text.find('?');
  Target target;
  const auto bad = [] {
    return fail(ErrorKind::config,
                "the request's target holds a control character or a broken %-escape");
  };
  for (const std::string_view part : split(text.substr(0, mark), '/')) {
    if (part.empty()) continue;
    auto segment = decoded(part);
    if (!segment) return bad();
    target.segments.push_back(std::move(*segment));
  }
  if (mark == std::string_view::npos) return target;
  for (const std::string_view pair : split(text.substr(mark + 1), '&')) {
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    auto key = decoded(pair.substr(0, equals));
    auto value =
        decoded(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1));
    if (!key || !value) return bad();
    target.query[std::move(*key)] = std::move(*value);
  }
  return target;
}

std::string Routes::Call::parameter(const std::string& key) const {
  const auto found = query.find(key);
  return found == query.end() ? std::string() : found->second;
}

bool Routes::Call::flag(const std::string& key) const {
  const auto found = query.find(key);
  return found != query.end() && found->second != "0" && found->second != "false";
}

Routes::Routes(const Clock& clock, Actions actions, ReaderPool& readers, Backtests& backtests)
    : clock_(clock), actions_(std::move(actions)), readers_(readers), backtests_(backtests) {}

asio::awaitable<Answer> Routes::answer(std::shared_ptr<const Config> config, verb method,
                                       std::string_view target, std::string body,
                                       std::shared_ptr<const std::atomic<bool>> gone) {
  auto parsed = parse_target(target);
  if (!parsed) co_return error_answer(400, parsed.error());
  auto& path = parsed->segments;
  if (path.size() > 2 && path[0] == "api" && path[1] == "v1") {
    path.erase(path.begin(), path.begin() + 2);
  } else if (path.size() != 1 || path[0] != "healthz") {
    path.clear();
  }
  if (method == verb::head) method = verb::get;
  const Route* route = nullptr;
  std::string allow;
  for (const Route& one : table()) {
    if (!one.matches(path)) continue;
    if (one.method == method) {
      route = &one;
      break;
    }
    allow += allow.empty() ? "" : ", ";
    allow += one.method == verb::get ? "GET, HEAD" : "POST";
  }
  if (route == nullptr && allow.empty()) {
    co_return failed({ErrorKind::not_found, "there is nothing under this address", {}});
  }
  if (route == nullptr) {
    Answer refusal =
        error_answer(405, {ErrorKind::unsupported, "this address takes only " + allow, {}});
    refusal.allow = allow;
    co_return refusal;
  }
  Call call;
  for (const auto& [key, value] : parsed->query) {
    const auto& known = route->parameters;
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      co_return bad_request("this address takes no parameter \"" + key + "\"");
    }
  }
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (route->segments[i] == "*") call.name = path[i];
  }
  if (!body.empty()) {
    boost::system::error_code problem;
    json::value given = json::parse(body, problem);
    if (problem || !given.is_object()) {
      co_return bad_request("the request's body is not a JSON object");
    }
    call.body = std::move(given.get_object());
  }
  if (config == nullptr) {
    co_return failed({ErrorKind::transient, "kpid is still starting; ask again in a moment", {}});
  }
  call.config = std::move(config);
  call.query = std::move(parsed->query);
  call.gone = std::move(gone);
  co_return co_await (this->*route->handler)(call);
}

asio::awaitable<Answer> Routes::ask(ReaderPool::Query query) {
  auto text = co_await readers_.ask(std::move(query));
  if (!text) co_return failed(text.error());
  co_return Answer{200, std::move(*text), {}};
}

// A query has a name wherever it is asked: g++ 12 destroys the captures of a lambda twice that is a
// temporary inside a co_await expression.

// The loop turned, or nobody would be here; a reader answered, or this is an error.
asio::awaitable<Answer> Routes::health(const Call&) {
  ReaderPool::Query query = [](const store::Reader& reader) -> Result<json::value> {
    auto counts = reader.outbox_counts();
    if (!counts) return tl::unexpected(std::move(counts).error());
    return json::object{{"healthy", true}};
  };
  co_return co_await ask(std::move(query));
}

asio::awaitable<Answer> Routes::status(const Call& call) {
  json::object live = actions_.status();
  ReaderPool::Query query = [config = call.config, live = std::move(live),
                             now = clock_.now()](const store::Reader& reader) {
    return status_view(reader, *config, live, now);
  };
  co_return co_await ask(std::move(query));
}

asio::awaitable<Answer> Routes::sources(const Call& call) {
  ReaderPool::Query query = [config = call.config](const store::Reader& reader) {
    return sources_view(reader, *config);
  };
  co_return co_await ask(std::move(query));
}

asio::awaitable<Answer> Routes::source_runs(const Call& call) {
  if (call.config->source(call.name) == nullptr) {
    co_return no_source(*call.config, call.name);
  }
  const auto limit = parse_number(call.query.contains("limit") ? call.parameter("limit") : "20");
  if (!limit || *limit == 0 || *limit > 1000) {
    co_return bad_request("limit must be a whole number from 1 to 1000");
  }
  ReaderPool::Query query = [name = call.name, limit = *limit](const store::Reader& reader) {
    return runs_view(reader, name, static_cast<std::size_t>(limit));
  };
  co_return co_await ask(std::move(query));
}

asio::awaitable<Answer> Routes::run_source(const Call& call) {
  if (call.config->source(call.name) == nullptr) {
    co_return no_source(*call.config, call.name);
  }
  auto run = co_await actions_.run_source(call.name);
  if (!run) co_return failed(run.error());
  co_return json_answer(run_json(*run));
}

asio::awaitable<Answer> Routes::check_source(const Call& call) {
  if (call.config->source(call.name) == nullptr) {
    co_return no_source(*call.config, call.name);
  }
  auto report = co_await actions_.check_source(call.name);
  if (!report) co_return failed(report.error());
  co_return json_answer(*report);
}

asio::awaitable<Answer> Routes::kpis(const Call& call) {
  const auto as_of = as_of_of(call, clock_.now());
  if (!as_of) co_return bad_request(as_of.error().sentence);
  ReaderPool::Query query = [config = call.config, at = *as_of](const store::Reader& reader) {
    return kpis_view(reader, *config, at);
  };
  co_return co_await ask(std::move(query));
}

asio::awaitable<Answer> Routes::kpi(const Call& call) {
  const Config& config = *call.config;
  KpiQuestion question;
  question.kpi = config.kpi(call.name);
  if (question.kpi == nullptr) co_return no_kpi(config, call.name);
  const std::string organisation =
      call.query.contains("org") ? call.parameter("org") : std::string(trust_code);
  question.organisation = config.organisations.find(organisation);
  if (question.organisation == nullptr) {
    co_return failed({ErrorKind::not_found,
                      "there is no organisation \"" + organisation +
                          "\" in the config: give a school's URN, one of its aliases, or \"trust\"",
                      {}});
  }
  const auto subgroup = canonical_subgroup(call.parameter("subgroup"));
  if (!subgroup) {
    co_return bad_request("subgroup must look like \"year_group=4\" or \"phase=primary;sex=f\"");
  }
  question.subgroup = *subgroup;
  const auto as_of = as_of_of(call, clock_.now());
  if (!as_of) co_return bad_request(as_of.error().sentence);
  question.window.as_of = *as_of;
  if (call.query.contains("from")) {
    question.window.from = parse_date(call.parameter("from"));
    if (!question.window.from) co_return bad_request("from must be a day such as 2026-09-01");
  }
  if (call.query.contains("limit")) {
    const auto limit = parse_number(call.parameter("limit"));
    if (!limit || *limit == 0 || *limit > 10'000) {
      co_return bad_request("limit must be a whole number from 1 to 10000");
    }
    question.limit = static_cast<std::size_t>(*limit);
  }
  ReaderPool::Query query = [config = call.config, question](const store::Reader& reader) {
    return kpi_view(reader, *config, question);
  };
  co_return co_await ask(std::move(query));
}

asio::awaitable<Answer> Routes::calendar(const Call& call) {
  const CalendarQuestion question{call.parameter("org"), call.parameter("year"),
                                  call.parameter("on")};
  const Date today = local_date(clock_.now(), call.config->timezone);
  auto view = calendar_view(*call.config, question, today);
  if (!view && view.error().kind == ErrorKind::config) co_return error_answer(400, view.error());
  if (!view) co_return failed(view.error());
  co_return json_answer(*view);
}

asio::awaitable<Answer> Routes::alerts(const Call& call) {
  store::AlertQuery wanted;
  wanted.include_resolved = call.flag("all");
  wanted.organisation = call.parameter("org");
  const auto as_of = as_of_of(call, clock_.now());
  if (!as_of) co_return bad_request(as_of.error().sentence);
  ReaderPool::Query query = [config = call.config, wanted, at = *as_of,
                             now = clock_.now()](const store::Reader& reader) {
    return alerts_view(reader, *config, wanted, now, at);
  };
  co_return co_await ask(std::move(query));
}

asio::awaitable<Answer> Routes::alert(const Call& call) {
  ReaderPool::Query query = [config = call.config, id = call.name,
                             now = clock_.now()](const store::Reader& reader) {
    return alert_view(reader, *config, id, now);
  };
  co_return co_await ask(std::move(query));
}

asio::awaitable<Answer> Routes::acknowledge(const Call& call) {
  const std::string by = text_member(call.body, "by");
  if (by.empty()) {
    co_return bad_request("say who takes note: {\"by\": \"J. Smith\", \"note\": \"…\"}");
  }
  std::string note = text_member(call.body, "note");
  std::string span = text_member(call.body, "for");
  auto done = co_await actions_.acknowledge(call.name, by, std::move(note), std::move(span));
  if (!done) co_return failed(done.error());
  co_return co_await alert(call);
}

asio::awaitable<Answer> Routes::backtest(const Call& call) {
  const auto from = parse_date(call.parameter("from"));
  const auto to = parse_date(call.parameter("to"));
  if (!from || !to || *to < *from) {
    co_return bad_request(
        "from and to must be days such as 2025-09-01, and to must not be before from");
  }
  if (*to > local_date(clock_.now(), call.config->timezone)) {
    co_return bad_request("to must not be after today: a backtest replays what is known");
  }
  replay::BacktestQuestion question{*from, *to, call.parameter("rule")};
  auto text = co_await backtests_.run(call.config, std::move(question), call.gone);
  if (!text) co_return failed(text.error());
  co_return Answer{200, std::move(*text), {}};
}

asio::awaitable<Answer> Routes::backtest_progress(const Call&) {
  co_return json_answer(backtests_.progress());
}

asio::awaitable<Answer> Routes::plugins(const Call& call) {
  ReaderPool::Query query = [config = call.config,
                             found = actions_.plugins()](const store::Reader& reader) {
    return plugins_view(reader, *config, found);
  };
  co_return co_await ask(std::move(query));
}

asio::awaitable<Answer> Routes::release_plugin(const Call& call) {
  auto done = co_await actions_.release_quarantine(call.name);
  if (!done) co_return failed(done.error());
  co_return json_answer(json::object{{"plugin", call.name}, {"released", true}});
}

asio::awaitable<Answer> Routes::reload(const Call&) {
  auto done = co_await actions_.reload();
  if (!done) co_return failed(done.error());
  co_return json_answer(json::object{{"reloaded", true}});
}

}  // namespace kpid::http
