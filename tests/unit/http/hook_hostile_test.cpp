// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Goal: nobody without the proof gets anything in, and nobody at all gets anything else. Method: a
// table of callers that err, lie or mean harm, each with the exact answer, over real sockets.

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "hook_fixture.hpp"
#include "net/base64.hpp"

namespace kpid::http {
namespace {

std::string hmac(const std::string& secret, const std::string& body) {
  std::array<unsigned char, 32> digest{};
  unsigned length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(), &length);
  return {reinterpret_cast<const char*>(digest.data()), length};
}

std::string hex(const std::string& bytes, const char* format = "{:02x}") {
  std::string text;
  for (const char byte : bytes) {
    text += fmt::format(fmt::runtime(format), static_cast<unsigned char>(byte));
  }
  return text;
}

// A literal with what stands behind its NULs.
template <std::size_t Size>
std::string bytes(const char (&literal)[Size]) {
  return {literal, Size - 1};
}

struct Case {
  std::string name;
  std::string bytes;
  std::string expected;      // "401 sentence"; empty: no answer
  std::size_t pushes = 0;    // that get through
  bool say_no_more = false;  // the caller closes its half
};

constexpr const char* nothing = "404 there is nothing here; a source is pushed to at /hooks/SOURCE";
constexpr const char* no_http = "400 this is not an HTTP/1.1 request";
constexpr const char* no_match =
    "401 No token of webhook-signature matches the body and the source's secret.";
constexpr const char* no_token =
    "401 The push does not prove whom it comes from: send the source's token in the header "
    "\"Authorization: Bearer TOKEN\".";
constexpr const char* no_hmac =
    "401 The header X-Hub-Signature-256 is not the HMAC-SHA256 of this body with the source's "
    "secret, in hex or base64.";
constexpr const char* bad_id =
    "401 The header webhook-id must be at most 256 letters, digits and signs, without a point.";
constexpr const char* broken = "400 the body broke off, or is not as its header says";
constexpr const char* slow = "408 the body came too slowly, or not at all";
constexpr const char* compressed =
    "415 a compressed body is not taken; send it as it is, without Content-Encoding";
constexpr const char* coding = "400 a body comes whole or chunked, in no other Transfer-Encoding";
constexpr const char* limit = "413 the body is larger than the limit of 262144 bytes";

class HostileCallers : public Hooks {
 protected:
  static constexpr const char* csv = "School,Pupils\r\n900001,314\r\n";

  [[nodiscard]] std::vector<Case> signatures() const {
    const Headers good = proof(csv);
    const std::string id = "webhook-id";
    const std::string when = "webhook-timestamp";
    const std::string list = "webhook-signature";
    const std::string token = good[2].second;
    const auto roll = [&](const Headers& headers) { return post("/hooks/roll", headers, csv); };
    const auto is = [&](const std::string& signature) { return roll(but(good, list, signature)); };
    std::string many;
    for (int i = 0; i < 32; ++i) many += "v1,bad ";
    return {
        {"good", roll(good), "200", 1},
        {"no id", roll(without(good, id)), "401 The header webhook-id is missing."},
        {"no time", roll(without(good, when)), "401 The header webhook-timestamp is missing."},
        {"no signature", roll(without(good, list)), "401 The header webhook-signature is missing."},
        {"an empty signature", is(""), "401 The header webhook-signature is missing."},
        {"a time with letters", roll(but(good, when, "123abc")),
         "401 The header webhook-timestamp is not a whole number of seconds."},
        {"a time before 1970", roll(but(good, when, "-1")),
         "401 The header webhook-timestamp is not a whole number of seconds."},
        {"a time beyond numbers", roll(but(good, when, "99999999999999999999")),
         "401 The header webhook-timestamp is not a whole number of seconds."},
        {"5 min old", roll(proof(csv, "msg_1", -300)), "200", 1},
        {"5 min 1 s old: a replay", roll(proof(csv, "msg_1", -301)),
         "401 The webhook's timestamp is more than five minutes old."},
        {"5 min 1 s ahead", roll(proof(csv, "msg_1", 301)),
         "401 The webhook's timestamp is more than five minutes ahead."},
        {"a replay with a new time", roll(but(proof(csv, "msg_1", -301), when, seconds())),
         no_match},
        {"v1 with nothing", is("v1,"), no_match},
        {"v1 cut", is(token.substr(0, 20)), no_match},
        {"v1 one character off", is(token.substr(0, 10) + "A" + token.substr(11)), no_match},
        {"v1 without its version", is(token.substr(3)), no_match},
        {"v1 as v1a", is("v1a," + token.substr(3)), no_match},
        {"v1a of another's key",
         is(sign(webhooks::make_key_pair()->secret, "msg_1", seconds(), csv)), no_match},
        {"v1a of the key", is(sign(pair_, "msg_1", seconds(), csv)), "200", 1},
        {"the good one in a list", is("v1,bad v2,x " + token + " v1,bad"), "200", 1},
        {"the good one behind 32 others", is(many + token), no_match},
        {"another secret", is(sign(*webhooks::make_shared_secret(), "msg_1", seconds(), csv)),
         no_match},
        {"another body", post("/hooks/roll", good, "School,Pupils\r\n900001,999\r\n"), no_match},
        {"another id", roll(but(good, id, "msg_2")), no_match},
        {"an empty body, signed", post("/hooks/roll", proof(""), ""), "200", 1},
        {"an empty body, unsigned", post("/hooks/roll", good, ""), no_match},
        {"the id's end taken from the body",
         post("/hooks/roll", but(proof("1.x"), id, "msg_1." + seconds()), "x"), bad_id},
        {"an id with a point", roll(proof(csv, "msg.1")), bad_id},
        {"a long id", roll(proof(csv, std::string(257, 'i'))), bad_id},
        {"an id with a blank", roll(proof(csv, "msg 1")), bad_id},
        {"two ids", roll(with(good, "Webhook-Id", "msg_2")),
         "400 the header webhook-id stands twice in the request"},
        {"two signatures", roll(with(good, list, "v1,bad")),
         "400 the header webhook-signature stands twice in the request"},
        {"a bearer token instead", roll({{"Authorization", std::string("Bearer ") + Hooks::token}}),
         "401 The header webhook-id is missing."},
    };
  }

  [[nodiscard]] static std::vector<Case> tokens_and_digests() {
    const std::string bearer = std::string("Bearer ") + token;
    const auto visits = [&](const std::string& said) {
      return post("/hooks/visits", {{"Authorization", said}}, csv);
    };
    const std::string digest = hmac(key, csv);
    const auto meters = [&](const std::string& said) {
      return post("/hooks/meters", {{"X-Hub-Signature-256", said}}, csv);
    };
    return {
        {"the token", visits(bearer), "200", 1},
        {"the token, small letters", visits(std::string("bearer ") + token), "200", 1},
        {"no token", post("/hooks/visits", {}, csv), no_token},
        {"an empty token", visits("Bearer "), no_token},
        {"another token", visits("Bearer a-token-that-nobody-guesseS"), no_token},
        {"half a token", visits(bearer.substr(0, 20)), no_token},
        {"more than the token", visits(bearer + "s"), no_token},
        {"the token as a password", visits(std::string("Basic ") + token), no_token},
        {"two tokens",
         post("/hooks/visits", {{"Authorization", bearer}, {"authorization", "x"}}, csv),
         "400 the header authorization stands twice in the request"},
        {"the token in the address", post("/hooks/visits?token=" + std::string(token), {}, csv),
         nothing},
        {"hex with its name", meters("sha256=" + hex(digest)), "200", 1},
        {"hex in capitals", meters(hex(digest, "{:02X}")), "200", 1},
        {"base64", meters(net::base64(digest)), "200", 1},
        {"no digest", post("/hooks/meters", {}, csv),
         "401 The header X-Hub-Signature-256 is missing."},
        {"nothing but the name", meters("sha256="), no_hmac},
        {"another algorithm", meters("sha1=" + hex(digest).substr(0, 40)), no_hmac},
        {"a digest of another body", meters(hex(hmac(key, "x"))), no_hmac},
        {"a digest with another key", meters(hex(hmac("another secret of theirs", csv))), no_hmac},
    };
  }

  [[nodiscard]] std::vector<Case> addresses() const {
    const Headers host{{"Host", "kpid.example.org"}, {"Connection", "close"}};
    const auto get = [&](const std::string& target) {
      return request("GET " + target + " HTTP/1.1", host);
    };
    const auto push = [&](const std::string& target) { return post(target, proof(csv), csv); };
    const std::string other = "405 this address is asked in another way: ";
    return {
        {"an unknown source", push("/hooks/rolls"), nothing},
        {"a source without a hook", push("/hooks/pulled"), nothing},
        {"up and away", push("/hooks/..%2f..%2fetc%2fpasswd"), nothing},
        {"up", push("/hooks/../hooks/roll"), nothing},
        {"an escape in the name", push("/hooks/rol%6c"), nothing},
        {"no name", push("/hooks/"), nothing},
        {"two slashes", push("/hooks//roll"), nothing},
        {"more behind it", push("/hooks/roll/"), nothing},
        {"a question", push("/hooks/roll?org=900001"), nothing},
        {"the API", get("/api/v1/status"), nothing},
        {"the root", get("/"), nothing},
        {"a whole URL", get("http://127.0.0.1/healthz"), nothing},
        {"a proxy's wish", request("CONNECT 169.254.169.254:80 HTTP/1.1", host), nothing},
        {"every address", request("OPTIONS * HTTP/1.1", host), nothing},
        {"a hook that is read", get("/hooks/roll"), other + "POST"},
        {"a hook that is put", request("PUT /hooks/roll HTTP/1.1", host), other + "POST"},
        {"a method of one's own", request("BREW /healthz HTTP/1.1", host), other + "GET, HEAD"},
        {"health that is deleted", request("DELETE /healthz HTTP/1.1", host), other + "GET, HEAD"},
        {"a link, while there are none", get("/ack/abc"), "404 there is nothing here"},
        {"a link with a path", get("/ack/abc/def"), nothing},
        {"a link's form that is none", post("/ack/abc", {{"Content-Type", "text/plain"}}, "by=x"),
         "415 only the page's own form can be sent here"},
        {"a link's form that is long",
         post("/ack/abc", {{"Content-Type", "application/x-www-form-urlencoded"}},
              std::string(8193, 'x')),
         "413 the body is larger than the limit of 8192 bytes"},
        {"a question with a body",
         request("GET /healthz HTTP/1.1", with(host, "Content-Length", "4"), "body"),
         "413 the body is larger than the limit of 0 bytes"},
    };
  }

  [[nodiscard]] std::vector<Case> no_requests() const {
    const std::string host = "Host: kpid.example.org\r\n";
    return {
        {"HTTP/0.9", "GET /healthz\r\n\r\n", no_http},
        {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", no_http},
        {"TLS", bytes("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n"), no_http},
        {"NUL in the address", bytes("GET /heal\0thz HTTP/1.1\r\n\r\n"), no_http},
        {"NUL in a header", bytes("GET /healthz HTTP/1.1\r\nX: a\0b\r\n\r\n"), no_http},
        {"a header put in by a line feed",
         "POST /hooks/roll HTTP/1.1\r\n" + host + "X: a\nwebhook-id: b\r\n\r\n", no_http},
        {"a header put in by a carriage return",
         "POST /hooks/roll HTTP/1.1\r\n" + host + "X: a\rwebhook-id: b\r\n\r\n", no_http},
        {"a header without a name", "GET /healthz HTTP/1.1\r\n: x\r\n\r\n", no_http},
        {"a blank before the colon", "GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n", no_http},
        {"no host", "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n",
         "400 the request must name one Host"},
        {"two hosts", "GET /healthz HTTP/1.1\r\n" + host + host + "\r\n",
         "400 the request must name one Host"},
        {"a header of 9 KiB",
         "GET /healthz HTTP/1.1\r\n" + host + "X: " + std::string(9U << 10U, 'x') + "\r\n\r\n",
         "431 the request's header is too long"},
        {"an address of 9 KiB", "GET /" + std::string(9U << 10U, 'x') + " HTTP/1.1\r\n\r\n",
         "431 the request's header is too long"},
        {"a header that never ends", "GET /healthz HTTP/1.1\r\nX: y\r\n",
         "408 the request did not come in time"},
        {"nothing at all", "", ""},
        {"half a word, and gone", "GET /hea", "", 0, true},
    };
  }

  [[nodiscard]] std::vector<Case> bodies() const {
    const Headers good{{"Host", "kpid.example.org"},
                       {"Authorization", std::string("Bearer ") + token},
                       {"Connection", "close"}};
    const auto push = [&](const Headers& more, const std::string& body) {
      Headers all = good;
      all.insert(all.end(), more.begin(), more.end());
      return request("POST /hooks/visits HTTP/1.1", all, body);
    };
    const auto chunked = [&](const std::string& body) {
      return push({{"Transfer-Encoding", "chunked"}}, body);
    };
    const std::string chunk = "10000\r\n" + std::string(65536, 'x') + "\r\n";
    const std::string unproven = "POST /hooks/visits HTTP/1.1\r\nHost: x\r\n";
    return {
        {"in chunks", chunked("3\r\nabc\r\n0\r\n\r\n"), "200", 1},
        {"both lengths",
         push({{"Content-Length", "3"}, {"Transfer-Encoding", "chunked"}}, "0\r\n\r\n"), no_http},
        {"both lengths, turned round",
         push({{"Transfer-Encoding", "chunked"}, {"Content-Length", "3"}}, "0\r\n\r\n"), no_http},
        {"two lengths", push({{"Content-Length", "3"}, {"Content-Length", "4"}}, "abcd"), no_http},
        {"one length twice", push({{"Content-Length", "3"}, {"Content-Length", "3"}}, "abc"),
         "400 a header stands twice in the request"},
        {"a length below nothing", push({{"Content-Length", "-3"}}, "abc"), no_http},
        {"a length with letters", push({{"Content-Length", "3abc"}}, "abc"), no_http},
        {"a length beyond numbers", push({{"Content-Length", "99999999999999999999"}}, "abc"),
         no_http},
        {"a coding behind chunked", push({{"Transfer-Encoding", "chunked, gzip"}}, ""), coding},
        {"a coding before chunked",
         push({{"Transfer-Encoding", "gzip, chunked"}}, "3\r\nabc\r\n0\r\n\r\n"), coding},
        {"chunked, misspelt", push({{"Transfer-Encoding", "xchunked"}}, "0\r\n\r\n"), coding},
        {"a chunk of no number", chunked("zz\r\nabc\r\n"), broken},
        {"a chunk beyond numbers", chunked("FFFFFFFFFFFFFFFFF\r\nabc\r\n"), broken},
        {"a chunk without its end", chunked("3\r\nabcdef\r\n0\r\n\r\n"), broken},
        {"chunks beyond the limit", chunked(chunk + chunk + chunk + chunk + chunk), limit},
        {"a length beyond the limit", push({{"Content-Length", "262145"}}, "abc"), limit},
        {"a length of a terabyte", push({{"Content-Length", "1099511627776"}}, "abc"), limit},
        {"gzip", push({{"Content-Encoding", "gzip"}, {"Content-Length", "3"}}, "\x1f\x8b\x08"),
         compressed},
        {"two codings",
         push({{"Content-Encoding", "identity, br"}, {"Content-Length", "3"}}, "abc"), compressed},
        {"a form with a file",
         push({{"Content-Type", "multipart/form-data; boundary=x"}, {"Content-Length", "3"}},
              "--x"),
         "415 send the document itself as the body, not a form: curl --data-binary @FILE"},
        {"another expectation", push({{"Expect", "a-cookie"}, {"Content-Length", "3"}}, "abc"),
         "417 nothing but 100-continue can be expected here"},
        {"a go-ahead without a proof",
         unproven + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n", no_token},
        {"a go-ahead for too much",
         push({{"Expect", "100-continue"}, {"Content-Length", "262145"}}, ""), limit},
        {"a picture", push({{"Content-Length", "6"}}, "\xff\xd8\xff\xe0 x"),
         "422 this is a picture, not a table", 1},
        {"half a body, and silence", push({{"Content-Length", "6"}}, "abc"), slow},
        {"half a body, and gone", push({{"Content-Length", "6"}}, "abc"), broken, 0, true},
        {"half a chunk, and gone", chunked("6\r\nabc"), broken, 0, true},
        {"a proof behind the body",
         "POST /hooks/roll HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
         "chunked\r\n\r\n3\r\nabc\r\n0\r\n"
         "webhook-id: msg_1\r\nwebhook-timestamp: " +
             seconds() + "\r\nwebhook-signature: " +
             sign(Secret(whsec), "msg_1", seconds(), "abc") + "\r\n\r\n",
         "401 The header webhook-id is missing."},
    };
  }
};

TEST_F(HostileCallers, EachGetsItsAnswer) {
  std::size_t cases = 0;
  for (const auto& table :
       {signatures(), tokens_and_digests(), addresses(), no_requests(), bodies()}) {
    for (const Case& one : table) {
      SCOPED_TRACE(one.name);
      ++cases;
      const std::size_t before = pushes();
      const std::string heard = ask(one.bytes, one.say_no_more);
      EXPECT_EQ(told(heard), one.expected);
      EXPECT_EQ(pushes() - before, one.pushes);
      // One answer, however many requests the bytes might be taken for.
      EXPECT_EQ(heard.find("}HTTP/1."), std::string::npos) << heard;
    }
  }
  EXPECT_GE(cases, 100U);
  // Whatever came before, the next one is answered.
  EXPECT_EQ(told(ask("GET /healthz HTTP/1.0\r\n\r\n")), "200");
}

TEST_F(HostileCallers, AnUnknownSourceLooksLikeOneWithoutAHook) {
  EXPECT_EQ(ask(post("/hooks/rolls", proof(csv), csv)),
            ask(post("/hooks/pulled", proof(csv), csv)));
}

TEST_F(HostileCallers, ARefusedBodyIsNoSecondRequest) {
  const std::string inner = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  const std::string heard =
      ask(request("POST /hooks/visits HTTP/1.1",
                  {{"Host", "x"}, {"Content-Length", std::to_string(inner.size())}}, inner));
  EXPECT_EQ(told(heard), no_token);
  EXPECT_EQ(heard.find("HTTP/1.1 200"), std::string::npos) << heard;
  EXPECT_THAT(heard, ::testing::HasSubstr("Connection: close\r\n"));
}

}  // namespace
}  // namespace kpid::http
