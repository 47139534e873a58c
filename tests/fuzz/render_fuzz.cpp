// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Any JSON object as an event's data: every format makes a body of it, well-formed and within its
// receiver's limit, and headers that hold no line of their own. The input is either the data's own
// text, or says which of the members that kpid knows hold what: text, numbers, lists, nonsense.

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <boost/json.hpp>
#include <fuzzer/FuzzedDataProvider.h>

#include "model/message_template.hpp"
#include "webhooks/delivery_request.hpp"
#include "webhooks/render.hpp"

namespace {

namespace json = boost::json;
using kpid::DestinationFormat;

constexpr std::array formats{DestinationFormat::standard,     DestinationFormat::teams,
                             DestinationFormat::slack,        DestinationFormat::google_chat,
                             DestinationFormat::discord,      DestinationFormat::pagerduty,
                             DestinationFormat::alertmanager, DestinationFormat::ntfy,
                             DestinationFormat::by_template,  DestinationFormat::email};

constexpr const char* form = R"({"a":"{{headline}} {{explanation}} {{kpi.title}}",
"b":[{{#facts}}"{{title}}{{value}}"{{^last}},{{/last}}{{/facts}}],
"c":"{{#series}}{{label}}{{value}}{{/series}}{{#provenance}}{{origin}}{{/provenance}}{{link}}"})";

void check(bool holds) {
  if (!holds) std::abort();
}

kpid::DestinationConfig destination_of(DestinationFormat format) {
  kpid::DestinationConfig destination;
  destination.name = "fuzz";
  destination.format = format;
  destination.access_key = kpid::Secret{"key"};
  destination.template_text = form;
  destination.template_content_type = "application/json";
  return destination;
}

// Seven bits, and no line that a mail server might cut.
void check_mail(const std::string& mail) {
  constexpr std::size_t longest = 998;
  std::size_t length = 0;
  for (std::size_t i = 0; i < mail.size(); ++i) {
    const char c = mail[i];
    if (c == '\n') check(i > 0 && mail[i - 1] == '\r');
    check((c >= ' ' && c <= '~') || c == '\r' || c == '\n');
    length = c == '\n' ? 0 : length + 1;
    check(length <= longest);
  }
}

void check_request(const kpid::DestinationConfig& destination,
                   const kpid::webhooks::Rendered& rendered) {
  kpid::Delivery delivery;
  delivery.event_id = "msg_fuzz";
  delivery.content_type = rendered.content_type;
  delivery.body = rendered.body;
  std::optional<kpid::webhooks::Signer> unsigned_one;
  const auto request =
      kpid::webhooks::request_for(destination, unsigned_one, delivery, kpid::Timestamp{});
  check(request.has_value() && !request->body.empty());
  for (const std::string& header : request->headers) {
    for (const char c : header) check(c >= 0x20 && c < 0x7F);
  }
  if (destination.format == DestinationFormat::ntfy) check(request->body.size() <= 4096);
}

json::value any_value(FuzzedDataProvider& input) {
  switch (input.ConsumeIntegralInRange(0, 7)) {
    case 0:
      return json::value(input.ConsumeRandomLengthString(300));
    case 1: {  // long, of few kinds of characters
      const std::string piece = input.ConsumeRandomLengthString(8);
      std::string text;
      for (int left = input.ConsumeIntegralInRange(1, 8000); left > 0; --left) text += piece;
      return json::value(text);
    }
    case 2:
      return json::value(input.ConsumeIntegral<std::int64_t>());
    case 3: {
      const auto number = input.ConsumeFloatingPoint<double>();
      return number - number == 0 ? json::value(number) : json::value(nullptr);
    }
    case 4:
      return json::value(input.ConsumeBool());
    case 5:
      return json::value(json::array(input.ConsumeIntegralInRange<std::size_t>(0, 300),
                                     json::value(input.ConsumeRandomLengthString(40))));
    case 6:
      return json::value(json::object{});
    default:
      return nullptr;
  }
}

json::object known_members(FuzzedDataProvider& input) {
  const auto variables = kpid::template_variables();
  json::object data;
  while (input.remaining_bytes() > 0) {
    const auto at = input.ConsumeIntegralInRange<std::size_t>(0, variables.size() - 1);
    const std::string_view name = variables[at].name;
    const std::size_t dot = name.find('.');
    const std::string_view head = name.substr(0, dot);
    if (dot == std::string_view::npos) {
      data[name] = any_value(input);
    } else if (head == "series" || head == "provenance") {
      if (!data[head].is_array()) data[head] = json::array{};
      const json::object row{{name.substr(dot + 1), any_value(input)}};
      const auto times = input.ConsumeIntegralInRange<std::size_t>(1, 200);
      for (std::size_t i = 0; i < times; ++i) data[head].as_array().push_back(row);
    } else {
      if (!data[head].is_object()) data[head] = json::object{};
      data[head].as_object()[name.substr(dot + 1)] = any_value(input);
    }
  }
  return data;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size == 0) return 0;
  kpid::Event event;
  event.id = "msg_fuzz";
  event.subject = "alt_fuzz";
  event.type = static_cast<kpid::EventType>(bytes[0] / 2 % 12);
  event.severity = bytes[0] / 24 % 2 == 0 ? kpid::Severity::red : kpid::Severity::amber;
  if (bytes[0] % 2 == 0) {
    event.data.assign(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  } else {
    FuzzedDataProvider input(bytes + 1, size - 1);
    event.data = json::serialize(known_members(input));
  }
  for (const DestinationFormat format : formats) {
    const auto destination = destination_of(format);
    const auto rendered = kpid::webhooks::render(destination, event, "fuzz");
    if (!rendered) {  // only what is no JSON object is refused
      check(rendered.error().sentence.find("is not a JSON object") != std::string::npos);
      return 0;
    }
    check(!rendered->body.empty());
    check(rendered->body.size() <= (format == DestinationFormat::slack ? 12'000U : 20'000U));
    if (format == DestinationFormat::email) {
      check_mail(rendered->body);
    } else {
      json::error_code error;
      const json::value body = json::parse(rendered->body, error);
      check(!error && body.is_object());
    }
    check_request(destination, *rendered);
  }
  return 0;
}
