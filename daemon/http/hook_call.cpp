// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "http/hook_call.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/verb.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include "http/routes.hpp"

namespace kpid::http {
namespace {

namespace beast = boost::beast;
namespace json = boost::json;
using beast::http::field;
using beast::http::verb;
using Refused = tl::unexpected<CallAnswer>;

constexpr std::uint64_t most_form_bytes = 8U << 10U;
constexpr std::size_t longest_name = 64;
constexpr std::size_t longest_token = 2048;
constexpr unsigned soon_seconds = 30;
constexpr unsigned later_seconds = 120;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

bool same_word(std::string_view one, std::string_view other) {
  return beast::iequals({one.data(), one.size()}, {other.data(), other.size()});
}

// As the config names a source: nothing is decoded, so "..%2f" is no name.
bool is_name(std::string_view text) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  return !text.empty() && text.size() <= longest_name &&
         text.find_first_not_of(letters) == std::string_view::npos;
}

std::size_t count_of(const CallHeader& header, std::string_view name) {
  return header.count(beast::string_view(name.data(), name.size()));
}

std::string value_of(const CallHeader& header, std::string_view name) {
  return std::string(view(header[beast::string_view(name.data(), name.size())]));
}

Refused not_found() {
  return Refused(refuse_call(404, "there is nothing here; a source is pushed to at /hooks/SOURCE"));
}

Refused wrong_method(std::string allow) {
  CallAnswer answer = refuse_call(405, "this address is asked in another way: " + allow);
  answer.headers.emplace_back("Allow", std::move(allow));
  return Refused(std::move(answer));
}

// Where the path leads; methods that do not fit are refused whatever stands behind it.
tl::expected<Call, CallAnswer> route(const CallHeader& header) {
  constexpr std::string_view hooks = "/hooks/";
  constexpr std::string_view links = "/ack/";
  std::string_view path = view(header.target());
  const std::size_t mark = path.find('?');
  const bool has_query = mark != std::string_view::npos;
  path = path.substr(0, mark);
  const bool asks = header.method() == verb::get || header.method() == verb::head;
  const bool posts = header.method() == verb::post;
  Call call;
  if (path == "/healthz") {
    if (!asks) return wrong_method("GET, HEAD");
    return call;
  }
  if (path.starts_with(hooks) && !has_query) {
    call.kind = Call::Kind::push;
    call.name = std::string(path.substr(hooks.size()));
    if (!is_name(call.name)) return not_found();
    if (!posts) return wrong_method("POST");
    return call;
  }
  if (path.starts_with(links)) {
    call.kind = Call::Kind::link;
    call.name = std::string(path.substr(links.size()));
    const bool sound = !call.name.empty() && call.name.size() <= longest_token &&
                       call.name.find('/') == std::string::npos;
    if (!sound) return not_found();
    if (!asks && !posts) return wrong_method("GET, HEAD, POST");
    call.submitted = posts;
    call.size_limit = posts ? most_form_bytes : 0;
    return call;
  }
  return not_found();
}

// What would let two readers of the same bytes see two requests.
std::optional<CallAnswer> ambiguous(const CallHeader& header, bool chunked) {
  if (header.count(field::host) > 1 || (header.version() == 11 && header.count(field::host) == 0)) {
    return refuse_call(400, "the request must name one Host");
  }
  if (header.count(field::content_length) > 1 || header.count(field::expect) > 1 ||
      header.count(field::content_type) > 1) {
    return refuse_call(400, "a header stands twice in the request");
  }
  if (header.count(field::transfer_encoding) == 0) return std::nullopt;
  const bool plain = same_word(view(header[field::transfer_encoding]), "chunked");
  if (header.count(field::transfer_encoding) > 1 || !chunked || !plain || header.version() != 11) {
    return refuse_call(400, "a body comes whole or chunked, in no other Transfer-Encoding");
  }
  return std::nullopt;
}

std::optional<CallAnswer> unfit_body(const Call& call, const CallHeader& header,
                                     std::optional<std::uint64_t> length) {
  const std::string coding = value_of(header, "content-encoding");
  if (!coding.empty() && !same_word(coding, "identity")) {
    return refuse_call(415,
                       "a compressed body is not taken; send it as it is, without "
                       "Content-Encoding");
  }
  std::string type = value_of(header, "content-type");
  type = type.substr(0, type.find(';'));
  if (call.kind == Call::Kind::push && same_word(type, "multipart/form-data")) {
    return refuse_call(415,
                       "send the document itself as the body, not a form: curl --data-binary "
                       "@FILE");
  }
  if (call.submitted && !same_word(type, "application/x-www-form-urlencoded")) {
    return refuse_call(415, "only the page's own form can be sent here");
  }
  if (length && *length > call.size_limit) return too_large(call.size_limit);
  const std::string expected = value_of(header, "expect");
  if (!expected.empty() && !same_word(expected, "100-continue")) {
    return refuse_call(417, "nothing but 100-continue can be expected here");
  }
  return std::nullopt;
}

// The proof's headers, each at most once.
std::optional<CallAnswer> read_proof(Call& call, const CallHeader& header, Timestamp now) {
  const auto names = proof_header_names(call.hook);
  for (const std::string& name : names) {
    if (count_of(header, name) > 1) {
      return refuse_call(400, fmt::format("the header {} stands twice in the request", name));
    }
  }
  call.proof.signature = value_of(header, names.back());
  if (call.hook.proof == HookConfig::Proof::standard_webhooks) {
    call.proof.id = value_of(header, names[0]);
    call.proof.timestamp = value_of(header, names[1]);
  }
  const auto sound = check_before_body(call.hook, call.proof, now);
  if (sound) return std::nullopt;
  return refuse_call(401, sound.error().sentence);
}

CallAnswer counted(const Run& run) {
  CallAnswer answer;
  answer.body = json::serialize(json::object{{"run", run.id},
                                             {"outcome", to_string(run.outcome)},
                                             {"created", run.counts.created},
                                             {"revised", run.counts.revised},
                                             {"unchanged", run.counts.unchanged},
                                             {"refused", run.counts.refused}});
  return answer;
}

CallAnswer failed(const Run& run) {
  const Error error{run.error_kind, run.reason, {}};
  switch (run.error_kind) {
    case ErrorKind::source:  // the content is what is wrong: the same again helps nobody
    case ErrorKind::not_found:
    case ErrorKind::unsupported: {
      CallAnswer answer = refuse_call(422, run.reason);
      return answer;
    }
    case ErrorKind::plugin:
    case ErrorKind::internal: {
      CallAnswer answer = refuse_call(500, run.reason);
      return answer;
    }
    case ErrorKind::config:
    case ErrorKind::transient:
    case ErrorKind::rate_limited:
    case ErrorKind::cancelled:
    case ErrorKind::storage:
    case ErrorKind::conflict:
      break;
  }
  return retry_later(503, error, later_seconds);
}

}  // namespace

CallAnswer refuse_call(unsigned status, std::string sentence) {
  const ErrorKind kind = status == 404  ? ErrorKind::not_found
                         : status < 500 ? ErrorKind::source
                                        : ErrorKind::internal;
  CallAnswer answer;
  answer.status = status;
  answer.body = error_answer(status, {kind, sentence, {}}).body;
  answer.reason = std::move(sentence);
  return answer;
}

CallAnswer retry_later(unsigned status, const Error& error, unsigned seconds) {
  CallAnswer answer;
  answer.status = status;
  answer.body = error_answer(status, error).body;
  answer.reason = error.text();
  answer.headers.emplace_back("Retry-After", std::to_string(seconds));
  return answer;
}

CallAnswer too_large(std::uint64_t limit) {
  return refuse_call(413, fmt::format("the body is larger than the limit of {} bytes", limit));
}

CallAnswer answer_of(const Result<Taken>& taken) {
  if (!taken) {
    const bool busy = taken.error().kind == ErrorKind::conflict;
    if (taken.error().kind == ErrorKind::not_found) return refuse_call(404, taken.error().sentence);
    return retry_later(busy ? 409 : 503, taken.error(), busy ? soon_seconds : later_seconds);
  }
  if (taken->again) {
    CallAnswer answer;
    answer.body = json::serialize(json::object{{"run", taken->run.id}, {"already_taken", true}});
    return answer;
  }
  if (taken->run.outcome == RunOutcome::failed) return failed(taken->run);
  return counted(taken->run);
}

CallAnswer answer_of(Page page) {
  CallAnswer answer;
  answer.status = page.status;
  answer.content_type = "text/html; charset=utf-8";
  answer.body = std::move(page.body);
  // The address is a key: it must not go on to another site, nor into a frame.
  answer.headers = {{"Content-Security-Policy",
                     "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
                     "frame-ancestors 'none'; base-uri 'none'"},
                    {"Referrer-Policy", "no-referrer"},
                    {"X-Robots-Tag", "noindex, nofollow"}};
  return answer;
}

std::string hook_named(std::string_view target) {
  constexpr std::string_view hooks = "/hooks/";
  if (!target.starts_with(hooks)) return {};
  target.remove_prefix(hooks.size());
  return is_name(target) ? std::string(target) : std::string();
}

tl::expected<Call, CallAnswer> read_call(const Config& config, const CallHeader& header,
                                         std::optional<std::uint64_t> length, bool chunked,
                                         Timestamp now) {
  if (auto refused = ambiguous(header, chunked)) return Refused(std::move(*refused));
  auto call = route(header);
  if (!call) return call;
  if (call->kind == Call::Kind::push) {
    const SourceConfig* source = config.source(call->name);
    if (source == nullptr || !source->hook) return not_found();
    call->hook = *source->hook;
    call->size_limit = source->hook->size_limit;
    if (auto refused = read_proof(*call, header, now)) return Refused(std::move(*refused));
  }
  if (auto refused = unfit_body(*call, header, length)) return Refused(std::move(*refused));
  if (chunked && call->size_limit == 0) return Refused(too_large(0));
  call->waits_for_go_ahead = header.count(field::expect) == 1 && header.version() == 11;
  return call;
}

}  // namespace kpid::http
