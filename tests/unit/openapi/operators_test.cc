// The operators' side: what dlq takes and answers, by the functions that read and write it.

#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "services/dlq/inspect/command.h"
#include "services/dlq/inspect/render.h"
#include "services/dlq/inspect/render_replay.h"
#include "tests/support/openapi/openapi.h"

namespace leadrelay::dlq {
namespace {

const test::OpenApi& Api() {
  static const test::OpenApi api;
  return api;
}

absl::Time At(int64_t seconds) {
  return absl::FromUnixSeconds(1'772'357'400 + seconds);
}

std::string CheckGet(const std::string& path, const std::string& body) {
  return Api().Check({"GET", path, 200, "application/json", body});
}

DeadLetterRecord SampleLetter() {
  DeadLetterRecord letter;
  letter.id = 7;
  letter.lead_id = "ld_a";
  letter.destination = "crm";
  letter.replay_id = "rp_1";
  letter.at = At(60);
  letter.cause = "rejected";
  letter.reason = "no such property";
  letter.group = "no such property";
  letter.remedy = "create it";
  letter.status = 400;
  letter.attempts = 2;
  letter.state = "resolved";
  letter.resolution = "discarded: a test";
  letter.resolved_at = At(90);
  letter.body = R"({"version":1})";
  letter.progress = R"({"contact":"1"})";
  letter.unknown = true;
  letter.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  return letter;
}

LeadRecord SampleLead() {
  LeadRecord lead;
  lead.lead_id = "ld_a";
  lead.publisher = "shop";
  lead.accepted_at = At(0);
  lead.envelope = R"({"lead":{"email":"ada@example.com"}})";
  for (const State state : {State::kNone,
                            State::kInFlight,
                            State::kRetrying,
                            State::kDelivered,
                            State::kSuppressed,
                            State::kDead,
                            State::kDiscarded}) {
    NamedDelivery delivery;
    delivery.destination = "crm";
    delivery.record.state = state;
    delivery.record.attempts = 2;
    delivery.record.remote_id = "501";
    delivery.record.effect = "created";
    delivery.record.reason = "why";
    delivery.record.replay_id = "rp_1";
    delivery.record.since = At(5);
    delivery.record.next_at = At(65);
    lead.deliveries.push_back(delivery);
  }
  lead.attempts = {{"crm", "", {1, At(1), absl::Milliseconds(20), "retry", "503", 503}}};
  lead.dead_letters = {SampleLetter()};
  ReplayItemRecord item;
  item.replay_id = "rp_1";
  item.dead_letter = 7;
  item.destination = "crm";
  item.state = "delivered";
  item.created_at = At(100);
  item.published_at = At(101);
  item.ended_at = At(102);
  lead.replays = {item};
  return lead;
}

ReplayRecord SampleReplay() {
  ReplayRecord replay;
  replay.number = 1;
  replay.replay_id = "rp_1";
  replay.created_at = At(0);
  replay.selection = R"({"filter":{"all":true}})";
  replay.state = "running";
  replay.per_second = 2.5;
  replay.skipped = 1;
  replay.pending = 10;
  replay.failed = 1;
  return replay;
}

TEST(OpenApiOperatorsTest, LeadsAreAsDocumented) {
  EXPECT_EQ(CheckGet("/v1/leads/ld_a", RenderLead(SampleLead(), false)), "");
  EXPECT_EQ(CheckGet("/v1/leads/ld_a", RenderLead(SampleLead(), true)), "");
  EXPECT_EQ(CheckGet("/v1/leads/ld_a", RenderLead(LeadRecord(), false)), "");
}

TEST(OpenApiOperatorsTest, DeadLettersAreAsDocumented) {
  EXPECT_EQ(CheckGet("/v1/dead-letters", RenderDeadLetters({SampleLetter()}, 1)), "");
  EXPECT_EQ(CheckGet("/v1/dead-letters", RenderDeadLetters({}, 100)), "");
  EXPECT_EQ(CheckGet("/v1/dead-letters/7", RenderDeadLetter(SampleLetter(), SampleLead())), "");
  DeadLetterRecord unreadable = SampleLetter();
  unreadable.body = "\xFF";
  unreadable.destination.clear();
  EXPECT_EQ(CheckGet("/v1/dead-letters/7", RenderDeadLetter(unreadable, LeadRecord())), "");
  DeadLetterGroup group;
  group.cause = "rejected";
  group.count = 3;
  group.first_at = At(0);
  group.last_at = At(1);
  EXPECT_EQ(CheckGet("/v1/dead-letters/groups", RenderGroups({group})), "");
}

TEST(OpenApiOperatorsTest, ReplaysAreAsDocumented) {
  ReplayItemRecord failure;
  failure.dead_letter = 7;
  failure.destination = "crm";
  failure.reason = "not configured";
  const std::string shown = RenderReplay(SampleReplay(), {failure});
  EXPECT_EQ(CheckGet("/v1/replays/rp_1", shown), "");
  EXPECT_EQ(Api().Check({"POST", "/v1/replays", 202, "application/json", shown}), "");
  EXPECT_EQ(Api().Check({"POST", "/v1/replays/rp_1:pause", 200, "application/json", shown}), "");
  ReplayRecord done = SampleReplay();
  done.state = "done";
  done.finished_at = At(9);
  EXPECT_EQ(CheckGet("/v1/replays", RenderReplays({SampleReplay(), done}, 2)), "");
  ReplayPlan plan;
  plan.matching = 4;
  plan.replayable = {{"crm", 3}};
  EXPECT_EQ(Api().Check({"POST", "/v1/replays", 200, "application/json", RenderPlan(plan, 2.5)}),
            "");
}

TEST(OpenApiOperatorsTest, BooksAndDestinationsAreAsDocumented) {
  EXPECT_EQ(CheckGet("/v1/books", RenderBooks({{"crm", {5, 1, 1, 2, 0, 1, 0}}, {"news", {}}})), "");
  std::vector<DestinationView> views;
  for (const char* state : {"ready",
                            "throttled",
                            "breaker open",
                            "breaker half-open",
                            "paused",
                            "unauthorized",
                            "unknown",
                            "not configured"}) {
    DestinationView view;
    view.name = "crm";
    view.connector = "hubspot";
    view.state = state;
    view.detail = "why";
    view.until = At(60);
    view.waiting = 12;
    views.push_back(view);
  }
  views.emplace_back().state = "unknown";
  const std::string body = RenderDestinations(views);
  EXPECT_EQ(CheckGet("/v1/destinations", body), "");
  for (const char* verb : {"pause", "resume"}) {
    const std::string path = std::string("/v1/destinations/crm:") + verb;
    EXPECT_EQ(Api().Check({"POST", path, 200, "application/json", body}), "");
  }
}

TEST(OpenApiOperatorsTest, ProblemsAreAsDocumented) {
  for (const Problem& problem : {NotJson("it ends too early"),
                                 Unauthorized(),
                                 Forbidden("from elsewhere"),
                                 NotFound("no"),
                                 BadRequest({{"/filter/since", "must be a time"}}),
                                 FromStatus(absl::FailedPreconditionError("it is done")),
                                 FromStatus(absl::UnavailableError("Redis is away"))}) {
    const http::Response response = ToResponse(problem);
    const std::string type(response.headers.Get("content-type"));
    EXPECT_EQ(Api().Check({"POST", "/v1/replays", response.status, type, response.body}), "")
        << problem.code;
  }
}

// The path with something that fits in every place of a parameter.
std::string Filled(std::string path) {
  for (size_t open; (open = path.find('{')) != path.npos;) {
    path.replace(open, path.find('}') - open + 1, "1");
  }
  return path;
}

TEST(OpenApiOperatorsTest, EveryOperationIsACommandAndEveryCommandAnOperation) {
  std::set<size_t> commands;
  for (const test::OpenApi::Operation& operation : Api().operations()) {
    if (operation.tag != "operators") continue;
    http::Request request;
    request.method = operation.method;
    request.url = Filled(operation.path);
    if (operation.path == "/v1/dead-letters:discard" || operation.path == "/v1/replays") {
      request.body = R"({"filter":{"all":true}})";
    }
    const std::variant<Command, Problem> read = ReadCommand(request);
    const auto* command = std::get_if<Command>(&read);
    ASSERT_NE(command, nullptr) << operation.method << " " << operation.path << ": "
                                << std::get<Problem>(read).detail;
    commands.insert(command->index());
  }
  EXPECT_EQ(commands.size(), std::variant_size_v<Command>);
}

TEST(OpenApiOperatorsTest, EveryParameterOfAListIsTaken) {
  http::Request request;
  request.method = "GET";
  request.url =
      "/v1/dead-letters?destination=a&cause=b&group=c&reason=d&lead_id=e&state=all&limit=5&cursor=9"
      "&since=2026-03-01T09:30:00Z&until=2026-03-02T09:30:00Z";
  EXPECT_TRUE(std::holds_alternative<Command>(ReadCommand(request)));
}

}  // namespace
}  // namespace leadrelay::dlq
