// Leads into Zaps: a hook stores whatever comes, so what counts is what starts a run and how often.

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

StackOptions OneZap(const std::string& more = kQuickRetry,
                    const std::string& settings = "",
                    const std::string& hook = "zap") {
  StackOptions options;
  options.destinations = absl::StrCat(
      "  zapier:\n"
      "    connector: zapier\n"
      "    allow_private_addresses: true\n"
      "    timeout: 2s\n",
      more,
      "    settings:\n"
      "      url: ${ZAPIER_HOOK}\n"
      "      allow_http: true\n",
      settings);
  options.environment = {{"ZAPIER_HOOK", "${SANDBOX}/zapier/hooks/catch/1234567/" + hook + "/"}};
  return options;
}

std::string Batch(int count) {
  std::string batch;
  for (int i = 0; i < count; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  return batch;
}

TEST(ZapierE2e, EachLeadStartsARunOfItsOwn) {
  Stack stack(OneZap());
  ASSERT_EQ(stack.Send(Lead(1, R"(,"note":"first")")).status, 202);
  ASSERT_TRUE(stack.WaitForBook("zapier", "delivered", 1)) << stack.Logs();
  ASSERT_EQ(stack.Send(Lead(1, R"(,"note":"second")")).status, 202);
  ASSERT_TRUE(stack.WaitForBook("zapier", "delivered", 2)) << stack.Logs();
  const json::Document runs = stack.Records("zapier", "zap");
  ASSERT_EQ(runs.root().size(), 2U);
  const json::Value first = runs.root().At(0);
  EXPECT_EQ(first.Find("event").StringOr(""), "lead.created");
  EXPECT_EQ(first.Find("email").StringOr(""), EmailOf(1));
  EXPECT_EQ(first.Find("note").StringOr(""), "first");
  EXPECT_TRUE(first.Find("phone").IsNull()) << first.ToJson();
  EXPECT_EQ(stack.Reported("/zapier/hooks/zap/duplicates"), 0);
}

TEST(ZapierE2e, ARepetitionBearsTheSameDeliveryId) {
  Stack stack(OneZap());
  stack.Fault(R"({"system":"zapier","kind":"drop_response","times":1})");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("zapier", "delivered", 1)) << stack.Logs();
  const json::Document runs = stack.Records("zapier", "zap");
  ASSERT_EQ(runs.root().size(), 2U) << "Zapier tells no repetitions";
  EXPECT_EQ(runs.root().At(0), runs.root().At(1));
  EXPECT_FALSE(runs.root().At(0).Find("delivery_id").StringOr("").empty());
}

TEST(ZapierE2e, Rejected) {
  Stack stack(OneZap());
  stack.Fault(absl::StrCat(
      R"({"system":"zapier","kind":"status","status":400,"body":")", EmailOf(1), R"( is bad"})"));
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("zapier", "dead", 1)) << stack.Logs();
  const json::Value letter = stack.Dlq("/v1/dead-letters").root().Find("dead_letters").At(0);
  EXPECT_EQ(letter.Find("cause").StringOr(""), "rejected");
  EXPECT_EQ(letter.ToJson().find(EmailOf(1)), std::string::npos) << "personal data in a reason";
}

TEST(ZapierE2e, ADeletedHookPausesAndKeepsTheLeads) {
  Stack stack(OneZap(kQuickRetry, "", "deleted-zap"));
  ASSERT_EQ(stack.SendBatch(Batch(5)).status, 200);
  ASSERT_TRUE(Eventually(
      [&stack] {
        return stack.Dlq("/v1/destinations").root().ToJson().find("unauthorized") !=
               std::string::npos;
      },
      seconds(10)))
      << stack.Dlq("/v1/destinations").root().ToJson();
  EXPECT_TRUE(stack.WaitForBook("zapier", "in_flight", 5));
  EXPECT_EQ(stack.Book("zapier", "dead"), 0);
}

TEST(ZapierE2e, ArraysStartOneRunForEachLead) {
  Stack stack(OneZap("    linger: 500ms\n", "      arrays: true\n"));
  ASSERT_EQ(stack.SendBatch(Batch(100)).status, 200);
  ASSERT_TRUE(stack.WaitForBalance("zapier", 100)) << stack.Logs();
  EXPECT_EQ(stack.Book("zapier", "delivered"), 100);
  EXPECT_EQ(stack.Reported("/zapier/hooks/zap/runs"), 100);
  EXPECT_EQ(stack.Reported("/zapier/hooks/zap/repeats"), 0);
  EXPECT_LT(stack.Reported("/zapier/hooks/zap/requests"), 20);
}

TEST(ZapierE2e, OneBadLeadInAnArrayCostsItselfAlone) {
  Stack stack(OneZap("    linger: 500ms\n", "      arrays: true\n"));
  stack.Fault(absl::StrCat(
      R"({"system":"zapier","kind":"status","status":400,"body_contains":")", EmailOf(7), "\"}"));
  ASSERT_EQ(stack.SendBatch(Batch(20)).status, 200);
  ASSERT_TRUE(stack.WaitForBalance("zapier", 20)) << stack.Logs();
  EXPECT_EQ(stack.Book("zapier", "delivered"), 19);
  EXPECT_EQ(stack.Book("zapier", "dead"), 1);
  EXPECT_EQ(stack.Reported("/zapier/hooks/zap/runs"), 19);
}

TEST(ZapierE2e, ABacklogStaysWithinTheWindows) {
  Stack stack(OneZap());
  ASSERT_EQ(stack.SendBatch(Batch(100)).status, 200);
  ASSERT_TRUE(stack.WaitForBalance("zapier", 100)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/zapier/hooks/zap/runs"), 100);
  EXPECT_EQ(stack.Reported("/zapier/refused"), 0);
}

}  // namespace
}  // namespace leadrelay::e2e
