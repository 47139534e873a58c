// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/url.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <boost/json/parse.hpp>
#include <curl/curl.h>

namespace kpid::fetch {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_url = 8192;

struct UrlDelete {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
struct TextDelete {
  void operator()(char* text) const noexcept { curl_free(text); }
};
using Handle = std::unique_ptr<CURLU, UrlDelete>;

std::string part(CURLU* url, CURLUPart what, unsigned flags = 0) {
  char* raw = nullptr;
  if (curl_url_get(url, what, &raw, flags) != CURLUE_OK) return {};
  const std::unique_ptr<char, TextDelete> text(raw);
  return raw;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

std::string bare_host(std::string host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.ends_with('.')) host.pop_back();
  return lower(std::move(host));
}

tl::unexpected<Error> unreadable() {
  return fail(ErrorKind::config,
              "the URL cannot be understood; write it as https://host/path, with blanks and other "
              "special characters percent-encoded");
}

Result<Url> taken_apart(CURLU* handle) {
  Url url;
  url.text = part(handle, CURLUPART_URL);
  url.scheme = lower(part(handle, CURLUPART_SCHEME));
  url.host = bare_host(part(handle, CURLUPART_HOST));
  url.port = part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  url.path = part(handle, CURLUPART_PATH);
  if (url.text.empty() || url.host.empty() || url.text.size() > longest_url) return unreadable();
  return url;
}

bool looks_secret(std::string_view name) {
  constexpr std::array words{"key", "token", "sig",  "secret", "pass",
                             "pwd", "auth",  "code", "cred"};
  const std::string small = lower(std::string{name});
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return small.find(word) != std::string::npos; });
}

void collect(const json::value& value, std::vector<std::string>& into) {
  if (const auto* text = value.if_string()) into.emplace_back(text->begin(), text->end());
  if (const auto* array = value.if_array()) {
    for (const json::value& one : *array) collect(one, into);
  }
  if (const auto* object = value.if_object()) {
    for (const auto& [name, one] : *object) collect(one, into);
  }
}

}  // namespace

std::string_view scheme_of(std::string_view location) {
  const std::size_t end = location.find("://");
  if (end == std::string_view::npos || end == 0) return {};
  const std::string_view scheme = location.substr(0, end);
  constexpr std::string_view letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-";
  return scheme.find_first_not_of(letters) == std::string_view::npos ? scheme : std::string_view{};
}

Result<Url> parse_url(const std::string& text) {
  const Handle handle(curl_url());
  if (!handle || text.size() > longest_url) return unreadable();
  const CURLUcode code = curl_url_set(handle.get(), CURLUPART_URL, text.c_str(),
                                      CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME);
  if (code == CURLUE_USER_NOT_ALLOWED) {
    return fail(
        ErrorKind::config,
        "the URL holds a user or a password, which would be seen in every log; name them in "
        "the source's config instead");
  }
  if (code != CURLUE_OK) return unreadable();
  curl_url_set(handle.get(), CURLUPART_FRAGMENT, nullptr, 0);
  return taken_apart(handle.get());
}

Result<Url> resolve_url(const Url& base, const std::string& location) {
  const Handle handle(curl_url());
  const auto bad = [] {
    return fail(
        ErrorKind::source,
        "the server redirects to something that is no URL, or to one with a password in it; "
        "tell whoever runs it");
  };
  if (!handle || location.size() > longest_url) return bad();
  constexpr unsigned flags = CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE;
  if (curl_url_set(handle.get(), CURLUPART_URL, base.text.c_str(), flags) != CURLUE_OK ||
      curl_url_set(handle.get(), CURLUPART_URL, location.c_str(), flags) != CURLUE_OK) {
    return bad();
  }
  curl_url_set(handle.get(), CURLUPART_FRAGMENT, nullptr, 0);
  auto url = taken_apart(handle.get());
  if (!url) return bad();
  return url;
}

std::string shown_url(std::string_view text) {
  text = text.substr(0, text.find('#'));
  const std::size_t question = text.find('?');
  std::string shown(text.substr(0, question));
  if (question == std::string_view::npos) return shown;
  std::string_view query = text.substr(question + 1);
  char before = '?';
  for (;;) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = pair.find('=');
    shown += before;
    const bool hide = equals != std::string_view::npos && looks_secret(pair.substr(0, equals)) &&
                      !pair.substr(equals + 1).starts_with("{{secret:");
    shown += hide ? std::string(pair.substr(0, equals)) + "=***" : std::string(pair);
    if (end == std::string_view::npos) return shown;
    query.remove_prefix(end + 1);
    before = '&';
  }
}

bool is_allowed_host(const Url& url, std::span<const std::string> allowed) {
  return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& one) {
    std::string wanted = one;
    const std::size_t colon = one.find(':');
    if (colon != std::string::npos && colon == one.rfind(':')) {  // an IPv6 address has more
      if (url.port != one.substr(colon + 1)) return false;
      wanted = one.substr(0, colon);
    }
    wanted = bare_host(std::move(wanted));
    return wanted.starts_with("*.") ? url.host.ends_with(wanted.substr(1)) : wanted == url.host;
  });
}

std::vector<std::string> texts_in_settings(std::string_view settings_json) {
  boost::system::error_code error;
  const json::value settings = json::parse(settings_json, error);
  std::vector<std::string> texts;
  if (!error) collect(settings, texts);
  return texts;
}

std::vector<std::string> hosts_in_settings(std::string_view settings_json) {
  std::vector<std::string> hosts;
  for (const std::string& text : texts_in_settings(settings_json)) {
    if (scheme_of(text).empty()) continue;
    // A reference to a secret may stand behind the host only, and is no URL's character.
    const auto url = parse_url(text.substr(0, text.find("{{")));
    if (url && std::find(hosts.begin(), hosts.end(), url->host) == hosts.end()) {
      hosts.push_back(url->host);
    }
  }
  return hosts;
}

}  // namespace kpid::fetch
