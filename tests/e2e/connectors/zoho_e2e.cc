// Leads on their way into Zoho CRM, and every way in which it can go wrong there.

#include <cstdio>
#include <fstream>
#include <set>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

using test::Eventually;

constexpr char kDeal[] = R"(,"deal":{"title":"Website","value":700,"stage":"demo"})";

// A secret has to come from a file or a variable; gone with the test's process.
class SecretFile {
 public:
  SecretFile(const std::string& name, const std::string& secret)
      : path_(absl::StrCat(testing::TempDir(), "zoho-e2e-", getpid(), "-", name)) {
    std::ofstream(path_) << secret;
  }
  ~SecretFile() { std::remove(path_.c_str()); }
  SecretFile(const SecretFile&) = delete;
  SecretFile& operator=(const SecretFile&) = delete;
  std::string reference() const { return absl::StrCat("${file:", path_, "}"); }

 private:
  const std::string path_;
};

StackOptions OneZoho(const std::string& settings = "", const std::string& more = "") {
  static const SecretFile client_secret("client-secret", "zoho-sandbox-secret");
  static const SecretFile refresh_token("refresh-token", "1000.zoho-sandbox-refresh");
  StackOptions options;
  options.destinations = absl::StrCat(
      "  zoho:\n"
      "    connector: zoho\n"
      "    allow_private_addresses: true\n"
      "    timeout: 2s\n"
      "    retry:\n"
      "      ladder: [1s, 1s]\n"
      "      jitter: 0\n"
      "    breaker:\n"
      "      failures: 0\n",
      more,
      "    settings:\n"
      "      base_url: ${SANDBOX}/zoho\n"
      "      allow_http: true\n"
      "      client_id: 1000.SANDBOX\n"
      "      client_secret: ",
      client_secret.reference(),
      "\n"
      "      refresh_token: ",
      refresh_token.reference(),
      "\n",
      settings);
  return options;
}

// Without a company, which the account's layout asks for.
std::string WithoutCompany(const std::string& more = "") {
  return absl::StrCat(
      R"({"email":")", EmailOf(1), R"(","last_name":"Lovelace","consent_given":true)", more, "}");
}

TEST(ZohoE2e, CreatedAndThenUpdated) {
  Stack stack(OneZoho());
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("zoho", "delivered", 1)) << stack.Logs();
  ASSERT_EQ(stack.Send(Lead(1, R"(,"phone":"030 901820","note":"Call me")")).status, 202);
  ASSERT_TRUE(stack.WaitForBalance("zoho", 2)) << stack.Logs();
  json::Document leads = stack.Records("zoho", "leads");
  ASSERT_EQ(leads.root().size(), 1u);
  EXPECT_EQ(leads.root().At(0).Find("Email").StringOr(""), EmailOf(1));
  EXPECT_EQ(leads.root().At(0).Find("Phone").StringOr(""), "+4930901820");
  EXPECT_EQ(stack.Reported("/zoho/notes"), 1);
}

// The layout asks for a company that the lead does not have: it gets a stand-in, and an update
// without one leaves it alone.
TEST(ZohoE2e, WhatTheLayoutAsksForGetsAStandInOnce) {
  Stack stack(OneZoho());
  ASSERT_EQ(stack.Send(WithoutCompany()).status, 202);
  ASSERT_TRUE(stack.WaitForBook("zoho", "delivered", 1)) << stack.Logs();
  json::Document leads = stack.Records("zoho", "leads");
  EXPECT_EQ(leads.root().At(0).Find("Company").StringOr(""), "[not provided]");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("zoho", "delivered", 2)) << stack.Logs();
  ASSERT_EQ(stack.Send(WithoutCompany(R"(,"phone":"030 901820")")).status, 202);
  ASSERT_TRUE(stack.WaitForBook("zoho", "delivered", 3)) << stack.Logs();
  leads = stack.Records("zoho", "leads");
  ASSERT_EQ(leads.root().size(), 1u);
  EXPECT_EQ(leads.root().At(0).Find("Company").StringOr(""), "Example Works");
  EXPECT_EQ(leads.root().At(0).Find("Phone").StringOr(""), "+4930901820");
}

TEST(ZohoE2e, RejectedByValidation) {
  Stack stack(OneZoho());
  ASSERT_EQ(
      stack.Send(Lead(1, R"(,"deal":{"title":"Website","value":1,"stage":"Dreaming"})")).status,
      202);
  ASSERT_TRUE(stack.WaitForBook("zoho", "dead", 1)) << stack.Logs();
  json::Value letter = stack.Dlq("/v1/dead-letters").root().Find("dead_letters").At(0);
  EXPECT_EQ(letter.Find("cause").StringOr(""), "rejected");
  EXPECT_NE(letter.Find("reason").StringOr("").find("INVALID_DATA (Stage"), std::string::npos)
      << letter.ToJson();
  EXPECT_FALSE(letter.Find("remedy").StringOr("").empty());
  EXPECT_EQ(letter.ToJson().find(EmailOf(1)), std::string::npos) << "personal data in a reason";
}

TEST(ZohoE2e, TokenExpiresAndIsRefreshedOnce) {
  Stack stack(OneZoho());
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("zoho", "delivered", 1)) << stack.Logs();
  stack.Fault(R"({"system":"zoho","path":"/crm/","kind":"expire_tokens","times":1})");
  ASSERT_EQ(stack.Send(Lead(2)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("zoho", "delivered", 2)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/zoho/windows/1/arrivals"), 2) << "one token, and one more";
  EXPECT_EQ(stack.Book("zoho", "dead"), 0);
}

// With a ladder of two seconds in all, the lead would be dead if this were an attempt.
TEST(ZohoE2e, NoMoreTokensPauseTheDestinationAndKeepTheLead) {
  Stack stack(OneZoho());
  stack.Fault(R"({"system":"zoho","path":"/oauth/v2/token","kind":"status","status":400,)"
              R"("body":"{\"error\":\"Access Denied\"}"})");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(Eventually(
      [&] {
        return stack.Dlq("/v1/destinations").root().ToJson().find("throttled") != std::string::npos;
      },
      seconds(20)))
      << stack.Logs();
  EXPECT_NE(stack.Logs().find("Zoho gives no more access tokens for now"), std::string::npos);
  EXPECT_EQ(stack.Book("zoho", "dead"), 0);
  EXPECT_EQ(stack.Reported("/zoho/contacts"), 0);
}

TEST(ZohoE2e, CommittedThenDroppedIsOneRecordEach) {
  Stack stack(OneZoho());
  stack.Fault(R"([{"system":"zoho","path":"/upsert","kind":"drop_response","times":1},
                  {"system":"zoho","path":"/Deals","kind":"drop_response","times":1}])");
  ASSERT_EQ(stack.Send(Lead(1, kDeal)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("zoho", "delivered", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/zoho/contacts"), 1);
  EXPECT_EQ(stack.Reported("/zoho/deals"), 1);
  EXPECT_EQ(stack.Reported("/zoho/duplicates"), 0);
}

// Nothing for an upsert to go by: what was made is found by query, which does not lag.
TEST(ZohoE2e, CommittedThenDroppedWithoutAnAddress) {
  Stack stack(OneZoho());
  stack.Fault(R"([{"system":"zoho","path":"/crm/v8/Leads","kind":"drop_response","times":1},
                  {"system":"zoho","path":"/crm/v8/Tasks","kind":"drop_response","times":1}])");
  const Reply reply = stack.Send(R"({"phone":"030 901820","last_name":"Lovelace","note":"Call me",
      "company":"Analytical","task":{"title":"Call"},"consent_given":true})");
  ASSERT_EQ(reply.status, 202) << reply.body;
  ASSERT_TRUE(stack.WaitForBook("zoho", "delivered", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/zoho/leads"), 1);
  EXPECT_EQ(stack.Reported("/zoho/notes"), 1);
  EXPECT_EQ(stack.Reported("/zoho/tasks"), 1);
  EXPECT_EQ(stack.Reported("/zoho/duplicates"), 0);
}

TEST(ZohoE2e, BatchFailsRecordByRecord) {
  Stack stack(OneZoho("", "    linger: 500ms\n"));
  std::string batch;
  for (int i = 0; i < 20; ++i) {
    // A company of 210 letters is one too long for Zoho, and not for us.
    const std::string company(i == 7 ? 210 : 10, 'x');
    absl::StrAppend(&batch,
                    R"({"email":")",
                    EmailOf(i),
                    R"(","last_name":"Lovelace","consent_given":true,"company":")",
                    company,
                    "\"}\n");
  }
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBalance("zoho", 20)) << stack.Logs();
  EXPECT_EQ(stack.Book("zoho", "delivered"), 19);
  EXPECT_EQ(stack.Book("zoho", "dead"), 1);
  EXPECT_EQ(stack.Reported("/zoho/leads"), 19);
}

TEST(ZohoE2e, DealAndNoteGoOnAfterAFailureBetweenThem) {
  Stack stack(OneZoho());
  stack.Fault(R"([{"system":"zoho","path":"/Deals","kind":"status","status":503,"times":1},
                  {"system":"zoho","path":"/Notes","kind":"status","status":503,"times":1}])");
  ASSERT_EQ(stack.Send(Lead(1, absl::StrCat(kDeal, R"(,"note":"Call me")"))).status, 202);
  ASSERT_TRUE(stack.WaitForBook("zoho", "delivered", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/zoho/contacts"), 1);
  EXPECT_EQ(stack.Reported("/zoho/leads"), 0);
  EXPECT_EQ(stack.Reported("/zoho/deals"), 1);
  EXPECT_EQ(stack.Reported("/zoho/notes"), 1);
  json::Document deals = stack.Records("zoho", "deals");
  EXPECT_EQ(deals.root().At(0).Find("Stage").StringOr(""), "Value Proposition");
  EXPECT_EQ(stack.Reported("/zoho/duplicates"), 0);
}

// Of each company an answer is lost at least once.
TEST(ZohoE2e, AccountsOfManyContactsAreMadeOnce) {
  Stack stack(OneZoho("      module: Contacts\n", "    batch_size: 10\n    concurrency: 1\n"));
  stack.Fault(R"([{"system":"zoho","path":"/Accounts/upsert","kind":"drop_response","times":2},
                  {"system":"zoho","path":"/Contacts/upsert","kind":"status","status":503,
                   "times":1}])");
  std::string batch;
  for (int i = 0; i < 40; ++i) {
    absl::StrAppend(&batch,
                    R"({"email":")",
                    EmailOf(i),
                    R"(","last_name":"Lovelace","consent_given":true,"company":"Works )",
                    i % 3,
                    "\"}\n");
  }
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBalance("zoho", 40)) << stack.Logs();
  EXPECT_EQ(stack.Book("zoho", "delivered"), 40);
  EXPECT_EQ(stack.Reported("/zoho/accounts"), 3);
  EXPECT_EQ(stack.Reported("/zoho/contacts"), 40);
  EXPECT_EQ(stack.Reported("/zoho/duplicates"), 0);
  const json::Document accounts = stack.Records("zoho", "accounts");
  std::set<std::string> ids;
  for (const json::Value& account : accounts.root().Elements()) {
    ids.insert(account.Find("id").StringOr(""));
  }
  const json::Document contacts = stack.Records("zoho", "contacts");
  for (const json::Value& contact : contacts.root().Elements()) {
    EXPECT_TRUE(ids.contains(contact.Find("Account_Name").Find("id").StringOr("")))
        << contact.ToJson();
  }
}

TEST(ZohoE2e, TheDealIsTheAccountsToo) {
  Stack stack(OneZoho());
  ASSERT_EQ(stack.Send(Lead(1, kDeal)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("zoho", "delivered", 1)) << stack.Logs();
  const json::Document accounts = stack.Records("zoho", "accounts");
  ASSERT_EQ(accounts.root().size(), 1u);
  const std::string id = accounts.root().At(0).Find("id").StringOr("");
  for (const char* type : {"contacts", "deals"}) {
    const json::Document records = stack.Records("zoho", type);
    ASSERT_EQ(records.root().size(), 1u);
    EXPECT_EQ(records.root().At(0).Find("Account_Name").Find("id").StringOr(""), id) << type;
  }
}

TEST(ZohoE2e, ADealIsMovedAndNotMadeAgain) {
  Stack stack(OneZoho());
  ASSERT_EQ(stack.Send(Lead(1, kDeal)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("zoho", "delivered", 1)) << stack.Logs();
  ASSERT_TRUE(stack.PublishAmqp(
      Lead(1, R"(,"operation":"move_deal","deal":{"title":"Website","stage":"won"})"), "move-1"));
  ASSERT_TRUE(stack.WaitForBook("zoho", "delivered", 2)) << stack.Logs();
  json::Document deals = stack.Records("zoho", "deals");
  ASSERT_EQ(deals.root().size(), 1u);
  EXPECT_EQ(deals.root().At(0).Find("Stage").StringOr(""), "Closed Won");
  EXPECT_EQ(deals.root().At(0).Find("Amount").Int64Or(0), 700);
  EXPECT_EQ(stack.Reported("/zoho/contacts"), 1);
}

// Ten records cost a credit, so a backlog costs few; none of it is refused.
TEST(ZohoE2e, ABacklogCostsFewCreditsAndNoRefusal) {
  Stack stack(OneZoho("", "    linger: 200ms\n"));
  std::string batch;
  for (int i = 0; i < 200; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBalance("zoho", 200)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/zoho/leads"), 200);
  EXPECT_EQ(stack.Reported("/zoho/windows/0/refused"), 0);
  EXPECT_LE(stack.Reported("/zoho/windows/0/arrivals"), 60);
}

// The account has fewer credits left than we think: Zoho says so from half of them on.
TEST(ZohoE2e, CreditsThatOthersUsedAreNotAskedFor) {
  Stack stack(OneZoho("", "    concurrency: 1\n    linger: 0s\n    batch_size: 1\n"));
  stack.Limit("zoho", "CREDITS", 8);
  std::string batch;
  for (int i = 0; i < 20; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBook("zoho", "delivered", 8)) << stack.Logs();
  EXPECT_FALSE(
      Eventually([&] { return stack.Reported("/zoho/windows/0/refused") > 0; }, seconds(2)));
  EXPECT_EQ(stack.Book("zoho", "dead"), 0);
}

}  // namespace
}  // namespace leadrelay::e2e
