// Leads into Salesforce's form endpoint, which confirms nothing.

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/e2e/stack.h"
#include "tests/sandbox/systems/salesforce-web-to-lead/web_to_lead.h"

namespace leadrelay::e2e {
namespace {

StackOptions OneForm(const std::string& settings = "") {
  StackOptions options;
  options.destinations = absl::StrCat(
      "  form:\n"
      "    connector: salesforce-web-to-lead\n"
      "    allow_private_addresses: true\n"
      "    timeout: 2s\n"
      "    retry:\n"
      "      ladder: [1s, 1s]\n"
      "      jitter: 0\n"
      "    settings:\n"
      "      base_url: ${SANDBOX}/salesforce-web-to-lead\n"
      "      allow_http: true\n"
      "      org_id: ",
      std::string(sandbox::WebToLead::kOrgId),
      "\n",
      settings);
  return options;
}

TEST(SalesforceWebToLeadE2e, Sends) {
  Stack stack(OneForm());
  ASSERT_EQ(stack.Send(Lead(1, R"(,"note":"a & b")")).status, 202);
  ASSERT_TRUE(stack.WaitForBook("form", "delivered", 1)) << stack.Logs();
  const json::Document leads = stack.Records("salesforce-web-to-lead", "leads");
  EXPECT_EQ(leads.root().At(0).Find("email").StringOr(""), EmailOf(1));
  EXPECT_EQ(leads.root().At(0).Find("description").StringOr(""), "a & b");
}

TEST(SalesforceWebToLeadE2e, CommittedThenDroppedIsForAHumanAndReplayable) {
  Stack stack(OneForm());
  stack.Fault(R"({"system":"salesforce-web-to-lead","kind":"drop_response","times":1})");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("form", "dead", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/salesforce-web-to-lead/leads"), 1);
  // Whoever replays it has looked, and has not found it.
  ASSERT_EQ(stack.DlqPost("/v1/replays", R"({"filter":{"destination":"form"}})").status, 202);
  ASSERT_TRUE(stack.WaitForBook("form", "delivered", 1)) << stack.Logs();
}

TEST(SalesforceWebToLeadE2e, BacklogIsTaken) {
  Stack stack(OneForm());
  std::string batch;
  for (int i = 0; i < 50; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBook("form", "delivered", 50)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/salesforce-web-to-lead/leads"), 50);
  EXPECT_EQ(stack.Reported("/salesforce-web-to-lead/thrown_away"), 0);
  EXPECT_EQ(stack.Reported("/salesforce-web-to-lead/duplicates"), 0);
}

}  // namespace
}  // namespace leadrelay::e2e
