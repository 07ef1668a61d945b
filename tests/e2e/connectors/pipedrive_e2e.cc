// The way of a lead into Pipedrive, as the sandbox plays it.

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

constexpr char kQuickRetry[] =
    "    retry:\n"
    "      ladder: [1s, 1s]\n"
    "      jitter: 0\n"
    "    breaker:\n"
    "      failures: 0\n";
// A cold bucket begins empty: that is for the test of the limits.
constexpr char kNoLimits[] = "    limits: []\n";
constexpr char kApiToken[] = "      api_token: ${PIPEDRIVE_API_TOKEN}\n";
constexpr char kOauth[] =
    "      client_id: sandbox-client\n"
    "      client_secret: ${PIPEDRIVE_CLIENT_SECRET}\n"
    "      refresh_token: ${PIPEDRIVE_REFRESH_TOKEN}\n";
constexpr char kDeal[] =
    R"(,"deal":{"title":"Website","value":500,"currency":"EUR","stage":"demo"})";

StackOptions OnePipedrive(const std::string& settings = "",
                          const std::string& credential = kApiToken,
                          const std::string& limits = kNoLimits) {
  StackOptions options;
  options.environment = {{"PIPEDRIVE_API_TOKEN", "sandbox-pipedrive-token"},
                         {"PIPEDRIVE_CLIENT_SECRET", "sandbox-secret"},
                         {"PIPEDRIVE_REFRESH_TOKEN", "sandbox-refresh"}};
  options.destinations = absl::StrCat(
      "  pipedrive:\n"
      "    connector: pipedrive\n"
      "    allow_private_addresses: true\n"
      "    timeout: 2s\n",
      limits,
      kQuickRetry,
      "    settings:\n"
      "      base_url: ${SANDBOX}/pipedrive\n"
      "      allow_http: true\n",
      credential,
      settings);
  return options;
}

bool Delivered(Stack& stack, int64_t count) {
  return stack.WaitForBook("pipedrive", "delivered", count, seconds(20));
}

void ExpectRecords(Stack& stack, int64_t persons, int64_t deals, int64_t notes) {
  EXPECT_EQ(stack.Reported("/pipedrive/persons"), persons);
  EXPECT_EQ(stack.Reported("/pipedrive/deals"), deals);
  EXPECT_EQ(stack.Reported("/pipedrive/notes"), notes);
  EXPECT_EQ(stack.Reported("/pipedrive/duplicates"), 0);
}

TEST(PipedriveE2e, EverythingOfALeadIsMadeOnce) {
  Stack stack(OnePipedrive());
  ASSERT_EQ(stack
                .Send(Lead(1,
                           absl::StrCat(kDeal,
                                        R"(,"phone":"030 901820","note":"a < b",)",
                                        R"("task":{"title":"Call","due":"2026-12-01"})")))
                .status,
            202);
  ASSERT_TRUE(Delivered(stack, 1)) << stack.Logs();
  ExpectRecords(stack, 1, 1, 1);
  EXPECT_EQ(stack.Reported("/pipedrive/organizations"), 1);
  EXPECT_EQ(stack.Reported("/pipedrive/activities"), 1);
  const json::Document persons = stack.Records("pipedrive", "persons");
  const json::Value person = persons.root().At(0);
  EXPECT_EQ(person.Pointer("/emails/0/value").StringOr(""), EmailOf(1));
  EXPECT_EQ(person.Pointer("/phones/0/value").StringOr(""), "+4930901820");
  const json::Document deals = stack.Records("pipedrive", "deals");
  const json::Value deal = deals.root().At(0);
  EXPECT_EQ(deal.Find("stage_id").Int64Or(0), 3);
  EXPECT_EQ(deal.Find("org_id").Int64Or(0), person.Find("org_id").Int64Or(-1));
  const json::Document notes = stack.Records("pipedrive", "notes");
  EXPECT_EQ(notes.root().At(0).Find("content").StringOr(""), "a &lt; b");
}

// Well within the search's lag: the list of the newest finds the person.
TEST(PipedriveE2e, ASecondLeadUpdatesThePerson) {
  Stack stack(OnePipedrive());
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(Delivered(stack, 1)) << stack.Logs();
  ASSERT_EQ(stack.Send(Lead(1, R"(,"phone":"030 901820")")).status, 202);
  ASSERT_TRUE(Delivered(stack, 2)) << stack.Logs();
  ExpectRecords(stack, 1, 0, 0);
  const json::Document persons = stack.Records("pipedrive", "persons");
  EXPECT_EQ(persons.root().At(0).Pointer("/phones/0/value").StringOr(""), "+4930901820");
}

TEST(PipedriveE2e, AFieldThatIsNotThereRejectsTheLeadAlone) {
  Stack stack(
      OnePipedrive("    mapping:\n"
                   "      0123456789abcdef0123456789abcdef01234567: form_data.plan\n"));
  ASSERT_EQ(stack.Send(Lead(1, R"(,"form_data":{"plan":"secret-plan"})")).status, 202);
  ASSERT_EQ(stack.Send(Lead(2)).status, 202);
  ASSERT_TRUE(Delivered(stack, 1)) << stack.Logs();
  ASSERT_TRUE(stack.WaitForBook("pipedrive", "dead", 1)) << stack.Logs();
  const json::Document letters = stack.Dlq("/v1/dead-letters");
  const json::Value letter = letters.root().Find("dead_letters").At(0);
  EXPECT_EQ(letter.Find("cause").StringOr(""), "rejected");
  EXPECT_FALSE(letter.Find("remedy").StringOr("").empty());
  EXPECT_EQ(letter.ToJson().find("secret-plan"), std::string::npos) << letter.ToJson();
}

TEST(PipedriveE2e, AnExpiredTokenIsRenewed) {
  Stack stack(OnePipedrive("", kOauth));
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(Delivered(stack, 1)) << stack.Logs();
  stack.Fault(R"({"system":"pipedrive","path":"/api/","kind":"expire_tokens","times":1})");
  ASSERT_EQ(stack.Send(Lead(2)).status, 202);
  ASSERT_TRUE(Delivered(stack, 2)) << stack.Logs();
  EXPECT_EQ(stack.Book("pipedrive", "dead"), 0);
  ExpectRecords(stack, 2, 0, 0);
}

TEST(PipedriveE2e, APersonThatWasCommittedThenDroppedIsOne) {
  Stack stack(OnePipedrive());
  stack.Fault(
      R"([{"system":"pipedrive","path":"/v2/organizations","body_contains":"name",
           "kind":"drop_response","times":1},
          {"system":"pipedrive","path":"/v2/persons","body_contains":"emails",
           "kind":"drop_response","times":1}])");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(Delivered(stack, 1)) << stack.Logs();
  ExpectRecords(stack, 1, 0, 0);
  EXPECT_EQ(stack.Reported("/pipedrive/organizations"), 1);
}

TEST(PipedriveE2e, ADealThatWasCommittedThenDroppedIsOne) {
  Stack stack(OnePipedrive());
  stack.Fault(
      R"([{"system":"pipedrive","path":"/v2/deals","body_contains":"title",
           "kind":"drop_response","times":1},
          {"system":"pipedrive","path":"/v1/notes","body_contains":"content",
           "kind":"drop_response","times":1}])");
  ASSERT_EQ(stack.Send(Lead(1, absl::StrCat(kDeal, R"(,"note":"Call me")"))).status, 202);
  ASSERT_TRUE(Delivered(stack, 1)) << stack.Logs();
  ExpectRecords(stack, 1, 1, 1);
}

TEST(PipedriveE2e, AnInboxLeadThatWasCommittedThenDroppedIsOne) {
  Stack stack(OnePipedrive("      deals: leads\n"));
  stack.Fault(
      R"({"system":"pipedrive","path":"/v1/leads","body_contains":"title",
          "kind":"drop_response","times":1})");
  ASSERT_EQ(stack.Send(Lead(1, kDeal)).status, 202);
  ASSERT_TRUE(Delivered(stack, 1)) << stack.Logs();
  ExpectRecords(stack, 1, 0, 0);
  EXPECT_EQ(stack.Reported("/pipedrive/leads"), 1);
}

TEST(PipedriveE2e, ResumesAfterTheStepThatFailed) {
  Stack stack(OnePipedrive());
  stack.Fault(R"({"system":"pipedrive","path":"/v1/notes","kind":"status","status":429,
                  "retry_after":"1","times":1})");
  ASSERT_EQ(stack.Send(Lead(1, absl::StrCat(kDeal, R"(,"note":"Call me")"))).status, 202);
  ASSERT_TRUE(Delivered(stack, 1)) << stack.Logs();
  ExpectRecords(stack, 1, 1, 1);
}

TEST(PipedriveE2e, ABacklogIsRefusedNothing) {
  Stack stack(OnePipedrive("      match_phone: false\n", kApiToken, ""));
  std::string batch;
  for (int i = 0; i < 8; ++i) {
    absl::StrAppend(
        &batch, R"({"email":")", EmailOf(i), R"(","name":"Ada","consent_given":true})", "\n");
  }
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBalance("pipedrive", 8, seconds(30))) << stack.Logs();
  ExpectRecords(stack, 8, 0, 0);
  for (int window = 0; window < 4; ++window) {
    EXPECT_EQ(stack.Reported(absl::StrCat("/pipedrive/windows/", window, "/refused")), 0);
  }
}

}  // namespace
}  // namespace leadrelay::e2e
