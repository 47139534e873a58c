// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// Where receivers are, or say that they are; and how they take a connection, or do not.

#include <fstream>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/scripted_names.hpp"
#include "support/temporary_folder.hpp"
#include "unit/webhooks/hostile_receivers.hpp"

namespace kpid::webhooks {
namespace {

using namespace std::chrono_literals;
using kpid::testing::Certificate;
using kpid::testing::make_authority;
using kpid::testing::make_certificate;
using kpid::testing::make_expired_certificate;
using kpid::testing::ReceivedRequest;
using kpid::testing::Receiver;
using kpid::testing::Reply;
using kpid::testing::ScriptedNames;
using kpid::testing::TemporaryFolder;
using Networks = std::vector<std::string>;

// A receiver that must not be reached: it would say so by a status that nothing else has.
std::shared_ptr<Receiver> trap() {
  return std::make_shared<Receiver>([](const ReceivedRequest&, std::size_t) {
    Reply reply;
    reply.status = 256;
    return reply;
  });
}

// The URL with the port of a trap on 127.0.0.1, behind this host.
std::function<Peer(DestinationConfig&)> at_host(const std::string& host, Networks allowed = {}) {
  return [=](DestinationConfig& destination) {
    destination.allowed_networks = allowed;
    const auto server = trap();
    return Peer{"http://" + host + ":" + std::to_string(server->port()) + "/hook", server};
  };
}

// The same, behind a name that resolves to these addresses.
std::function<Peer(DestinationConfig&)> at_name(std::vector<std::string> addresses,
                                                Networks allowed = {}) {
  return [=](DestinationConfig& destination) {
    ScriptedNames::resolve("receiver.test", {addresses});
    return at_host("receiver.test", allowed)(destination);
  };
}

std::function<Peer(DestinationConfig&)> at_url(const std::string& url) {
  return [=](DestinationConfig&) { return Peer{url}; };
}

struct Behind {
  TemporaryFolder folder;
  std::unique_ptr<Receiver> receiver;
};

// A receiver by TLS; the destination trusts `authority` alone, where there is one.
std::function<Peer(DestinationConfig&)> by_tls(const std::optional<Certificate>& own,
                                               const std::optional<Certificate>& authority,
                                               bool outdated = false) {
  return [=](DestinationConfig& destination) {
    auto behind = std::make_shared<Behind>();
    behind->receiver = std::make_unique<Receiver>(
        [](const ReceivedRequest&, std::size_t) { return Reply{}; }, own, std::string{}, outdated);
    if (authority) {
      destination.ca_file = behind->folder / "ca.pem";
      std::ofstream{destination.ca_file} << authority->certificate;
    }
    return Peer{behind->receiver->url(), behind};
  };
}

// Listens and accepts nobody. `full`: others already fill its queue, so that no connection is made.
class Deaf {
 public:
  explicit Deaf(bool full) : sockets_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    auto* const plain = reinterpret_cast<sockaddr*>(&address_);
    if (::bind(sockets_[0], plain, size) != 0 || ::listen(sockets_[0], 0) != 0 ||
        ::getsockname(sockets_[0], plain, &size) != 0) {
      throw std::runtime_error("no port for a test's server");
    }
    for (int i = 0; full && i < 4; ++i) {
      sockets_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      (void)!::connect(sockets_.back(), plain, size);
    }
  }
  ~Deaf() {
    for (const int socket : sockets_) ::close(socket);
  }
  Deaf(const Deaf&) = delete;
  Deaf& operator=(const Deaf&) = delete;
  [[nodiscard]] std::string url() const {
    return "http://127.0.0.1:" + std::to_string(ntohs(address_.sin_port)) + "/hook";
  }

 private:
  std::vector<int> sockets_;
  sockaddr_in address_{};
};

std::function<Peer(DestinationConfig&)> deaf(bool full) {
  return [full](DestinationConfig&) {
    auto server = std::make_shared<Deaf>(full);
    return Peer{server->url(), server};
  };
}

std::function<Peer(DestinationConfig&)> nobody() {
  return [](DestinationConfig&) {
    const auto server = trap();
    server->stop();
    return Peer{server->url(), server};
  };
}

Expected forbidden(const std::string& address, const std::string& what, bool can_be_allowed) {
  return unanswered(
      "the address " + address + " is " + what + "; " +
      (can_be_allowed ? "name it in allowed_networks to allow it" : "it is never allowed"));
}

}  // namespace

std::vector<HostileCase> hostile_addresses() {
  const Expected loopback = forbidden("127.0.0.1", "a loopback address", true);
  const Expected metadata = forbidden("169.254.169.254", "a link-local address", false);
  const Networks everything{"0.0.0.0/0", "::/0"};
  const std::string not_found = "the host name could not be found";
  const std::string user =
      "the URL holds a user name, which is not allowed; check the destination's URL";
  const std::string scheme = "the URL is neither http nor https; check the destination's URL";
  return {
      {"Loopback", at_host("127.0.0.1"), loopback},
      {"LoopbackMappedIntoIPv6", at_host("[::ffff:127.0.0.1]"), loopback},
      {"LoopbackMappedInHex", at_host("[::ffff:7f00:1]"), loopback},
      {"LoopbackInDecimal", at_host("2130706433"), loopback},
      {"LoopbackInOctal", at_host("0177.0.0.01"), loopback},
      {"LoopbackInHex", at_host("0x7f000001"), loopback},
      {"LoopbackInMixedParts", at_host("0x7f.1"), loopback},
      {"LoopbackInShort", at_host("127.1"), loopback},
      {"AnotherLoopback", at_host("127.255.255.254"),
       forbidden("127.255.255.254", "a loopback address", true)},
      {"LoopbackOfIPv6", at_host("[::1]"), forbidden("::1", "a loopback address", true)},
      {"Nothing", at_host("0"), forbidden("0.0.0.0", "an address of this host", true)},
      {"NothingOfIPv6", at_host("[::]"), forbidden("::", "an address of this host", true)},
      {"LoopbackInWideDigits", at_host("\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1"),
       unanswered("the URL cannot be understood; check the destination\'s URL")},
      {"Private", at_host("10.0.0.1"), forbidden("10.0.0.1", "a private address", true)},
      {"PrivateBesideWhatIsAllowed", at_host("10.0.1.1", {"10.0.0.0/24"}),
       forbidden("10.0.1.1", "a private address", true)},
      {"TheCloudsMetadata", at_host("169.254.169.254"), metadata},
      {"TheCloudsMetadataThoughNamed", at_host("169.254.169.254", {"169.254.169.254/32"}),
       metadata},
      {"TheCloudsMetadataWhereAllIsAllowed", at_host("169.254.169.254", everything), metadata},
      {"TheCloudsMetadataInDecimal", at_host("2852039166", everything), metadata},
      {"TheCloudsMetadataMapped", at_host("[::ffff:a9fe:a9fe]", everything), metadata},
      {"AnotherCloudsMetadata", at_host("100.100.100.200", everything),
       forbidden("100.100.100.200", "a cloud's metadata address", false)},
      {"LinkLocalOfIPv6", at_host("[fe80::1]", {"fe80::/10"}),
       forbidden("fe80::1", "a link-local address", false)},
      {"MappedByNat64", at_host("[64:ff9b::7f00:1]"),
       forbidden("64:ff9b::7f00:1", "a NAT64 address", false)},
      {"NameOfTheMetadata", at_name({"169.254.169.254"}, everything), metadata},
      {"NameOfLoopback", at_name({"127.0.0.1"}), loopback},
      {"NameOfManyForbidden", at_name({"10.0.0.1", "169.254.169.254", "127.0.0.1"}), loopback},
      {"NameOfAForbiddenAndAnAllowed", at_name({"10.0.0.1", "127.0.0.1"}, {"127.0.0.0/8"}),
       told(256)},
      {"NameOfNothing", at_name({}), unanswered(not_found)},
      {"NameThatIsNoName", at_url("http://bad host.test/"),
       unanswered("the URL cannot be understood; check the destination's URL")},
      {"UserAndPasswordInTheUrl", at_url("http://user:s3cret@127.0.0.1:9/"), unanswered(user)},
      {"UserInTheUrl", at_url("http://user@127.0.0.1:9/"), unanswered(user)},
      {"HostBehindAnAt", at_url("http://example.org@169.254.169.254/"), unanswered(user)},
      {"FileForAUrl", at_url("file:///etc/passwd"), unanswered(scheme)},
      {"GopherForAUrl", at_url("gopher://127.0.0.1:9/_x"), unanswered(scheme)},
      {"PortBeyondTheLast", at_url("http://127.0.0.1:99999/"),
       unanswered("the URL cannot be understood; check the destination's URL")},
  };
}

std::vector<HostileCase> hostile_connections() {
  const Certificate authority = make_authority("The trust's own");
  const std::string closed = "the connection was closed before an answer";
  const std::string handshake =
      "the TLS handshake failed; the receiver must speak TLS 1.2 or later";
  return {
      {"ByTlsAsItShould", by_tls(make_certificate(authority), authority), told(200)},
      {"SelfSigned", by_tls(make_certificate(std::nullopt), std::nullopt),
       unanswered("the certificate is not trusted: self-signed certificate")},
      {"OfAnotherAuthority", by_tls(make_certificate(make_authority("Another")), authority),
       unanswered("the certificate is not trusted: unable to get local issuer certificate")},
      {"Expired", by_tls(make_expired_certificate(authority), authority),
       unanswered("the certificate is not trusted: certificate has expired")},
      {"ForAnotherHost", by_tls(make_certificate(authority, "other.example"), authority),
       unanswered("the certificate is not for this host name")},
      {"NothingButTls10", by_tls(make_certificate(authority), authority, true),
       unanswered(handshake)},
      {"PlainWhereTlsIsExpected",
       [](DestinationConfig&) {
         const auto server = trap();
         return Peer{"https://127.0.0.1:" + std::to_string(server->port()) + "/hook", server};
       },
       unanswered(handshake)},
      {"TlsWherePlainIsExpected",
       [authority](DestinationConfig& destination) {
         Peer peer = by_tls(make_certificate(authority), authority)(destination);
         peer.url.erase(4, 1);
         return peer;
       },
       unanswered(closed)},
      {"NobodyListens", nobody(), unanswered("the connection was refused")},
      {"AcceptsNobody", hurried(deaf(false), 300ms), unanswered("no answer within 300 ms")},
      {"TakesNoConnection", hurried(deaf(true), 300ms), unanswered("no connection within 300 ms")},
      {"ResetsWhatItAccepts", bytes({}, false, true), unanswered(closed)},
      {"ClosesWhatItAccepts", bytes({}), unanswered(closed)},
      {"ResetsAfterTheRequest", bytes({{""}}, false, true), unanswered(closed)},
      {"ClosesAfterTheRequest", bytes({{""}}), unanswered(closed)},
  };
}

}  // namespace kpid::webhooks
