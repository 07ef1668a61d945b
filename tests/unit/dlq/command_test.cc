#include "services/dlq/inspect/command.h"

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

namespace leadrelay::dlq {
namespace {

http::Request Get(std::string url) {
  http::Request request;
  request.url = std::move(url);
  return request;
}

http::Request Post(std::string url, std::string body) {
  http::Request request;
  request.method = "POST";
  request.url = std::move(url);
  request.body = std::move(body);
  return request;
}

DeadLetterFilter At(std::string destination) {
  DeadLetterFilter filter;
  filter.destination = std::move(destination);
  return filter;
}

DeadLetterFilter Everything() {
  DeadLetterFilter filter;
  filter.destination = "hubspot-eu";
  filter.cause = "rejected";
  filter.group = "HTTP 400 \"a b\"";
  filter.reason = "plan";
  filter.lead_id = "ld_1";
  filter.state = "all";
  filter.since = absl::FromUnixSeconds(1'790'000'000);
  filter.until = absl::FromUnixSeconds(1'790'000'060);
  return filter;
}

TEST(CommandTest, IsReadFromTheRequest) {
  using Action = ControlReplay::Action;
  struct Case {
    http::Request request;
    Command command;
  };
  const char* everything =
      "destination=hubspot-eu&cause=rejected&group=HTTP+400+%22a%20b%22&reason=plan&lead_id=ld_1"
      "&state=all&since=2026-09-21T14:13:20Z&until=2026-09-21T14:14:20Z";
  const Case cases[] = {
      {Get("/v1/leads/ld_1"), ShowLead{"ld_1", false}},
      {Get("/v1/leads/ld%5F1?include=lead"), ShowLead{"ld_1", true}},
      {Get("/v1/dead-letters"), ListDeadLetters{}},
      {Get(absl::StrCat("/v1/dead-letters?", everything, "&limit=5&cursor=77")),
       ListDeadLetters{Everything(), Page{5, 77}}},
      {Get("/v1/dead-letters/groups?destination=a&limit=3"), GroupDeadLetters{At("a"), 3}},
      {Get("/v1/dead-letters/7"), ShowDeadLetter{7}},
      {Post("/v1/dead-letters/7:discard", ""), Discard{Selection{{7}, {}}, ""}},
      {Post("/v1/dead-letters/7:discard", R"({"note":"test data"})"),
       Discard{Selection{{7}, {}}, "test data"}},
      {Post("/v1/dead-letters:discard", R"({"ids":[7,9],"note":"n"})"),
       Discard{Selection{{7, 9}, {}}, "n"}},
      {Post("/v1/dead-letters:discard", R"({"filter":{"destination":"a"}})"),
       Discard{Selection{{}, At("a")}, ""}},
      {Post("/v1/replays", R"({"ids":[1]})"),
       StartReplay{Selection{{1}, {}}, R"({"ids":[1]})", std::nullopt, false}},
      {Post("/v1/replays", R"({"rate_per_second":2.5,"dry_run":true,"filter":{"all":true}})"),
       StartReplay{Selection{}, R"({"filter":{"all":true}})", 2.5, true}},
      {Get("/v1/replays?limit=1&cursor=4"), ListReplays{Page{1, 4}}},
      {Get("/v1/replays/rp_1"), ShowReplay{"rp_1"}},
      {Post("/v1/replays/rp_1:pause", ""), ControlReplay{"rp_1", Action::kPause, false}},
      {Post("/v1/replays/rp_1:resume", "{}"), ControlReplay{"rp_1", Action::kResume, false}},
      {Post("/v1/replays/rp_1:cancel", R"({"abandon":true})"),
       ControlReplay{"rp_1", Action::kCancel, true}},
      {Get("/v1/books"), ShowBooks{}},
      {Get("/v1/destinations"), ListDestinations{}},
      {Post("/v1/destinations/hubspot-eu:pause", R"({"reason":"migration"})"),
       ControlDestination{"hubspot-eu", true, "migration"}},
      {Post("/v1/destinations/hubspot-eu:resume", ""), ControlDestination{"hubspot-eu", false, ""}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(absl::StrCat(c.request.method, " ", c.request.url, " ", c.request.body));
    const std::variant<Command, Problem> read = ReadCommand(c.request);
    ASSERT_TRUE(std::holds_alternative<Command>(read)) << std::get<Problem>(read).detail;
    EXPECT_EQ(std::get<Command>(read), c.command);
  }
}

struct Refusal {
  http::Request request;
  int status;
  std::vector<std::string> where;
};

TEST(CommandTest, SaysEverythingThatIsWrong) {
  const Refusal cases[] = {
      {Get("/"), 404, {}},
      {Get("/v2/books"), 404, {}},
      {Get("/v1/leads/"), 404, {}},
      {Get("/v1/dead-letters/seven"), 404, {}},
      {Get("/v1/dead-letters/0"), 404, {}},
      {Post("/v1/dead-letters/7:eat", ""), 404, {}},
      {Post("/v1/replays/rp_1:stop", ""), 404, {}},
      {Post("/v1/destinations/a", ""), 404, {}},
      {Post("/v1/books", ""), 405, {}},
      {Post("/v1/leads/ld_1", ""), 405, {}},
      {Get("/v1/dead-letters:discard"), 405, {}},
      {Get("/v1/replays/rp_1:pause"), 405, {}},
      {Post("/v1/replays", "{"), 400, {}},
      {Post("/v1/replays", "[]"), 422, {"/", "/filter"}},
      {Post("/v1/replays", "{}"), 422, {"/filter"}},
      {Post("/v1/replays", R"({"filter":{}})"), 422, {"/filter"}},
      {Post("/v1/dead-letters:discard", R"({"ids":[1],"filter":{"all":true}})"), 422, {"/filter"}},
      {Post("/v1/replays", R"({"ids":[]})"), 422, {"/ids"}},
      {Post("/v1/replays", R"({"ids":[1,"2",-3]})"), 422, {"/ids"}},
      // A filter that is misspelt must not select everything.
      {Post("/v1/replays", R"({"filter":{"destinaton":"a","all":true}})"),
       422,
       {"/filter/destinaton"}},
      {Post("/v1/replays",
            R"({"filter":{"destination":1,"since":"monday"},"rate_per_second":0,"dry_run":"x",
                "ramp":true})"),
       422,
       {"/filter/destination",
        "/filter/since",
        "/filter",
        "/rate_per_second",
        "/dry_run",
        "/ramp"}},
      {Get("/v1/dead-letters?limit=0&cursor=x&state=closed&sort=id"),
       422,
       {"parameter state", "parameter limit", "parameter cursor", "parameter sort"}},
      {Get("/v1/leads/ld_1?include=everything"), 422, {"parameter include"}},
  };
  for (const Refusal& c : cases) {
    SCOPED_TRACE(absl::StrCat(c.request.method, " ", c.request.url, " ", c.request.body));
    const std::variant<Command, Problem> read = ReadCommand(c.request);
    ASSERT_TRUE(std::holds_alternative<Problem>(read));
    const Problem& problem = std::get<Problem>(read);
    EXPECT_EQ(problem.status, c.status);
    std::vector<std::string> where;
    for (const RequestFault& fault : problem.errors) where.push_back(fault.where);
    EXPECT_EQ(where, c.where);
  }
}

TEST(ProblemTest, IsADocumentThatSaysWhatToDo) {
  const http::Response response = ToResponse(BadRequest({{"parameter limit", "must be 1 to 5"}}));
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.headers.Get("content-type"), "application/problem+json");
  EXPECT_EQ(response.body,
            R"({"type":"urn:leadrelay:problem:bad-request","title":"The request is not valid",)"
            R"("status":422,"detail":"1 fault","errors":[{"where":"parameter limit",)"
            R"("detail":"must be 1 to 5"}]})");
  EXPECT_EQ(ToResponse(WrongMethod("GET, POST")).headers.Get("allow"), "GET, POST");
  EXPECT_EQ(ToResponse(Unauthorized()).headers.Get("www-authenticate"), "Bearer");
}

TEST(ProblemTest, OfAStatus) {
  EXPECT_EQ(FromStatus(absl::NotFoundError("x")).status, 404);
  EXPECT_EQ(FromStatus(absl::FailedPreconditionError("x")).status, 409);
  EXPECT_EQ(FromStatus(absl::ResourceExhaustedError("x")).status, 503);
  EXPECT_EQ(FromStatus(absl::DeadlineExceededError("x")).status, 503);
  EXPECT_EQ(FromStatus(absl::InternalError("x")).status, 500);
  EXPECT_EQ(ToResponse(FromStatus(absl::UnavailableError("x"))).headers.Get("retry-after"), "2");
}

}  // namespace
}  // namespace leadrelay::dlq
