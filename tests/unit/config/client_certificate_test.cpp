// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// A destination's client certificate, its key and its proxy, and the words for what is wrong.

#include "support/receiver.hpp"
#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using kpid::testing::Certificate;
using kpid::testing::make_authority;
using kpid::testing::make_certificate;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kEncrypted = R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIIBvTBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQIAAAAAAAAAAACAggA
-----END ENCRYPTED PRIVATE KEY-----
)";

class ClientCertificates : public ConfigTest {
 protected:
  ClientCertificates() {
    write("client.pem", own_.certificate + authority_.certificate);
    write("client.key", own_.key);
    write("credentials/client-key", own_.key);
    write("other.key", make_certificate(authority_).key);
    write("locked.key", kEncrypted);
    write("nothing.pem", "hello\n");
  }
  // "[[destination]]" is line 9, `lines` begin on line 13.
  static std::string with(const std::string& lines) {
    return std::string{head} +
           "[[destination]]\nname = \"team\"\nformat = \"teams\"\n"
           "url = \"https://hooks.example.org/x\"\n" +
           lines;
  }
  const Certificate authority_ = make_authority("The trust's own");
  const Certificate own_ = make_certificate(authority_);
  const std::string certificate_ = "client_certificate_file = \"client.pem\"\n";
};

TEST_F(ClientCertificates, AreReadWithTheirChainAndTheirKey) {
  for (const char* key :
       {"client_key_file = \"client.key\"\n", "client_key_credential = \"client-key\"\n"}) {
    const auto made = load(with(certificate_ + key));
    ASSERT_THAT(texts_of(made), IsEmpty());
    const DestinationConfig& destination = made.config->destinations.at(0);
    EXPECT_EQ(destination.client_certificate, own_.certificate + authority_.certificate);
    EXPECT_NE(destination.client_key.reveal().find("PRIVATE KEY"), std::string::npos);
  }
  const auto none = load(with(""));
  EXPECT_TRUE(none.config->destinations.at(0).client_certificate.empty());
}

TEST_F(ClientCertificates, OneWithoutTheOtherIsAFault) {
  EXPECT_THAT(faults_of(with(certificate_)),
              ElementsAre("kpid.toml:9:1: error: a client certificate needs its key; name it with "
                          "\"client_key_file\" or \"client_key_credential\""));
  EXPECT_THAT(faults_of(with("client_key_file = \"client.key\"\n")),
              ElementsAre("kpid.toml:9:1: error: a client key needs its certificate; name it with "
                          "\"client_certificate_file\""));
  EXPECT_THAT(faults_of(with(certificate_ + "client_key_file = \"client.key\"\n"
                                            "client_key_credential = \"client-key\"\n")),
              ElementsAre("kpid.toml:9:1: error: a destination has \"client_key_credential\" or "
                          "\"client_key_file\", not both"));
}

TEST_F(ClientCertificates, AKeyFitsItsCertificateAndOpensWithoutAPassPhrase) {
  EXPECT_THAT(faults_of(with(certificate_ + "client_key_file = \"other.key\"\n")),
              ElementsAre("kpid.toml:14:19: error: the client key is not the key of the client "
                          "certificate"));
  EXPECT_THAT(faults_of(with(certificate_ + "client_key_file = \"locked.key\"\n")),
              ElementsAre("kpid.toml:14:19: error: the client key has a pass phrase, which nobody "
                          "can type in; store it without one, as a systemd credential"));
  EXPECT_THAT(faults_of(with("client_certificate_file = \"nothing.pem\"\n"
                             "client_key_file = \"nothing.pem\"\n")),
              ElementsAre("kpid.toml:13:27: error: the client certificate is no certificate in PEM "
                          "(\"-----BEGIN CERTIFICATE-----\"); the first in the file is kpid's own",
                          "kpid.toml:14:19: error: the client key is no private key in PEM "
                          "(\"-----BEGIN PRIVATE KEY-----\")"));
  const auto missing =
      faults_of(with("client_certificate_file = \"gone.pem\"\nclient_key_file = \"client.key\"\n"));
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_NE(missing[0].find("13:27: error: the client certificate "), std::string::npos);
  EXPECT_NE(missing[0].find("cannot be read"), std::string::npos);
}

TEST_F(ClientCertificates, AProxyIsAnAddressWithoutAPassword) {
  const auto made = load(with("proxy = \"http://proxy.example.org:3128\"\n"));
  ASSERT_THAT(texts_of(made), IsEmpty());
  EXPECT_EQ(made.config->destinations.at(0).proxy, "http://proxy.example.org:3128");
  EXPECT_THAT(faults_of(with("proxy = \"proxy.example.org\"\n")).size(), 1U);
  EXPECT_THAT(faults_of(with("proxy = \"http://me:secret@proxy.example.org\"\n")),
              ElementsAre("kpid.toml:13:9: error: the proxy must not hold a user or a password: "
                          "they would be sent to every proxy and log"));
}

}  // namespace
}  // namespace kpid
