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
