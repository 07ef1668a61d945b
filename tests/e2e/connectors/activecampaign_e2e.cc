// Leads through the whole path into ActiveCampaign.

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

// Everything that a lead can bring, without `consent_given`, which Lead() has.
constexpr char kFull[] =
    R"(,"note":"Please call","task":{"title":"Call","due":"2026-09-03"},"deal":{"title":"One",)"
    R"("value":100.5,"currency":"EUR","stage":"qualified"})";

// `more` are further members of the destination, `settings` of its settings.
StackOptions Options(const std::string& settings = "",
                     const std::string& more = "    limits: []\n",
                     const std::string& token = "ac-sandbox-key") {
  StackOptions options;
  options.environment = {{"ACTIVECAMPAIGN_API_TOKEN", token}};
  options.destinations = absl::StrCat(
      "  ac:\n"
      "    connector: activecampaign\n"
      "    allow_private_addresses: true\n"
      "    timeout: 2s\n"
      "    retry:\n"
      "      ladder: [1s, 1s]\n"
      "      jitter: 0\n"
      "    breaker:\n"
      "      failures: 0\n",
      more,
      "    settings:\n"
      "      base_url: ${SANDBOX}/activecampaign\n"
      "      allow_http: true\n"
      "      api_token: ${ACTIVECAMPAIGN_API_TOKEN}\n",
      settings);
  return options;
}

TEST(ActiveCampaignE2e, OnePersonIsOneContact) {
  Stack stack(Options());
  ASSERT_EQ(stack.Send(Lead(1, R"(,"phone":"030 901820")")).status, 202);
  ASSERT_TRUE(stack.WaitForBook("ac", "delivered", 1)) << stack.Logs();
  ASSERT_EQ(stack.Send(R"({"email":"PERSON1@example.com","last_name":"Lovelace"})").status, 202);
  ASSERT_TRUE(stack.WaitForBook("ac", "delivered", 2)) << stack.Logs();
  const json::Document contacts = stack.Records("activecampaign", "contacts");
  ASSERT_EQ(contacts.root().size(), 1u);
  const json::Value contact = contacts.root().At(0);
  EXPECT_EQ(contact.Find("email").StringOr(""), EmailOf(1));
  EXPECT_EQ(contact.Find("lastName").StringOr(""), "Lovelace");
  EXPECT_EQ(contact.Find("phone").StringOr(""), "+4930901820");
}

TEST(ActiveCampaignE2e, EverythingThatALeadBrings) {
  Stack stack(Options("      lists: [2]\n      tags: [20, 21]\n"));
  ASSERT_EQ(stack.Send(Lead(1, kFull)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("ac", "delivered", 1)) << stack.Logs();
  const json::Document deals = stack.Records("activecampaign", "deals");
  ASSERT_EQ(deals.root().size(), 1u);
  EXPECT_EQ(deals.root().At(0).Find("value").StringOr(""), "10050");
  EXPECT_EQ(deals.root().At(0).Find("stage").StringOr(""), "2");
  EXPECT_EQ(stack.Reported("/activecampaign/notes"), 1);
  EXPECT_EQ(stack.Reported("/activecampaign/tasks"), 1);
  EXPECT_EQ(stack.Reported("/activecampaign/subscriptions"), 1);
  EXPECT_EQ(stack.Reported("/activecampaign/tags"), 2);
}

TEST(ActiveCampaignE2e, WhoOptedOutIsNotBroughtBack) {
  Stack stack(Options("      lists: [2, 3]\n"));
  ASSERT_EQ(stack.Send(R"({"email":"optout@example.com","consent_given":true})").status, 202);
  ASSERT_TRUE(stack.WaitForBook("ac", "delivered", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/activecampaign/subscriptions"), 2);
  EXPECT_EQ(stack.Reported("/activecampaign/brought_back"), 0);
}

TEST(ActiveCampaignE2e, RefusedLeadIsADeadLetter) {
  Stack stack(Options("      deal_stages: {qualified: No Such Stage}\n"));
  ASSERT_EQ(stack.Send(Lead(1, kFull)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("ac", "dead", 1)) << stack.Logs();
  const json::Document letters = stack.Dlq("/v1/dead-letters");
  const json::Value letter = letters.root().Find("dead_letters").At(0);
  EXPECT_EQ(letter.Find("cause").StringOr(""), "rejected");
  EXPECT_FALSE(letter.Find("remedy").StringOr("").empty());
  EXPECT_EQ(letter.ToJson().find(EmailOf(1)), std::string::npos) << "personal data in a reason";
}

TEST(ActiveCampaignE2e, WrongKeyKeepsTheLeads) {
  Stack stack(Options("", "    limits: []\n", "another-key"));
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(test::Eventually(
      [&stack] { return stack.Reported("/activecampaign/windows/0/arrivals") > 0; }, seconds(10)))
      << stack.Logs();
  EXPECT_TRUE(stack.WaitForBook("ac", "in_flight", 1)) << stack.Logs();
  EXPECT_EQ(stack.Book("ac", "dead"), 0);
}

// Every answer is lost once: contact, deal, note and task are there once all the same.
TEST(ActiveCampaignE2e, CommittedThenDroppedIsOneRecord) {
  for (const char* path : {"/contact/sync", "/deals", "/notes", "/dealTasks"}) {
    SCOPED_TRACE(path);
    Stack stack(Options());
    stack.Fault(absl::StrCat(
        R"({"system":"activecampaign","path":")", path, R"(","kind":"drop_response","times":1})"));
    ASSERT_EQ(stack.Send(Lead(1, kFull)).status, 202);
    ASSERT_TRUE(stack.WaitForBook("ac", "delivered", 1)) << stack.Logs();
    for (const char* type : {"contacts", "deals", "notes", "tasks"}) {
      EXPECT_EQ(stack.Reported(absl::StrCat("/activecampaign/", type)), 1) << type;
    }
    EXPECT_EQ(stack.Reported("/activecampaign/duplicates"), 0);
  }
}

TEST(ActiveCampaignE2e, ResumedBetweenTheSteps) {
  Stack stack(Options());
  stack.Fault(R"({"system":"activecampaign","path":"/notes","kind":"close","times":1})");
  ASSERT_EQ(stack.Send(Lead(1, kFull)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("ac", "delivered", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/activecampaign/deals"), 1);
  EXPECT_EQ(stack.Reported("/activecampaign/notes"), 1);
  EXPECT_EQ(stack.Reported("/activecampaign/duplicates"), 0);
}

// `bad` is what the CRM does not take.
StackOptions BacklogOptions() {
  StackOptions options = Options("      bulk_from: 10\n      tags: [20]\n",
                                 "    limits: []\n"
                                 "    concurrency: 2\n"
                                 "    mapping:\n"
                                 "      77: form_data.bad\n");
  options.start_delivery = false;
  return options;
}

// What the books and ActiveCampaign have to say of the backlog.
void ExpectTheBacklogIsThere(Stack& stack) {
  ASSERT_TRUE(stack.WaitForBook("ac", "delivered", 59, seconds(60))) << stack.Logs();
  ASSERT_TRUE(stack.WaitForBook("ac", "dead", 1)) << stack.Logs();
  EXPECT_TRUE(stack.WaitForBalance("ac", 60)) << stack.Logs();
  EXPECT_GE(stack.Reported("/activecampaign/imports"), 1);
  EXPECT_EQ(stack.Reported("/activecampaign/contacts"), 58);
  EXPECT_EQ(stack.Reported("/activecampaign/tags"), 58);
  EXPECT_EQ(stack.Reported("/activecampaign/duplicates"), 0);
  const json::Document letters = stack.Dlq("/v1/dead-letters");
  const json::Value letter = letters.root().Find("dead_letters").At(0);
  EXPECT_EQ(letter.Find("cause").StringOr(""), "rejected");
  EXPECT_EQ(letter.Find("reason").StringOr(""), "HTTP 422: related_missing (field)");
}

TEST(ActiveCampaignE2e, ABacklogIsImported) {
  Stack stack(BacklogOptions());
  ASSERT_EQ(stack.SendBatch(SixtyLeads()).status, 200);
  stack.StartDelivery();
  ExpectTheBacklogIsThere(stack);
}

TEST(ActiveCampaignE2e, AnImportWhoseAnswerIsLostIsOneRecordEach) {
  Stack stack(BacklogOptions());
  stack.Fault(
      R"({"system":"activecampaign","path":"/bulk_import","kind":"drop_response","times":1})");
  ASSERT_EQ(stack.SendBatch(SixtyLeads()).status, 200);
  stack.StartDelivery();
  ExpectTheBacklogIsThere(stack);
}

TEST(ActiveCampaignE2e, TheLimitIsKept) {
  Stack stack(Options("", ""));
  std::string batch;
  for (int i = 0; i < 25; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBook("ac", "delivered", 25, seconds(30))) << stack.Logs();
  EXPECT_EQ(stack.Reported("/activecampaign/contacts"), 25);
  EXPECT_LE(stack.Reported("/activecampaign/windows/0/refused"), 1);
}

}  // namespace
}  // namespace leadrelay::e2e
