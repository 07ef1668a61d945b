// What the fixtures do not show of the webhook connector: hostile values, hostile answers, the
// order of a batch, and `leadctl test`.

#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using delivery::Call;
using delivery::Connector;
using delivery::Credential;
using delivery::Finding;
using delivery::Outcome;
using delivery::Probe;
using delivery::Reply;

http::Response Answer(int status, std::string body = "") {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

std::string LeadWith(const std::string& value) {
  json::Writer writer;
  writer.StartObject().Member("email", "ann@example.com").Member("note", value);
  writer.Key("form_data").StartObject().Member(value, value).EndObject().EndObject();
  return writer.Take();
}

const std::vector<std::string>& HostileValues() {
  static const std::vector<std::string> values = {
      "\"}],\"admin\":true",
      "\\\"",
      "a&b=c&d[]=e;f",
      "x\r\nX-Injected: y\r\n\r\nbody",
      "%00%0d%0a",
      "' OR 1=1 --",
      "=cmd|' /C calc'!A0",
      "\xE2\x80\xAE\xF0\x9F\x98\x80",
      "</script><script>alert(1)</script>",
      std::string("nul\0byte", 8),
      std::string(20'000, 'x'),
  };
  return values;
}

http::Request Sent(const Connector& connector, Leads& leads) {
  const std::optional<Call> call = connector.Next(leads.batch, nullptr);
  EXPECT_TRUE(call.has_value());
  http::Request request = call->request;
  connector.Authorize(request, *call, leads.batch, connector.StaticCredential(), leads.batch.now);
  return request;
}

TEST(Webhook, HostileValuesStayValuesInJson) {
  const Configured configured =
      ConfigureFrom("webhook", "settings: {url: 'https://a.example', body: flat}");
  ASSERT_EQ(configured.faults, "");
  for (const std::string& value : HostileValues()) {
    Leads leads({LeadWith(value)});
    const http::Request request = Sent(*configured.connector, leads);
    const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
    ASSERT_TRUE(body.ok()) << value;
    EXPECT_EQ(body->root().Find("note").AsString(), value);
    EXPECT_EQ(body->root().Find("form_data").Find(value).AsString(), value);
    EXPECT_EQ(body->root().size(), 6U) << value;
  }
}

TEST(Webhook, HostileValuesStayValuesInForms) {
  const Configured configured =
      ConfigureFrom("webhook", "settings: {url: 'https://a.example', format: form}");
  ASSERT_EQ(configured.faults, "");
  for (const std::string& value : HostileValues()) {
    Leads leads({LeadWith(value)});
    const http::Fields fields = http::ParseForm(Sent(*configured.connector, leads).body);
    const http::Fields expected = {{"lead_id", "l0"},
                                   {"delivery_id", "l0:test"},
                                   {"accepted_at", "2026-09-01T10:00:00.000Z"},
                                   {"email", "ann@example.com"},
                                   {"note", value},
                                   {"form_data." + value, value}};
    EXPECT_EQ(fields, expected);
  }
}

// A lead cannot pass itself off as another by members of the names of our facts.
TEST(Webhook, FactsAreOurs) {
  for (const char* settings :
       {"{url: 'https://a.example', body: flat}", "{url: 'https://a.example', format: form}"}) {
    const Configured configured = ConfigureFrom("webhook", std::string("settings: ") + settings);
    Leads leads({R"({"lead_id":"forged","delivery_id":"forged","accepted_at":"forged"})"});
    EXPECT_EQ(Sent(*configured.connector, leads).body.find("forged"), std::string::npos);
  }
}

TEST(Webhook, NoIdCanEndAHeader) {
  const Configured configured = ConfigureFrom("webhook", "settings: {url: 'https://a.example'}");
  Leads leads({"{}"});
  leads.batch.jobs[0].delivery_id = "l.0\r\nX-Injected: y";
  const http::Request request = Sent(*configured.connector, leads);
  EXPECT_EQ(request.headers.Get("webhook-id"), "l%2e0%0d%0aX-Injected:%20y");
  EXPECT_EQ(request.headers.Get("idempotency-key"), "\"l%2e0%0d%0aX-Injected:%20y\"");
}

TEST(Webhook, SendsABatchOneByOneAndJudgesEachByItsOwnAnswer) {
  const Configured configured =
      ConfigureFrom("webhook", "settings: {url: 'https://a.example', remote_id_pointer: /id}");
  Leads leads({"{}", "{}", "{}"});
  const std::vector<http::Response> answers = {
      Answer(200, "{\"id\":7}"), Answer(400), Answer(200, "not json")};
  std::optional<Call> call = configured.connector->Next(leads.batch, nullptr);
  for (size_t i = 0; i < answers.size(); ++i) {
    ASSERT_TRUE(call.has_value());
    EXPECT_EQ(call->jobs, std::vector<size_t>{i});
    const Reply reply{*call, answers[i]};
    call = configured.connector->Next(leads.batch, &reply);
  }
  EXPECT_FALSE(call.has_value());
  EXPECT_EQ(leads.batch.jobs[0].outcome, Outcome::Delivered("7", "", 200));
  EXPECT_EQ(leads.batch.jobs[1].outcome->kind, Outcome::Kind::kRejected);
  EXPECT_EQ(leads.batch.jobs[2].outcome, Outcome::Delivered("", "", 200));
}

TEST(Webhook, TakesNoRemoteIdThatIsNone) {
  const Configured configured =
      ConfigureFrom("webhook", "settings: {url: 'https://a.example', remote_id_pointer: /id}");
  for (const std::string& body : {std::string("{}"),
                                  std::string("{\"id\":{\"a\":1}}"),
                                  std::string("{\"id\":null}"),
                                  std::string("[") + std::string(10'000, '['),
                                  "{\"id\":\"" + std::string(300, 'x') + "\"}",
                                  std::string("\xff\xfe")}) {
    Leads leads({"{}"});
    const Reply reply{*configured.connector->Next(leads.batch, nullptr), Answer(200, body)};
    EXPECT_FALSE(configured.connector->Next(leads.batch, &reply).has_value());
    EXPECT_EQ(leads.batch.jobs[0].outcome, Outcome::Delivered("", "", 200));
  }
}

// Nothing that an endpoint says may reach a log: it may quote the lead.
TEST(Webhook, NoOutcomeQuotesTheAnswer) {
  const Configured configured = ConfigureFrom("webhook", "settings: {url: 'https://a.example'}");
  for (int status = 200; status < 600; ++status) {
    Leads leads({"{}"});
    Reply reply{*configured.connector->Next(leads.batch, nullptr),
                Answer(status, "ann@example.com is bad")};
    reply.response.headers.Add("retry-after", "ann@example.com");
    configured.connector->Next(leads.batch, &reply);
    const Outcome& outcome = *leads.batch.jobs[0].outcome;
    EXPECT_EQ((outcome.reason + outcome.remedy).find("example.com"), std::string::npos) << status;
  }
}

TEST(WebhookProbe, IsASignedTestEvent) {
  const Configured configured =
      ConfigureFrom("webhook", "settings: {url: 'https://a.example', signing_secret: '${SECRET}'}");
  const absl::Time now = absl::FromUnixSeconds(1'788'256'800);
  const std::vector<Probe> probes = configured.connector->Probes(now);
  ASSERT_EQ(probes.size(), 1U);
  EXPECT_EQ(probes[0].request.method, "POST");
  EXPECT_EQ(probes[0].request.body,
            "{\"type\":\"leadrelay.test\",\"timestamp\":\"2026-09-01T10:00:00.000Z\",\"data\":{"
            "\"test\":true}}");
  http::Request request = probes[0].request;
  configured.connector->Authorize(request, Call{}, delivery::Batch{}, Credential{}, now);
  EXPECT_TRUE(request.headers.Get("webhook-signature").starts_with("v1,"));
  EXPECT_EQ(request.headers.Get("webhook-id"), "leadrelay-test");
}

// A receiver of plain fields would make a lead of anything that is posted.
TEST(WebhookProbe, PostsNothingToReceiversOfPlainFields) {
  for (const char* settings :
       {"{url: 'https://a.example', body: flat}", "{url: 'https://a.example', format: form}"}) {
    const Configured configured = ConfigureFrom("webhook", std::string("settings: ") + settings);
    for (const Probe& probe : configured.connector->Probes(absl::UnixEpoch())) {
      EXPECT_EQ(probe.request.method, "HEAD");
      EXPECT_EQ(probe.request.body, "");
    }
  }
}

TEST(WebhookProbe, Findings) {
  struct Case {
    std::string settings;
    int status;
    bool ok;
  };
  const std::vector<Case> cases = {{"{url: 'https://a.example'}", 204, true},
                                   {"{url: 'https://a.example'}", 401, false},
                                   {"{url: 'https://a.example'}", 422, false},
                                   {"{url: 'https://a.example'}", 503, false},
                                   {"{url: 'https://a.example', body: flat}", 200, true},
                                   {"{url: 'https://a.example', body: flat}", 405, true},
                                   {"{url: 'https://a.example', body: flat}", 404, false}};
  for (const Case& each : cases) {
    const Configured configured = ConfigureFrom("webhook", "settings: " + each.settings);
    const Probe probe = configured.connector->Probes(absl::UnixEpoch()).front();
    const Finding finding = configured.connector->JudgeProbe(probe, Answer(each.status));
    EXPECT_EQ(finding.ok, each.ok) << each.settings << " " << each.status;
    EXPECT_FALSE(finding.message.empty());
    EXPECT_EQ(finding.remedy.empty(), each.ok) << each.settings << " " << each.status;
  }
}

}  // namespace
}  // namespace leadrelay::test
