// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// [heartbeat]: where the monitor stands, and what is wrong with it.

#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class HeartbeatConfigs : public ConfigTest {
 protected:
  // The head ends with line 8, so that the lines begin on line 10.
  static std::string with(const std::string& lines) {
    return std::string{head} + "[heartbeat]\n" + lines;
  }
};

TEST_F(HeartbeatConfigs, NothingWithoutTheTable) {
  const auto loaded = load(head);
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  EXPECT_FALSE(loaded.config->heartbeat);
}

TEST_F(HeartbeatConfigs, TheAddressMayBeACredential) {
  const auto loaded = load(with("url_credential = \"url\"\n"));
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  EXPECT_EQ(loaded.config->heartbeat->url.reveal(), "https://hooks.example.org/x?sig=hidden");
  EXPECT_EQ(loaded.config->heartbeat->every, 5min);
  EXPECT_THAT(loaded.config->heartbeat->allowed_networks, IsEmpty());
}

TEST_F(HeartbeatConfigs, EveryKeyIsRead) {
  write("ca.pem", "-----BEGIN CERTIFICATE-----\n");
  const auto loaded =
      load(with("url = \"https://beat.example.org/a\"\nevery = \"30 s\"\n"
                "allowed_networks = [\"10.1.0.0/16\"]\nca_file = \"ca.pem\"\n"));
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  EXPECT_EQ(loaded.config->heartbeat->every, 30s);
  EXPECT_THAT(loaded.config->heartbeat->allowed_networks, ElementsAre("10.1.0.0/16"));
  EXPECT_EQ(loaded.config->heartbeat->ca_file, folder_ / "ca.pem");
}

TEST_F(HeartbeatConfigs, MistakesAreToldWithTheirPlace) {
  EXPECT_THAT(faults_of(with("every = \"5 min\"\n")),
              ElementsAre(HasSubstr("kpid.toml:9:1: error: the heartbeat has one of \"url\", "
                                    "\"url_credential\" and \"url_file\"; this one has none")));
  EXPECT_THAT(faults_of(with("url = \"https://a.example.org\"\nurl_file = \"x\"\n")),
              ElementsAre(HasSubstr("this one has 2")));
  EXPECT_THAT(faults_of(with("url = \"ftp://a.example.org/hidden\"\n")),
              ElementsAre(::testing::AllOf(HasSubstr("kpid.toml:10:7: error: the heartbeat's URL "),
                                           Not(HasSubstr("hidden")))));
  EXPECT_THAT(faults_of(with("url = \"https://a.example.org\"\nevery = \"1 s\"\n")),
              ElementsAre(HasSubstr("\"every\" in [heartbeat] must be from 30 s to 1 d")));
  EXPECT_THAT(faults_of(with("url = \"https://a.example.org\"\nallowed_networks = "
                             "[\"169.254.0.0/16\"]\n")),
              ElementsAre(HasSubstr("kpid.toml:11:21: ")));
  EXPECT_THAT(faults_of(with("url = \"https://a.example.org\"\nca_file = \"none.pem\"\n")),
              ElementsAre(HasSubstr("the CA file")));
  EXPECT_THAT(faults_of(with("url = \"https://a.example.org\"\nevry = \"5 min\"\n")),
              ElementsAre(HasSubstr("did you mean \"every\"?")));
}

}  // namespace
}  // namespace kpid
