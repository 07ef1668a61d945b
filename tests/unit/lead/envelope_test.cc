#include "common/lead/envelope.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "common/status/abseil.h"
#include "tests/unit/lead/samples.h"

namespace leadrelay::lead {
namespace {

constexpr std::string_view kSample =
    R"({"version":1,"lead_id":"ld_4dkz","publisher":"shop",)"
    R"("accepted_at":"2026-03-01T09:30:00.250Z","destinations":["crm-eu","sheet"],)"
    R"("suppressed":[{"destination":"newsletter","reason":"no consent"}],)"
    R"("lead":{"email":"ada@example.com","consent_given":false}})";

TEST(EnvelopeTest, IsWrittenLikeThis) {
  EXPECT_EQ(SampleEnvelope().ToJson(), kSample);
}

TEST(EnvelopeTest, ReadsBackWhole) {
  const absl::StatusOr<Envelope> envelope = Envelope::Parse(kSample);
  ASSERT_TRUE(envelope.ok()) << envelope.status();
  EXPECT_EQ(envelope->ToJson(), kSample);
  EXPECT_EQ(envelope->accepted_at, At(250));
  EXPECT_EQ(envelope->suppressed, SampleEnvelope().suppressed);
}

TEST(EnvelopeTest, KeepsTheLeadWhenTheRestIsGone) {
  json::Document lead;
  {
    const std::string body(kSample);
    lead = Envelope::Parse(body)->lead;
  }
  EXPECT_EQ(lead.root().Find("email").AsString(), "ada@example.com");
}

TEST(EnvelopeTest, IgnoresMembersOfLaterMinorVersions) {
  std::string body(kSample);
  body.insert(1, R"("region":"eu",)");
  EXPECT_TRUE(Envelope::Parse(body).ok());
}

TEST(EnvelopeTest, RefusesWhatIsNoEnvelope) {
  struct Case {
    std::string from;  // Replaced in the sample ...
    std::string to;    // ... by this.
    std::string message;
  };
  const std::vector<Case> cases = {
      {std::string(kSample),
       "",
       "not a valid envelope: not valid JSON at byte 0: the document is empty"},
      {std::string(kSample), "[]", "not a valid envelope: it is not an object"},
      {R"("version":1)", R"("version":2)", "not a valid envelope: /version is not 1"},
      {R"("version":1)", R"("version":"1")", "not a valid envelope: /version is not 1"},
      {R"("version":1,)", "", "not a valid envelope: /version is not 1"},
      {R"("ld_4dkz")", R"("")", "not a valid envelope: /lead_id is not a text"},
      {R"("ld_4dkz")", "7", "not a valid envelope: /lead_id is not a text"},
      {R"("ld_4dkz")",
       absl::StrCat("\"", std::string(101, 'x'), "\""),
       "not a valid envelope: /lead_id is not an id of at most 100 bytes"},
      {R"("publisher":"shop",)", "", "not a valid envelope: /publisher is not a text"},
      {"2026-03-01T09", "2026-03-01 09", "not a valid envelope: /accepted_at is not a time"},
      {R"(["crm-eu","sheet"])",
       R"("crm-eu")",
       "not a valid envelope: /destinations is not an array"},
      {R"("sheet")", "null", "not a valid envelope: /destinations is not an array of texts"},
      {R"("reason":"no consent")",
       R"("reason":0)",
       "not a valid envelope: /suppressed is not an array of destination and reason"},
      {R"({"email":"ada@example.com","consent_given":false})",
       "[]",
       "not a valid envelope: /lead is not an object"},
  };
  for (const Case& c : cases) {
    std::string body(kSample);
    body.replace(body.find(c.from), c.from.size(), c.to);
    const absl::StatusOr<Envelope> envelope = Envelope::Parse(body);
    EXPECT_EQ(envelope.status(), absl::InvalidArgumentError(c.message)) << body;
  }
}

TEST(EnvelopeTest, ADeliveryHasTheIdOfItsLeadAndDestination) {
  EXPECT_EQ(DeliveryId("ld_4dkz", "crm-eu"), "ld_4dkz:crm-eu");
}

}  // namespace
}  // namespace leadrelay::lead
