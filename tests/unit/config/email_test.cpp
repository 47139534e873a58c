// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// What a destination that is told by mail asks for.

#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Emails : public ConfigTest {
 protected:
  Emails() { write("credentials/mail", "correct horse\n"); }

  // "[[destination]]" is line 9, its URL line 12, `lines` begin on line 13.
  static std::string with(const std::string& lines,
                          const std::string& url = "smtps://mail.example.org:465") {
    return std::string{head} + "[[destination]]\nname = \"team\"\nformat = \"email\"\nurl = \"" +
           url + "\"\n" + lines;
  }
  const std::string addresses_ = "from = \"kpid@example.org\"\nto = [\"a.b+c@example.org\"]\n";
};

TEST_F(Emails, AreReadWithTheirAddressesAndTheirLogin) {
  const auto made =
      load(with("from = \"kpid@example.org\"\nto = [\"head@a.example\", \"root@localhost\"]\n"
                "user = \"kpid\"\npassword_credential = \"mail\"\n"));
  ASSERT_THAT(texts_of(made), IsEmpty());
  const DestinationConfig& destination = made.config->destinations.at(0);
  EXPECT_EQ(destination.format, DestinationFormat::email);
  EXPECT_EQ(destination.mail.from, "kpid@example.org");
  EXPECT_THAT(destination.mail.to, ElementsAre("head@a.example", "root@localhost"));
  EXPECT_EQ(destination.mail.user, "kpid");
  EXPECT_EQ(destination.access_key.reveal(), "correct horse");
  EXPECT_TRUE(destination.mail.tls);
  EXPECT_THAT(faults_of(with("from = \"a@b\"\nto = \"c@d\"\n", "smtp://mail.example.org")),
              IsEmpty());
}

TEST_F(Emails, NeedASenderAndAReceiver) {
  const auto missing = faults_of(with(""));
  ASSERT_EQ(missing.size(), 2U);
  EXPECT_NE(missing[0].find("\"from\""), std::string::npos);
  EXPECT_NE(missing[1].find("\"to\""), std::string::npos);
  EXPECT_THAT(faults_of(with("from = \"a@b.example\"\nto = []\n")),
              ElementsAre("kpid.toml:14:6: error: \"to\" names nobody"));
  for (const std::string bad :
       {"kpid", "@b", "a@", "a b@c", "a@b c", "a@b\\r\\nBcc: x@y", "<a@b>", "A <a@b>", "a@b,c@d",
        "a..b@c", ".a@b", "a@b.", "a@b\\u00e9", "a@b\\u0000", "\\\"a\\\"@b"}) {
    EXPECT_EQ(faults_of(with("from = \"" + bad + "\"\nto = [\"a@b\"]\n")).size(), 1U) << bad;
    EXPECT_EQ(faults_of(with("from = \"a@b\"\nto = [\"" + bad + "\"]\n")).size(), 1U) << bad;
  }
  EXPECT_THAT(faults_of(with("from = \"kpid\"\nto = [\"a@b\"]\n")),
              ElementsAre("kpid.toml:13:8: error: \"kpid\" is no mail address; write it as "
                          "someone@example.org"));
}

TEST_F(Emails, TheUrlIsAMailServers) {
  const std::string form =
      "; write it as smtps://mail.example.org:465 or smtp://mail.example.org:587";
  const std::string start = "kpid.toml:12:7: error: the destination's URL ";
  EXPECT_THAT(faults_of(with(addresses_, "https://mail.example.org")),
              ElementsAre(start + "must start with smtps:// or smtp://" + form));
  EXPECT_THAT(faults_of(with(addresses_, "mail.example.org")),
              ElementsAre(start + "is not valid" + form));
  EXPECT_THAT(faults_of(with(addresses_, "smtps://mail.example.org/inbox")),
              ElementsAre(start + "has more than a host and a port" + form));
  EXPECT_THAT(faults_of(with(addresses_, "smtps://me:secret@mail.example.org")),
              ElementsAre(start + "must not hold a user or a password; name them with \"user\" and "
                                  "\"password_file\""));
  const auto other = faults_of(std::string{head} +
                               "[[destination]]\nname = \"team\"\nformat = \"teams\"\n"
                               "url = \"smtp://mail.example.org\"\n");
  EXPECT_THAT(other, ElementsAre(start + "must start with https:// or http://"));
}

TEST_F(Emails, AUserHasAPasswordAndItIsNotInTheConfig) {
  const std::string both =
      "kpid.toml:9:1: error: a mail server is given both a \"user\" and a password "
      "(\"password_credential\" or \"password_file\"), or neither";
  EXPECT_THAT(faults_of(with(addresses_ + "user = \"kpid\"\n")), ElementsAre(both));
  EXPECT_THAT(faults_of(with(addresses_ + "password_credential = \"mail\"\n")), ElementsAre(both));
  EXPECT_THAT(faults_of(with(addresses_ + "user = \"kpid\"\npassword = \"correct horse\"\n")),
              ElementsAre("kpid.toml:16:12: error: a password does not stand in the config; put it "
                          "into a file and name it with \"password_credential\" or "
                          "\"password_file\""));
}

TEST_F(Emails, InClearOnlyToANamedNetworkAndWithoutAPassword) {
  const std::string relay = "smtp://127.0.0.1:25";
  const auto made =
      load(with(addresses_ + "tls = \"none\"\nallowed_networks = [\"127.0.0.0/8\"]\n", relay));
  ASSERT_THAT(texts_of(made), IsEmpty());
  EXPECT_FALSE(made.config->destinations.at(0).mail.tls);
  EXPECT_THAT(faults_of(with(addresses_ + "tls = \"none\"\n", relay)),
              ElementsAre("kpid.toml:15:7: error: mails go in clear to a relay in your own network "
                          "only; name that network in \"allowed_networks\", as \"127.0.0.0/8\""));
  EXPECT_THAT(faults_of(with(addresses_ + "tls = \"none\"\nallowed_networks = [\"127.0.0.0/8\"]\n" +
                                 "user = \"kpid\"\npassword_credential = \"mail\"\n",
                             relay)),
              ElementsAre("kpid.toml:15:7: error: a password is not sent without TLS"));
  EXPECT_THAT(
      faults_of(with(addresses_ + "tls = \"none\"\nallowed_networks = [\"127.0.0.0/8\"]\n")),
      ElementsAre("kpid.toml:15:7: error: smtps:// is TLS from the first byte; take \"tls\" away, "
                  "or write smtp://"));
  EXPECT_THAT(faults_of(with(addresses_ + "tls = \"maybe\"\n")),
              ElementsAre("kpid.toml:15:7: error: \"maybe\" is no tls; it can be \"required\" or "
                          "\"none\""));
}

TEST_F(Emails, NoProxyAndNoKeysOfOtherFormats) {
  EXPECT_THAT(faults_of(with(addresses_ + "proxy = \"http://proxy.example.org\"\n")),
              ElementsAre("kpid.toml:15:9: error: \"proxy\" is one for HTTP; mails do not go "
                          "through it"));
  EXPECT_EQ(faults_of(with(addresses_ + "token_credential = \"mail\"\n")).size(), 1U);
  EXPECT_EQ(faults_of(std::string{head} + "[[destination]]\nname = \"team\"\nformat = \"teams\"\n"
                                          "url = \"https://hooks.example.org/x\"\nto = [\"a@b\"]\n")
                .size(),
            1U);
}

}  // namespace
}  // namespace kpid
