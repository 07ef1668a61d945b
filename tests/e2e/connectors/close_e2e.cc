// Leads into the sandbox's Close: once, whatever gets lost on the way, though its search lags.

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/e2e/leadctl.h"
#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

constexpr char kQuickRetry[] =
    "    retry:\n"
    "      ladder: [1s, 1s, 1s]\n"
    "      jitter: 0\n"
    "    breaker:\n"
    "      failures: 0\n";
// The sandbox's search lags by two seconds.
constexpr char kSettings[] =
    "      base_url: ${SANDBOX}/close\n"
    "      allow_http: true\n"
    "      search_lag: 3s\n";
constexpr char kApiKey[] = "      api_key: ${CLOSE_API_KEY}\n";
constexpr char kOauth[] =
    "      client_id: oa2client_sandbox\n"
    "      client_secret: ${CLOSE_CLIENT_SECRET}\n"
    "      refresh_token: ${CLOSE_REFRESH_TOKEN}\n";

StackOptions OneClose(const std::string& credential = kApiKey, const std::string& more = "") {
  StackOptions options;
  options.environment = {{"CLOSE_API_KEY", "api_sandbox.key"},
                         {"CLOSE_CLIENT_SECRET", "sandbox-secret"},
                         {"CLOSE_REFRESH_TOKEN", "sandbox-refresh"}};
  options.destinations = absl::StrCat(
      "  close:\n"
      "    connector: close\n"
      "    allow_private_addresses: true\n"
      "    timeout: 2s\n",
      more.empty() ? "    limits: []\n" : more,
      kQuickRetry,
      "    settings:\n",
      kSettings,
      credential);
  return options;
}

// Until Close's search sees the person, who was written a moment ago.
bool SearchSees(Stack& stack, int lead) {
  Leadctl leadctl(stack);
  return test::Eventually(
      [&] {
        return leadctl.Run({"crm", "close", "search", EmailOf(lead)}) == 0;
      },
      seconds(20));
}

bool Delivered(Stack& stack, int64_t count) {
  return stack.WaitForBook("close", "delivered", count, seconds(25));
}

void ExpectRecords(Stack& stack, int64_t contacts, int64_t deals, int64_t notes) {
  EXPECT_EQ(stack.Reported("/close/lead"), contacts);
  EXPECT_EQ(stack.Reported("/close/contact"), contacts);
  EXPECT_EQ(stack.Reported("/close/opportunity"), deals);
  EXPECT_EQ(stack.Reported("/close/note"), notes);
  EXPECT_EQ(stack.Reported("/close/duplicates"), 0);
}

constexpr char kDealAndNote[] =
    R"(,"deal":{"title":"Website","value":1250.5,"currency":"USD","stage":"proposal"},"note":"Hi")";

TEST(CloseE2e, CreatesThenUpdates) {
  Stack stack(OneClose());
  ASSERT_EQ(stack.Send(Lead(1, kDealAndNote)).status, 202);
  ASSERT_TRUE(Delivered(stack, 1)) << stack.Logs();
  ExpectRecords(stack, 1, 1, 1);
  const json::Document leads = stack.Records("close", "lead");
  EXPECT_EQ(leads.root().At(0).Find("name").StringOr(""), "Example Works");
  const json::Document deals = stack.Records("close", "opportunity");
  EXPECT_EQ(deals.root().At(0).Find("value").Int64Or(0), 125'050);
  EXPECT_EQ(deals.root().At(0).Find("status_id").StringOr(""), "stat_proposal");

  ASSERT_TRUE(SearchSees(stack, 1)) << stack.Logs();
  ASSERT_EQ(stack.Send(Lead(1, R"(,"phone":"030 901820")")).status, 202);
  ASSERT_TRUE(Delivered(stack, 2)) << stack.Logs();
  ExpectRecords(stack, 1, 1, 1);
  const json::Document contacts = stack.Records("close", "contact");
  const json::Value contact = contacts.root().At(0);
  EXPECT_EQ(contact.Find("phones").At(0).Find("phone").StringOr(""), "+4930901820");
  EXPECT_EQ(contact.Find("emails").At(0).Find("email").StringOr(""), EmailOf(1));
}

TEST(CloseE2e, MovesADeal) {
  Stack stack(OneClose());
  ASSERT_EQ(stack.Send(Lead(1, kDealAndNote)).status, 202);
  ASSERT_TRUE(Delivered(stack, 1)) << stack.Logs();
  ASSERT_TRUE(SearchSees(stack, 1)) << stack.Logs();
  ASSERT_TRUE(stack.PublishAmqp(
      Lead(1, R"(,"operation":"move_deal","deal":{"title":"Website","stage":"won"})"), "move-1"));
  ASSERT_TRUE(Delivered(stack, 2)) << stack.Logs();
  ExpectRecords(stack, 1, 1, 1);
  const json::Document deals = stack.Records("close", "opportunity");
  EXPECT_EQ(deals.root().At(0).Find("status_id").StringOr(""), "stat_won");
}

TEST(CloseE2e, LeadctlFindsADealByItsLeadItsStageAndItsNote) {
  Stack stack(OneClose());
  ASSERT_EQ(stack.Send(Lead(1, kDealAndNote)).status, 202);
  ASSERT_TRUE(Delivered(stack, 1)) << stack.Logs();
  const json::Document deals = stack.Records("close", "opportunity");
  const std::string id = deals.root().At(0).Find("id").StringOr("");
  const std::string lead_id = deals.root().At(0).Find("lead_id").StringOr("");
  Leadctl leadctl(stack);
  const auto finds = [&](const std::string& text) {
    return leadctl.Run({"crm", "close", "--object", "deal", "search", text}) == 0 &&
           leadctl.Output().find(id) != std::string::npos;
  };
  for (const std::string& text : {lead_id, std::string("stat_proposal"), std::string("website")}) {
    EXPECT_TRUE(test::Eventually([&] { return finds(text); }, seconds(10))) << leadctl.Output();
  }
  EXPECT_FALSE(finds("stat_won"));
  EXPECT_FALSE(finds("Webshop"));
}

TEST(CloseE2e, RejectsWhatCloseRejects) {
  Stack stack(OneClose());
  stack.Fault(R"({"system":"close","path":"/lead/","kind":"status","status":400,
      "body":"{\"errors\":[],\"field-errors\":{\"name\":[\"person1@example.com?\"]}}"})");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("close", "dead", 1)) << stack.Logs();
  const json::Document letters = stack.Dlq("/v1/dead-letters");
  const json::Value letter = letters.root().Find("dead_letters").At(0);
  EXPECT_EQ(letter.Find("cause").StringOr(""), "rejected") << letter.ToJson();
  EXPECT_NE(letter.Find("reason").StringOr("").find("name"), std::string::npos);
  EXPECT_EQ(letter.ToJson().find(EmailOf(1)), std::string::npos) << "personal data in a reason";
}

TEST(CloseE2e, LostCreateIsFoundAgain) {
  Stack stack(OneClose());
  stack.Fault(R"({"system":"close","path":"/lead/","kind":"drop_response","times":1})");
  ASSERT_EQ(stack.Send(Lead(1, kDealAndNote)).status, 202);
  ASSERT_TRUE(Delivered(stack, 1)) << stack.Logs();
  ExpectRecords(stack, 1, 1, 1);
}

TEST(CloseE2e, LostDealIsFoundAgain) {
  Stack stack(OneClose());
  stack.Fault(R"({"system":"close","path":"/v1/opportunity/","kind":"drop_response","times":1})");
  ASSERT_EQ(stack.Send(Lead(1, kDealAndNote)).status, 202);
  ASSERT_TRUE(Delivered(stack, 1)) << stack.Logs();
  ExpectRecords(stack, 1, 1, 1);
}

// 503 leaves a create in doubt, but nothing was made: it is made once the doubt is over.
TEST(CloseE2e, ResumesAfterTheDeal) {
  Stack stack(OneClose());
  stack.Fault(
      R"({"system":"close","path":"/activity/note/","kind":"status","status":503,"times":1})");
  ASSERT_EQ(stack.Send(Lead(1, kDealAndNote)).status, 202);
  ASSERT_TRUE(Delivered(stack, 1)) << stack.Logs();
  ExpectRecords(stack, 1, 1, 1);
}

TEST(CloseE2e, TokenExpiresAndIsRefreshedOnce) {
  Stack stack(OneClose(kOauth));
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(Delivered(stack, 1)) << stack.Logs();
  stack.Fault(R"({"system":"close","path":"/api/","kind":"expire_tokens","times":1})");
  ASSERT_EQ(stack.Send(Lead(2)).status, 202);
  ASSERT_TRUE(Delivered(stack, 2)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/close/refreshes"), 2);
  EXPECT_EQ(stack.Book("close", "dead"), 0);
}

TEST(CloseE2e, BacklogIsNeverRefused) {
  // Close's example of a limit, per group of endpoints; ours covers them all.
  Stack stack(OneClose(kApiKey, "    limits: [{requests: 20, per: 1s}]\n"));
  std::string batch;
  for (int i = 0; i < 50; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(Delivered(stack, 50)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/close/refused"), 0);
  ExpectRecords(stack, 50, 0, 0);
}

}  // namespace
}  // namespace leadrelay::e2e
