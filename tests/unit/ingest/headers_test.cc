// What the parts of a request say: endpoint, content type, idempotency key, visitor, API key,
// origin.

#include <gtest/gtest.h>

#include "common/crypto/crypto.h"
#include "services/ingest/receive/content_type.h"
#include "services/ingest/receive/cors.h"
#include "services/ingest/receive/endpoint.h"
#include "services/ingest/receive/idempotency_key.h"
#include "services/ingest/receive/publishers.h"
#include "services/ingest/receive/visitor_address.h"

namespace leadrelay::ingest {
namespace {

using Kind = Endpoint::Kind;

TEST(Endpoint, Find) {
  const auto wants = [](Kind kind, std::string form, std::string_view metric) {
    const bool known = kind != Kind::kNotFound;
    return Endpoint{kind, std::move(form), known ? "POST, OPTIONS" : "", metric};
  };
  struct Case {
    std::string method;
    std::string target;
    Endpoint expected;
  };
  const std::vector<Case> cases = {
      {"POST", "/v1/leads", wants(Kind::kLead, "", "leads")},
      {"POST", "/v1/leads?x=1", wants(Kind::kLead, "", "leads")},
      {"POST", "/v1/leads:batch", wants(Kind::kBatch, "", "batch")},
      {"POST", "/v1/leads%3Abatch", wants(Kind::kBatch, "", "batch")},
      {"POST", "/v1/operations", wants(Kind::kOperation, "", "operations")},
      {"POST", "/v1/forms/demo", wants(Kind::kForm, "demo", "forms")},
      {"POST", "/v1/forms/de%6Do?x", wants(Kind::kForm, "demo", "forms")},
      {"OPTIONS", "/v1/forms/demo", wants(Kind::kPreflight, "demo", "forms")},
      {"OPTIONS", "/v1/leads", wants(Kind::kPreflight, "", "leads")},
      {"GET", "/v1/leads", wants(Kind::kWrongMethod, "", "leads")},
      {"PUT", "/v1/leads:batch", wants(Kind::kWrongMethod, "", "batch")},
      {"POST", "/v1/leads/", wants(Kind::kNotFound, "", "other")},
      {"POST", "/v1/forms/", wants(Kind::kNotFound, "", "other")},
      {"POST", "/", wants(Kind::kNotFound, "", "other")},
      {"OPTIONS", "/v2/leads", wants(Kind::kNotFound, "", "other")},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(FindEndpoint(c.method, c.target), c.expected) << c.method << " " << c.target;
  }
}

TEST(ContentType, Parse) {
  const std::vector<std::pair<std::string, MediaType>> cases = {
      {"application/json", MediaType::kJson},
      {"Application/JSON; charset=UTF-8", MediaType::kJson},
      {"application/json;charset=\"utf-8\"", MediaType::kJson},
      {"application/json; charset=iso-8859-1", MediaType::kOther},
      {"application/json; profile=x; charset=latin1", MediaType::kOther},
      {"application/x-ndjson", MediaType::kLines},
      {"application/jsonl", MediaType::kLines},
      {"application/x-www-form-urlencoded", MediaType::kForm},
      {"application/x-www-form-urlencoded; charset=utf-8", MediaType::kForm},
      {"multipart/form-data; boundary=x", MediaType::kMultipart},
      {"text/plain", MediaType::kOther},
      {"", MediaType::kOther},
  };
  for (const auto& [value, expected] : cases) EXPECT_EQ(ParseContentType(value), expected) << value;
}

TEST(IdempotencyKey, BareOrQuoted) {
  const std::vector<std::pair<std::string, std::optional<std::string>>> cases = {
      {"order-4711", "order-4711"},
      {"\"order-4711\"", "order-4711"},
      {R"("a \"b\" \\ c")", R"(a "b" \ c)"},
      {"with space", "with space"},
      {std::string(255, 'k'), std::string(255, 'k')},
      {"\"" + std::string(255, 'k') + "\"", std::string(255, 'k')},
      {std::string(256, 'k'), {}},
      {"", {}},
      {"\"\"", {}},
      {"\"open", {}},
      {"\"", {}},
      {R"("a"b")", {}},
      {R"("a\x")", {}},
      {R"("a\")", {}},
      {"\"a\";p=1", {}},
      {"k\xC3\xA4y", {}},
      {"tab\there", {}},
  };
  for (const auto& [value, expected] : cases) {
    const absl::StatusOr<std::string> key = IdempotencyKeyOf({{"Idempotency-Key", value}});
    ASSERT_EQ(key.ok(), expected.has_value()) << value;
    if (key.ok()) EXPECT_EQ(*key, *expected);
  }
}

TEST(IdempotencyKey, NoneAndTwo) {
  EXPECT_EQ(IdempotencyKeyOf({}).value(), "");
  EXPECT_EQ(IdempotencyKeyOf({{"idempotency-key", "a"}, {"IDEMPOTENCY-KEY", "b"}}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(VisitorAddress, ThroughTheIngress) {
  struct Case {
    std::string peer;
    std::string forwarded_for;
    std::string expected;
  };
  const std::vector<Case> cases = {
      {"8.8.4.4", "", "8.8.4.4"},
      {"8.8.4.4", "1.1.1.1", "8.8.4.4"},  // Not our ingress: whatever it says is hearsay.
      {"10.0.0.7", "1.1.1.1", "1.1.1.1"},
      {"10.0.0.7", "6.6.6.6, 1.1.1.1", "1.1.1.1"},
      {"::1", "2606:4700::1111", "2606:4700::1111"},
      {"::ffff:10.0.0.7", "1.1.1.1", "1.1.1.1"},
      {"2606:4700::1111", "1.1.1.1", "2606:4700::1111"},
      {"127.0.0.1", "", "127.0.0.1"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(VisitorAddress(c.peer, c.forwarded_for), c.expected) << c.peer;
  }
}

TEST(Publishers, Authenticate) {
  const auto key = [](std::string_view text) {
    return config::ApiKey{crypto::Hex(crypto::Sha256(text)), ""};
  };
  std::vector<config::Publisher> list(2);
  list[0].name = "shop";
  list[0].keys = {key("old"), key("new")};
  list[1].name = "blog";
  list[1].keys = {key("blog key")};
  const Publishers publishers(list);
  const std::vector<std::pair<http::Headers, const config::Publisher*>> cases = {
      {{{"Authorization", "Bearer old"}}, &list[0]},
      {{{"authorization", "bearer  new "}}, &list[0]},
      {{{"X-Api-Key", "blog key"}}, &list[1]},
      {{{"Authorization", "Basic xyz"}, {"X-Api-Key", "new"}}, &list[0]},
      {{{"Authorization", "Bearer wrong"}}, nullptr},
      {{{"Authorization", "Bearer "}}, nullptr},
      {{{"Authorization", "Bearer " + list[0].keys[0].sha256}}, nullptr},
      {{{"X-Api-Key", ""}}, nullptr},
      {{}, nullptr},
  };
  for (const auto& [headers, expected] : cases) {
    EXPECT_EQ(publishers.Authenticate(headers), expected) << headers.Get("authorization");
  }
  EXPECT_EQ(publishers.Find("blog"), &list[1]);
  EXPECT_EQ(publishers.Find("other"), nullptr);
}

TEST(Cors, Origins) {
  std::vector<config::Publisher> list(2);
  list[0].origins = {"https://www.example.com"};
  const Publishers some(list);
  EXPECT_TRUE(AllowsOrigin(list[0], "https://www.example.com"));
  EXPECT_FALSE(AllowsOrigin(list[0], "https://example.com"));
  EXPECT_FALSE(AllowsOrigin(list[1], "https://www.example.com"));
  EXPECT_TRUE(some.AnyAllows("https://www.example.com"));
  EXPECT_FALSE(some.AnyAllows("null"));
  list[1].origins = {"*"};
  EXPECT_TRUE(AllowsOrigin(list[1], "null"));
}

TEST(Cors, Preflight) {
  const std::string origin = "https://www.example.com";
  EXPECT_EQ(Preflight(origin, false, "POST, OPTIONS"),
            (http::Response{204, {{"allow", "POST, OPTIONS"}, {"vary", "origin"}}, ""}));
  EXPECT_EQ(
      Preflight(origin, true, "POST, OPTIONS"),
      (http::Response{204,
                      {{"allow", "POST, OPTIONS"},

                       {"access-control-allow-origin", origin},
                       {"access-control-expose-headers", "idempotent-replayed, retry-after"},
                       {"vary", "origin"},
                       {"access-control-allow-methods", "POST"},
                       {"access-control-allow-headers",
                        "authorization, content-type, idempotency-key, traceparent, x-api-key"},
                       {"access-control-max-age", "600"}},
                      ""}));
}

}  // namespace
}  // namespace leadrelay::ingest
