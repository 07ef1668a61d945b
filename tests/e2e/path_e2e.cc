// The way of a lead from the publisher to the CRM, and every way in which it can end.

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

using test::Eventually;

// Quick enough for a test: the whole ladder takes three seconds.
constexpr char kQuickRetry[] =
    "    retry:\n"
    "      ladder: [1s, 1s]\n"
    "      jitter: 0\n"
    "    breaker:\n"
    "      failures: 0\n";

StackOptions OneWebhook(const std::string& more = kQuickRetry) {
  StackOptions options;
  options.destinations = WebhookDestination("orders", more);
  return options;
}

StackOptions OneHubSpot(const std::string& more = kQuickRetry, const std::string& settings = "") {
  StackOptions options;
  options.destinations = HubSpotDestination("hubspot", more, settings);
  return options;
}

TEST(PathE2e, HappyPathOverHttp) {
  StackOptions options;
  options.destinations = absl::StrCat(WebhookDestination("orders"), HubSpotDestination("hubspot"));
  Stack stack(options);
  Reply accepted = stack.Send(Lead(1, R"(,"phone":"030 901820")"), "key-1");
  ASSERT_EQ(accepted.status, 202) << accepted.body;
  std::string lead_id = accepted.Json().root().Find("lead_id").StringOr("");
  EXPECT_EQ(accepted.Json().root().Find("deliveries").size(), 2u);

  ASSERT_TRUE(stack.WaitForBalance("orders", 1)) << stack.Logs();
  ASSERT_TRUE(stack.WaitForBalance("hubspot", 1)) << stack.Logs();
  json::Document contacts = stack.Records("hubspot", "contacts");
  ASSERT_EQ(contacts.root().size(), 1u);
  json::Value properties = contacts.root().At(0).Find("properties");
  EXPECT_EQ(properties.Find("email").StringOr(""), EmailOf(1));
  EXPECT_EQ(properties.Find("firstname").StringOr(""), "Ada");
  EXPECT_EQ(properties.Find("phone").StringOr(""), "+4930901820");
  EXPECT_EQ(stack.Reported("/webhook/receivers/orders/records"), 1);

  json::Document timeline = stack.Dlq("/v1/leads/" + lead_id);
  EXPECT_EQ(timeline.root().Find("lead_id").StringOr(""), lead_id) << timeline.root().ToJson();
}

TEST(PathE2e, HappyPathOverAmqp) {
  Stack stack(OneWebhook());
  ASSERT_TRUE(stack.PublishAmqp(Lead(1), "amqp-key-1"));
  ASSERT_TRUE(stack.WaitForBalance("orders", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/webhook/receivers/orders/records"), 1);
  // The same key over HTTP is the same lead.
  EXPECT_EQ(stack.Send(Lead(1), "amqp-key-1").status, 202);
  ASSERT_TRUE(stack.WaitForBalance("orders", 1));
}

TEST(PathE2e, WhatAMappingCannotDoIsLoggedWithoutTheValue) {
  Stack stack(
      OneWebhook("    mapping:\n"
                 "      email: email\n"
                 "      size: {from: form_data.size, lookup: {small: S}}\n"));
  ASSERT_EQ(stack.Send(Lead(1, R"(,"form_data":{"size":"gigantic-size"})")).status, 202);
  ASSERT_TRUE(stack.WaitForBalance("orders", 1)) << stack.Logs();
  const std::string log = stack.Log("delivery");
  EXPECT_NE(log.find(R"("message":"mapping")"), std::string::npos) << log;
  EXPECT_NE(log.find(R"("field":"size","rule":"lookup")"), std::string::npos) << log;
  EXPECT_EQ(log.find("gigantic-size"), std::string::npos) << log;
}

TEST(PathE2e, RetryThenSuccess) {
  Stack stack(OneWebhook());
  stack.Fault(R"({"system":"webhook","kind":"status","status":503,"times":2})");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("orders", "delivered", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/webhook/windows/0/arrivals"), 3);
}

TEST(PathE2e, LadderExhausted) {
  Stack stack(OneWebhook());
  stack.Fault(R"({"system":"webhook","kind":"status","status":503})");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("orders", "dead", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/webhook/windows/0/arrivals"), 3);
  json::Value letter = stack.Dlq("/v1/dead-letters").root().Find("dead_letters").At(0);
  EXPECT_EQ(letter.Find("cause").StringOr(""), "exhausted") << letter.ToJson();
}

TEST(PathE2e, Rejected) {
  Stack stack(OneHubSpot());
  stack.Fault(
      R"({"system":"hubspot","kind":"status","status":400,
          "body":"{\"category\":\"VALIDATION_ERROR\",\"errors\":[{\"code\":\"INVALID_EMAIL\"}]}"})");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("hubspot", "dead", 1)) << stack.Logs();
  json::Value letter = stack.Dlq("/v1/dead-letters").root().Find("dead_letters").At(0);
  EXPECT_EQ(letter.Find("cause").StringOr(""), "rejected");
  EXPECT_FALSE(letter.Find("remedy").StringOr("").empty());
  EXPECT_EQ(letter.ToJson().find(EmailOf(1)), std::string::npos) << "personal data in a reason";
}

TEST(PathE2e, RetryAfterIsHonouredAndNeverEarly) {
  Stack stack(OneWebhook());
  stack.Fault(R"({"system":"webhook","kind":"status","status":503,"retry_after":"3","times":1})");
  const auto sent = std::chrono::steady_clock::now();
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("orders", "delivered", 1)) << stack.Logs();
  EXPECT_GE(std::chrono::steady_clock::now() - sent, seconds(3));
}

TEST(PathE2e, StormOf429LosesNothing) {
  Stack stack(OneWebhook());
  stack.Fault(
      R"({"system":"webhook","kind":"status","status":429,"retry_after":"1","times":20,"share":0.5})");
  std::string batch;
  for (int i = 0; i < 100; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  Reply reply = stack.SendBatch(batch);
  ASSERT_EQ(reply.status, 200) << reply.body << stack.Logs();
  ASSERT_TRUE(stack.WaitForBalance("orders", 100, seconds(60))) << stack.Logs();
  EXPECT_EQ(stack.Book("orders", "delivered"), 100);
  EXPECT_EQ(stack.Reported("/webhook/receivers/orders/records"), 100);
}

TEST(PathE2e, TokenExpiresAndIsRefreshedOnce) {
  Stack stack(OneHubSpot(kQuickRetry,
                         "      client_id: sandbox-client\n"
                         "      client_secret: ${HUBSPOT_CLIENT_SECRET}\n"
                         "      refresh_token: ${HUBSPOT_REFRESH_TOKEN}\n"));
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("hubspot", "delivered", 1, seconds(30))) << stack.Logs();
  stack.Fault(R"({"system":"hubspot","path":"/crm/","kind":"expire_tokens","times":1})");
  ASSERT_EQ(stack.Send(Lead(2)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("hubspot", "delivered", 2)) << stack.Logs();
  EXPECT_EQ(stack.Book("hubspot", "dead"), 0);
}

TEST(PathE2e, BatchFailsRecordByRecord) {
  Stack stack(OneHubSpot("    linger: 500ms\n"));
  std::string batch;
  for (int i = 0; i < 20; ++i) {
    absl::StrAppend(
        &batch,
        i == 7 ? Lead(i, R"(,"deal":{"title":"Seven","value":700,"currency":"EUR"})") : Lead(i),
        "\n");
  }
  stack.Fault(
      R"({"system":"hubspot","path":"/deals","kind":"status","status":400,
          "body":"{\"category\":\"VALIDATION_ERROR\",\"errors\":[{\"code\":\"INVALID_OPTION\"}]}"})");
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBalance("hubspot", 20, seconds(60))) << stack.Logs();
  EXPECT_EQ(stack.Book("hubspot", "delivered"), 19);
  EXPECT_EQ(stack.Book("hubspot", "dead"), 1);
  EXPECT_EQ(stack.Reported("/hubspot/contacts"), 20);
}

TEST(PathE2e, CommittedThenDroppedIsOneRecord) {
  StackOptions options;
  options.destinations = absl::StrCat(WebhookDestination("orders", kQuickRetry),
                                      HubSpotDestination("hubspot", kQuickRetry));
  Stack stack(options);
  stack.Fault(R"([{"system":"hubspot","kind":"drop_response","times":1},
                  {"system":"webhook","kind":"drop_response","times":1}])");
  ASSERT_EQ(stack.Send(Lead(1, R"(,"deal":{"title":"One","value":100,"currency":"EUR"})")).status,
            202);
  ASSERT_TRUE(stack.WaitForBook("hubspot", "delivered", 1, seconds(40))) << stack.Logs();
  ASSERT_TRUE(stack.WaitForBook("orders", "delivered", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/hubspot/contacts"), 1);
  EXPECT_EQ(stack.Reported("/hubspot/deals"), 1);
  EXPECT_EQ(stack.Reported("/webhook/receivers/orders/records"), 1);
  EXPECT_EQ(stack.Reported("/webhook/receivers/orders/repeats"), 1);
}

TEST(PathE2e, DealThatWasCommittedThenDroppedIsOneDeal) {
  Stack stack(
      OneHubSpot("    retry:\n"
                 "      ladder: [3s, 3s, 3s]\n"));
  stack.Fault(R"({"system":"hubspot","path":"/deals","kind":"drop_response","times":1})");
  ASSERT_EQ(stack.Send(Lead(1, R"(,"deal":{"title":"One","value":100,"currency":"EUR"})")).status,
            202);
  ASSERT_TRUE(stack.WaitForBook("hubspot", "delivered", 1, seconds(60))) << stack.Logs();
  EXPECT_EQ(stack.Reported("/hubspot/contacts"), 1);
  EXPECT_EQ(stack.Reported("/hubspot/deals"), 1);
}

TEST(PathE2e, ConsentMissingIsSuppressed) {
  StackOptions options;
  options.destinations =
      absl::StrCat(WebhookDestination("orders"),
                   WebhookDestination("marketing", "    consent_required: true\n"));
  Stack stack(options);
  Reply accepted = stack.Send(R"({"email":"no@example.com","consent_given":false})");
  ASSERT_EQ(accepted.status, 202) << accepted.body;
  ASSERT_TRUE(stack.WaitForBalance("orders", 1)) << stack.Logs();
  ASSERT_TRUE(stack.WaitForBalance("marketing", 1)) << stack.Logs();
  EXPECT_EQ(stack.Book("marketing", "suppressed"), 1);
  EXPECT_EQ(stack.Reported("/webhook/receivers/marketing/arrivals"), 0);
}

TEST(PathE2e, BreakerOpensProbesAndCloses) {
  Stack stack(
      OneWebhook("    retry:\n"
                 "      ladder: [1s, 1s, 1s]\n"
                 "    breaker:\n"
                 "      failures: 3\n"
                 "      open: 2s\n"
                 "    concurrency: 1\n"));
  stack.Fault(R"({"system":"webhook","kind":"status","status":503})");
  std::string batch;
  for (int i = 0; i < 30; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(Eventually(
      [&stack] {
        return stack.Dlq("/v1/destinations").root().ToJson().find("breaker") != std::string::npos;
      },
      seconds(10)))
      << stack.Logs();
  const int64_t arrivals_when_open = stack.Reported("/webhook/windows/0/arrivals");
  EXPECT_LT(arrivals_when_open, 10) << "an open breaker lets one probe through at a time";
  stack.ClearFaults();
  ASSERT_TRUE(stack.WaitForBook("orders", "delivered", 30, seconds(40))) << stack.Logs();
  EXPECT_EQ(stack.Book("orders", "dead"), 0) << "an open breaker burns no attempts";
}

TEST(PathE2e, OneDestinationDeadWhileTheOthersFlow) {
  StackOptions options;
  options.destinations = absl::StrCat(WebhookDestination("dead"), WebhookDestination("alive"));
  Stack stack(options);
  stack.Fault(R"({"path":"/hooks/dead","kind":"stall"})");
  std::string batch;
  for (int i = 0; i < 200; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBook("alive", "delivered", 200)) << stack.Logs();
  EXPECT_EQ(stack.Book("dead", "delivered"), 0);
  EXPECT_EQ(stack.Book("dead", "in_flight"), 200);
}

TEST(PathE2e, DeadLetterIsReplayed) {
  Stack stack(OneWebhook());
  stack.Fault(R"({"system":"webhook","kind":"status","status":400,"times":3})");
  std::string batch;
  for (int i = 0; i < 3; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBook("orders", "dead", 3)) << stack.Logs();
  Reply replay = stack.DlqPost("/v1/replays", R"({"filter":{"destination":"orders"}})");
  ASSERT_EQ(replay.status, 202) << replay.body;
  ASSERT_TRUE(stack.WaitForBook("orders", "delivered", 3)) << stack.Logs();
  EXPECT_EQ(stack.Book("orders", "dead"), 0);
  EXPECT_EQ(stack.Reported("/webhook/receivers/orders/records"), 3);
}

TEST(PathE2e, PoisonMessageIsDeadLetteredWithItsBytes) {
  Stack stack(OneWebhook());
  ASSERT_TRUE(stack.PublishAmqp("\x01 not an envelope", "poison", "shop", "deliver.orders"));
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("orders", "delivered", 1)) << stack.Logs();
  ASSERT_TRUE(Eventually(
      [&stack] {
        return stack.Dlq("/v1/dead-letters?cause=unreadable").root().Find("dead_letters").size() ==
               1;
      },
      seconds(10)))
      << stack.Logs();
}

}  // namespace
}  // namespace leadrelay::e2e
