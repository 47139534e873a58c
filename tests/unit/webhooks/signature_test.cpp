// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The kpid authors
#include "webhooks/signature.hpp"

#include <array>
#include <chrono>

#include <gtest/gtest.h>

namespace kpid::webhooks {
namespace {

// The vector of the Standard Webhooks specification, recomputed with openssl.
const std::string kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const std::string kBody = R"({"test": 2432232314})";
const std::string kKey = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const std::string kToken = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
constexpr std::int64_t kSeconds = 1614265330;
constexpr Timestamp kAt{std::chrono::seconds{kSeconds}};

TEST(Signature, EqualsTheVectorToTheByte) {
  const std::array secrets{Secret{"whsec_" + kKey}};
  EXPECT_EQ(sign(secrets, kId, kAt, kBody).value(), kToken);
}

TEST(Signature, SignsWithEverySecretAndEachVerifies) {
  const std::array secrets{Secret{"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},
                           Secret{"whsec_" + kKey}};
  const std::string list = sign(secrets, kId, kAt, kBody).value();
  EXPECT_TRUE(list.ends_with(" " + kToken));
  for (const Secret& secret : secrets) {
    EXPECT_TRUE(verify(secret, {kId, std::to_string(kSeconds), list}, kBody, kAt));
  }
}

// The specification's pair for v1a: seed and public key, and the signature of the same message.
const std::string kPair =
    "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";
const std::string kPublic = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";
const std::string kTokenA =
    "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==";

TEST(Signature, EqualsTheVectorOfV1aToTheByte) {
  const std::array secrets{Secret{kPair}};
  EXPECT_EQ(sign(secrets, kId, kAt, kBody).value(), kTokenA);
}

TEST(Signature, SignsWithKeysOfBothKindsInTheirOrder) {
  const KeyPair fresh = make_key_pair().value();
  const std::array secrets{fresh.secret, Secret{"whsec_" + kKey}, Secret{kPair}};
  const std::string list = sign(secrets, kId, kAt, kBody).value();
  EXPECT_TRUE(list.starts_with("v1a,"));
  EXPECT_TRUE(list.ends_with(" " + kToken + " " + kTokenA)) << list;
  const SignedHeaders headers{kId, "1614265330", list};
  for (const std::string& key :
       {fresh.secret.reveal(), fresh.public_half, "whsec_" + kKey, kKey, kPair, kPublic}) {
    EXPECT_TRUE(verify(Secret{key}, headers, kBody, kAt)) << key;
  }
  const KeyPair stranger = make_key_pair().value();
  EXPECT_NE(stranger.public_half, fresh.public_half);
  EXPECT_FALSE(verify(Secret{stranger.public_half}, headers, kBody, kAt));
}

TEST(Signature, MakesASharedSecretOf32Bytes) {
  const Secret one = make_shared_secret().value();
  EXPECT_TRUE(one.reveal().starts_with("whsec_"));
  EXPECT_EQ(decode_secret(one).value().size(), 32U);
  EXPECT_NE(one, make_shared_secret().value());
}

TEST(Signature, SaysWhyAKeyCannotSign) {
  const std::pair<std::string, std::string> cases[] = {
      {kPublic, "A public key (whpk_) cannot sign"},
      {"whsk_", "whsk_ and base64 of the 64 bytes"},
      {"whsk_" + kKey, "whsk_ and base64 of the 64 bytes"},
      {kPair.substr(0, kPair.size() - 4), "whsk_ and base64 of the 64 bytes"},
      {"whsk_!" + kPair.substr(6), "whsk_ and base64 of the 64 bytes"},
      {"whsk_7" + kPair.substr(6), "do not belong together"},
      {kPair.substr(5), ""},  // without its prefix it is 64 bytes for HMAC
      {"whsec_" + kPair.substr(5), ""},
  };
  for (const auto& [key, says] : cases) {
    const std::array secrets{Secret{key}};
    const auto list = sign(secrets, kId, kAt, kBody);
    ASSERT_EQ(list.has_value(), says.empty()) << key;
    if (list) {
      EXPECT_TRUE(list->starts_with("v1,")) << "never another kind than its prefix says";
      continue;
    }
    EXPECT_EQ(list.error().kind, ErrorKind::config);
    EXPECT_NE(list.error().sentence.find(says), std::string::npos) << list.error().sentence;
    EXPECT_EQ(list.error().sentence.find(key.substr(5, 20) + "x"), std::string::npos);
  }
}

TEST(Signature, SignsAnEmptyBodyAndRefusesNoSecrets) {
  const std::array secrets{Secret{kKey}};
  const std::string list = sign(secrets, kId, kAt, "").value();
  EXPECT_TRUE(verify(secrets[0], {kId, std::to_string(kSeconds), list}, "", kAt));
  EXPECT_FALSE(sign({}, kId, kAt, kBody));
}

struct Case {
  std::string secret, id, timestamp, signature;
  std::int64_t now_shift;
  std::string says;  // empty: it verifies
};

TEST(Signature, VerifiesOrSaysWhichCheckFailed) {
  const std::string at = std::to_string(kSeconds);
  const Case cases[] = {
      {"whsec_" + kKey, kId, at, kToken, 0, ""},
      {kKey, kId, at, kToken, 0, ""},
      {kKey, kId, at, "v1,bad v2,x " + kToken + " v1,bad", 0, ""},
      {kKey, kId, at, kToken, 300, ""},
      {kKey, kId, at, kToken, -300, ""},
      {kKey, kId, at, kToken, 301, "old"},
      {kKey, kId, at, kToken, -301, "ahead"},
      {"", kId, at, kToken, 0, "empty"},
      {"whsec_", kId, at, kToken, 0, "empty"},
      {"whsec_AAAA", kId, at, kToken, 0, "24 to 64"},
      {"whsec_" + kKey.substr(1) + "!", kId, at, kToken, 0, "base64"},
      {"whsec_" + std::string(92, 'A'), kId, at, kToken, 0, "24 to 64"},
      {kKey, "", at, kToken, 0, "webhook-id"},
      {kKey, kId, "", kToken, 0, "webhook-timestamp is missing"},
      {kKey, kId, at, "", 0, "webhook-signature is missing"},
      {kKey, kId, "abc", kToken, 0, "whole number"},
      {kKey, kId, "123abc", kToken, 0, "whole number"},
      {kKey, kId, "99999999999999999999", kToken, 0, "whole number"},
      {kKey, kId, at, "v1,", 0, "No token"},
      {kKey, kId, at, kToken.substr(0, 20), 0, "No token"},
      {kKey, kId, at, "v1,h" + kToken.substr(4), 0, "No token"},
      {kKey, kId, at, "v2," + kToken.substr(3), 0, "No token"},
      {kKey, "msg_other", at, kToken, 0, "No token"},
      {kPublic, kId, at, kTokenA, 0, ""},
      {kPair, kId, at, kTokenA, 0, ""},
      {kPublic, kId, at, "v1a,bad v1,bad v2,x " + kTokenA + " v1a,", 0, ""},
      {kPublic, kId, at, kTokenA, 300, ""},
      {kPublic, kId, at, kTokenA, 301, "old"},
      {kPublic, kId, at, kTokenA, -301, "ahead"},
      {"whpk_", kId, at, kTokenA, 0, "whpk_ and base64 of the 32 bytes"},
      {kPublic.substr(0, 20), kId, at, kTokenA, 0, "whpk_ and base64 of the 32 bytes"},
      {"whpk_" + kPair.substr(5), kId, at, kTokenA, 0, "whpk_ and base64 of the 32 bytes"},
      {kPublic, "", at, kTokenA, 0, "webhook-id"},
      {kPublic, kId, "", kTokenA, 0, "webhook-timestamp is missing"},
      {kPublic, kId, at, "", 0, "webhook-signature is missing"},
      {kPublic, kId, "123abc", kTokenA, 0, "whole number"},
      {kPublic, kId, at, kToken, 0, "No token"},  // of the other kind
      {kKey, kId, at, kTokenA, 0, "No token"},
      {kPublic, kId, at, "v1," + kTokenA.substr(4), 0, "No token"},
      {kPublic, kId, at, "v1a,", 0, "No token"},
      {kPublic, kId, at, "v1a", 0, "No token"},
      {kPublic, kId, at, kTokenA.substr(0, 44), 0, "No token"},
      {kPublic, kId, at, kTokenA + "AAAA", 0, "No token"},
      {kPublic, kId, at, "v1a,i" + kTokenA.substr(5), 0, "No token"},
      {kPublic, "msg_other", at, kTokenA, 0, "No token"},
  };
  for (const Case& one : cases) {
    const auto result = verify(Secret{one.secret}, {one.id, one.timestamp, one.signature}, kBody,
                               kAt + std::chrono::seconds{one.now_shift});
    EXPECT_EQ(result.has_value(), one.says.empty()) << one.says;
    if (!result) {
      EXPECT_NE(result.error().sentence.find(one.says), std::string::npos)
          << result.error().sentence;
    }
  }
}

}  // namespace
}  // namespace kpid::webhooks
