#include "tools/leadctl/sample_lead.h"

#include <gtest/gtest.h>

namespace leadrelay::leadctl {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'772'357'400);

TEST(SampleLeadTest, IsAValidLeadOfNobody) {
  const absl::StatusOr<json::Document> lead = ReadLead(SampleLead("a1b2"), "a1b2", kNow);
  ASSERT_TRUE(lead.ok()) << lead.status();
  EXPECT_EQ(lead->root().Find("email").StringOr(""), "leadrelay-test+a1b2@example.com");
  EXPECT_EQ(lead->root().Find("first_name").StringOr(""), "Ada");
  EXPECT_EQ(lead->root().Find("company").StringOr(""), "Leadrelay Test");
  EXPECT_TRUE(lead->root().Find("consent_given").BoolOr(false));
}

TEST(SampleLeadTest, AFileIsReadAsIngestDoes) {
  const absl::StatusOr<json::Document> lead =
      ReadLead(R"({"email":" Ada@EXAMPLE.com ","note":"","ip_address":"192.0.2.1"})", "t", kNow);
  ASSERT_TRUE(lead.ok()) << lead.status();
  EXPECT_EQ(lead->root().Find("email").StringOr(""), "Ada@example.com");
  EXPECT_FALSE(lead->root().Find("note").exists());
  EXPECT_FALSE(lead->root().Find("ip_address").exists());
  EXPECT_FALSE(lead->root().Find("consent_given").BoolOr(true));
}

TEST(SampleLeadTest, EveryFaultIsNamedAndNoValue) {
  const absl::Status status =
      ReadLead(R"({"email":"not an address","plan":"pro"})", "t", kNow).status();
  EXPECT_NE(status.message().find("/email: "), std::string::npos) << status;
  EXPECT_NE(status.message().find("/plan: "), std::string::npos) << status;
  EXPECT_EQ(status.message().find("not an address"), std::string::npos) << status;
  EXPECT_FALSE(ReadLead("no JSON", "t", kNow).ok());
}

TEST(SampleLeadTest, EveryRunIsADeliveryOfItsOwn) {
  const json::Document lead = ReadLead(SampleLead("t"), "t", kNow).value();
  const delivery::Job first = SampleJob(lead, "crm", "1", kNow);
  const delivery::Job second = SampleJob(lead, "crm", "2", kNow);
  EXPECT_TRUE(first.lead_id.starts_with("ld_"));
  EXPECT_EQ(first.delivery_id, first.lead_id + ":crm");
  EXPECT_NE(first.delivery_id, second.delivery_id);
}

}  // namespace
}  // namespace leadrelay::leadctl
