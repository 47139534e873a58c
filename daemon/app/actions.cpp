// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/actions.hpp"

#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "alerts/operational_wording.hpp"
#include "alerts/silence.hpp"
#include "app/delivery_actions.hpp"
#include "app/plugin_libraries.hpp"
#include "app/source_actor.hpp"
#include "app/source_check.hpp"
#include "app/term_dates_end.hpp"
#include "app/version.hpp"
#include "ingest/silences.hpp"
#include "ingest/switched_off.hpp"
#include "schedule/schedule.hpp"
#include "store/async_write.hpp"
#include "webhooks/preview.hpp"
#include "webhooks/render.hpp"

namespace kpid::app {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

json::object status(ActionParts& parts) {
  const std::shared_ptr<const Config> config = parts.config();
  json::object all;
  all["version"] = version;
  all["pid"] = static_cast<std::int64_t>(::getpid());
  all["instance"] = config->instance;
  all["config"] = config->file.string();
  all["database"] = config->database.string();
  all["started_at"] = format_timestamp(parts.started_at());
  const auto uptime = parts.clock().now() - parts.started_at();
  all["uptime_seconds"] = std::chrono::duration_cast<std::chrono::seconds>(uptime).count();
  json::array missing;
  for (const std::string& part : parts.sandbox_missing()) {
    missing.emplace_back(part);
  }
  all["sandbox_missing"] = std::move(missing);
  json::array ending;
  const Date today = local_date(parts.clock().now(), config->timezone);
  for (const std::string& one : term_dates_that_end(*config, today)) ending.emplace_back(one);
  all["term_dates_end"] = std::move(ending);
  all["listening"] = nullptr;
  if (const std::string where = parts.listening(); !where.empty()) {
    all["listening"] = where;
    all["public_url"] = config->listen ? config->listen->public_url : std::string();
  }
  json::array running;
  for (const auto& [name, actor] : parts.actors()) {
    if (actor->pulling()) running.emplace_back(name);
  }
  all["running"] = std::move(running);
  const auto counters = parts.outbox().counters();
  all["deliveries_under_way"] = counters.under_way;
  json::array waiting;
  for (const webhooks::Outbox::Wait& wait : parts.outbox().waits()) {
    waiting.push_back(json::object{
        {"destination", wait.destination},
        {"failures", wait.failures},
        {"next_try", wait.next_try ? json::value(format_timestamp(*wait.next_try)) : nullptr},
        {"deliveries", wait.deliveries}});
  }
  all["waiting"] = std::move(waiting);
  return all;
}

json::array plugins(const ActionParts& parts) {
  const std::shared_ptr<const Config> config = parts.config();
  json::array all;
  for (const PluginLibrary& library : installed_plugins(config->plugin_directories)) {
    json::object one;
    one["id"] = library.file.stem().string();
    one["file"] = library.file.string();
    one["refused"] = nullptr;
    if (library.manifest) {
      one["title"] = library.manifest->title;
      one["version"] = library.manifest->version;
      one["licence"] = library.manifest->licence;
      one["interface"] =
          fmt::format("{}.{}", library.manifest->abi_major, library.manifest->abi_minor);
      json::array measures;
      for (const Measure& measure : library.manifest->measures) measures.emplace_back(measure.id);
      one["measures"] = std::move(measures);
    } else {
      one["refused"] = library.manifest.error().sentence;
    }
    json::array sources;
    for (const SourceConfig& source : config->sources) {
      if (source.library == library.file) sources.emplace_back(source.name);
    }
    one["sources"] = std::move(sources);
    all.push_back(std::move(one));
  }
  return all;
}

asio::awaitable<Result<Run>> run_source(ActionParts& parts, std::string source) {
  const auto actor = parts.actors().find(source);
  if (actor == parts.actors().end()) {
    co_return fail(ErrorKind::not_found,
                   "no source is named \"" + source + "\": `kpictl sources` lists them");
  }
  const std::shared_ptr<SourceActor> held = actor->second;
  co_return co_await held->run_now();
}

asio::awaitable<Result<json::object>> check_one(ActionParts& parts, std::string name) {
  const std::shared_ptr<const Config> config = parts.config();
  const SourceConfig* source = config->source(name);
  if (source == nullptr) {
    co_return fail(ErrorKind::not_found,
                   "no source is named \"" + name + "\": `kpictl sources` lists them");
  }
  const CheckParts check{parts.installation(), parts.clock(), parts.log(), parts.lines()};
  co_return co_await check_source(check, config, *source);
}

// One that is switched off is sent nothing.
Result<void> check_enabled(const store::Reader& reader, const std::string& name) {
  auto states = reader.destination_states();
  if (!states) return pass_on(states);
  for (const store::DestinationState& state : *states) {
    if (state.name != name || !state.disabled) continue;
    return fail(ErrorKind::conflict,
                fmt::format("the destination \"{0}\" is switched off ({1}); `kpictl destination "
                            "enable {0}` switches it on again",
                            name, state.disabled_reason));
  }
  return {};
}

// A delivery that is replayed goes nowhere where its destination is not there or is switched off.
Result<void> check_replayed(const Config& config, const store::Reader& reader,
                            const std::string& destination) {
  if (config.destination(destination) == nullptr) {
    return fail(ErrorKind::conflict,
                fmt::format("the destination \"{}\" is no longer in the configuration; put it back "
                            "and reload, then replay the delivery",
                            destination));
  }
  return check_enabled(reader, destination);
}

asio::awaitable<Result<void>> replay(ActionParts& parts, std::int64_t delivery) {
  const std::shared_ptr<const Config> config = parts.config();
  store::WriteQueue::Job job = [&](store::Writer& writer) -> Result<void> {
    auto found = writer.delivery(delivery);
    if (!found) return pass_on(found);
    if (*found) {
      auto sound = check_replayed(*config, writer, (*found)->destination);
      if (!sound) return sound;
    }
    return writer.replay_delivery(delivery, parts.clock().now());
  };
  auto done = co_await store::async_write(parts.queue(), std::move(job));
  if (done) parts.outbox().wake();
  co_return done;
}

// Stores an event and hands its deliveries to the outbox once they are durable.
asio::awaitable<Result<std::vector<Delivery>>> tell_and_send(ActionParts& parts, Event event,
                                                             std::string only = {}) {
  const std::shared_ptr<const Config> config = parts.config();
  std::vector<Delivery> deliveries;
  store::WriteQueue::Job job = [&](store::Writer& writer) -> Result<void> {
    auto told = ingest::tell(writer, parts.context(*config), event, only);
    if (!told) return pass_on(told);
    deliveries = std::move(*told);
    return {};
  };
  auto done = co_await store::async_write(parts.queue(), std::move(job));
  if (!done) co_return pass_on(done);
  co_return deliveries;
}

// A test of one that is switched off would wait in vain.
asio::awaitable<Result<void>> find_enabled(ActionParts& parts, const std::string& name) {
  store::WriteQueue::Job job = [&](store::Writer& writer) { return check_enabled(writer, name); };
  co_return co_await store::async_write(parts.queue(), std::move(job));
}

asio::awaitable<Result<Delivery>> test_destination(ActionParts& parts, std::string name) {
  const std::shared_ptr<const Config> config = parts.config();
  const DestinationConfig* destination = config->destination(name);
  if (destination == nullptr) {
    co_return fail(ErrorKind::not_found, "no destination is named \"" + name + "\"");
  }
  auto enabled = co_await find_enabled(parts, name);
  if (!enabled) co_return pass_on(enabled);
  Event event;
  event.type = EventType::test_ping;
  event.id = parts.context(*config).identifiers.next("msg_", parts.clock().now());
  event.subject = "test:" + event.id;  // of its own: an older one that failed does not hold it up
  event.data = test_ping_data(name, config->organisations.trust().name);
  auto deliveries = co_await tell_and_send(parts, std::move(event), name);
  if (!deliveries) co_return pass_on(deliveries);
  Delivery delivery = deliveries->front();
  asio::steady_timer answered(parts.loop());
  const int requests = destination->handshake ? 2 : 1;  // its consent is asked first
  answered.expires_after(requests * destination->timeout + std::chrono::seconds{5});
  bool seen = false;
  parts.attempts().expect(delivery.id, [&](const DeliveryAttempt& attempt, const Delivery&) {
    seen = true;
    delivery.state = attempt.state;
    delivery.attempts = attempt.number;
    delivery.last_status = attempt.status;
    delivery.last_error = attempt.error;
    delivery.next_attempt_at = attempt.next_attempt_at;
    answered.cancel();
  });
  parts.outbox().send(std::move(*deliveries));
  co_await answered.async_wait(asio::as_tuple(asio::use_awaitable));
  parts.attempts().forget(delivery.id);
  if (!seen) {
    co_return fail(ErrorKind::transient,
                   "the test is stored but was not tried yet; `kpictl deliveries` shows what "
                   "becomes of it");
  }
  co_return delivery;
}

asio::awaitable<Result<void>> acknowledge(ActionParts& parts, std::string id, std::string by,
                                          std::string note, std::string span) {
  const std::shared_ptr<const Config> config = parts.config();
  std::vector<Delivery> deliveries;
  store::WriteQueue::Job job = [&](store::Writer& writer) -> Result<void> {
    auto told = ingest::acknowledge_alert(writer, parts.context(*config), id, by, note, span);
    if (!told) return pass_on(told);
    deliveries = std::move(*told);
    return {};
  };
  auto done = co_await store::async_write(parts.queue(), std::move(job));
  if (done) parts.outbox().send(std::move(deliveries));
  co_return done;
}

asio::awaitable<Result<Silence>> add_silence(ActionParts& parts, SilenceRequest request) {
  const std::shared_ptr<const Config> config = parts.config();
  Silence silence;
  store::WriteQueue::Job job = [&](store::Writer& writer) -> Result<void> {
    auto made = ingest::add_silence(writer, parts.context(*config), request);
    if (!made) return pass_on(made);
    silence = std::move(*made);
    return {};
  };
  auto done = co_await store::async_write(parts.queue(), std::move(job));
  if (!done) co_return pass_on(done);
  parts.log().info("a silence was added", {{"id", std::to_string(silence.id)},
                                           {"what", matcher_words(silence.matchers)},
                                           {"until", format_timestamp(silence.until)},
                                           {"by", silence.by},
                                           {"why", silence.why}});
  co_return silence;
}

asio::awaitable<Result<void>> remove_silence(ActionParts& parts, std::int64_t id, std::string by) {
  const std::shared_ptr<const Config> config = parts.config();
  std::vector<Delivery> deliveries;
  store::WriteQueue::Job job = [&](store::Writer& writer) -> Result<void> {
    auto told = ingest::remove_silence(writer, parts.context(*config), id, by);
    if (!told) return pass_on(told);
    deliveries = std::move(told->deliveries);
    return {};
  };
  auto done = co_await store::async_write(parts.queue(), std::move(job));
  if (!done) co_return done;
  parts.log().info("a silence was removed", {{"id", std::to_string(id)}, {"by", by}});
  parts.outbox().send(std::move(deliveries));
  co_return done;
}

asio::awaitable<Result<void>> release_quarantine(ActionParts& parts, std::string plugin) {
  const std::shared_ptr<const Config> config = parts.config();
  bool known = false;
  std::vector<std::string> released;
  store::WriteQueue::Job job = [&](store::Writer& writer) -> Result<void> {
    for (const SourceConfig& source : config->sources) {
      if (source.plugin != plugin) continue;
      known = true;
      auto state = writer.source_state(source.name);
      if (!state) return pass_on(state);
      if (!*state || (*state)->quarantined_library.empty()) continue;
      (*state)->quarantined_library.clear();
      (*state)->crashes_in_a_row = 0;
      auto saved = writer.save_source_state(**state);
      if (!saved) return saved;
      released.push_back(source.name);
    }
    return {};
  };
  auto done = co_await store::async_write(parts.queue(), std::move(job));
  if (!done) co_return done;
  if (!known) {
    co_return fail(ErrorKind::not_found, "no source uses a plugin \"" + plugin + "\"");
  }
  if (released.empty()) {
    co_return fail(ErrorKind::conflict, "the plugin \"" + plugin + "\" is not quarantined");
  }
  co_return done;
}

asio::awaitable<Result<void>> enable_destination(ActionParts& parts, std::string name) {
  const std::shared_ptr<const Config> config = parts.config();
  if (config->destination(name) == nullptr) {
    co_return fail(ErrorKind::not_found, "no destination is named \"" + name + "\"");
  }
  store::WriteQueue::Job job = [&](store::Writer& writer) -> Result<void> {
    auto states = writer.destination_states();
    if (!states) return pass_on(states);
    for (store::DestinationState& state : *states) {
      if (state.name != name) continue;
      state.disabled = false;
      state.disabled_reason.clear();
      state.failing_since.reset();
      return writer.save_destination_state(state);
    }
    return {};
  };
  auto done = co_await store::async_write(parts.queue(), std::move(job));
  if (done) parts.outbox().wake();
  co_return done;
}

}  // namespace

void AttemptWatch::attempted(const DeliveryAttempt& attempt, const Delivery& delivery) {
  const auto found = waiting_.find(delivery.id);
  if (found == waiting_.end()) return;
  const Seen seen = std::move(found->second);
  waiting_.erase(found);
  seen(attempt, delivery);
}

http::Actions make_actions(ActionParts& parts) {
  http::Actions actions;
  actions.status = [&parts] { return status(parts); };
  actions.plugins = [&parts] { return plugins(parts); };
  actions.run_source = [&parts](std::string name) { return run_source(parts, std::move(name)); };
  actions.check_source = [&parts](std::string name) { return check_one(parts, std::move(name)); };
  actions.replay_delivery = [&parts](std::int64_t id) { return replay(parts, id); };
  actions.send_again = [&parts](ingest::AgainRequest request) {
    return send_again(parts, std::move(request));
  };
  actions.send_missed = [&parts](ingest::MissedRequest request) {
    return send_missed(parts, std::move(request));
  };
  actions.drill = [&parts](DrillRequest request) { return drill(parts, std::move(request)); };
  actions.test_destination = [&parts](std::string name) {
    return test_destination(parts, std::move(name));
  };
  actions.preview_destination = [&parts](const Config& config, const std::string& name,
                                         EventType type) {
    return webhooks::preview(config, name, type, parts.clock().now());
  };
  actions.acknowledge = [&parts](std::string id, std::string by, std::string note,
                                 std::string span) {
    return acknowledge(parts, std::move(id), std::move(by), std::move(note), std::move(span));
  };
  actions.add_silence = [&parts](SilenceRequest request) {
    return add_silence(parts, std::move(request));
  };
  actions.remove_silence = [&parts](std::int64_t id, std::string by) {
    return remove_silence(parts, id, std::move(by));
  };
  actions.release_quarantine = [&parts](std::string plugin) {
    return release_quarantine(parts, std::move(plugin));
  };
  actions.enable_destination = [&parts](std::string name) {
    return enable_destination(parts, std::move(name));
  };
  actions.reload = [&parts] { return parts.reload(); };
  actions.render = [](const Config& config) -> ingest::Render {
    return [instance = config.instance](const DestinationConfig& destination,
                                        const Event& event) -> Result<ingest::RenderedBody> {
      auto rendered = webhooks::render(destination, event, instance);
      if (!rendered) return pass_on(rendered);
      return ingest::RenderedBody{std::move(rendered->content_type), std::move(rendered->body),
                                  rendered->left_out};
    };
  };
  return actions;
}

asio::awaitable<Result<void>> tell_destination_disabled(ActionParts& parts, std::string destination,
                                                        std::string reason) {
  const std::shared_ptr<const Config> config = parts.config();
  std::vector<Delivery> deliveries;
  store::WriteQueue::Job job = [&](store::Writer& writer) -> Result<void> {
    auto told = ingest::tell_switched_off(writer, parts.context(*config), destination, reason);
    if (!told) return pass_on(told);
    deliveries = std::move(*told);
    return {};
  };
  auto done = co_await store::async_write(parts.queue(), std::move(job));
  if (done) parts.outbox().send(std::move(deliveries));
  co_return done;
}

}  // namespace kpid::app
