// Answers of any form, in any order: every job comes to an outcome within the delivery loop's
// patience, and nothing is ever written without the lead that it belongs to.

#include <random>

#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using delivery::Call;
using delivery::Reply;

constexpr size_t kPatience = 16 + 8;  // As in deliver/conversation.cc, for one job.

const std::vector<std::string>& Bodies() {
  static const std::vector<std::string> bodies = {
      "",
      "{}",
      "[]",
      R"({"data":[]})",
      R"({"data":[5,null,{}]})",
      R"({"data":[{"id":"cont_1","emails":[{"email":"ann@example.com"}]}]})",
      R"({"data":[{"id":"cont_1","lead_id":"lead_1","emails":[{"email":"ann@example.com"}]}]})",
      R"({"data":[{"id":"lead_1","name":"Example Ltd"}]})",
      R"({"data":[{"id":"oppo_1","note":"Website","date_created":"2026-09-01T10:00:01+00:00"}]})",
      R"({"data":[{"id":"stat_1","label":"Qualified","type":"active"}]})",
      R"({"id":"cont_1"})",
      R"({"id":"cont_1","lead_id":"lead_1","emails":[]})",
      R"({"id":"lead_1","contacts":[{"id":"cont_1"}]})",
      R"({"contacts":[{"id":"cont_1"}]})",
      R"({"id":5,"lead_id":null,"contacts":{}})",
      R"({"error":"no"})",
      R"({"field-errors":{"lead_id":"no"}})",
  };
  return bodies;
}

const std::vector<std::string>& LeadTexts() {
  static const std::vector<std::string> texts = {
      R"({"email":"ann@example.com","company":"Example Ltd","note":"Hello","task":{"title":"Call"},
          "deal":{"title":"Website","value":1,"stage":"qualified"}})",
      R"({"email":"ann@example.com","operation":"move_deal",
          "deal":{"title":"Website","stage":"qualified"}})",
      R"({"phone":"+15550100001","operation":"add_note","note":"Hello"})",
  };
  return texts;
}

void ExpectALead(const Call& call) {
  const bool hangs_on_lead = call.step == "create contact" || call.step == "create opportunity" ||
                             call.step == "create note" || call.step == "create task";
  if (!hangs_on_lead) return;
  const json::Document body = *json::Document::Parse(call.request.body);
  EXPECT_NE(body.root().Find("lead_id").StringOr(""), "") << call.step;
}

TEST(CloseProperty, EveryJobComesToAnEnd) {
  const Configured configured =
      ConfigureFrom("close", "settings: {api_key: '${TOKEN}', join_company: true}");
  ASSERT_EQ(configured.faults, "");
  std::mt19937 random(1);
  const auto pick = [&random](size_t count) { return random() % count; };
  for (int round = 0; round < 20'000; ++round) {
    Leads leads({LeadTexts()[pick(LeadTexts().size())]});
    delivery::Batch& batch = leads.batch;
    batch.jobs[0].unknown = pick(2) == 0;
    size_t calls = 0;
    std::optional<Call> call = configured.connector->Next(batch, nullptr);
    while (call.has_value()) {
      ASSERT_LE(++calls, kPatience);
      ExpectALead(*call);
      constexpr int kStatuses[] = {200, 200, 200, 200, 200, 200, 201, 400, 404, 503};
      const Reply reply{*call, {kStatuses[pick(10)], {}, Bodies()[pick(Bodies().size())]}};
      batch.now += absl::Seconds(20);
      call = configured.connector->Next(batch, &reply);
    }
    ASSERT_TRUE(batch.jobs[0].outcome.has_value());
  }
}

}  // namespace
}  // namespace leadrelay::test
