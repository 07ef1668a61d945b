// Leads through the whole path into Freshsales.

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

// Everything that a lead can bring.
constexpr char kFull[] =
    R"(,"note":"Please call","task":{"title":"Call","due":"2026-09-03"},"deal":{"title":"One",)"
    R"("value":100.5,"currency":"EUR","stage":"qualified"})";

// `settings` are further members of its settings, `more` of the destination.
StackOptions Options(const std::string& settings = "",
                     const std::string& more = "    limits: []\n",
                     const std::string& key = "fs-sandbox-key") {
  StackOptions options;
  options.environment = {{"FRESHSALES_API_KEY", key}};
  options.destinations = absl::StrCat(
      "  fs:\n"
      "    connector: freshsales\n"
      "    allow_private_addresses: true\n"
      "    timeout: 2s\n"
      "    retry:\n"
      "      ladder: [1s, 1s]\n"
      "      jitter: 0\n"
      "    breaker:\n"
      "      failures: 0\n",
      more,
      "    settings:\n"
      "      base_url: ${SANDBOX}/freshsales\n"
      "      allow_http: true\n"
      "      api_key: ${FRESHSALES_API_KEY}\n",
      settings);
  return options;
}

TEST(FreshsalesE2e, OnePersonIsOneContact) {
  Stack stack(Options());
  ASSERT_EQ(stack.Send(Lead(1, R"(,"phone":"030 901820")")).status, 202);
  ASSERT_TRUE(stack.WaitForBook("fs", "delivered", 1)) << stack.Logs();
  ASSERT_EQ(stack.Send(R"({"email":"PERSON1@example.com","last_name":"Lovelace"})").status, 202);
  ASSERT_TRUE(stack.WaitForBook("fs", "delivered", 2)) << stack.Logs();
  const json::Document contacts = stack.Records("freshsales", "contacts");
  ASSERT_EQ(contacts.root().size(), 1u);
  const json::Value contact = contacts.root().At(0);
  EXPECT_EQ(contact.Find("emails").StringOr(""), EmailOf(1));
  EXPECT_EQ(contact.Find("last_name").StringOr(""), "Lovelace");
  EXPECT_EQ(contact.Find("mobile_number").StringOr(""), "+4930901820");
}

std::string LeadOf(int number, const std::string& company, const std::string& more = "") {
  return absl::StrCat(R"({"email":")",
                      EmailOf(number),
                      R"(","last_name":"Lovelace","consent_given":true,"company":")",
                      company,
                      "\"",
                      more,
                      "}");
}

// An answer to each of the requests is lost once.
TEST(FreshsalesE2e, AccountsAreMadeAndLinkedOnce) {
  Stack stack(Options("      accounts: true\n", "    limits: []\n    concurrency: 1\n"));
  stack.Fault(R"([{"system":"freshsales","path":"/sales_accounts/upsert","kind":"drop_response",
                   "times":1},
                  {"system":"freshsales","path":"/api/contacts/7","kind":"drop_response",
                   "times":1}])");
  for (int i = 0; i < 6; ++i) {
    ASSERT_EQ(stack.Send(LeadOf(i, absl::StrCat("Works ", i % 2))).status, 202);
  }
  ASSERT_TRUE(stack.WaitForBalance("fs", 6)) << stack.Logs();
  EXPECT_EQ(stack.Book("fs", "delivered"), 6);
  EXPECT_EQ(stack.Reported("/freshsales/contacts"), 6);
  EXPECT_EQ(stack.Reported("/freshsales/sales_accounts"), 2);
  EXPECT_EQ(stack.Reported("/freshsales/accounts_of_contacts"), 6);
  EXPECT_EQ(stack.Reported("/freshsales/duplicates"), 0);
}

// A write of a contact's accounts replaces them.
TEST(FreshsalesE2e, AFurtherCompanyDoesNotTakeTheFirstAway) {
  Stack stack(Options("      accounts: true\n"));
  ASSERT_EQ(stack.Send(LeadOf(1, "Works 1")).status, 202);
  ASSERT_TRUE(stack.WaitForBook("fs", "delivered", 1)) << stack.Logs();
  ASSERT_EQ(stack.Send(LeadOf(1, "Works 2", R"(,"deal":{"title":"One"})")).status, 202);
  ASSERT_TRUE(stack.WaitForBook("fs", "delivered", 2)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/freshsales/contacts"), 1);
  EXPECT_EQ(stack.Reported("/freshsales/accounts_of_contacts"), 2);
  const json::Document accounts = stack.Records("freshsales", "sales_accounts");
  ASSERT_EQ(accounts.root().size(), 2u);
  const json::Document deals = stack.Records("freshsales", "deals");
  EXPECT_EQ(deals.root().At(0).Find("sales_account_id").AsText(),
            accounts.root().At(1).Find("id").AsText());
}

TEST(FreshsalesE2e, EverythingThatALeadBrings) {
  Stack stack(Options("      currencies: {EUR: 3}\n"));
  ASSERT_EQ(stack.Send(Lead(1, kFull)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("fs", "delivered", 1)) << stack.Logs();
  const json::Document deals = stack.Records("freshsales", "deals");
  ASSERT_EQ(deals.root().size(), 1u);
  EXPECT_EQ(deals.root().At(0).Find("amount").StringOr(""), "100.5");
  EXPECT_EQ(deals.root().At(0).Find("deal_stage_id").StringOr(""), "2");
  EXPECT_EQ(deals.root().At(0).Find("currency_id").StringOr(""), "3");
  EXPECT_EQ(stack.Reported("/freshsales/notes"), 1);
  EXPECT_EQ(stack.Reported("/freshsales/tasks"), 1);
}

TEST(FreshsalesE2e, RefusedLeadIsADeadLetter) {
  Stack stack(Options("      deal_stages: {qualified: 99}\n"));
  ASSERT_EQ(stack.Send(Lead(1, kFull)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("fs", "dead", 1)) << stack.Logs();
  const json::Document letters = stack.Dlq("/v1/dead-letters");
  const json::Value letter = letters.root().Find("dead_letters").At(0);
  EXPECT_EQ(letter.Find("cause").StringOr(""), "rejected");
  EXPECT_FALSE(letter.Find("remedy").StringOr("").empty());
  EXPECT_EQ(letter.ToJson().find(EmailOf(1)), std::string::npos) << "personal data in a reason";
}

TEST(FreshsalesE2e, WrongKeyKeepsTheLeads) {
  Stack stack(Options("", "    limits: []\n", "another-key"));
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(test::Eventually(
      [&stack] { return stack.Reported("/freshsales/windows/0/arrivals") > 0; }, seconds(10)))
      << stack.Logs();
  EXPECT_TRUE(stack.WaitForBook("fs", "in_flight", 1)) << stack.Logs();
  EXPECT_EQ(stack.Book("fs", "dead"), 0);
}

// Every answer is lost once: contact, deal, note and task are there once all the same.
TEST(FreshsalesE2e, CommittedThenDroppedIsOneRecord) {
  for (const char* path : {"/contacts/upsert", "/deals", "/notes", "/tasks"}) {
    SCOPED_TRACE(path);
    Stack stack(Options());
    stack.Fault(absl::StrCat(
        R"({"system":"freshsales","path":")", path, R"(","kind":"drop_response","times":1})"));
    ASSERT_EQ(stack.Send(Lead(1, kFull)).status, 202);
    ASSERT_TRUE(stack.WaitForBook("fs", "delivered", 1)) << stack.Logs();
    for (const char* type : {"contacts", "deals", "notes", "tasks"}) {
      EXPECT_EQ(stack.Reported(absl::StrCat("/freshsales/", type)), 1) << type;
    }
    EXPECT_EQ(stack.Reported("/freshsales/duplicates"), 0);
  }
}

TEST(FreshsalesE2e, ResumedBetweenTheSteps) {
  Stack stack(Options());
  stack.Fault(R"({"system":"freshsales","path":"/notes","kind":"close","times":1})");
  ASSERT_EQ(stack.Send(Lead(1, kFull)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("fs", "delivered", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/freshsales/deals"), 1);
  EXPECT_EQ(stack.Reported("/freshsales/notes"), 1);
  EXPECT_EQ(stack.Reported("/freshsales/duplicates"), 0);
}

// `bad` is what the CRM does not take.
StackOptions BacklogOptions() {
  StackOptions options = Options("      bulk_from: 10\n",
                                 "    limits: []\n"
                                 "    concurrency: 2\n"
                                 "    mapping:\n"
                                 "      cf_bad: form_data.bad\n");
  options.start_delivery = false;
  return options;
}

// What the books and Freshsales have to say of the backlog.
void ExpectTheBacklogIsThere(Stack& stack) {
  ASSERT_TRUE(stack.WaitForBook("fs", "delivered", 59, seconds(60))) << stack.Logs();
  ASSERT_TRUE(stack.WaitForBook("fs", "dead", 1)) << stack.Logs();
  EXPECT_TRUE(stack.WaitForBalance("fs", 60)) << stack.Logs();
  EXPECT_GE(stack.Reported("/freshsales/bulk_jobs"), 1);
  EXPECT_EQ(stack.Reported("/freshsales/contacts"), 58);
  EXPECT_EQ(stack.Reported("/freshsales/duplicates"), 0);
  const json::Document letters = stack.Dlq("/v1/dead-letters");
  const json::Value letter = letters.root().Find("dead_letters").At(0);
  EXPECT_EQ(letter.Find("cause").StringOr(""), "rejected");
  EXPECT_EQ(letter.Find("reason").StringOr(""), "HTTP 400");
}

TEST(FreshsalesE2e, ABacklogGoesInBulk) {
  Stack stack(BacklogOptions());
  ASSERT_EQ(stack.SendBatch(SixtyLeads()).status, 200);
  stack.StartDelivery();
  ExpectTheBacklogIsThere(stack);
  // The point of it: far fewer requests than leads.
  EXPECT_LE(stack.Reported("/freshsales/windows/1/arrivals"), 40);
}

TEST(FreshsalesE2e, ABulkWhoseAnswerIsLostIsOneRecordEach) {
  Stack stack(BacklogOptions());
  stack.Fault(R"({"system":"freshsales","path":"/bulk_upsert","kind":"drop_response","times":1})");
  ASSERT_EQ(stack.SendBatch(SixtyLeads()).status, 200);
  stack.StartDelivery();
  ExpectTheBacklogIsThere(stack);
}

TEST(FreshsalesE2e, TheLimitIsKept) {
  Stack stack(Options("      plan: enterprise\n", ""));
  std::string batch;
  for (int i = 0; i < 25; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBook("fs", "delivered", 25, seconds(30))) << stack.Logs();
  EXPECT_EQ(stack.Reported("/freshsales/contacts"), 25);
  EXPECT_EQ(stack.Reported("/freshsales/windows/0/refused"), 0);
  EXPECT_EQ(stack.Reported("/freshsales/windows/1/refused"), 0);
}

}  // namespace
}  // namespace leadrelay::e2e
