// The way of a lead into Salesforce, and the ways in which it can be disturbed.

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/e2e/stack.h"
#include "tests/sandbox/systems/salesforce/salesforce.h"

namespace leadrelay::e2e {
namespace {

using sandbox::Salesforce;
using test::Eventually;

constexpr char kDeal[] = R"(,"deal":{"title":"Ten chairs","value":1250,"stage":"qualified"})";
constexpr char kNote[] = R"(,"note":"Please call.")";

std::string Text(std::string_view text) {
  return std::string(text);
}

// With client credentials unless `credential` says otherwise.
StackOptions OneSalesforce(
    const std::string& settings,
    const std::string& more = "",
    const std::string& credential = "      client_secret: ${SALESFORCE_CLIENT_SECRET}\n") {
  setenv("SALESFORCE_CLIENT_SECRET", Text(Salesforce::kClientSecret).c_str(), 1);
  setenv("SALESFORCE_REFRESH_TOKEN", Text(Salesforce::kRefreshToken).c_str(), 1);
  setenv("SALESFORCE_PRIVATE_KEY", Text(Salesforce::kPrivateKey).c_str(), 1);
  StackOptions options;
  options.destinations = absl::StrCat(
      "  salesforce:\n"
      "    connector: salesforce\n"
      "    allow_private_addresses: true\n"
      "    timeout: 2s\n"
      "    retry:\n"
      "      ladder: [1s, 1s]\n"
      "      jitter: 0\n",
      more,
      "    settings:\n"
      "      login_url: ${SANDBOX}/salesforce\n"
      "      allow_http: true\n"
      "      client_id: ",
      Text(Salesforce::kClientId),
      "\n",
      credential,
      settings);
  return options;
}

constexpr char kKeyed[] =
    "      key_field: Delivery_Key__c\n"
    "      activity_key_field: Delivery_Key__c\n";
constexpr char kContact[] = "      person: contact\n";

std::string CauseOf(Stack& stack) {
  return stack.Dlq("/v1/dead-letters").root().Find("dead_letters").At(0).ToJson();
}

TEST(SalesforceE2e, CreatesAPersonWithEverythingAndUpdatesIt) {
  Stack stack(OneSalesforce(kContact));
  ASSERT_EQ(stack.Send(Lead(1, absl::StrCat(kDeal, kNote, R"(,"task":{"title":"Call"})"))).status,
            202);
  ASSERT_TRUE(stack.WaitForBook("salesforce", "delivered", 1)) << stack.Logs();
  ASSERT_EQ(stack.Send(Lead(1, R"(,"phone":"030 901820")")).status, 202);
  ASSERT_TRUE(stack.WaitForBook("salesforce", "delivered", 2)) << stack.Logs();

  const json::Document contacts = stack.Records("salesforce", "Contact");
  ASSERT_EQ(contacts.root().size(), 1u);
  const json::Value contact = contacts.root().At(0);
  EXPECT_EQ(contact.Find("Email").StringOr(""), EmailOf(1));
  EXPECT_EQ(contact.Find("FirstName").StringOr(""), "Ada");
  EXPECT_EQ(contact.Find("Phone").StringOr(""), "+4930901820");
  const json::Document deals = stack.Records("salesforce", "Opportunity");
  EXPECT_EQ(deals.root().At(0).Find("StageName").StringOr(""), "Qualification");
  EXPECT_EQ(stack.Reported("/salesforce/opportunities"), 1);
  EXPECT_EQ(stack.Reported("/salesforce/roles"), 1);
  EXPECT_EQ(stack.Reported("/salesforce/tasks"), 2);
  EXPECT_EQ(stack.Reported("/salesforce/duplicates"), 0);
}

TEST(SalesforceE2e, KeyMakesOneLeadOfTwoSubmissions) {
  Stack stack(OneSalesforce(kKeyed));
  ASSERT_EQ(stack.SendBatch(absl::StrCat(Lead(1), "\n", Lead(1, kNote), "\n")).status, 200);
  ASSERT_TRUE(stack.WaitForBook("salesforce", "delivered", 2)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/salesforce/leads"), 1);
  EXPECT_EQ(stack.Reported("/salesforce/tasks"), 1);
}

TEST(SalesforceE2e, TokenFromASignedAssertion) {
  Stack stack(OneSalesforce(kKeyed,
                            "",
                            absl::StrCat("      username: ",
                                         Text(Salesforce::kUsername),
                                         "\n"
                                         "      private_key: ${SALESFORCE_PRIVATE_KEY}\n")));
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("salesforce", "delivered", 1)) << stack.Logs();
}

TEST(SalesforceE2e, ExpiredTokenIsRefreshedOnce) {
  Stack stack(OneSalesforce(kKeyed,
                            "",
                            "      client_secret: ${SALESFORCE_CLIENT_SECRET}\n"
                            "      refresh_token: ${SALESFORCE_REFRESH_TOKEN}\n"));
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("salesforce", "delivered", 1)) << stack.Logs();
  stack.Fault(R"({"system":"salesforce","path":"/composite/","kind":"expire_tokens","times":1})");
  ASSERT_EQ(stack.Send(Lead(2)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("salesforce", "delivered", 2)) << stack.Logs();
  EXPECT_EQ(stack.Book("salesforce", "dead"), 0);
}

TEST(SalesforceE2e, RejectedByTheOrg) {
  Stack stack(OneSalesforce(kContact));
  ASSERT_EQ(stack.Send(Lead(1, R"(,"deal":{"title":"Ten","stage":"Negotiating"})")).status, 202);
  ASSERT_TRUE(stack.WaitForBook("salesforce", "dead", 1)) << stack.Logs();
  const std::string letter = CauseOf(stack);
  EXPECT_NE(letter.find("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST (StageName)"), std::string::npos)
      << letter;
  EXPECT_EQ(letter.find("Negotiating"), std::string::npos) << "a value in a reason: " << letter;
  EXPECT_EQ(stack.Reported("/salesforce/opportunities"), 0);
}

TEST(SalesforceE2e, CommittedThenDroppedIsOneRecord) {
  Stack stack(OneSalesforce(kContact));
  stack.Fault(R"([{"system":"salesforce","path":"/composite/sobjects","kind":"drop_response",
                   "times":1},
                  {"system":"salesforce","body_contains":"compositeRequest","kind":"drop_response",
                   "times":1}])");
  ASSERT_EQ(stack.Send(Lead(1, kDeal)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("salesforce", "delivered", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/salesforce/contacts"), 1);
  EXPECT_EQ(stack.Reported("/salesforce/opportunities"), 1);
  EXPECT_EQ(stack.Reported("/salesforce/duplicates"), 0);
}

TEST(SalesforceE2e, DealOfALeadThatWasCommittedThenDroppedIsOneDeal) {
  Stack stack(OneSalesforce(""));
  stack.Fault(R"({"system":"salesforce","body_contains":"compositeRequest",
                  "kind":"drop_response","times":1})");
  ASSERT_EQ(stack.SendBatch(absl::StrCat(Lead(1, kDeal), "\n", Lead(2, kDeal), "\n")).status, 200);
  ASSERT_TRUE(stack.WaitForBook("salesforce", "delivered", 2)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/salesforce/leads"), 2);
  EXPECT_EQ(stack.Reported("/salesforce/opportunities"), 2) << "one each, though they look alike";
}

TEST(SalesforceE2e, NoteThatWasCommittedThenDroppedIsOneNote) {
  Stack stack(OneSalesforce("      note: content_note\n"));
  stack.Fault(R"({"system":"salesforce","body_contains":"ContentNote","kind":"drop_response",
                  "times":1})");
  ASSERT_EQ(stack.Send(Lead(1, kNote)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("salesforce", "delivered", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/salesforce/notes"), 1);
  EXPECT_EQ(stack.Reported("/salesforce/leads"), 1);
}

TEST(SalesforceE2e, ResumesBetweenTheSteps) {
  Stack stack(OneSalesforce(kContact));
  stack.Fault(R"([{"system":"salesforce","body_contains":"compositeRequest","kind":"status",
                   "status":503,"times":1},
                  {"system":"salesforce","body_contains":"Subject","kind":"status",
                   "status":503,"times":1}])");
  ASSERT_EQ(stack.Send(Lead(1, absl::StrCat(kDeal, kNote))).status, 202);
  ASSERT_TRUE(stack.WaitForBook("salesforce", "delivered", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/salesforce/contacts"), 1);
  EXPECT_EQ(stack.Reported("/salesforce/opportunities"), 1);
  EXPECT_EQ(stack.Reported("/salesforce/tasks"), 1);
  EXPECT_EQ(stack.Reported("/salesforce/duplicates"), 0);
}

TEST(SalesforceE2e, BatchFailsRecordByRecord) {
  StackOptions options = OneSalesforce(kKeyed, "    linger: 500ms\n");
  absl::StrAppend(&options.destinations, "    mapping:\n      Title: form_data.title\n");
  Stack stack(options);
  std::string batch;
  for (int i = 0; i < 30; ++i) {
    const std::string longer =
        absl::StrCat(R"(,"form_data":{"title":")", std::string(200, 'x'), "\"}");
    absl::StrAppend(&batch, i == 7 ? Lead(i, longer) : Lead(i), "\n");
  }
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBalance("salesforce", 30)) << stack.Logs();
  EXPECT_EQ(stack.Book("salesforce", "delivered"), 29);
  EXPECT_EQ(stack.Book("salesforce", "dead"), 1);
  EXPECT_NE(CauseOf(stack).find("STRING_TOO_LONG (Title)"), std::string::npos) << CauseOf(stack);
  EXPECT_EQ(stack.Reported("/salesforce/leads"), 29);
}

TEST(SalesforceE2e, DuplicateRuleLeadsToTheRecordThatIsThere) {
  Stack stack(OneSalesforce(kKeyed));
  ASSERT_EQ(stack.Send(Lead(1, R"(,"phone":"030 901820")")).status, 202);
  ASSERT_TRUE(stack.WaitForBook("salesforce", "delivered", 1)) << stack.Logs();
  // The same name and number under another address.
  ASSERT_EQ(stack
                .Send(R"({"email":"ada@example.org","name":"Ada P1","phone":"030 901820",
                          "company":"Example Works","consent_given":true})")
                .status,
            202);
  ASSERT_TRUE(stack.WaitForBook("salesforce", "delivered", 2)) << stack.Logs();
  const json::Document leads = stack.Records("salesforce", "Lead");
  ASSERT_EQ(leads.root().size(), 1u);
  EXPECT_EQ(leads.root().At(0).Find("Email").StringOr(""), "ada@example.org");
  EXPECT_EQ(leads.root().At(0).Find("Delivery_Key__c").StringOr(""), "ada@example.org");
}

TEST(SalesforceE2e, MovesTheDealOfAPerson) {
  Stack stack(OneSalesforce(kContact));
  ASSERT_EQ(stack.Send(Lead(1, kDeal)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("salesforce", "delivered", 1)) << stack.Logs();
  ASSERT_TRUE(stack.PublishAmqp(
      Lead(1, R"(,"operation":"move_deal","deal":{"title":"Ten chairs","stage":"won"})"),
      "move-1"));
  ASSERT_TRUE(stack.WaitForBook("salesforce", "delivered", 2)) << stack.Logs();
  const json::Document deals = stack.Records("salesforce", "Opportunity");
  ASSERT_EQ(deals.root().size(), 1u);
  EXPECT_EQ(deals.root().At(0).Find("StageName").StringOr(""), "Closed Won");
}

TEST(SalesforceE2e, BacklogGoesInFewRequests) {
  Stack stack(OneSalesforce(kKeyed, "    linger: 200ms\n"));
  std::string batch;
  for (int i = 0; i < 400; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBook("salesforce", "delivered", 400)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/salesforce/leads"), 400);
  EXPECT_LE(stack.Reported("/salesforce/windows/0/arrivals"), 40);
  EXPECT_EQ(stack.Reported("/salesforce/windows/0/refused"), 0);
}

// A backlog of 60 leads for a destination that takes 20 and more in bulk.
class SalesforceBulkE2e : public testing::Test {
 protected:
  static constexpr int kLeads = 60;

  static StackOptions Options(const std::string& mapping = "") {
    StackOptions options =
        OneSalesforce(absl::StrCat(kKeyed, "      bulk_from: 20\n"), "    linger: 500ms\n");
    options.destinations += mapping;
    return options;
  }

  static void SendBacklog(Stack& stack, const std::string& more_of_the_eighth = "") {
    std::string batch;
    for (int i = 0; i < kLeads; ++i) {
      absl::StrAppend(&batch, i == 7 ? Lead(i, more_of_the_eighth) : Lead(i), "\n");
    }
    ASSERT_EQ(stack.SendBatch(batch).status, 200);
  }
};

TEST_F(SalesforceBulkE2e, BacklogIsOneJobInWhichEachRowFailsForItself) {
  Stack stack(Options("    mapping:\n      Title: form_data.title\n"));
  SendBacklog(stack, absl::StrCat(R"(,"form_data":{"title":")", std::string(200, 'x'), "\"}"));
  ASSERT_TRUE(stack.WaitForBalance("salesforce", kLeads)) << stack.Logs();
  EXPECT_EQ(stack.Book("salesforce", "delivered"), kLeads - 1);
  EXPECT_NE(CauseOf(stack).find("STRING_TOO_LONG (Title)"), std::string::npos) << CauseOf(stack);
  EXPECT_EQ(stack.Reported("/salesforce/leads"), kLeads - 1);
  EXPECT_EQ(stack.Reported("/salesforce/duplicates"), 0);
  EXPECT_EQ(stack.Reported("/salesforce/bulk_jobs"), 1);
  EXPECT_EQ(stack.Reported("/salesforce/bulk_records"), kLeads);
  EXPECT_LE(stack.Reported("/salesforce/windows/0/arrivals"), 10);
}

TEST_F(SalesforceBulkE2e, FieldThatIsNotThereCostsTheLeadsThatCarryIt) {
  Stack stack(Options("    mapping:\n      Plan__c: form_data.plan\n"));
  SendBacklog(stack, R"(,"form_data":{"plan":"pro"})");
  ASSERT_TRUE(stack.WaitForBalance("salesforce", kLeads)) << stack.Logs();
  EXPECT_EQ(stack.Book("salesforce", "delivered"), kLeads - 1);
  EXPECT_NE(CauseOf(stack).find("INVALID_FIELD (Plan__c)"), std::string::npos) << CauseOf(stack);
  EXPECT_EQ(stack.Reported("/salesforce/leads"), kLeads - 1);
  EXPECT_EQ(stack.Reported("/salesforce/bulk_records"), 0);
}

TEST_F(SalesforceBulkE2e, CommittedThenDroppedIsTheSameJob) {
  for (const char* answer : {R"("body_contains":"UploadComplete")",
                             R"("path":"/batches")",
                             R"("path":"/successfulResults")"}) {
    SCOPED_TRACE(answer);
    Stack stack(Options());
    stack.Fault(
        absl::StrCat(R"({"system":"salesforce","kind":"drop_response","times":1,)", answer, "}"));
    SendBacklog(stack);
    ASSERT_TRUE(stack.WaitForBook("salesforce", "delivered", kLeads)) << stack.Logs();
    EXPECT_EQ(stack.Reported("/salesforce/leads"), kLeads);
    EXPECT_EQ(stack.Reported("/salesforce/duplicates"), 0);
    EXPECT_EQ(stack.Reported("/salesforce/bulk_jobs"), 1);
  }
}

TEST_F(SalesforceBulkE2e, KilledWhileItRunsIsOneRecordEach) {
  Stack stack(Options());
  SendBacklog(stack);
  ASSERT_TRUE(
      Eventually([&stack] { return stack.Reported("/salesforce/bulk_jobs") == 1; }, seconds(20)))
      << stack.Logs();
  stack.delivery().Kill9();
  stack.RestartDelivery(0);
  ASSERT_TRUE(stack.WaitForBalance("salesforce", kLeads, seconds(60))) << stack.Logs();
  EXPECT_EQ(stack.Book("salesforce", "delivered"), kLeads);
  EXPECT_EQ(stack.Reported("/salesforce/leads"), kLeads);
  EXPECT_EQ(stack.Reported("/salesforce/duplicates"), 0);
}

TEST(SalesforceE2e, UsedUpDayIsNotAskedAnyMore) {
  Stack stack(OneSalesforce(kKeyed));
  stack.Limit("salesforce", "day", 1);
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("salesforce", "delivered", 1)) << stack.Logs();
  // The first answer said that nothing is left.
  ASSERT_EQ(stack.SendBatch(absl::StrCat(Lead(2), "\n", Lead(3), "\n")).status, 200);
  ASSERT_TRUE(stack.WaitForBook("salesforce", "in_flight", 2)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/salesforce/windows/0/refused"), 0);
}

TEST(SalesforceE2e, RefusedForTheDayParksTheLeads) {
  Stack stack(OneSalesforce(kKeyed));
  stack.Fault(R"({"system":"salesforce","path":"/composite/","kind":"status","status":403,"times":1,
                  "body":"[{\"errorCode\":\"REQUEST_LIMIT_EXCEEDED\"}]"})");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(Eventually(
      [&stack] {
        return stack.Dlq("/v1/destinations").root().ToJson().find("throttled") != std::string::npos;
      },
      seconds(10)))
      << stack.Logs();
  EXPECT_EQ(stack.Book("salesforce", "dead"), 0);
  EXPECT_EQ(stack.Reported("/salesforce/leads"), 0);
}

}  // namespace
}  // namespace leadrelay::e2e
