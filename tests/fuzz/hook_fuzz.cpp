// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Any bytes as a request over TCP: its header is judged without a crash, what is refused has a
// sentence that a log can hold, and nothing is proven by somebody who does not know the secrets.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http/hook_call.hpp"

namespace {

using kpid::Config;
using kpid::HookConfig;
using kpid::Secret;
using kpid::SourceConfig;

void require(bool holds) {
  if (!holds) std::abort();
}

SourceConfig source(const char* name, HookConfig::Proof proof, const char* secret) {
  SourceConfig made;
  made.name = name;
  made.hook = HookConfig{};
  made.hook->proof = proof;
  made.hook->secrets = {Secret(secret)};
  made.hook->hmac_header = "X-Hub-Signature-256";
  return made;
}

const Config& config() {
  static const Config made = [] {
    Config fresh;
    fresh.sources.push_back(source("a", HookConfig::Proof::standard_webhooks,
                                   "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
    fresh.sources.push_back(source("b", HookConfig::Proof::standard_webhooks,
                                   "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="));
    fresh.sources.push_back(source("c", HookConfig::Proof::bearer, "a-token-that-nobody-guesses"));
    fresh.sources.push_back(source("d", HookConfig::Proof::hmac, "a-secret-that-nobody-guesses"));
    return fresh;
  }();
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace http = boost::beast::http;
  http::request_parser<http::string_body> parser;
  parser.body_limit(1U << 16U);
  boost::system::error_code problem;
  std::size_t used = 0;
  while (!problem && used < size && !parser.is_header_done()) {
    used += parser.put(boost::asio::buffer(data + used, size - used), problem);
  }
  if (problem || !parser.is_header_done()) return 0;
  std::optional<std::uint64_t> length;
  if (const auto told = parser.content_length()) length = *told;
  const kpid::Timestamp now = kpid::timestamp_from_milliseconds(1'614'265'330'000);
  const auto call =
      kpid::http::read_call(config(), parser.get().base(), length, parser.chunked(), now);
  if (!call) {
    require(call.error().status >= 400 && call.error().status < 500);
    require(!call.error().reason.empty());
    for (const char c : call.error().reason) require(static_cast<unsigned char>(c) >= 0x20);
    return 0;
  }
  if (call->kind != kpid::http::Call::Kind::push) return 0;
  // Nobody who does not know the token gets as far as this with it.
  require(call->hook.proof != HookConfig::Proof::bearer);
  const std::string_view body(reinterpret_cast<const char*>(data) + used, size - used);
  require(!kpid::http::check_proof(call->hook, call->proof, body, now));
  return 0;
}
