// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors

// [source.hook]: how a source that is pushed to proves itself, and what does not fit together.

#include "unit/config/config_fixture.hpp"

namespace kpid {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Proof = HookConfig::Proof;

class HookConfigs : public ConfigTest {
 protected:
  HookConfigs() {
    write("credentials/token", "a-token-that-nobody-guesses\n");
    write("credentials/hmac", "a secret with blanks, long enough\n");
    write("credentials/public", "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=\n");
    write("credentials/pair",
          "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs"
          "6Kvg==\n");
    write("credentials/bare", "whsec_\n");
    write("credentials/blank", "a token with a blank in it\n");
  }
  static constexpr const char* listen = "[http]\nlisten = \"8417\"\n";
  // Line 9: the source; the hook's keys begin on line 16.
  static std::string source(const std::string& hook, const std::string& schedule = "pushed",
                            const std::string& path = "hook:", const std::string& more = listen) {
    return std::string{head} +
           "[[source]]\nname = \"roll\"\nplugin = \"pupil_roll\"\nschedule = \"" + schedule +
           "\"\nsettings.path = \"" + path + "\"\n" +
           (hook.empty() ? "" : "[source.hook]\n" + hook) + more;
  }
  [[nodiscard]] HookConfig hook_of(const std::string& keys) const {
    const auto loaded = load(source(keys));
    EXPECT_THAT(texts_of(loaded), IsEmpty());
    return loaded.config ? loaded.config->sources[0].hook.value() : HookConfig{};
  }
};

TEST_F(HookConfigs, AreReadWithEachProof) {
  HookConfig hook = hook_of("signing_secret_credential = [\"public\", \"signing\"]\n");
  EXPECT_EQ(hook.proof, Proof::standard_webhooks);
  EXPECT_EQ(hook.secrets.size(), 2U);
  EXPECT_EQ(hook.secrets[1].reveal(), signing_secret);
  EXPECT_EQ(hook.size_limit, 16U << 20U);
  hook = hook_of("token_file = \"credentials/token\"\nsize_limit = \"1 MiB\"\n");
  EXPECT_EQ(hook.proof, Proof::bearer);
  EXPECT_EQ(hook.secrets.at(0).reveal(), "a-token-that-nobody-guesses");
  EXPECT_EQ(hook.size_limit, 1U << 20U);
  hook = hook_of("hmac_header = \"X-Hub-Signature-256\"\nhmac_secret_credential = \"hmac\"\n");
  EXPECT_EQ(hook.proof, Proof::hmac);
  EXPECT_EQ(hook.hmac_header, "X-Hub-Signature-256");
  EXPECT_EQ(hook.secrets.at(0).reveal(), "a secret with blanks, long enough");
}

TEST_F(HookConfigs, WithoutSecretsNoneIsAskedFor) {
  options_.without_secrets = true;
  EXPECT_THAT(faults_of(source("token_credential = \"elsewhere\"\n")), IsEmpty());
}

TEST_F(HookConfigs, SecretsThatProveNothingAreFaults) {
  const auto fault = [this](const std::string& keys) {
    const auto faults = faults_of(source(keys));
    EXPECT_EQ(faults.size(), 1U) << keys;
    return faults.empty() ? std::string() : faults[0];
  };
  EXPECT_THAT(
      fault("signing_secret_credential = \"bare\"\n"),
      AllOf(HasSubstr("kpid.toml:15:29: error: the signing secret must be whsec_ and base64"),
            Not(HasSubstr("whsec_\n"))));
  EXPECT_THAT(fault("signing_secret_credential = \"short\"\n"),
              HasSubstr("the signing secret must be whsec_"));
  EXPECT_THAT(fault("signing_secret_credential = \"token\"\n"),
              AllOf(HasSubstr("the signing secret must be whsec_"), Not(HasSubstr("guesses"))));
  EXPECT_THAT(fault("signing_secret_credential = \"pair\"\n"),
              HasSubstr("this is the sender's secret half; what verifies it is the public half"));
  EXPECT_THAT(fault("signing_secret_credential = \"empty\"\n"),
              HasSubstr("the credential \"empty\" is empty"));
  EXPECT_THAT(fault("token_credential = \"blank\"\n"), HasSubstr("the token holds a blank"));
  write("credentials/few", "fifteen-letters\n");
  EXPECT_THAT(fault("token_credential = \"few\"\n"),
              AllOf(HasSubstr("this secret has 15 characters; use 16 to 1024"),
                    Not(HasSubstr("letters\""))));
  EXPECT_THAT(fault("token_credential = []\n"), HasSubstr("names no secret: its list is empty"));
}

TEST_F(HookConfigs, HaveOneProof) {
  EXPECT_THAT(faults_of(source("size_limit = \"1 MiB\"\n")),
              ElementsAre(HasSubstr("kpid.toml:14:1: error: [source.hook] has one proof: "
                                    "\"signing_secret_…\", \"token_…\" or \"hmac_secret_…\", as a "
                                    "credential or a file; this one has none")));
  EXPECT_THAT(
      faults_of(source("token_credential = \"token\"\nsigning_secret_credential = \"signing\"\n")),
      ElementsAre(HasSubstr("this one has 2")));
  EXPECT_THAT(
      faults_of(source("token_credential = \"token\"\ntoken_file = \"credentials/token\"\n")),
      ElementsAre(HasSubstr("has \"token_credential\" or \"token_file\", not both")));
  EXPECT_THAT(faults_of(source("token_credential = \"token\"\nhmac_header = \"X-Signature\"\n")),
              ElementsAre(HasSubstr("\"hmac_header\" needs \"hmac_secret_credential\"")));
  EXPECT_THAT(faults_of(source("hmac_secret_credential = \"hmac\"\n")),
              ElementsAre(HasSubstr("hmac_header")));
  EXPECT_THAT(
      faults_of(source("hmac_header = \"X Signature:\"\nhmac_secret_credential = \"hmac\"\n")),
      ElementsAre(HasSubstr("\"X Signature:\" is no header's name")));
  EXPECT_THAT(faults_of(source("token = \"a-token-that-nobody-guesses\"\n"
                               "token_credential = \"token\"\n")),
              ElementsAre(AllOf(HasSubstr("a secret does not stand in the config"),
                                Not(HasSubstr("guesses")))));
  EXPECT_THAT(faults_of(source("token_credential = \"token\"\ntokens = 1\n")),
              ElementsAre(HasSubstr("did you mean")));
}

TEST_F(HookConfigs, LimitsAreLimited) {
  for (const char* wrong : {"1 GiB", "257 MiB", "0 MiB", "16", "1 B", "much"}) {
    EXPECT_THAT(faults_of(source("token_credential = \"token\"\nsize_limit = \"" +
                                 std::string(wrong) + "\"\n")),
                ElementsAre(HasSubstr("is no limit of what is pushed; write it as \"16 MiB\", from "
                                      "1 MiB to 256 MiB")))
        << wrong;
  }
}

TEST_F(HookConfigs, BelongTogetherWithScheduleSettingsAndListener) {
  const std::string hook = "token_credential = \"token\"\n";
  EXPECT_THAT(
      faults_of(source("")),
      ElementsAre("kpid.toml:12:12: error: a source that is \"pushed\" needs [source.hook], "
                  "which says how the sender proves itself"));
  EXPECT_THAT(faults_of(source(hook, "daily 06:30", "in/roll.csv")),
              ElementsAre("kpid.toml:12:12: error: a source with [source.hook] waits for what is "
                          "pushed to it: write schedule = \"pushed\""));
  EXPECT_THAT(faults_of(source(hook, "hourly")), ElementsAre(HasSubstr("is no schedule")));
  EXPECT_THAT(faults_of(source(hook, "pushed", "in/roll.csv")),
              ElementsAre("kpid.toml:9:1: error: what is pushed to this source would be read by "
                          "nobody: name it in [source.settings] in place of a file, as in path = "
                          "\"hook:\""));
  EXPECT_THAT(faults_of(source("", "daily 06:30")),
              ElementsAre("kpid.toml:9:1: error: \"hook:\" is what is pushed to a source, and this "
                          "one has another schedule than \"pushed\""));
  EXPECT_THAT(faults_of(source(hook, "pushed", "hook:", "")),
              ElementsAre("kpid.toml:14:1: error: nobody can push to this source, for kpid listens "
                          "nowhere; add [http] with listen = \"127.0.0.1:8417\""));
  EXPECT_THAT(faults_of(source(hook, "pushed", "hook:", "[source.drop]\n" + std::string(listen))),
              ElementsAre(HasSubstr("[source.drop] is for a folder of files, and this source is "
                                    "pushed")));
  EXPECT_THAT(faults_of(source(hook, "pushed", "hook:", "[http]\nlisten = \"x\"\n")),
              ElementsAre(HasSubstr("is nothing to listen at")))
      << "one fault, not two";
}

}  // namespace
}  // namespace kpid
