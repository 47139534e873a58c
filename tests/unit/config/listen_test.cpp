// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// [http]: where kpid listens, and what is wrong with it.

#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ListenConfigs : public ConfigTest {
 protected:
  // The head ends with line 8, so that the lines begin on line 10.
  static std::string with(const std::string& lines) {
    return std::string{head} + "[http]\n" + lines;
  }
  [[nodiscard]] std::string heard(const std::string& listen) const {
    const auto loaded = load(with("listen = " + listen + "\n"));
    EXPECT_THAT(texts_of(loaded), IsEmpty());
    if (!loaded.config) return {};
    return loaded.config->listen->address + " " + std::to_string(loaded.config->listen->port);
  }
};

TEST_F(ListenConfigs, NowhereWithoutTheTable) {
  const auto loaded = load(head);
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  EXPECT_FALSE(loaded.config->listen);
}

TEST_F(ListenConfigs, APortAloneIsThisMachinesOwn) {
  EXPECT_EQ(heard("\"8417\""), "127.0.0.1 8417");
  EXPECT_EQ(heard("8417"), "127.0.0.1 8417");
}

TEST_F(ListenConfigs, AnAddressIsTakenAsItIs) {
  EXPECT_EQ(heard("\"127.0.0.1:8417\""), "127.0.0.1 8417");
  EXPECT_EQ(heard("\"0.0.0.0:1\""), "0.0.0.0 1");
  EXPECT_EQ(heard("\"[::1]:65535\""), "::1 65535");
  EXPECT_EQ(heard("\"[2001:db8::7]:80\""), "2001:db8::7 80");
}

TEST_F(ListenConfigs, ThePublicAddressLosesItsSlash) {
  const auto loaded =
      load(with("listen = \"8417\"\npublic_url = \"https://k.example.org/kpid/\"\n"));
  ASSERT_THAT(texts_of(loaded), IsEmpty());
  EXPECT_EQ(loaded.config->listen->public_url, "https://k.example.org/kpid");
}

TEST_F(ListenConfigs, MistakesAreToldWithTheirPlace) {
  for (const char* wrong :
       {"0", "65536", "-1", "8417x", "localhost:8417", "127.0.0.1", "127.0.0.1:", "127.1:8417",
        "0x7f000001:8417", "2130706433:8417", "::1:8417", "[::1]8417", "[127.0.0.1]:8417", ":8417",
        "[fe80::1%eth0]:8417", "127.0.0.1:8417/", "*:8417", "https://127.0.0.1:8417"}) {
    const auto faults = faults_of(with("listen = \"" + std::string(wrong) + "\"\n"));
    EXPECT_THAT(faults, ElementsAre(::testing::AllOf(
                            HasSubstr("kpid.toml:10:10: error: "),
                            HasSubstr("is nothing to listen at; write an IP address and a port"))))
        << wrong;
  }
  EXPECT_THAT(faults_of(with("listen = 99999\n")), ElementsAre(HasSubstr("\"99999\" is nothing")));
  EXPECT_THAT(faults_of(with("public_url = \"https://k.example.org\"\n")),
              ElementsAre(HasSubstr("kpid.toml:9:1: error: ")));
  EXPECT_THAT(faults_of(with("listen = \"8417\"\npublic_url = \"ftp://k.example.org\"\n")),
              ElementsAre("kpid.toml:11:14: error: \"public_url\" must start with https:// or "
                          "http://"));
  EXPECT_THAT(faults_of(with("listen = \"8417\"\npublic_url = \"https://k.example.org/?a=b\"\n")),
              ElementsAre(HasSubstr("must end with its path: no ? and no #")));
  EXPECT_THAT(faults_of(with("listen = \"8417\"\nlissen = 1\n")),
              ElementsAre(HasSubstr("did you mean \"listen\"?")));
}

}  // namespace
}  // namespace kpid
