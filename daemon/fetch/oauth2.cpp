// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// The access token of the client-credentials grant (RFC 6749, section 4.4): got when it is needed,
// kept between pulls, got anew before it ends.

#include <algorithm>
#include <chrono>

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include "fetch/http_hop.hpp"
#include "fetch/secret_references.hpp"
#include "net/base64.hpp"

namespace kpid::fetch {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using std::chrono::seconds;

struct Granted {
  Secret token;
  seconds lasts{};
};

std::optional<Granted> read_grant(const std::string& text) {
  boost::system::error_code error;
  const json::value answer = json::parse(text, error);
  const auto* object = error ? nullptr : answer.if_object();
  const auto* token = object == nullptr ? nullptr : object->if_contains("access_token");
  if (token == nullptr || !token->is_string() || token->get_string().empty()) return std::nullopt;
  const std::string value(token->get_string().begin(), token->get_string().end());
  if (std::any_of(value.begin(), value.end(), [](char c) { return c <= ' ' || c > '~'; })) {
    return std::nullopt;
  }
  Granted granted{Secret{value}, seconds{300}};  // of one that does not say: a cautious guess
  if (const auto* lasts = object->if_contains("expires_in")) {
    std::int64_t count = 0;
    if (const auto* whole = lasts->if_int64()) count = *whole;
    constexpr std::int64_t day = 86'400;
    if (count > 0) granted.lasts = seconds{std::min(count, day)};
  }
  return granted;
}

// The name, never the value, of what a form field asks for.
std::string form_field(std::string_view name, std::string_view value) {
  std::string encoded(name);
  encoded += '=';
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  for (const char c : value) {
    if (plain.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

std::string encoded(std::string_view value) { return form_field("", value).substr(1); }

Error refused(Error fault) {
  if (fault.kind == ErrorKind::config) {
    fault.sentence =
        "no access token was given; check client_id, client_secret and scope: " + fault.sentence;
  } else {
    fault.sentence = "no access token was given: " + fault.sentence;
  }
  return fault;
}

}  // namespace

asio::awaitable<Result<Secret>> HttpFetch::access_token(bool anew) {
  const OAuth2Config& oauth2 = *policy_.http.oauth2;
  const std::string place = shown_url(oauth2.token_url);
  const auto secret = expand(oauth2.client_secret, policy_.secrets, Inside::header);
  if (!secret) co_return fail(secret.error().kind, secret.error().sentence, place);
  Sha256 all;
  for (const std::string* part :
       {&oauth2.token_url, &oauth2.client_id, &secret->reveal(), &oauth2.scope}) {
    all.add(*part);
    all.add({"\0", 1});
  }
  const auto asked_with = all.hex();
  if (!asked_with) co_return tl::unexpected(asked_with.error());
  const auto now = std::chrono::steady_clock::now();
  AccessToken& kept = line_->token;
  if (!anew && kept.asked_with == *asked_with && now < kept.ends_at) co_return kept.value;
  kept = {};

  const auto url = parse_url(oauth2.token_url);
  if (!url) co_return fail(url.error().kind, url.error().sentence, place);
  if (url->scheme != "https" && !policy_.http.secrets_over_http) {
    co_return fail(ErrorKind::config, "an access token is asked for over https:// only", place);
  }
  std::string form = "grant_type=client_credentials";
  if (!oauth2.scope.empty()) form += "&" + form_field("scope", oauth2.scope);
  Headers headers;
  if (oauth2.secret_in_body) {
    form += "&" + form_field("client_id", oauth2.client_id) + "&" +
            form_field("client_secret", secret->reveal());
  } else {
    // Both are form-encoded first: RFC 6749, section 2.3.1.
    headers.emplace_back("Authorization",
                         Secret{"Basic " + net::base64(encoded(oauth2.client_id) + ":" +
                                                       encoded(secret->reveal()))});
  }
  headers.emplace_back("Content-Type", Secret{"application/x-www-form-urlencoded"});
  headers.emplace_back("Accept", Secret{"application/json"});
  Hop hop(policy_, route_, place);
  hop.keeps_content = false;
  const std::optional<std::string> body(std::move(form));
  if (!hop.prepare(*url, headers, body)) {
    co_return fail(ErrorKind::internal, "the request could not be prepared", place);
  }
  const auto done = co_await run(hop);
  if (!done) co_return tl::unexpected(refused(done.error()));
  if (auto fault = fault_of_answer(hop.answer, place)) {
    if (fault->kind == ErrorKind::rate_limited) retry_after_ = hop.answer.retry_after;
    co_return tl::unexpected(refused(std::move(*fault)));
  }
  auto granted = hop.answer.status == 200 ? read_grant(hop.text) : std::nullopt;
  if (!granted) {
    co_return fail(ErrorKind::source, "the answer holds no access token; check \"token_url\"",
                   place);
  }
  // Early enough for the longest answer that may follow.
  const auto margin = std::min<seconds>(seconds{60}, granted->lasts / 10);
  kept = {*asked_with, granted->token, now + granted->lasts - margin};
  co_return granted->token;
}

}  // namespace kpid::fetch
