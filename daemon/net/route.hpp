// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#pragma once

// How a peer may be reached: which addresses, through which proxy, trusting which authorities; and
// what went wrong on the way, in words. The same for what is sent and for what is fetched.

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/secret.hpp"
#include "net/addresses.hpp"
#include "net/curl_loop.hpp"

namespace kpid::net {

struct Route {
  std::vector<Network> allowed;   // private networks that may be reached
  std::filesystem::path ca_file;  // where set, the only authority that is trusted
  std::string proxy;  // "http://proxy.example.org:3128"; empty: none, whatever the environment says
  std::chrono::milliseconds timeout{std::chrono::seconds{20}};
  std::string client_certificate{};  // PEM, shown to a peer that asks who calls; empty: none
  Secret client_key{};               // PEM
  bool allowed_only = false;         // no other address, even a public one
};

// What the callbacks of one transfer saw of its addresses.
struct Gate {
  const Route* route = nullptr;
  std::string refused;  // why the last address was refused; empty: none was
  bool opened_socket = false;
  std::string passed;  // the last address that may be reached: it is met at each request

  void reset() {
    refused.clear();
    opened_socket = false;
  }
};

// Why an address must not be reached, as a sentence with what to do; nothing where it may.
[[nodiscard]] std::optional<std::string> refusal(const boost::asio::ip::address& address,
                                                 const std::vector<Network>& allowed);

// Sets what concerns the way to the peer. `gate` and its route outlive the handle. With a proxy its
// address is all that can be seen here, and the operator has named it: it is not checked.
[[nodiscard]] bool set_route(CURL* easy, Gate& gate);

struct PeerWords {
  std::string_view peer = "receiver";
  std::string_view owner = "destination";  // in the config
};

// Why there was no answer. Never the URL, and nothing that quotes it: it may be a secret.
[[nodiscard]] std::string words_for(CURLcode code, CURL* easy, const Gate& gate,
                                    const PeerWords& peer);

[[nodiscard]] long information(CURL* easy, CURLINFO what);

}  // namespace kpid::net
