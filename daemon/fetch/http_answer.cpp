// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "fetch/http_answer.hpp"

#include <fmt/format.h>

#include "model/time.hpp"

namespace kpid::fetch {
namespace {

Error error(ErrorKind kind, std::string sentence, const std::string& place) {
  return Error{kind, std::move(sentence), place};
}

Error refused(long status, const std::string& place) {
  switch (status) {
    case 401:
      return error(ErrorKind::config,
                   "the server wants to know who asks (401); check the credentials in the source's "
                   "config, and whether they have run out",
                   place);
    case 403:
      return error(
          ErrorKind::config,
          "the server does not let kpid read this (403); ask whoever runs it for the right "
          "to, or check the credentials",
          place);
    case 404:
    case 410:
      return error(
          ErrorKind::config,
          fmt::format("there is nothing at this address ({}); check it in the settings", status),
          place);
    case 407:
      return error(ErrorKind::config, "the proxy wants to know who asks (407); check \"proxy\"",
                   place);
    case 408:
    case 425:
      return error(ErrorKind::transient,
                   fmt::format("the server asks to be asked again ({})", status), place);
    default:
      return error(ErrorKind::config,
                   fmt::format("the server refuses the request ({}); check the address and the "
                               "settings",
                               status),
                   place);
  }
}

bool is_connected(CURL* easy) {
  curl_off_t connected = 0;
  curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connected);
  return connected != 0;
}

}  // namespace

bool is_redirect(const HttpAnswer& answer) noexcept {
  return (answer.status == 301 || answer.status == 302 || answer.status == 303 ||
          answer.status == 307 || answer.status == 308) &&
         !answer.location.empty();
}

std::optional<Error> fault_of_answer(const HttpAnswer& answer, const std::string& place) {
  const long status = answer.status;
  if ((status >= 200 && status < 300 && status != 206) || status == 304 || is_redirect(answer)) {
    return std::nullopt;
  }
  const std::string when =
      answer.retry_after ? "in " + format_duration(*answer.retry_after) : "later";
  if (status == 429) {
    return error(ErrorKind::rate_limited,
                 fmt::format("the server asks for fewer requests (429); kpid asks again {}", when),
                 place);
  }
  if (status == 503 && answer.retry_after) {
    return error(ErrorKind::rate_limited,
                 fmt::format("the server is not available (503); kpid asks again {}", when), place);
  }
  if (status >= 400 && status < 500) return refused(status, place);
  if (status >= 500 && status < 600) {
    return error(ErrorKind::transient, fmt::format("the server failed ({})", status), place);
  }
  return error(ErrorKind::source,
               fmt::format("the server answered with {}, which is no answer to this request; check "
                           "the address",
                           status),
               place);
}

Error fault_of_transfer(CURLcode code, CURL* easy, const net::Gate& gate,
                        std::chrono::milliseconds silence, const std::string& place) {
  constexpr net::PeerWords words{"server", "source"};
  ErrorKind kind = ErrorKind::transient;
  std::string sentence = net::words_for(code, easy, gate, words);
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_URL_MALFORMAT:
    case CURLE_LOGIN_DENIED:
      kind = ErrorKind::config;
      break;
    case CURLE_UNSUPPORTED_PROTOCOL:  // of the answer: the URL's own has been judged
      kind = ErrorKind::source;
      sentence = "the server's answer is not HTTP";
      break;
    case CURLE_WEIRD_SERVER_REPLY:
      kind = ErrorKind::source;
      break;
    case CURLE_BAD_CONTENT_ENCODING:
      kind = ErrorKind::source;
      sentence = "the server's answer is said to be compressed and cannot be unpacked";
      break;
    case CURLE_COULDNT_CONNECT:
    case CURLE_ABORTED_BY_CALLBACK:
      if (!gate.refused.empty() && !gate.opened_socket) kind = ErrorKind::config;
      break;
    case CURLE_OPERATION_TIMEDOUT:
      if (net::information(easy, CURLINFO_RESPONSE_CODE) != 0) {
        sentence = "the server stopped in the middle of its answer, or sent it too slowly, for " +
                   format_duration(silence);
      } else if (is_connected(easy)) {
        sentence = "no answer within " + format_duration(silence);
      }
      break;
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2_STREAM:
      if (net::information(easy, CURLINFO_RESPONSE_CODE) != 0) {
        sentence = "the connection was closed in the middle of the answer";
      }
      break;
    default:
      break;
  }
  if (code == CURLE_RECV_ERROR && net::information(easy, CURLINFO_HTTP_CONNECTCODE) >= 400) {
    kind = ErrorKind::config;
    sentence =
        fmt::format("the proxy refused to connect ({}); check \"proxy\" and the proxy's rules",
                    net::information(easy, CURLINFO_HTTP_CONNECTCODE));
  }
  return Error{kind, std::move(sentence), place};
}

}  // namespace kpid::fetch
