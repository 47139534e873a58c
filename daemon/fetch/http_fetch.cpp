// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/http_fetch.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include "fetch/http_hop.hpp"
#include "fetch/secret_references.hpp"
#include "net/addresses.hpp"
#include "net/base64.hpp"

namespace kpid::fetch {
namespace {

namespace asio = boost::asio;

constexpr int most_redirects = 5;
constexpr std::size_t most_headers = 64;
constexpr std::size_t longest_header = 8192;

// What libcurl or kpid itself must decide.
bool is_own_header(std::string_view name) {
  constexpr std::array<std::string_view, 9> own{
      "host", "content-length",  "transfer-encoding",  "connection", "upgrade", "expect",
      "te",   "accept-encoding", "proxy-authorization"};
  std::string small(name);
  for (char& c : small) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return std::find(own.begin(), own.end(), small) != own.end();
}

bool is_header_name(std::string_view name) {
  constexpr std::string_view token =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~";
  return !name.empty() && name.size() <= 100 &&
         name.find_first_not_of(token) == std::string_view::npos;
}

bool is_header_value(std::string_view value) {
  return value.size() <= longest_header &&
         value.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

bool names_any_secret(const FetchRequest& request) {
  return names_secret(request.location) || (request.body && names_secret(*request.body)) ||
         std::any_of(request.headers.begin(), request.headers.end(),
                     [](const auto& header) { return names_secret(header.second); });
}

bool is_credential(std::string_view name) {
  return name == "authorization" || name == "Authorization" || name == "Cookie" || name == "cookie";
}

}  // namespace

net::Route route_for(const FetchPolicy& policy) {
  net::Route route;
  for (const std::string& text : policy.allowed_networks) {
    // config/ has checked them; one that cannot be read allows nothing.
    if (auto network = net::parse_network(text)) route.allowed.push_back(*network);
  }
  route.ca_file = policy.http.ca_file;
  route.proxy = policy.http.proxy;
  route.timeout = policy.time_limit;
  return route;
}

HttpFetch::HttpFetch(const FetchPolicy& policy, std::shared_ptr<Line> line)
    : policy_(policy), line_(std::move(line)), route_(route_for(policy)) {}

Result<Url> HttpFetch::first_url(const FetchRequest& request) const {
  const std::string place = shown_url(request.location);
  const auto expanded = expand(request.location, policy_.secrets, Inside::url);
  if (!expanded) return fail(expanded.error().kind, expanded.error().sentence, place);
  auto url = parse_url(expanded->reveal());
  if (!url) return fail(url.error().kind, url.error().sentence, place);
  if (auto fault = fault_of_url(*url, place)) return tl::unexpected(std::move(*fault));
  const bool secret = policy_.http.authenticates() || names_any_secret(request);
  if (secret && url->scheme != "https" && !policy_.http.secrets_over_http) {
    return fail(ErrorKind::config,
                "this source has credentials, and http:// would let everybody on the way read "
                "them; use https://, or set secrets_over_http where the network is your own",
                place);
  }
  return url;
}

std::optional<Error> HttpFetch::fault_of_url(const Url& url, const std::string& place) const {
  const auto config = [&](std::string sentence) {
    return Error{ErrorKind::config, std::move(sentence), place};
  };
  if (url.scheme != "http" && url.scheme != "https") {
    return config(fmt::format("\"{}://\" is not followed; only https:// and http:// are",
                              url.scheme.substr(0, 20)));
  }
  if (!is_allowed_host(url, policy_.allowed_hosts)) {
    return config(
        fmt::format("the host \"{}\" is not one that this source may fetch from; add it to "
                    "the source's \"allowed_hosts\" if it should be",
                    url.host.substr(0, 253)));
  }
  // Behind a proxy this is the only look at an address that we get.
  boost::system::error_code no_address;
  const auto address = asio::ip::make_address(url.host, no_address);
  if (!no_address) {
    if (auto reason = net::refusal(address, route_.allowed)) return config(std::move(*reason));
  }
  return std::nullopt;
}

Result<HttpFetch::Headers> HttpFetch::own_headers(const FetchRequest& request) const {
  const std::string place = shown_url(request.location);
  Headers all;
  if (request.headers.size() > most_headers) {
    return fail(ErrorKind::plugin, "the plugin asks with too many headers", place);
  }
  auto given = request.headers;
  given.insert(given.end(), policy_.http.headers.begin(), policy_.http.headers.end());
  for (const auto& [name, value] : given) {
    if (!is_header_name(name) || !is_header_value(value) || is_own_header(name)) {
      return fail(ErrorKind::plugin,
                  fmt::format("the header \"{}\" cannot be sent; tell the plugin's author",
                              is_header_name(name) ? name : std::string("?")),
                  place);
    }
    auto expanded = expand(value, policy_.secrets, Inside::header);
    if (!expanded) return fail(expanded.error().kind, expanded.error().sentence, place);
    all.emplace_back(name, std::move(*expanded));
  }
  const bool has_type = std::any_of(all.begin(), all.end(), [](const auto& header) {
    return header.first == "Content-Type" || header.first == "content-type";
  });
  if (request.body && !has_type) all.emplace_back("Content-Type", Secret{"application/json"});
  return all;
}

asio::awaitable<Result<HttpFetch::Headers>> HttpFetch::with_credentials(const FetchRequest& request,
                                                                        bool anew) {
  auto headers = own_headers(request);
  if (!headers) co_return headers;
  const auto& http = policy_.http;
  const bool given = std::any_of(headers->begin(), headers->end(),
                                 [](const auto& header) { return is_credential(header.first); });
  if (given) co_return headers;
  const std::string place = shown_url(request.location);
  const auto fault = [&](const Error& error) { return fail(error.kind, error.sentence, place); };
  if (!http.bearer.empty()) {
    const auto token = expand(http.bearer, policy_.secrets, Inside::header);
    if (!token) co_return fault(token.error());
    headers->emplace_back("Authorization", Secret{"Bearer " + token->reveal()});
  } else if (!http.user.empty()) {
    const auto password = expand(http.password, policy_.secrets, Inside::header);
    if (!password) co_return fault(password.error());
    headers->emplace_back("Authorization",
                          Secret{"Basic " + net::base64(http.user + ":" + password->reveal())});
  } else if (http.oauth2) {
    const auto token = co_await access_token(anew);
    if (!token) co_return tl::unexpected(token.error());
    headers->emplace_back("Authorization", Secret{"Bearer " + token->reveal()});
  }
  co_return headers;
}

asio::awaitable<Result<void>> HttpFetch::run(Hop& hop) {
  co_await line_->take_turn(policy_.http.requests_per_minute);
  const auto code = co_await line_->transfer(hop.easy.get());
  if (!code) co_return fail(code.error().kind, code.error().sentence, hop.place);
  CURL* const easy = hop.easy.get();
  curl_off_t after = 0;
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &after);
  constexpr std::chrono::seconds longest_wait = std::chrono::hours{24};
  if (after > 0) hop.answer.retry_after = std::min(std::chrono::seconds{after}, longest_wait);
  if (hop.fault) co_return tl::unexpected(*hop.fault);
  if (*code == CURLE_FILESIZE_EXCEEDED) co_return tl::unexpected(hop.too_large());
  if (*code == CURLE_OK && !hop.head_is_whole) {  // which libcurl takes for a whole answer
    co_return fail(ErrorKind::transient, "the connection was closed before an answer", hop.place);
  }
  const bool judged = hop.answer.status >= 300;  // whatever became of the rest of its page
  if (*code != CURLE_OK && !judged) {
    co_return tl::unexpected(
        fault_of_transfer(*code, easy, hop.gate, policy_.http.timeout, hop.place));
  }
  co_return Result<void>{};
}

Result<HttpDocument> HttpFetch::document_of(Hop& hop, const std::string& place) const {
  HttpDocument document;
  if (hop.answer.status == 304) {
    document.not_modified = true;
    return document;
  }
  if (!hop.content) {  // an answer without a body is an empty document
    auto made = Scratch::make(policy_);
    if (!made) return tl::unexpected(made.error());
    hop.content.emplace(std::move(*made));
  }
  const std::time_t modified = hop.answer.last_modified.empty()
                                   ? -1
                                   : curl_getdate(hop.answer.last_modified.c_str(), nullptr);
  auto fetched =
      hop.content->seal(policy_, place, modified > 0 ? std::int64_t{modified} * 1000 : 0);
  if (!fetched) return tl::unexpected(fetched.error());
  document.fetched = std::move(*fetched);
  document.fetched.etag = std::move(hop.answer.etag);
  document.fetched.last_modified = std::move(hop.answer.last_modified);
  return document;
}

asio::awaitable<Result<HttpDocument>> HttpFetch::follow(const FetchRequest& request, Url url,
                                                        Headers headers,
                                                        const std::optional<Condition>& condition) {
  const std::string place = shown_url(request.location);
  std::optional<std::string> body;
  if (request.body) {
    const auto expanded = expand(*request.body, policy_.secrets, Inside::body);
    if (!expanded) co_return fail(expanded.error().kind, expanded.error().sentence, place);
    body = expanded->reveal();
  }
  if (condition && !condition->etag.empty()) {
    headers.emplace_back("If-None-Match", Secret{condition->etag});
  }
  if (condition && !condition->last_modified.empty()) {
    headers.emplace_back("If-Modified-Since", Secret{condition->last_modified});
  }
  for (int redirects = 0; redirects <= most_redirects; ++redirects) {
    Hop hop(policy_, route_, place);
    if (!hop.prepare(url, headers, body)) {
      co_return fail(ErrorKind::internal, "the request could not be prepared", place);
    }
    const auto done = co_await run(hop);
    if (!done) co_return tl::unexpected(done.error());
    token_was_refused_ = hop.answer.status == 401;
    if (!is_redirect(hop.answer)) {
      auto fault = fault_of_answer(hop.answer, place);
      if (fault && fault->kind == ErrorKind::rate_limited) retry_after_ = hop.answer.retry_after;
      if (fault) co_return tl::unexpected(std::move(*fault));
      if (hop.answer.status == 304 && !condition) {
        co_return fail(ErrorKind::source,
                       "the server says that nothing has changed (304), which was not asked",
                       place);
      }
      co_return document_of(hop, place);
    }
    auto next = resolve_url(url, hop.answer.location);
    if (!next) co_return fail(next.error().kind, next.error().sentence, place);
    if (auto fault = fault_of_url(*next, place)) {
      fault->sentence = "the server redirects to where kpid may not follow: " + fault->sentence;
      co_return tl::unexpected(std::move(*fault));
    }
    if (url.scheme == "https" && next->scheme != "https") {
      co_return fail(ErrorKind::config,
                     "the server redirects from https:// to http://, which is not followed; tell "
                     "whoever runs it",
                     place);
    }
    if (!next->same_origin(url)) {
      if (body && hop.answer.status > 303) {
        co_return fail(ErrorKind::config,
                       "the server redirects the plugin's question to another server, which it is "
                       "not told to; check the address",
                       place);
      }
      headers.clear();  // credentials are for whom they were given
    }
    if (hop.answer.status <= 303) body.reset();
    url = std::move(*next);
  }
  co_return fail(
      ErrorKind::source,
      fmt::format("the server redirects more than {} times; check the address", most_redirects),
      place);
}

asio::awaitable<Result<HttpDocument>> HttpFetch::fetch(const FetchRequest& request,
                                                       const std::optional<Condition>& condition) {
  retry_after_.reset();
  const auto url = first_url(request);
  if (!url) co_return tl::unexpected(url.error());
  auto headers = co_await with_credentials(request, false);
  if (!headers) co_return tl::unexpected(headers.error());
  auto document = co_await follow(request, *url, std::move(*headers), condition);
  // A token may end before its time: once more with a new one.
  if (document || !token_was_refused_ || !policy_.http.oauth2) co_return document;
  headers = co_await with_credentials(request, true);
  if (!headers) co_return tl::unexpected(headers.error());
  co_return co_await follow(request, *url, std::move(*headers), condition);
}

}  // namespace kpid::fetch
