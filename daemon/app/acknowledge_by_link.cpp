// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "app/acknowledge_by_link.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <date/tz.h>
#include <fmt/format.h>

#include "app/actions.hpp"
#include "http/acknowledge_page.hpp"
#include "ingest/evaluate_marked.hpp"
#include "plugin_host/clean_text.hpp"
#include "store/async_write.hpp"
#include "webhooks/message.hpp"
#include "webhooks/render_parts.hpp"

namespace kpid::app {
namespace {

namespace asio = boost::asio;
using webhooks::AcknowledgeLink;

template <class T>
tl::unexpected<Error> pass_on(Result<T>& result) {
  return tl::unexpected<Error>(std::move(result.error()));
}

http::Page no_link() {
  return http::told_page(404, "This link does not work",
                         "Open the message again and follow its whole link: a part of it may be "
                         "missing here.");
}

http::Page expired() {
  return http::told_page(
      410, "This link is too old",
      fmt::format("It worked for {} days. If the alert still stands, the newest message about it "
                  "has a newer link.",
                  webhooks::link_lifetime.count()));
}

http::Page not_now() {
  return http::told_page(503, "That did not work",
                         "kpid could not look into its records or write into them. Nothing has "
                         "changed; try again in a few minutes.");
}

// "24 November 2026 at 07:31", in the trust's time.
std::string moment(Timestamp at, const std::string& timezone) {
  try {
    const auto local =
        date::make_zoned(timezone, std::chrono::floor<std::chrono::minutes>(at)).get_local_time();
    const auto day = std::chrono::floor<std::chrono::days>(local);
    return format_date_for_people(Date{day.time_since_epoch()}) + " at " +
           date::format("%H:%M", local);
  } catch (const std::exception&) {  // a zone that this machine does not know
    return format_timestamp(at);
  }
}

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

// One line of valid UTF-8 without anything that steers a screen, and no blanks around or doubled.
std::string tidied(std::string_view typed) {
  constexpr std::size_t most_bytes = 4 * (http::longest_note + 1);
  const std::string clean = webhooks::cleaned(plugin_host::clean_text(typed, most_bytes));
  std::string text;
  for (const char c : clean) {
    if (c == ' ' && (text.empty() || text.back() == ' ')) continue;
    text += c;
  }
  if (text.ends_with(' ')) text.pop_back();
  return text;
}

// What is to be corrected; nothing where it is well.
std::string fault_in(const http::NoteForm& form) {
  if (form.name.empty()) return "Write your name: others want to know who looks after this.";
  if (characters_in(form.name) > http::longest_person) {
    return fmt::format("The name is longer than {} characters.", http::longest_person);
  }
  if (characters_in(form.note) > http::longest_note) {
    return fmt::format("The note is longer than {} characters.", http::longest_note);
  }
  const bool offered = std::any_of(http::note_spans.begin(), http::note_spans.end(),
                                   [&](const auto& span) { return span.first == form.span; });
  return offered ? "" : "Choose one of the times that are offered.";
}

// One visit to a link, inside a transaction.
class Visit {
 public:
  Visit(store::Writer& writer, const ingest::EvaluationContext& context,
        const AcknowledgeLink& link)
      : writer_(writer), context_(context), link_(link) {}

  // `form` is what was submitted; nothing where somebody only looks.
  Result<http::Page> answer(const std::optional<http::NoteForm>& form) {
    auto known = read();
    if (!known) return pass_on(known);
    if (!*known) return no_link();
    auto uses = writer_.links_used(alert_.id);
    if (!uses) return pass_on(uses);
    for (const store::LinkUse& use : *uses) {
      if (use.event == link_.event && use.destination == link_.destination) return used(use);
    }
    switch (alert_.state) {
      case AlertState::resolved:
        return over();
      case AlertState::acknowledged:
        return noted_by_another();
      case AlertState::firing:
        return form ? submitted(*form) : asked();
      case AlertState::pending:
        break;
    }
    return no_link();
  }

  std::vector<Delivery> deliveries;  // of the acknowledgement
  std::string noted_by;              // where it was acknowledged just now
  std::string noted_alert;

 private:
  // False where there is no such message: its transaction was never committed.
  Result<bool> read() {
    auto event = writer_.event(link_.event);
    if (!event) return pass_on(event);
    if (!*event) return false;
    told_ = std::move(**event);
    auto alert = writer_.alert(told_.subject);
    if (!alert) return pass_on(alert);
    if (!*alert) return false;
    alert_ = std::move(**alert);
    auto events = writer_.events(alert_.id);
    if (!events) return pass_on(events);
    for (store::EventRecord& record : *events) events_.push_back(std::move(record.event));
    return !events_.empty();
  }

  // What was told last, with the newest figure where that is another.
  [[nodiscard]] http::AlertWords words() const {
    const Event& last = events_.back();
    http::AlertWords words;
    const auto data = webhooks::data_of(last);
    if (!data) return words;
    webhooks::Message message = webhooks::message_of(last, *data, webhooks::Room{});
    words.headline = message.headline();
    words.sentence = std::move(message.sentence);
    for (webhooks::Fact& fact : message.facts) {
      words.facts.emplace_back(std::move(fact.title), std::move(fact.value));
    }
    words.what_to_do = std::move(message.what_to_do);
    words.red = alert_.state != AlertState::resolved && alert_.severity == Severity::red;
    add_newest(words, *data);
    return words;
  }

  void add_newest(http::AlertWords& words, const boost::json::object& data) const {
    const Kpi* kpi = context_.config.kpi(alert_.kpi);
    const std::string label =
        kpi == nullptr ? std::string() : format_period(alert_.period, kpi->calendar);
    if (label.empty() || label == webhooks::text_in(data, "period", "label")) return;
    words.facts.emplace_back("Newest figure",
                             format_value(alert_.value, kpi->unit, kpi->decimals) + ", " + label);
  }

  [[nodiscard]] std::string when(Timestamp at) const {
    return moment(at, context_.config.timezone);
  }

  [[nodiscard]] http::Page told(std::string_view title, const std::string& sentence) const {
    const http::AlertWords alert = words();
    return http::told_page(200, title, sentence, &alert);
  }

  [[nodiscard]] http::Page used(const store::LinkUse& use) const {
    std::string now;
    if (alert_.state == AlertState::firing) {
      now =
          " The alert has come up again since; the newest message about it has a link of its own.";
    } else if (alert_.state == AlertState::resolved) {
      now = " The alert is over.";
    }
    return told("This link has been used", fmt::format("{} took note of the alert with it on {}.{}",
                                                       use.by, when(use.used_at), now));
  }

  [[nodiscard]] http::Page over() const {
    const std::string at = when(alert_.resolved_at.value_or(alert_.changed_at));
    std::string how = "It recovered on " + at + ".";
    if (alert_.resolution == Resolution::corrected) {
      how = "It was withdrawn on " + at + ", for its figure was corrected.";
    } else if (alert_.resolution == Resolution::rule_removed) {
      how = "It was closed on " + at + ", for its rule was removed.";
    }
    return told("This alert is over", how + " There is nothing left to do here.");
  }

  [[nodiscard]] http::Page noted_by_another() const {
    std::string sentence = alert_.acknowledged_by + " has taken note of this alert";
    for (auto event = events_.rbegin(); event != events_.rend(); ++event) {
      if (event->type != EventType::alert_acknowledged) continue;
      sentence += " on " + when(event->at);
      break;
    }
    return told("Somebody has taken note already",
                sentence + ". " + quiet() + " There is nothing left to do here.");
  }

  [[nodiscard]] std::string quiet() const {
    if (!alert_.acknowledged_until)
      return "kpid stays quiet about it until it gets worse or is over.";
    return "kpid stays quiet about it until " + when(*alert_.acknowledged_until) +
           ", unless it gets worse or is over before.";
  }

  [[nodiscard]] std::string severity_now() const { return std::string(to_string(alert_.severity)); }

  [[nodiscard]] http::Page asked() const {
    http::NoteForm form;
    form.seen = severity_now();
    std::string remark;
    if (alert_.severity > told_.severity) {
      remark = fmt::format(
          "It has got worse since this message was sent: it was {} then, and is {} "
          "now.",
          to_string(told_.severity), severity_now());
    }
    return http::form_page(words(), form, remark);
  }

  Result<http::Page> submitted(http::NoteForm form) {
    form.name = tidied(form.name);
    form.note = tidied(form.note);
    const Severity seen = parse_severity(form.seen).value_or(told_.severity);
    form.seen = severity_now();
    const std::string fault = fault_in(form);
    if (!fault.empty()) return http::form_page(words(), form, fault, 400);
    if (alert_.severity > seen) {
      return http::form_page(words(), form,
                             fmt::format("It has got worse while you were looking at it: it is {} "
                                         "now. Look at it again before you take note of it.",
                                         severity_now()),
                             409);
    }
    const std::string by = fmt::format("{} (link to {})", form.name, link_.destination);
    auto made = ingest::acknowledge_alert(writer_, context_, alert_.id, by, form.note, form.span);
    if (!made) return pass_on(made);
    auto written = writer_.use_link({link_.event, link_.destination, context_.now, form.name});
    if (!written) return pass_on(written);
    deliveries = std::move(*made);
    noted_by = by;
    noted_alert = alert_.id;
    auto again = writer_.alert(alert_.id);
    if (!again) return pass_on(again);
    if (*again) alert_ = std::move(**again);
    return told("Thank you, " + form.name, "It is noted that you have seen this. " + quiet());
  }

  store::Writer& writer_;
  const ingest::EvaluationContext& context_;
  const AcknowledgeLink& link_;
  Event told_;  // in the message that bore the link
  Alert alert_;
  std::vector<Event> events_;  // of the alert; the newest last
};

}  // namespace

Result<void> AcknowledgeLinks::open(store::Writer& writer) {
  auto fresh = webhooks::make_link_key();
  if (!fresh) return pass_on(fresh);
  auto key = writer.own_key(webhooks::link_key_name, *fresh);
  if (!key) return pass_on(key);
  key_ = std::move(*key);
  return {};
}

void AcknowledgeLinks::configure(const Config& config) {
  const std::lock_guard hold(mutex_);
  public_url_ = config.listen ? config.listen->public_url : std::string();
}

std::optional<Event> AcknowledgeLinks::linked(const DestinationConfig& destination,
                                              const Event& event) const {
  std::string base;
  {
    const std::lock_guard hold(mutex_);
    base = public_url_;
  }
  if (base.empty()) return std::nullopt;
  return webhooks::with_links(event, [&](const std::string& id) {
    const auto token = webhooks::make_link_token(
        key_, {id, destination.name, clock_.now() + webhooks::link_lifetime});
    return token ? webhooks::link_address(base, *token) : std::string();
  });
}

std::optional<AcknowledgeLink> AcknowledgeLinks::read(std::string_view token) const {
  return webhooks::read_link_token(key_, token);
}

LinkParts link_parts(ActionParts& parts) {
  return {parts.queue(),
          parts.clock(),
          parts.log(),
          parts.links(),
          parts.config(),
          [&parts](const Config& config) { return parts.context(config); },
          [&parts](std::vector<Delivery> made) { parts.outbox().send(std::move(made)); }};
}

asio::awaitable<http::Page> acknowledge_by_link(LinkParts parts, std::string token, bool submitted,
                                                std::string form) {
  const auto link = parts.links.read(token);
  if (!link) co_return no_link();
  if (parts.clock.now() >= link->expires) co_return expired();
  std::optional<http::NoteForm> typed;
  if (submitted) typed = http::read_note_form(form).value_or(http::NoteForm{});
  http::Page page;
  std::vector<Delivery> deliveries;
  std::string by;
  std::string alert;
  store::WriteQueue::Job job = [&](store::Writer& writer) -> Result<void> {
    const ingest::EvaluationContext context = parts.context(*parts.config);
    Visit visit(writer, context, *link);
    auto answered = visit.answer(typed);
    if (!answered) return pass_on(answered);
    page = std::move(*answered);
    deliveries = std::move(visit.deliveries);
    by = std::move(visit.noted_by);
    alert = std::move(visit.noted_alert);
    return {};
  };
  const auto done = co_await store::async_write(parts.queue, std::move(job));
  if (!done) {
    parts.log.error("an acknowledge link could not be followed",
                    {{"event", link->event},
                     {"destination", link->destination},
                     {"reason", done.error().text()}});
    co_return not_now();
  }
  if (!by.empty()) {
    parts.log.info("an alert was acknowledged by a link", {{"alert", alert}, {"by", by}});
    parts.send(std::move(deliveries));
  }
  co_return page;
}

}  // namespace kpid::app
