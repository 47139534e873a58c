// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What receivers answer: statuses, wishes to be left alone, and what is no answer at all.

#include <algorithm>

#include <zlib.h>

#include "unit/webhooks/hostile_receivers.hpp"

namespace kpid::webhooks {
namespace {

using namespace std::chrono_literals;
using kpid::testing::RawServer;

const std::string ok = "HTTP/1.1 200 OK\r\n";
const std::string empty = "Content-Length: 0\r\n\r\n";

std::string gzip(const std::string& plain) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

Pieces drip(const std::string& text) {
  Pieces pieces;
  for (const char c : text) pieces.push_back({std::string(1, c), 1, 100ms});
  return pieces;
}

}  // namespace

Expected told(int status) { return {DeliveryState::delivered, status}; }

Expected tried_again(int status, const std::string& words) {
  return {DeliveryState::pending, status, std::to_string(status) + ": " + words, false, true};
}

Expected unanswered(const std::string& words) {
  return {DeliveryState::pending, 0, words, false, true};
}

Expected refused(int status, bool body) {
  return {DeliveryState::dead, status,
          std::to_string(status) +
              ": the receiver refused the request; check the destination's URL and secret, then "
              "replay the delivery",
          false, !body};
}

Expected moved(int status) {
  return {DeliveryState::dead, status,
          std::to_string(status) +
              ": answered with a redirect, which is never followed; set the destination's URL to "
              "the address it points to",
          false, true};
}

Expected gone(int status) {
  return {DeliveryState::dead, status,
          std::to_string(status) +
              ": the receiver is gone and wants no more; give the destination a new URL",
          true, true};
}

std::function<Peer(DestinationConfig&)> bytes(Pieces pieces, bool silent, bool reset) {
  return [pieces = std::move(pieces), silent, reset](DestinationConfig&) {
    auto server = std::make_shared<RawServer>(pieces, silent, reset);
    return Peer{"http://127.0.0.1:" + std::to_string(server->port()) + "/hook", server};
  };
}

std::function<Peer(DestinationConfig&)> answer(const std::string& line, const std::string& headers,
                                               const std::string& body, DestinationFormat format) {
  const Pieces pieces{{"HTTP/1.1 " + line + "\r\n" + headers +
                       "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body}};
  return [make = bytes(pieces), format](DestinationConfig& destination) {
    destination.format = format;
    return make(destination);
  };
}

std::function<Peer(DestinationConfig&)> hurried(std::function<Peer(DestinationConfig&)> make,
                                                std::chrono::milliseconds timeout) {
  return [make = std::move(make), timeout](DestinationConfig& destination) {
    destination.timeout = timeout;
    return make(destination);
  };
}

std::vector<HostileCase> hostile_statuses() {
  using Format = DestinationFormat;
  const std::string failed = "the receiver failed";
  const std::string metadata = "Location: http://169.254.169.254/latest/meta-data/\r\n";
  std::vector<HostileCase> cases{
      {"NoContent", bytes({{"HTTP/1.1 204 No Content\r\n\r\n"}}), told(204)},
      {"ResetContent", bytes({{"HTTP/1.1 205 Reset Content\r\n\r\n"}}), told(205)},
      {"PartOfWhat", answer("206 Partial Content"), told(206)},
      {"SuccessOfNoKnownKind", answer("299 Whatever"), told(299)},
      {"SuccessWithRetryAfter", answer("200 OK", "Retry-After: 3600\r\n"), told(200)},
      {"TeamsQueuesIt", answer("202 Accepted", "", "1", Format::teams), told(202)},
      {"ChoicesWithoutAPlace", answer("300 Multiple Choices"), moved(300)},
      {"RedirectWithoutAPlace", answer("302 Found"), moved(302)},
      {"NotModified", bytes({{"HTTP/1.1 304 Not Modified\r\n\r\n"}}), moved(304)},
      {"RedirectToAFile", answer("302 Found", "Location: file:///etc/passwd\r\n"), moved(302)},
      {"RedirectToItself", answer("302 Found", "Location: /hook\r\n"), moved(302)},
      {"Status399", answer("399 Odd"), moved(399)},
      {"Gone", answer("410 Gone"), gone(410)},
      {"SlackHasNoService", answer("404 Not Found", "", "no_service", Format::slack), gone(404)},
      {"SlackHasNoTeam", answer("410 Gone", "", "channel_is_archived", Format::slack), gone(410)},
      {"SlackWantsAnotherToken", answer("403 Forbidden", "", "invalid_token", Format::slack),
       refused(403, false)},
      {"DiscordKnowsNoSuchWebhook",
       answer("404 Not Found", "", R"({"message":"Unknown Webhook","code":10015})",
              Format::discord),
       gone(404)},
      {"TeamsKnowsNoSuchFlow", answer("404 Not Found", "", "", Format::teams),
       tried_again(404, failed)},
      {"PagerDutyRefuses",
       answer("400 Bad Request", "", R"({"status":"invalid event"})", Format::pagerduty),
       refused(400, true)},
      {"TooManyRequests", answer("429 Too Many Requests"),
       tried_again(429, "the receiver asks for fewer requests")},
      {"StatusOfZeros", bytes({{"HTTP/1.1 000 Nothing\r\n" + empty}}),
       unanswered("the receiver's answer is not HTTP")},
      {"StatusOfFourDigits", bytes({{"HTTP/1.1 2000 OK\r\n" + empty}}),
       unanswered("the receiver's answer is not HTTP")},
      {"StatusBelowZero", bytes({{"HTTP/1.1 -200 OK\r\n" + empty}}),
       unanswered("the receiver's answer is not HTTP")},
      {"Status999", answer("999 Go away"), tried_again(999, failed)},
  };
  for (const int status : {301, 302, 303, 307, 308}) {
    cases.push_back({"RedirectToTheCloudsMetadata" + std::to_string(status),
                     answer(std::to_string(status) + " Elsewhere", metadata), moved(status)});
  }
  for (const int status : {400, 413, 415, 422}) {
    cases.push_back({"RefusesTheBody" + std::to_string(status),
                     answer(std::to_string(status) + " No"), refused(status, true)});
  }
  for (const int status : {401, 403}) {
    cases.push_back({"RefusesTheSender" + std::to_string(status),
                     answer(std::to_string(status) + " No"), refused(status, false)});
  }
  for (const int status : {402, 404, 405, 406, 408, 409, 411, 418, 425, 451, 500, 501, 502, 503,
                           504, 507, 511, 599, 600}) {
    cases.push_back({"Fails" + std::to_string(status), answer(std::to_string(status) + " No"),
                     tried_again(status, failed)});
  }
  return cases;
}

std::vector<HostileCase> hostile_waits() {
  const Expected busy = tried_again(429, "the receiver asks for fewer requests");
  const auto asks = [](const std::string& value) {
    return answer("429 Too Many Requests", "Retry-After: " + value + "\r\n");
  };
  const auto discord = [](const std::string& wait) {
    return answer("429 Too Many Requests", "", R"({"retry_after": )" + wait + "}",
                  DestinationFormat::discord);
  };
  return {
      {"WaitInSeconds", asks("7200"), busy.after(2h)},
      {"WaitOfADay", asks("86400"), busy.after(24h)},
      {"WaitOfYears", asks("99999999"), busy.after(24h)},
      {"WaitBeyondEveryNumber", asks("99999999999999999999999999"), busy},
      {"WaitUntilADistantDate", asks("Fri, 31 Dec 2100 23:59:59 GMT"), busy.after(24h)},
      {"WaitUntilAPastDate", asks("Fri, 31 Dec 1999 23:59:59 GMT"), busy},
      {"WaitOfNothing", asks("0"), busy},
      {"WaitBelowZero", asks("-7200"), busy},
      {"WaitOfWords", asks("soon"), busy},
      {"WaitOfNoText", asks(""), busy},
      {"WaitShorterThanTheSchedule", asks("1"), busy},
      {"WaitWithAHeaderInside", asks("7200\rX-Evil: 1"), busy.after(2h)},
      {"WaitOfAServerThatFails", answer("503 Service Unavailable", "Retry-After: 7200\r\n"),
       tried_again(503, "the receiver failed").after(2h)},
      {"DiscordsWaitInItsBody", discord("7199.2"), busy.after(2h)},
      {"DiscordsWaitOfYears", discord("1e300"), busy.after(24h)},
      {"DiscordsWaitBelowZero", discord("-7200"), busy},
      {"DiscordsWaitCutOff", answer("429 No", "", R"({"retry_af)", DestinationFormat::discord),
       busy},
      {"WaitOfOneWhoRefuses", answer("403 Forbidden", "Retry-After: 7200\r\n"),
       refused(403, false)},
  };
}

std::vector<HostileCase> hostile_answers() {
  const std::string zeros(std::size_t{64} << 20U, '\0');
  const std::string no_answer = "no answer within 300 ms";
  const std::string closed = "the connection was closed before an answer";
  const std::string not_http = "the receiver's answer is not HTTP";
  return {
      {"EndlessHeaders", bytes({{ok}, {"X-More: and more\r\n", 1'000'000}}), told(200)},
      {"EndlessHeadersOfAFailure",
       bytes({{"HTTP/1.1 500 No\r\n"}, {"X-More: and more\r\n", 1'000'000}}),
       tried_again(500, "the receiver failed")},
      {"OneHugeHeader", bytes({{ok + "X-Huge: "}, {std::string(65536, 'x'), 1000}}), told(200)},
      {"EndlessBody", bytes({{ok + "\r\n"}, {std::string(65536, 'x'), 100'000}}), told(200)},
      {"EndlessBodyInChunks",
       bytes({{ok + "Transfer-Encoding: chunked\r\n\r\n"}, {"5\r\nabcde\r\n", 10'000'000}}),
       told(200)},
      {"EndlessBodyOfAFailure",
       bytes({{"HTTP/1.1 500 No\r\n\r\n"}, {std::string(65536, 'x'), 100'000}}),
       tried_again(500, "the receiver failed")},
      {"CompressedBomb", bytes({{ok + "Content-Encoding: gzip\r\n\r\n" + gzip(zeros)}}), told(200)},
      {"CompressedBombOfAFailure",
       bytes({{"HTTP/1.1 429 No\r\nRetry-After: 7200\r\nContent-Encoding: gzip\r\n\r\n" +
               gzip(zeros)}}),
       tried_again(429, "the receiver asks for fewer requests").after(2h)},
      {"SaysItIsCompressedAndIsNot",
       answer("200 OK", "Content-Encoding: gzip, br, zstd\r\n", "plain"), told(200)},
      {"CutInTheMiddle", bytes({{ok + "Content-Length: 1000\r\n\r\nabc"}}), told(200)},
      {"CutInTheMiddleOfAFailure", bytes({{"HTTP/1.1 503 No\r\nContent-Length: 1000\r\n\r\nabc"}}),
       tried_again(503, "the receiver failed")},
      {"CutInTheHead", bytes({{ok + "Content-"}}), told(200)},
      {"CutInTheStatusLine", bytes({{"HTTP/1.1 20"}}), unanswered(closed)},
      {"LengthBelowZero", bytes({{ok + "Content-Length: -5\r\n\r\n"}}), told(200)},
      {"TwoLengths", bytes({{ok + "Content-Length: 5\r\nContent-Length: 7\r\n\r\nabcde"}}),
       told(200)},
      {"ChunkOfNoSize", bytes({{ok + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"}}), told(200)},
      {"DripsItsStatusLine", hurried(bytes(drip("HTTP/1.1 200 OK\r\n\r\n")), 300ms),
       unanswered(no_answer)},
      {"DripsItsBody", hurried(bytes({{ok + "Content-Length: 60\r\n\r\n"}, {"x", 60, 100ms}}), 3s),
       told(200)},
      {"SaysNothing", hurried(bytes({}, true), 300ms), unanswered(no_answer)},
      {"NoStatusLine", bytes({{"X-Header: 1\r\n\r\n"}}), unanswered(not_http)},
      {"OldestHttp", bytes({{"<html>200 OK</html>"}}), unanswered(not_http)},
      {"AnotherProtocol", bytes({{"220 mail.example ESMTP\r\n"}}), unanswered(not_http)},
      {"OnlyLineEnds", bytes({{"\r\n\r\n\r\n"}}), unanswered(not_http)},
      {"HttpOfNoKnownVersion", bytes({{"HTTP/7.3 200 OK\r\n" + empty}}), unanswered(not_http)},
      {"Http2Unasked", bytes({{"HTTP/2 200\r\n" + empty}}), told(200)},
      {"NulInAHeader", bytes({{ok + std::string("X-A: b\0c\r\n", 10) + empty}}), told(200)},
      {"FloodOfInterimAnswers", bytes({{"HTTP/1.1 102 Processing\r\n\r\n", 100'000}}),
       unanswered(closed)},
      {"InterimAnswersForEver",
       hurried(bytes({{"HTTP/1.1 100 Continue\r\n\r\n", 100, 50ms}}), 300ms),
       unanswered(no_answer)},
      {"InterimAnswerThenSuccess",
       bytes({{"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + ok + empty}}), told(200)},
      {"SwitchesProtocolsUnasked",
       bytes({{"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"}}),
       unanswered(closed)},
  };
}

}  // namespace kpid::webhooks
