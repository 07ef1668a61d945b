// What ingest answers, as whole responses.

#include <gtest/gtest.h>

#include "services/ingest/receive/batch.h"
#include "services/ingest/receive/problem.h"
#include "services/ingest/receive/verdict.h"
#include "tests/unit/ingest/parse.h"

namespace leadrelay::ingest {
namespace {

struct Expected {
  int status;
  std::string type;
  std::string retry_after;
};

TEST(Problem, StatusAndHeaders) {
  const std::vector<std::pair<Problem, Expected>> cases = {
      {NotJson("x"), {400, "not-json", ""}},
      {BadKey("x"), {400, "bad-idempotency-key", ""}},
      {Unauthorized(), {401, "unauthorized", ""}},
      {ForbiddenOrigin(), {403, "forbidden-origin", ""}},
      {UnknownPublisher("x"), {403, "unknown-publisher", ""}},
      {NotFound("x"), {404, "not-found", ""}},
      {WrongMethod("POST"), {405, "wrong-method", ""}},
      {InFlight(), {409, "in-flight", "1"}},
      {TooLarge("x"), {413, "too-large", ""}},
      {WrongMediaType("x"), {415, "wrong-media-type", ""}},
      {InvalidLead({}), {422, "invalid-lead", ""}},
      {KeyReused(), {422, "key-reused", ""}},
      {TooManyLeads(absl::Milliseconds(2100)), {429, "too-many-leads", "3"}},
      {TooManyLeads(absl::ZeroDuration()), {429, "too-many-leads", "1"}},
      {Unavailable("x"), {503, "unavailable", "2"}},
  };
  for (const auto& [problem, expected] : cases) {
    const http::Response response = ProblemResponse(problem);
    EXPECT_EQ(response.status, expected.status) << expected.type;
    EXPECT_EQ(response.headers.Get("content-type"), "application/problem+json");
    EXPECT_EQ(response.headers.Get("retry-after"), expected.retry_after) << expected.type;
    EXPECT_EQ(response.headers.Find("www-authenticate") != nullptr, expected.status == 401);
    const json::Document body = Json(response.body);
    EXPECT_EQ(body.root().Find("type").StringOr(""), "urn:leadrelay:problem:" + expected.type);
    EXPECT_EQ(body.root().Find("status").Int64Or(0), expected.status);
    EXPECT_EQ(problem.passing(), !expected.retry_after.empty()) << expected.type;
  }
}

TEST(Problem, Document) {
  json::Writer writer;
  WriteProblem(writer, InvalidLead({{"/email", "is required"}, {"/deal/value", "is too small"}}));
  EXPECT_EQ(Json(writer.Take()).root(),
            Json(R"({
    "type": "urn:leadrelay:problem:invalid-lead",
    "title": "The lead is not valid",
    "status": 422,
    "detail": "2 faults, see errors",
    "errors": [{"pointer": "/email", "detail": "is required"},
               {"pointer": "/deal/value", "detail": "is too small"}]})")
                .root());
}

TEST(Verdict, Response) {
  EXPECT_EQ(VerdictResponse(Accepted{"ld_1", "{}", false}),
            (http::Response{
                202, {{"content-type", "application/json"}, {"cache-control", "no-store"}}, "{}"}));
  EXPECT_EQ(VerdictResponse(Accepted{"ld_1", "{}", true}),
            (http::Response{202,
                            {{"content-type", "application/json"},
                             {"cache-control", "no-store"},
                             {"idempotent-replayed", "true"}},
                            "{}"}));
  EXPECT_EQ(VerdictResponse(Unauthorized()), ProblemResponse(Unauthorized()));
}

// An item as "<key>|<lead>", or the problem's code.
std::vector<std::string> Split(std::string_view body, BatchFormat format, BatchLimits limits = {}) {
  const std::variant<BatchItems, Problem> split = SplitBatch(body, format, limits);
  if (const auto* problem = std::get_if<Problem>(&split)) return {"whole: " + problem->code};
  std::vector<std::string> items;
  for (const std::variant<BatchItem, Problem>& item : std::get<BatchItems>(split)) {
    if (const auto* problem = std::get_if<Problem>(&item)) {
      items.push_back(problem->code);
    } else {
      const BatchItem& lead = std::get<BatchItem>(item);
      items.push_back(lead.key + "|" + lead.lead.root().ToJson());
    }
  }
  return items;
}

TEST(Batch, Split) {
  using Items = std::vector<std::string>;
  struct Case {
    std::string body;
    BatchFormat format;
    Items expected;
  };
  const std::vector<Case> cases = {
      {R"([{"a":1},{"b":2}])", BatchFormat::kArray, {R"(|{"a":1})", R"(|{"b":2})"}},
      {R"([{"lead":{"a":1},"idempotency_key":"k"}])", BatchFormat::kArray, {R"(k|{"a":1})"}},
      {R"([{"lead":{"a":1}}])", BatchFormat::kArray, {R"(|{"a":1})"}},
      {R"([{"lead":{},"idempotency_key":7},{"lead":{},"idempotency_key":""}])",
       BatchFormat::kArray,
       {"bad-idempotency-key", "bad-idempotency-key"}},
      {R"([1,null,"x"])", BatchFormat::kArray, {"|1", "|null", "|\"x\""}},
      {R"([])", BatchFormat::kArray, {"whole: not-json"}},
      {R"({"a":1})", BatchFormat::kArray, {"whole: not-json"}},
      {R"([{"a":1},)", BatchFormat::kArray, {"whole: not-json"}},
      {R"([1,2,3,4])", BatchFormat::kArray, {"whole: too-large"}},
      {"{\"a\":1}\n{\"b\":2}\n", BatchFormat::kLines, {R"(|{"a":1})", R"(|{"b":2})"}},
      {"{\"a\":1}\r\n\r\n  {\"b\":2}", BatchFormat::kLines, {R"(|{"a":1})", R"(|{"b":2})"}},
      {"{\"a\":\n{\"b\":2}", BatchFormat::kLines, {"not-json", R"(|{"b":2})"}},
      {"1\n2\n3\n4", BatchFormat::kLines, {"whole: too-large"}},
      {"\n\n", BatchFormat::kLines, {"whole: not-json"}},
      {"", BatchFormat::kLines, {"whole: not-json"}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Split(c.body, c.format, BatchLimits{1000, 3}), c.expected) << c.body;
  }
  EXPECT_EQ(Split("[1]", BatchFormat::kArray, BatchLimits{2, 3}), Items{"whole: too-large"});
}

TEST(Batch, ResponseItemByItem) {
  const http::Response response = BatchResponse({Accepted{"ld_1", R"({"lead_id":"ld_1"})", false},
                                                 KeyReused(),
                                                 Accepted{"ld_2", R"({"lead_id":"ld_2"})", true},
                                                 Unavailable("x")});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(Json(response.body).root(),
            Json(R"({"accepted": 2, "refused": 2, "items": [
    {"index": 0, "status": 202, "answer": {"lead_id": "ld_1"}},
    {"index": 1, "status": 422, "problem": {
      "type": "urn:leadrelay:problem:key-reused", "status": 422,
      "title": "The Idempotency-Key was used for another lead",
      "detail": "use a new key for a new lead, and the same key only for the same body"}},
    {"index": 2, "status": 202, "replayed": true, "answer": {"lead_id": "ld_2"}},
    {"index": 3, "status": 503, "problem": {
      "type": "urn:leadrelay:problem:unavailable", "status": 503,
      "title": "Leads cannot be accepted right now", "detail": "x"}}]})")
                .root());
}

TEST(Batch, RefusedAsOneForAPassingReason) {
  EXPECT_EQ(BatchResponse({Unavailable("x"), Unavailable("y")}), ProblemResponse(Unavailable("x")));
  EXPECT_EQ(BatchResponse({TooManyLeads(absl::Seconds(4))}).headers.Get("retry-after"), "4");
  // Each of these needs a look at the items.
  EXPECT_EQ(BatchResponse({Unavailable("x"), TooManyLeads(absl::Seconds(4))}).status, 200);
  EXPECT_EQ(BatchResponse({InFlight(), InFlight()}).status, 200);
  EXPECT_EQ(BatchResponse({KeyReused(), KeyReused()}).status, 200);
}

}  // namespace
}  // namespace leadrelay::ingest
