#include <gtest/gtest.h>

#include "common/crypto/crypto.h"
#include "services/delivery/connectors/webhook/signature.h"

namespace leadrelay::delivery::webhook {
namespace {

constexpr std::string_view kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

// Vectors of the Standard Webhooks libraries, computed again with another implementation of HMAC.
TEST(Sign, MatchesTheReference) {
  struct Case {
    std::string id;
    int64_t timestamp;
    std::string body;
    std::string signature;
  };
  const std::vector<Case> cases = {
      {"msg_p5jXN8AQM9LWM0D4loKWxJek",
       1614265330,
       "{\"test\": 2432232314}",
       "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
      {"msg_p5jXN8AQM9LWM0D4loKWxJek",
       1614265330,
       "",
       "v1,v48jdbgvh29KJz2Qc+ghw8G6vG3nAKnujWBg8oM/62A="},
      {"msg_2KWPBgLlAfxdpx2AI54pPJ85f4W",
       1674087231,
       "{\"type\":\"contact.created\",\"timestamp\":\"2022-11-03T20:26:10.344522Z\",\"data\":{"
       "\"id\":\"1f81eb52-5198-4599-803e-771906343485\"}}",
       "v1,ARw42xaAApl/nxRo+iPGYwSaMQaOwMo2eyH5JBRA+bQ="},
  };
  const std::optional<std::string> key = KeyOfSecret(kSecret);
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(crypto::Hex(*key), "31f290f6bf06298aab4f08d43c3f082cf648a362da2da4b0");
  for (const Case& each : cases) {
    EXPECT_EQ(Sign({*key}, each.id, each.timestamp, each.body), each.signature) << each.body;
  }
}

TEST(Sign, OneSignaturePerKeyInTheirOrder) {
  const std::string first(24, 'a');
  const std::string second(64, 'b');
  const std::string both = Sign({first, second}, "id", 1, "body");
  EXPECT_EQ(both, Sign({first}, "id", 1, "body") + " " + Sign({second}, "id", 1, "body"));
  EXPECT_NE(Sign({first}, "id", 1, "body"), Sign({first}, "id", 2, "body"));
  EXPECT_NE(Sign({first}, "id", 1, "body"), Sign({first}, "other", 1, "body"));
}

TEST(KeyOfSecret, TakesWhatTheSpecificationTakes) {
  const auto secret = [](size_t bytes) {
    return "whsec_" + crypto::Base64(std::string(bytes, 'k'));
  };
  for (const size_t bytes : {24U, 32U, 64U}) {
    EXPECT_EQ(KeyOfSecret(secret(bytes)), std::string(bytes, 'k')) << bytes;
  }
  for (const size_t bytes : {0U, 23U, 65U}) {
    EXPECT_EQ(KeyOfSecret(secret(bytes)), std::nullopt) << bytes;
  }
  for (const char* text : {"",
                           "whsec_",
                           "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                           "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                           "whsec_not base64 at all, though long enough"}) {
    EXPECT_EQ(KeyOfSecret(text), std::nullopt) << text;
  }
}

TEST(WebhookId, KeepsWhatMayStandThereAndEscapesTheRest) {
  EXPECT_EQ(WebhookId("0cvz5e8x:hubspot-eu"), "0cvz5e8x:hubspot-eu");
  EXPECT_EQ(WebhookId("a.b"), "a%2eb");
  EXPECT_EQ(WebhookId("a%2eb"), "a%252eb");
  EXPECT_EQ(WebhookId("a\r\nb \"c\""), "a%0d%0ab%20%22c%22");
  EXPECT_EQ(WebhookId("\xC3\xA9"), "%c3%a9");
}

}  // namespace
}  // namespace leadrelay::delivery::webhook
