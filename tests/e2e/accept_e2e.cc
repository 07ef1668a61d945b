// Every answer that ingest promises, over HTTP and over AMQP.

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

using test::Eventually;

class AcceptE2e : public testing::Test {
 protected:
  static StackOptions Options() {
    StackOptions options;
    options.destinations = WebhookDestination("orders");
    return options;
  }
  Stack stack_{Options()};
};

TEST_F(AcceptE2e, TheSameKeyAndBodyGetTheSameAnswer) {
  Reply first = stack_.Send(Lead(1), "key");
  Reply again = stack_.Send(Lead(1), "key");
  ASSERT_EQ(first.status, 202) << first.body;
  EXPECT_EQ(again.status, 202);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(first.Header("idempotent-replayed"), "");
  EXPECT_EQ(again.Header("idempotent-replayed"), "true");
  ASSERT_TRUE(stack_.WaitForBalance("orders", 1));
  EXPECT_EQ(stack_.Reported("/webhook/receivers/orders/arrivals"), 1);
}

TEST_F(AcceptE2e, TheSameKeyWithAnotherBodyIsAMistake) {
  ASSERT_EQ(stack_.Send(Lead(1), "key").status, 202);
  Reply other = stack_.Send(Lead(2), "key");
  EXPECT_EQ(other.status, 422) << other.body;
  EXPECT_EQ(other.Header("content-type"), "application/problem+json");
}

TEST_F(AcceptE2e, EveryFaultAtOnce) {
  Reply reply =
      stack_.Send(R"({"email":"nobody","timezone":7,"no_such_field":1,"deal":{"value":"x"}})");
  EXPECT_EQ(reply.status, 422) << reply.body;
  EXPECT_GE(reply.Json().root().Find("errors").size(), 4u) << reply.body;
}

TEST_F(AcceptE2e, TheRestOfTheAnswers) {
  const std::string key = absl::StrCat("X-Api-Key: ", std::string(kApiKey));
  struct Case {
    const char* name;
    const char* method;
    const char* path;
    std::string body;
    std::vector<std::string> headers;
    int status;
  };
  const std::vector<Case> cases = {
      {"not JSON", "POST", "/v1/leads", "{", {key, "Content-Type: application/json"}, 400},
      {"no key", "POST", "/v1/leads", Lead(1), {"Content-Type: application/json"}, 401},
      {"an unknown key",
       "POST",
       "/v1/leads",
       Lead(1),
       {"X-Api-Key: lrk_shop_wrong", "Content-Type: application/json"},
       401},
      {"too large",
       "POST",
       "/v1/leads",
       std::string(200'000, ' '),
       {key, "Content-Type: application/json"},
       413},
      {"not a media type of ours",
       "POST",
       "/v1/leads",
       Lead(1),
       {key, "Content-Type: text/plain"},
       415},
      {"no such path", "GET", "/v2/leads", "", {key}, 404},
      {"no such method", "DELETE", "/v1/leads", "", {key}, 405},
      {"alive", "GET", "/healthz", "", {}, 200},
      {"ready", "GET", "/readyz", "", {}, 200},
      {"metrics", "GET", "/metrics", "", {}, 200},
  };
  for (const Case& c : cases) {
    Reply reply = stack_.Ingest(c.method, c.path, c.body, c.headers);
    EXPECT_EQ(reply.status, c.status) << c.name << ": " << reply.body;
  }
}

TEST_F(AcceptE2e, AnUnknownPublisherOverAmqpGoesToRejected) {
  ASSERT_TRUE(stack_.PublishAmqp(Lead(1), "key", "somebody-else"));
  std::string rejected;
  ASSERT_TRUE(Eventually(
      [&] { return !(rejected = stack_.TakeFromQueue("leads.rejected")).empty(); }, seconds(10)))
      << stack_.Logs();
}

TEST_F(AcceptE2e, AnInvalidLeadOverAmqpGoesToRejectedWithTheProblem) {
  ASSERT_TRUE(stack_.PublishAmqp(R"({"email":"nobody"})", "key"));
  std::string rejected;
  ASSERT_TRUE(Eventually(
      [&] { return !(rejected = stack_.TakeFromQueue("leads.rejected")).empty(); }, seconds(10)))
      << stack_.Logs();
  EXPECT_NE(rejected.find("/email"), std::string::npos) << rejected;
}

}  // namespace
}  // namespace leadrelay::e2e
