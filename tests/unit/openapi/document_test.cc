// The check itself, and what the document says about itself.

#include <set>
#include <string>

#include "gtest/gtest.h"

#include "tests/support/openapi/openapi.h"

namespace leadrelay::test {
namespace {

TEST(OpenApiTest, NoticesWhatIsNotAsDocumented) {
  const OpenApi api;
  const std::string good = R"({"lead_id":"ld_a","deliveries":[]})";
  EXPECT_EQ(api.Check({"POST", "/v1/leads", 202, "application/json", good}), "");
  EXPECT_EQ(api.Check({"PUT", "/v1/leads", 202, "application/json", good}),
            "PUT /v1/leads: no such operation is documented\n");
  EXPECT_EQ(api.Check({"POST", "/v1/lead", 202, "application/json", good}),
            "POST /v1/lead: no such operation is documented\n");
  EXPECT_EQ(api.Check({"POST", "/v1/leads", 201, "application/json", good}),
            "POST /v1/leads, 201: the status is not documented\n");
  EXPECT_EQ(api.Check({"POST", "/v1/leads", 202, "text/plain", good}),
            "POST /v1/leads, 202: content type text/plain is not documented\n");
  EXPECT_EQ(
      api.Check({"POST",
                 "/v1/leads",
                 202,
                 "application/json; charset=utf-8",
                 R"({"lead_id":1,"deliveries":[{"delivery_id":"a","status":"lost"}],"x":0})"}),
      "POST /v1/leads, 202:\n"
      "/lead_id must be of type string\n"
      "/deliveries/0/destination is required\n"
      "/deliveries/0/status must be one of \"queued\", \"suppressed\"\n"
      "/x is not a known member\n");
}

TEST(OpenApiTest, FindsTheMostParticularPath) {
  const OpenApi api;
  const std::string groups = R"({"groups":[]})";
  EXPECT_EQ(api.Check({"GET", "/v1/dead-letters/groups", 200, "application/json", groups}), "");
  const std::string discarded = R"({"discarded":1})";
  EXPECT_EQ(api.Check({"POST", "/v1/dead-letters/7:discard", 200, "application/json", discarded}),
            "");
  EXPECT_EQ(api.Check({"POST", "/v1/dead-letters:discard", 200, "application/json", discarded}),
            "");
  EXPECT_NE(api.Check({"GET", "/v1/leads/a/b", 200, "application/json", "{}"}), "");
}

TEST(OpenApiTest, EveryOperationHasATagOfItsOwn) {
  std::set<std::string> tags;
  const OpenApi api;
  for (const OpenApi::Operation& operation : api.operations()) tags.insert(operation.tag);
  EXPECT_EQ(tags, (std::set<std::string>{"health", "leads", "operators"}));
}

}  // namespace
}  // namespace leadrelay::test
