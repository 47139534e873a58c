// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/http_hop.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace kpid::fetch {
namespace {

constexpr std::size_t longest_text = std::size_t{64} * 1024;   // an access token's answer
constexpr std::size_t longest_head = std::size_t{256} * 1024;  // all headers of one answer
constexpr std::size_t longest_skip = std::size_t{256} * 1024;  // the page that comes with a 404
constexpr long slowest_bytes_a_second = 100;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool same_name(std::string_view a, std::string_view b) {
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return small(x) == small(y); });
}

void take_header(HttpAnswer& answer, std::string_view line) {
  if (line.starts_with("HTTP/")) {  // also after a 100: what came before counts no more
    answer = {};
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos) return;
    const std::string_view digits = line.substr(blank + 1);
    std::from_chars(digits.data(), digits.data() + digits.size(), answer.status);
    return;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  constexpr std::size_t longest_validator = 1024;  // what is stored and sent back
  if (same_name(name, "location")) answer.location = value;
  if (value.size() > longest_validator) return;
  if (same_name(name, "etag")) answer.etag = value;
  if (same_name(name, "last-modified")) answer.last_modified = value;
}

}  // namespace

std::size_t HttpFetch::Hop::on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& hop = *static_cast<Hop*>(user);
  const std::string_view line(data, size * count);
  hop.header_bytes += line.size();
  if (hop.header_bytes > longest_head) {
    hop.fault = Error{ErrorKind::source,
                      "the server's answer has a head without end; check the address", hop.place};
    return 0;
  }
  hop.head_is_whole = trimmed(line).empty();  // its last line
  take_header(hop.answer, line);
  return line.size();
}

bool HttpFetch::Hop::take(std::string_view bytes) {
  if (answer.status < 200 || answer.status >= 300) {
    skipped += bytes.size();
    return skipped <= longest_skip;  // the status has said it all
  }
  if (!keeps_content) {
    text += bytes;
    return text.size() <= longest_text;
  }
  if (!content) {
    auto made = Scratch::make(policy);
    if (!made) {
      fault = made.error();
      return false;
    }
    content.emplace(std::move(*made));
  }
  if (content->size() + bytes.size() > policy.size_limit) {
    fault = too_large();
    return false;
  }
  if (auto written = content->write(bytes, place); !written) {
    fault = written.error();
    return false;
  }
  return true;
}

Error HttpFetch::Hop::too_large() const {
  return Error{ErrorKind::source,
               fmt::format("the document is larger than the limit of {} bytes; raise the source's "
                           "\"size_limit\" if it should be",
                           policy.size_limit),
               place};
}

std::size_t HttpFetch::Hop::on_body(char* data, std::size_t size, std::size_t count, void* user) {
  return static_cast<Hop*>(user)->take({data, size * count}) ? size * count : 0;
}

bool HttpFetch::Hop::prepare(const Url& url, const Headers& headers,
                             const std::optional<std::string>& body) {
  easy.reset(curl_easy_init());
  if (!easy || !net::set_route(easy.get(), gate)) return false;
  for (const auto& [name, value] : headers) {
    if (!net::append(lines, (name + ": " + value.reveal()).c_str())) return false;
  }
  if (!net::append(lines, "Expect:")) return false;
  CURLcode first = CURLE_OK;
  const auto set = [&](CURLoption option, auto value) {
    const CURLcode code = curl_easy_setopt(easy.get(), option, value);
    if (first == CURLE_OK) first = code;
  };
  set(CURLOPT_URL, url.text.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);  // each redirect is judged like a first address
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(CURLOPT_USERAGENT, "kpid");
  set(CURLOPT_ACCEPT_ENCODING, "gzip");
  set(CURLOPT_HTTPHEADER, lines.get());
  set(CURLOPT_HEADERFUNCTION, &Hop::on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &Hop::on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_BUFFERSIZE, 256L * 1024);
  set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(policy.size_limit));
  set(CURLOPT_LOW_SPEED_LIMIT, slowest_bytes_a_second);
  set(CURLOPT_LOW_SPEED_TIME, std::max(1L, static_cast<long>(policy.http.timeout.count() / 1000)));
  if (body) {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
    set(CURLOPT_COPYPOSTFIELDS, body->c_str());
  }
  return first == CURLE_OK;
}

}  // namespace kpid::fetch
