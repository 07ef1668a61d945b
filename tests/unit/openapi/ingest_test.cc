// The publishers' side: what ingest answers, by the functions that write its answers.

#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "services/ingest/receive/batch.h"
#include "services/ingest/receive/endpoint.h"
#include "services/ingest/receive/problem.h"
#include "services/ingest/receive/verdict.h"
#include "tests/support/openapi/openapi.h"

namespace leadrelay::ingest {
namespace {

const std::string kAnswer =
    R"({"lead_id":"ld_a","deliveries":[)"
    R"({"delivery_id":"ld_a:crm","destination":"crm","status":"queued"},)"
    R"({"delivery_id":"ld_a:news","destination":"news","status":"suppressed","reason":"no consent"}]})";

std::string Check(const std::string& path, const http::Response& response) {
  static const test::OpenApi api;
  const std::string type(response.headers.Get("content-type"));
  return api.Check({"POST", path, response.status, type, response.body});
}

std::vector<Problem> Problems() {
  return {NotJson("it ends too early"),
          BadKey("too long"),
          Unauthorized(),
          InFlight(),
          TooLarge("a lead may have 65536 bytes"),
          WrongMediaType("send JSON"),
          InvalidLead({{"/emial", "is not a known member"}, {"", "needs an email or a phone"}}),
          KeyReused(),
          TooManyLeads(absl::Seconds(3)),
          Unavailable("the broker does not confirm")};
}

TEST(OpenApiIngestTest, AnswersForOneLeadAreAsDocumented) {
  EXPECT_EQ(Check("/v1/leads", VerdictResponse(Accepted{"ld_a", kAnswer, false})), "");
  EXPECT_EQ(Check("/v1/leads", VerdictResponse(Accepted{"ld_a", kAnswer, true})), "");
  for (const Problem& problem : Problems()) {
    EXPECT_EQ(Check("/v1/leads", VerdictResponse(problem)), "") << problem.code;
  }
}

TEST(OpenApiIngestTest, AnswersForABatchAreAsDocumented) {
  std::vector<Verdict> verdicts = {Accepted{"ld_a", kAnswer, false},
                                   Accepted{"ld_a", kAnswer, true}};
  for (const Problem& problem : Problems()) verdicts.push_back(problem);
  EXPECT_EQ(Check("/v1/leads:batch", BatchResponse(verdicts)), "");
  for (const Problem& problem :
       {NotJson(""), Unauthorized(), TooLarge(""), WrongMediaType(""), Unavailable("")}) {
    EXPECT_EQ(Check("/v1/leads:batch", ProblemResponse(problem)), "") << problem.code;
  }
}

TEST(OpenApiIngestTest, AnswersForAFormAreAsDocumented) {
  for (const Problem& problem : {ForbiddenOrigin(), NotFound("no such form"), InvalidLead({})}) {
    EXPECT_EQ(Check("/v1/forms/contact", ProblemResponse(problem)), "") << problem.code;
  }
}

TEST(OpenApiIngestTest, EveryOperationIsAnEndpoint) {
  const test::OpenApi api;
  int seen = 0;
  for (const test::OpenApi::Operation& operation : api.operations()) {
    if (operation.tag != "leads") continue;
    ++seen;
    const Endpoint::Kind kind = FindEndpoint(operation.method, operation.path).kind;
    EXPECT_NE(kind, Endpoint::Kind::kNotFound) << operation.path;
    EXPECT_NE(kind, Endpoint::Kind::kWrongMethod) << operation.path;
  }
  EXPECT_EQ(seen, 4);
}

}  // namespace
}  // namespace leadrelay::ingest
