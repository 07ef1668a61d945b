// Every answer that ingest has for a publisher, from the real program.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/lead/envelope.h"
#include "tests/integration/ingest/installation.h"

namespace leadrelay::ingest {
namespace {

const std::string kBearer = std::string("Bearer ") + kShopKey;

class AnswersTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { installation_ = new Installation(); }
  static void TearDownTestSuite() { delete installation_; }

  void SetUp() override { installation_->EmptyQueues(); }
  void TearDown() override {
    if (HasFailure()) std::cerr << installation_->Log();
  }

  http::Response Post(const std::string& lead, const std::string& key = "") {
    return installation_->Post(lead, key);
  }
  static std::string Unique() {
    static int count = 0;
    return "person" + std::to_string(++count) + "@example.com";
  }

  static Installation* installation_;
  AmqpProbe probe_{TheBroker().port()};
};
Installation* AnswersTest::installation_ = nullptr;

TEST_F(AnswersTest, AnAcceptedLeadIsInEveryQueue) {
  const http::Response response = installation_->Call(
      "POST",
      "/v1/leads",
      {{"X-Api-Key", kShopNewKey},
       {"Content-Type", "application/json; charset=utf-8"},
       {"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}},
      LeadOf(" Ada@EXAMPLE.com ",
             R"("phone": "030 901820", "consent_given": true, "ip_address": "203.0.113.9")"));
  ASSERT_EQ(response.status, 202) << response.body;
  EXPECT_EQ(response.headers.Find("idempotent-replayed"), nullptr);
  const json::Document answer = BodyOf(response);
  const std::string id = answer.root().Find("lead_id").StringOr("");
  EXPECT_EQ(answer.root().Find("deliveries").size(), 2u);
  EXPECT_EQ(answer.root().Pointer("/deliveries/1/delivery_id").StringOr(""), id + ":sheet");

  const amqp::Message told = probe_.Await("leads.ledger");
  EXPECT_EQ(told.type, "leads.accepted");
  const std::string body = told.body.substr(0, told.body.find('\n'));
  EXPECT_EQ(told.body, body + "\n");
  for (const char* queue : {"deliver.hubspot", "deliver.sheet"}) {
    const amqp::Message message = probe_.Await(queue);
    EXPECT_EQ(message.message_id, id);
    EXPECT_EQ(message.type, "lead.accepted");
    EXPECT_THAT(std::string(message.Header("traceparent")),
                testing::StartsWith("00-0af7651916cd43dd8448eb211c80319c-"));
    EXPECT_EQ(message.body, body);
  }
  const absl::StatusOr<lead::Envelope> envelope = lead::Envelope::Parse(body);
  ASSERT_TRUE(envelope.ok()) << envelope.status();
  EXPECT_EQ(envelope->publisher, "shop");
  EXPECT_EQ(envelope->destinations, (std::vector<std::string>{"hubspot", "sheet"}));
  const json::Value lead = envelope->lead.root();
  EXPECT_EQ(lead.Find("email").StringOr(""), "Ada@example.com");
  EXPECT_EQ(lead.Find("phone").StringOr(""), "+4930901820");
  EXPECT_EQ(lead.Find("ip_hash").StringOr("").size(), 32u);
  EXPECT_EQ(body.find("203.0.113.9"), std::string::npos);
}

TEST_F(AnswersTest, WithoutConsentItIsWithheld) {
  const http::Response response = Post(LeadOf(Unique()));
  ASSERT_EQ(response.status, 202);
  EXPECT_EQ(BodyOf(response).root().Pointer("/deliveries/1/status").StringOr(""), "suppressed");
  probe_.Await("deliver.sheet");
  EXPECT_EQ(lead::Envelope::Parse(probe_.Await("leads.ledger").body)->suppressed,
            (std::vector<lead::Suppression>{{"hubspot", "no consent"}}));
  EXPECT_EQ(probe_.Take("deliver.hubspot"), std::nullopt);
}

TEST_F(AnswersTest, TheSameAgain) {
  const std::string lead = LeadOf(Unique());
  for (const std::string key : {"order-1", ""}) {
    const http::Response first = Post(lead, key);
    // The quoted spelling is the same key, another member order the same body.
    const http::Response again = Post("  " + lead + "\n", key.empty() ? "" : "\"" + key + "\"");
    EXPECT_EQ(first.status, 202);
    EXPECT_EQ(again.status, 202);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(first.headers.Get("idempotent-replayed"), "");
    EXPECT_EQ(again.headers.Get("idempotent-replayed"), "true");
    probe_.Await("leads.ledger");
    EXPECT_EQ(probe_.Take("leads.ledger"), std::nullopt) << "published twice";
  }
}

TEST_F(AnswersTest, TheKeyWithAnotherBody) {
  EXPECT_EQ(Post(LeadOf(Unique()), "order-2").status, 202);
  const http::Response other = Post(LeadOf(Unique()), "order-2");
  EXPECT_EQ(other.status, 422);
  EXPECT_EQ(ProblemOf(other), "key-reused");
}

TEST_F(AnswersTest, TheKeyInFlight) {
  const std::string lead = LeadOf(Unique());
  const std::string id = BodyOf(Post(lead, "order-3")).root().Find("lead_id").StringOr("");
  const std::string key = "lr:idem:{shop}:" + id;
  // Somebody else's claim, with the fingerprint of this very body.
  std::string stored;
  ASSERT_TRUE(test::Eventually(
      [&] {
        return (stored = installation_->redis().Command({"GET", key}))[0] == 'd';
      },
      std::chrono::seconds(5)));
  stored = "i" + stored.substr(1, stored.find(':')) + "other-replica.1";
  installation_->redis().Command({"SET", key, stored, "PX", "60000"});
  const http::Response response = Post(lead, "order-3");
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(ProblemOf(response), "in-flight");
  EXPECT_EQ(response.headers.Get("retry-after"), "1");
  installation_->redis().Command({"DEL", key});
  EXPECT_EQ(Post(lead, "order-3").status, 202);
}

TEST_F(AnswersTest, AnotherPublisherMayUseTheSameKey) {
  const std::string lead = LeadOf(Unique());
  const http::Response shop = Post(lead, "order-4");
  const http::Response slow = installation_->Call("POST",
                                                  "/v1/leads",
                                                  {{"X-Api-Key", kSlowKey},
                                                   {"Content-Type", "application/json"},
                                                   {"Idempotency-Key", "order-4"}},
                                                  lead);
  EXPECT_EQ(slow.status, 202);
  EXPECT_EQ(slow.headers.Get("idempotent-replayed"), "");
  EXPECT_NE(slow.body, shop.body);
}

TEST_F(AnswersTest, Refusals) {
  struct Case {
    std::string method;
    std::string path;
    http::Headers headers;
    std::string body;
    int status;
    std::string problem;
  };
  const std::string json = "application/json";
  const std::string lead = LeadOf(Unique());
  const std::string large(70'000, ' ');
  const std::vector<Case> cases = {
      {"POST",
       "/v1/leads",
       {{"Authorization", kBearer}, {"Content-Type", json}},
       "{\"email\":",
       400,
       "not-json"},
      {"POST",
       "/v1/leads",
       {{"Authorization", kBearer}, {"Content-Type", json}},
       "",
       400,
       "not-json"},
      {"POST",
       "/v1/leads",
       {{"Authorization", kBearer}, {"Content-Type", json}, {"Idempotency-Key", "\"open"}},
       lead,
       400,
       "bad-idempotency-key"},
      {"POST", "/v1/leads", {{"Content-Type", json}}, lead, 401, "unauthorized"},
      {"POST",
       "/v1/leads",
       {{"Authorization", "Bearer wrong"}, {"Content-Type", json}},
       lead,
       401,
       "unauthorized"},
      {"POST", "/v1/leads:batch", {{"Content-Type", json}}, "[]", 401, "unauthorized"},
      {"POST", "/v2/leads", {{"Authorization", kBearer}}, lead, 404, "not-found"},
      {"POST", "/v1/forms/none", {}, "a=b", 404, "not-found"},
      {"GET", "/v1/leads", {}, "", 405, "wrong-method"},
      {"POST",
       "/v1/leads",
       {{"Authorization", kBearer}, {"Content-Type", json}},
       lead + large,
       413,
       "too-large"},
      {"POST",
       "/v1/leads",
       {{"Authorization", kBearer}, {"Content-Type", "text/plain"}},
       lead,
       415,
       "wrong-media-type"},
      {"POST",
       "/v1/leads:batch",
       {{"Authorization", kBearer}, {"Content-Type", "text/csv"}},
       lead,
       415,
       "wrong-media-type"},
      {"POST",
       "/v1/forms/demo",
       {{"Content-Type", "multipart/form-data; boundary=x"}},
       "--x--",
       415,
       "wrong-media-type"},
      {"POST",
       "/v1/forms/demo",
       {{"Content-Type", "application/x-www-form-urlencoded"}, {"Origin", "https://evil.example"}},
       "email=a%40example.com",
       403,
       "forbidden-origin"},
      {"POST",
       "/v1/leads",
       {{"Authorization", kBearer}, {"Content-Type", json}},
       "{}",
       422,
       "invalid-lead"},
  };
  for (const Case& c : cases) {
    const http::Response response = installation_->Call(c.method, c.path, c.headers, c.body);
    EXPECT_EQ(response.status, c.status) << c.path << " " << response.body;
    EXPECT_EQ(ProblemOf(response), c.problem) << c.path;
    EXPECT_EQ(response.headers.Get("content-type"), "application/problem+json");
    EXPECT_EQ(response.headers.Find("www-authenticate") != nullptr, c.status == 401);
    EXPECT_EQ(response.headers.Get("allow"), c.status == 405 ? "POST, OPTIONS" : "");
  }
  EXPECT_EQ(probe_.Take("leads.ledger"), std::nullopt);
}

TEST_F(AnswersTest, EveryFaultAtOnce) {
  const http::Response response = Post(
      R"({"email": "ada", "phone": "x", "surname": "King", "deal": {"value": "much"}})", "order-5");
  EXPECT_EQ(response.status, 422);
  const json::Document problem = BodyOf(response);
  std::vector<std::string> pointers;
  for (const json::Value& error : problem.root().Find("errors").Elements()) {
    pointers.push_back(error.Find("pointer").StringOr(""));
  }
  EXPECT_THAT(pointers,
              testing::UnorderedElementsAre("/email", "/phone", "/surname", "/deal/value"));
  // A refusal is not remembered: mended, the lead may have the same key.
  EXPECT_EQ(Post(LeadOf(Unique()), "order-5").status, 202);
}

TEST_F(AnswersTest, OverTheRate) {
  const auto post = [&] {
    return installation_->Call("POST",
                               "/v1/leads",
                               {{"X-Api-Key", kSlowKey}, {"Content-Type", "application/json"}},
                               LeadOf(Unique()));
  };
  installation_->redis().Command({"DEL", "lr:rate:{slow}"});
  EXPECT_EQ(post().status, 202);
  EXPECT_EQ(post().status, 202);
  const http::Response third = post();
  EXPECT_EQ(third.status, 429);
  EXPECT_EQ(ProblemOf(third), "too-many-leads");
  EXPECT_EQ(third.headers.Get("retry-after"), "1");
  EXPECT_EQ(Post(LeadOf(Unique())).status, 202) << "another publisher's rate";
}

TEST_F(AnswersTest, Cors) {
  const std::string page = "https://www.example.com";
  const http::Response preflight = installation_->Call(
      "OPTIONS", "/v1/leads", {{"Origin", page}, {"Access-Control-Request-Method", "POST"}});
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.headers.Get("access-control-allow-origin"), page);
  EXPECT_THAT(std::string(preflight.headers.Get("access-control-allow-headers")),
              testing::HasSubstr("idempotency-key"));
  EXPECT_EQ(installation_->Call("OPTIONS", "/v1/leads", {{"Origin", "https://evil.example"}})
                .headers.Find("access-control-allow-origin"),
            nullptr);

  http::Headers headers = {
      {"Authorization", kBearer}, {"Content-Type", "application/json"}, {"Origin", page}};
  const http::Response allowed =
      installation_->Call("POST", "/v1/leads", headers, LeadOf(Unique()));
  EXPECT_EQ(allowed.headers.Get("access-control-allow-origin"), page);
  EXPECT_EQ(allowed.headers.Get("vary"), "origin");
  headers.Set("Origin", "https://evil.example");
  EXPECT_EQ(installation_->Call("POST", "/v1/leads", headers, LeadOf(Unique()))
                .headers.Find("access-control-allow-origin"),
            nullptr);
}

TEST_F(AnswersTest, BatchPartialResults) {
  const std::string good = LeadOf(Unique());
  const http::Response response = installation_->Call(
      "POST",
      "/v1/leads:batch",
      {{"Authorization", kBearer}, {"Content-Type", "application/x-ndjson"}},
      good + "\n{\"email\":\n" + LeadOf("ada") + "\n" + good + "\n{\"lead\": " + LeadOf(Unique()) +
          ", \"idempotency_key\": \"b-1\"}\n{\"lead\": " + LeadOf(Unique()) +
          ", \"idempotency_key\": \"b-1\"}\n");
  ASSERT_EQ(response.status, 200) << response.body;
  const json::Document body = BodyOf(response);
  EXPECT_EQ(body.root().Find("accepted").Int64Or(0), 3);
  EXPECT_EQ(body.root().Find("refused").Int64Or(0), 3);
  std::vector<int64_t> statuses;
  for (const json::Value& item : body.root().Find("items").Elements()) {
    statuses.push_back(item.Find("status").Int64Or(0));
  }
  EXPECT_EQ(statuses, (std::vector<int64_t>{202, 400, 422, 202, 202, 422}));
  EXPECT_EQ(body.root().Pointer("/items/3/replayed").BoolOr(false), true);
  EXPECT_EQ(body.root().Pointer("/items/3/answer"), body.root().Pointer("/items/0/answer"));
  EXPECT_EQ(probe_.TakeLeadIds("leads.ledger").size(), 2u);
}

TEST_F(AnswersTest, BatchOfAThousandTwice) {
  std::string body = "[";
  for (int i = 0; i < 1000; ++i) body += (i > 0 ? "," : "") + LeadOf(Unique());
  body += "]";
  const http::Headers headers = {{"Authorization", kBearer}, {"Content-Type", "application/json"}};
  const http::Response first = installation_->Call("POST", "/v1/leads:batch", headers, body);
  EXPECT_EQ(BodyOf(first).root().Find("accepted").Int64Or(0), 1000);
  const http::Response again = installation_->Call("POST", "/v1/leads:batch", headers, body);
  EXPECT_EQ(BodyOf(again).root().Find("accepted").Int64Or(0), 1000);
  EXPECT_EQ(BodyOf(again).root().Pointer("/items/999/replayed").BoolOr(false), true);
  EXPECT_EQ(probe_.TakeLeadIds("leads.ledger").size(), 1000u);

  body.back() = ',';
  body += LeadOf(Unique()) + "]";
  EXPECT_EQ(installation_->Call("POST", "/v1/leads:batch", headers, body).status, 413);
}

TEST_F(AnswersTest, BatchOverTheRate) {
  installation_->redis().Command({"DEL", "lr:rate:{slow}"});
  const http::Headers headers = {{"X-Api-Key", kSlowKey}, {"Content-Type", "application/json"}};
  const auto three = [&] {
    return "[" + LeadOf(Unique()) + "," + LeadOf(Unique()) + "," + LeadOf(Unique()) + "]";
  };
  const http::Response some = installation_->Call("POST", "/v1/leads:batch", headers, three());
  EXPECT_EQ(some.status, 200);
  EXPECT_EQ(BodyOf(some).root().Find("accepted").Int64Or(0), 2);
  EXPECT_EQ(BodyOf(some).root().Pointer("/items/2/status").Int64Or(0), 429);
  const http::Response none = installation_->Call("POST", "/v1/leads:batch", headers, three());
  EXPECT_EQ(none.status, 429);
  EXPECT_NE(none.headers.Get("retry-after"), "");
}

TEST_F(AnswersTest, Forms) {
  const http::Headers headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                                 {"Origin", "https://www.example.com"},
                                 {"Referer", "https://www.example.com/demo"},
                                 {"User-Agent", "Browser/1"}};
  const auto post = [&](const std::string& form, const std::string& fields) {
    return installation_->Call("POST", "/v1/forms/" + form, headers, fields);
  };
  const std::string fields = "email=form%40example.com&name=Ada+King&consent=on&plan=pro";
  const http::Response taken = post("demo", fields + "&website=");
  EXPECT_EQ(taken.status, 303);
  EXPECT_EQ(taken.headers.Get("location"), "https://www.example.com/thanks");
  EXPECT_EQ(taken.headers.Get("access-control-allow-origin"), "https://www.example.com");
  const json::Document lead = lead::Envelope::Parse(probe_.Await("leads.ledger").body)->lead;
  EXPECT_EQ(lead.root().Find("form_name").StringOr(""), "demo");
  EXPECT_EQ(lead.root().Pointer("/form_data/plan").StringOr(""), "pro");
  EXPECT_EQ(lead.root().Pointer("/source/url").StringOr(""), "https://www.example.com/demo");
  EXPECT_EQ(lead.root().Find("consent_given").BoolOr(false), true);
  EXPECT_EQ(lead.root().Find("user_agent").StringOr(""), "Browser/1");
  EXPECT_TRUE(lead.root().Find("ip_hash").exists());

  EXPECT_EQ(post("demo", fields).status, 303);  // The button clicked twice.
  const http::Response trapped = post("demo", "email=spam%40example.com&website=spam");
  EXPECT_EQ(trapped.headers.Get("location"), "https://www.example.com/thanks");
  EXPECT_EQ(probe_.Take("leads.ledger"), std::nullopt);
  EXPECT_EQ(installation_->Metric("leadrelay_ingest_trapped_total{form=\"demo\"}"), 1);

  EXPECT_EQ(post("demo", "email=nonsense").headers.Get("location"),
            "https://www.example.com/sorry");
  const http::Response page = post("plain", "email=nonsense");
  EXPECT_EQ(page.status, 422);
  EXPECT_EQ(page.headers.Get("content-type"), "text/html; charset=utf-8");

  http::Headers script = headers;
  script.Add("Accept", "application/json");
  EXPECT_EQ(installation_->Call("POST", "/v1/forms/demo", script, "email=nonsense").status, 422);
}

TEST_F(AnswersTest, OperationsAndMetrics) {
  EXPECT_EQ(installation_->Call("GET", "/healthz").status, 200);
  EXPECT_EQ(installation_->Call("GET", "/readyz").status, 200);
  const double before = installation_->Metric("leadrelay_ingest_accepted_total");
  EXPECT_EQ(Post(LeadOf(Unique())).status, 202);
  EXPECT_EQ(installation_->Metric("leadrelay_ingest_accepted_total"), before + 1);
  EXPECT_GT(installation_->Metric("leadrelay_ingest_requests_total{path=\"leads\",status=\"202\"}"),
            0);
  EXPECT_GT(installation_->Metric("leadrelay_ingest_suppressed_total{destination=\"hubspot\"}"), 0);
  EXPECT_EQ(installation_->Metric("leadrelay_ingest_without_idempotency_total"), 0);
}

TEST_F(AnswersTest, NoPersonalDataInTheLog) {
  Post(LeadOf("unmistakable@example.com", R"("phone": "unmistakable")"));
  Post(LeadOf("unmistakable@example.com"));
  EXPECT_EQ(installation_->Log().find("unmistakable"), std::string::npos);
}

}  // namespace
}  // namespace leadrelay::ingest
