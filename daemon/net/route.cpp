// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

#include "net/route.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>

#include "model/time.hpp"

namespace kpid::net {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

constexpr milliseconds longest_connect{std::chrono::seconds{10}};
constexpr long connection_lifetime_s = 300;  // so that a change of the DNS is noticed

std::optional<asio::ip::address> address_of(const sockaddr& raw) {
  if (raw.sa_family == AF_INET) {
    const auto& four = reinterpret_cast<const sockaddr_in&>(raw);
    return asio::ip::address_v4{ntohl(four.sin_addr.s_addr)};
  }
  if (raw.sa_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(raw);
    asio::ip::address_v6::bytes_type bytes;
    std::copy(std::begin(six.sin6_addr.s6_addr), std::end(six.sin6_addr.s6_addr), bytes.begin());
    return asio::ip::address_v6{bytes};
  }
  return std::nullopt;
}

bool is_among(const asio::ip::address& address, const std::vector<Network>& networks) {
  const auto real = canonical(address);
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return network.holds(real); });
}

// Sees every address as it was resolved, so that a name that changes its address is caught.
curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
  auto& gate = *static_cast<Gate*>(user);
  const auto target = address_of(address->addr);
  if (!target) {
    gate.refused = "the address is neither IPv4 nor IPv6; it is never allowed";
    return CURL_SOCKET_BAD;
  }
  if (gate.route->proxy.empty()) {
    if (auto reason = refusal(*target, gate.route->allowed)) {
      gate.refused = std::move(*reason);
      return CURL_SOCKET_BAD;
    }
    if (gate.route->allowed_only && !is_among(*target, gate.route->allowed)) {
      gate.refused =
          fmt::format("without TLS nothing is sent to {}, which is in none of allowed_networks",
                      canonical(*target).to_string());
      return CURL_SOCKET_BAD;
    }
  }
  gate.opened_socket = true;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Sees the peer on a connection that is used again, too.
int before_request(void* user, char* peer, char*, int, int) {
  auto& gate = *static_cast<Gate*>(user);
  if (!gate.route->proxy.empty()) return CURL_PREREQFUNC_OK;
  const std::string_view text = peer == nullptr ? "" : peer;
  if (!text.empty() && text == gate.passed) return CURL_PREREQFUNC_OK;
  boost::system::error_code error;
  const auto address = asio::ip::make_address(text, error);
  auto reason = error ? std::optional<std::string>{"the receiver's address could not be read"}
                      : refusal(address, gate.route->allowed);
  if (!reason) {
    gate.passed = text;
    return CURL_PREREQFUNC_OK;
  }
  gate.refused = std::move(*reason);
  gate.opened_socket = false;
  return CURL_PREREQFUNC_ABORT;
}

std::string connect_words(CURL* easy, const Gate& gate) {
  if (!gate.opened_socket && !gate.refused.empty()) return gate.refused;
  switch (information(easy, CURLINFO_OS_ERRNO)) {
    case ECONNREFUSED:
      return "the connection was refused";
    case ECONNRESET:  // as soon as it was made
      return "the connection was closed before an answer";
    case EHOSTUNREACH:
    case ENETUNREACH:
      return "the host could not be reached";
    case ETIMEDOUT:
      return "no connection could be made in time";
    default:
      return "no connection could be made";
  }
}

std::string certificate_words(CURL* easy) {
  const long verdict = information(easy, CURLINFO_SSL_VERIFYRESULT);
  // libcurl compares the name itself, after OpenSSL was content.
  if (verdict == X509_V_OK || verdict == X509_V_ERR_UNSPECIFIED) {
    return "the certificate is not for this host name";
  }
  return fmt::format("the certificate is not trusted: {}", X509_verify_cert_error_string(verdict));
}

std::string timeout_words(CURL* easy, milliseconds limit) {
  curl_off_t connected = 0;
  curl_easy_getinfo(easy, CURLINFO_CONNECT_TIME_T, &connected);
  if (connected == 0) {
    return "no connection within " + format_duration(std::min(limit, longest_connect));
  }
  return "no answer within " + format_duration(limit);
}

// From memory: what was checked when the config was loaded is what is used.
CURLcode set_client_certificate(CURL* easy, const Route& route) {
  const auto set = [&](CURLoption option, const std::string& pem) {
    // libcurl copies it, and does not write to it.
    curl_blob blob{const_cast<char*>(pem.data()), pem.size(), CURL_BLOB_COPY};
    return curl_easy_setopt(easy, option, &blob);
  };
  const CURLcode code = set(CURLOPT_SSLCERT_BLOB, route.client_certificate);
  return code != CURLE_OK ? code : set(CURLOPT_SSLKEY_BLOB, route.client_key.reveal());
}

}  // namespace

long information(CURL* easy, CURLINFO what) {
  long value = 0;
  curl_easy_getinfo(easy, what, &value);
  return value;
}

std::optional<std::string> refusal(const asio::ip::address& address,
                                   const std::vector<Network>& allowed) {
  const auto reason = forbidden(address, allowed);
  if (!reason) return std::nullopt;
  const auto real = canonical(address);
  const std::vector<Network> itself{{real, real.is_v4() ? 32U : 128U}};
  const bool can_be_allowed = !forbidden(real, itself);
  return fmt::format(
      "the address {} is {}; {}", real.to_string(), *reason,
      can_be_allowed ? "name it in allowed_networks to allow it" : "it is never allowed");
}

bool set_route(CURL* easy, Gate& gate) {
  const Route& route = *gate.route;
  gate.passed.clear();
  CURLcode first = CURLE_OK;
  const auto set = [&](CURLoption option, auto value) {
    const CURLcode code = curl_easy_setopt(easy, option, value);
    if (first == CURLE_OK) first = code;
  };
  set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(CURLOPT_PROXY, route.proxy.c_str());  // whatever the environment says
  set(CURLOPT_NOPROXY, route.proxy.empty() ? "*" : "");
  set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  set(CURLOPT_OPENSOCKETDATA, &gate);
  set(CURLOPT_PREREQFUNCTION, &before_request);
  set(CURLOPT_PREREQDATA, &gate);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!route.ca_file.empty()) {
    set(CURLOPT_CAINFO, route.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<char*>(nullptr));  // else the system's would be trusted too
  }
  if (!route.client_certificate.empty() && first == CURLE_OK) {
    first = set_client_certificate(easy, route);
  }
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_QUICK_EXIT, 1L);  // a cancelled look-up of a name must not hold up the loop
  set(CURLOPT_CONNECTTIMEOUT_MS,
      static_cast<long>(std::min(route.timeout, longest_connect).count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(route.timeout.count()));
  set(CURLOPT_MAXLIFETIME_CONN, connection_lifetime_s);
  return first == CURLE_OK;
}

std::string words_for(CURLcode code, CURL* easy, const Gate& gate, const PeerWords& words) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "the host name could not be found";
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "the proxy's name could not be found";
    case CURLE_COULDNT_CONNECT:
      return connect_words(easy, gate);
    case CURLE_ABORTED_BY_CALLBACK:
      return gate.refused.empty() ? "the request was stopped" : gate.refused;
    case CURLE_OPERATION_TIMEDOUT:
      return timeout_words(easy, gate.route->timeout);
    case CURLE_PEER_FAILED_VERIFICATION:
      return certificate_words(easy);
    case CURLE_SSL_CACERT_BADFILE:
      return fmt::format("the {}'s ca_file could not be read as PEM certificates", words.owner);
    case CURLE_SSL_CERTPROBLEM:
      return fmt::format("the {}'s client certificate or its key cannot be used", words.owner);
    case CURLE_SSL_CLIENTCERT:
      return fmt::format(
          "the {} wants a client certificate that it trusts; see client_certificate_file",
          words.peer);
    case CURLE_SSL_CONNECT_ERROR:
      return fmt::format("the TLS handshake failed; the {} must speak TLS 1.2 or later",
                         words.peer);
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
      return "the connection was closed before an answer";
    case CURLE_URL_MALFORMAT:
      return fmt::format("the URL cannot be understood; check the {}'s URL", words.owner);
    case CURLE_UNSUPPORTED_PROTOCOL:
      // Of what came back, where a request went out: a status line that is none, or HTTP/0.9.
      if (information(easy, CURLINFO_REQUEST_SIZE) > 0) {
        return fmt::format("the {}'s answer is not HTTP", words.peer);
      }
      return fmt::format("the URL is neither http nor https; check the {}'s URL", words.owner);
    case CURLE_LOGIN_DENIED:
      return fmt::format("the URL holds a user name, which is not allowed; check the {}'s URL",
                         words.owner);
    case CURLE_WEIRD_SERVER_REPLY:
      return fmt::format("the {}'s answer is not HTTP", words.peer);
    default:
      return fmt::format("the request failed: {}", curl_easy_strerror(code));
  }
}

}  // namespace kpid::net
