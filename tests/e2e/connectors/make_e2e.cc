// Leads into scenarios: a webhook queues whatever comes, and some of its 400s pass.

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

using test::Eventually;

constexpr char kQuickRetry[] =
    "    retry:\n"
    "      ladder: [1s, 1s]\n"
    "      jitter: 0\n"
    "    breaker:\n"
    "      failures: 0\n";

// A cold bucket begins empty, and its window is ten seconds: that is a test of its own.
constexpr char kNoLimits[] = "    limits: []\n";

StackOptions OneScenario(const std::string& token = "token",
                         const std::string& settings = "",
                         const std::string& limits = kNoLimits) {
  StackOptions options;
  options.destinations = absl::StrCat(
      "  make:\n"
      "    connector: make\n"
      "    allow_private_addresses: true\n"
      "    timeout: 2s\n",
      kQuickRetry,
      limits,
      "    settings:\n"
      "      url: ${MAKE_HOOK}\n"
      "      allow_http: true\n",
      settings);
  options.environment = {{"MAKE_HOOK", "${SANDBOX}/make/" + token},
                         {"MAKE_API_KEY", "make-sandbox-key"},
                         {"MAKE_OLD_API_KEY", "make-old-key"}};
  return options;
}

std::string Batch(int count) {
  std::string batch;
  for (int i = 0; i < count; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  return batch;
}

bool WaitForState(Stack& stack, const std::string& state) {
  return Eventually(
      [&] {
        return stack.Dlq("/v1/destinations").root().ToJson().find(state) != std::string::npos;
      },
      seconds(10));
}

TEST(MakeE2e, EachLeadIsQueued) {
  Stack stack(OneScenario());
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("make", "delivered", 1)) << stack.Logs();
  ASSERT_EQ(stack.Send(Lead(1, R"(,"note":"second")")).status, 202);
  ASSERT_TRUE(stack.WaitForBook("make", "delivered", 2)) << stack.Logs();
  const json::Document items = stack.Records("make", "token");
  ASSERT_EQ(items.root().size(), 2U);
  EXPECT_EQ(items.root().At(0).Find("email").StringOr(""), EmailOf(1));
  EXPECT_TRUE(items.root().At(0).Find("note").IsNull());
  EXPECT_EQ(items.root().At(1).Find("note").StringOr(""), "second");
  EXPECT_EQ(stack.Reported("/make/hooks/token/duplicates"), 0);
}

TEST(MakeE2e, TheApiKeyOpensTheWebhook) {
  Stack stack(OneScenario("keyed-token", "      api_key: ${MAKE_API_KEY}\n"));
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("make", "delivered", 1)) << stack.Logs();
}

TEST(MakeE2e, AWrongApiKeyPausesAndKeepsTheLeads) {
  Stack stack(OneScenario("keyed-token", "      api_key: ${MAKE_OLD_API_KEY}\n"));
  ASSERT_EQ(stack.SendBatch(Batch(5)).status, 200);
  ASSERT_TRUE(WaitForState(stack, "unauthorized")) << stack.Logs();
  EXPECT_TRUE(stack.WaitForBook("make", "in_flight", 5));
  EXPECT_EQ(stack.Book("make", "dead"), 0);
}

TEST(MakeE2e, AFullQueuePausesAndKeepsTheLeads) {
  Stack stack(OneScenario());
  stack.Limit("make", "queue", 2);
  ASSERT_EQ(stack.SendBatch(Batch(10)).status, 200);
  ASSERT_TRUE(WaitForState(stack, "throttled")) << stack.Dlq("/v1/destinations").root().ToJson();
  EXPECT_EQ(stack.Reported("/make/hooks/token/items"), 2);
  EXPECT_EQ(stack.Book("make", "dead"), 0);
}

TEST(MakeE2e, ALeadThatDoesNotFitIsRejected) {
  Stack stack(OneScenario("strict-token"));
  ASSERT_EQ(stack.Send(R"({"phone":"030 901820","consent_given":true})").status, 202);
  ASSERT_EQ(stack.Send(Lead(2)).status, 202);
  ASSERT_TRUE(stack.WaitForBalance("make", 2)) << stack.Logs();
  EXPECT_EQ(stack.Book("make", "delivered"), 1);
  EXPECT_EQ(stack.Book("make", "dead"), 1);
}

TEST(MakeE2e, ARepetitionBearsTheSameDeliveryId) {
  Stack stack(OneScenario());
  stack.Fault(R"({"system":"make","kind":"drop_response","times":1})");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("make", "delivered", 1)) << stack.Logs();
  const json::Document items = stack.Records("make", "token");
  ASSERT_EQ(items.root().size(), 2U) << "Make tells no repetitions";
  EXPECT_EQ(items.root().At(0), items.root().At(1));
}

TEST(MakeE2e, AFailedScenarioIsRepeatedOnce) {
  Stack stack(OneScenario());
  stack.Fault(
      R"({"system":"make","kind":"status","status":500,"body":"Scenario failed to complete."})");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("make", "dead", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/make/hooks/token/requests"), 2);
}

TEST(MakeE2e, ABacklogStaysWithinTheWindow) {
  Stack stack(OneScenario("token", "", ""));
  ASSERT_EQ(stack.SendBatch(Batch(200)).status, 200);
  ASSERT_TRUE(stack.WaitForBalance("make", 200)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/make/hooks/token/items"), 200);
  EXPECT_EQ(stack.Reported("/make/hooks/token/refused"), 0);
}

}  // namespace
}  // namespace leadrelay::e2e
