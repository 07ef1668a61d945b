// Marks: from the outcome that makes one due to the destination's queue, through crashes.

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/lead/envelope.h"
#include "common/lead/topology.h"
#include "tests/integration/dlq/harness.h"
#include "tests/unit/dlq/facts.h"

namespace leadrelay::dlq {
namespace {

using testing::HasSubstr;

constexpr char kSheet[] =
    "  sheet:\n"
    "    connector: google-sheets\n"
    "    mark_synced: true\n";

amqp::Message Delivered(const std::string& prefix, int count, const std::string& destination) {
  std::vector<lead::OutcomeEvent> events;
  for (int i = 0; i < count; ++i) {
    events.push_back(test::Delivered(absl::StrCat(prefix, i), destination));
  }
  return OutcomesMessage(events);
}

// Leads <prefix>0 ... that have arrived in the CRM and in the sheet.
std::vector<amqp::Message> Synced(const std::string& prefix, int count) {
  std::vector<amqp::Message> messages;
  for (int i = 0; i < count; ++i) {
    messages.push_back(AcceptedMessage(absl::StrCat(prefix, i), {"crm-a", "sheet"}));
  }
  messages.push_back(Delivered(prefix, count, "sheet"));
  messages.push_back(Delivered(prefix, count, "crm-a"));
  return messages;
}

// Takes every mark that is out, copies and all.  Their leads, each with the mark's id.
std::map<std::string, std::set<std::string>> TakeMarks(Dlq& dlq) {
  std::map<std::string, std::set<std::string>> marks;
  const int64_t out = dlq.Ready("deliver.sheet");
  for (const amqp::Message& message : dlq.Take("sheet", static_cast<size_t>(out))) {
    const auto envelope = lead::Envelope::Parse(message.body);
    EXPECT_TRUE(envelope.ok()) << envelope.status();
    const json::Value document = envelope->lead.root();
    EXPECT_EQ(document.Find("operation").AsString(), "mark_synced");
    marks[document.Find("synced_lead_id").StringOr("")].insert(message.message_id);
  }
  return marks;
}

TEST(MarkTest, IsPublishedOnceTheOthersHaveTheLead) {
  Dlq dlq(kSheet);
  dlq.Publish(AcceptedMessage("ld_0", {"crm-a", "crm-b", "sheet"}));
  dlq.Publish({Delivered("ld_", 1, "sheet"), Delivered("ld_", 1, "crm-a")});
  dlq.Publish(DeadMessage(test::Dead("ld_0", "crm-b")));
  dlq.WaitFor("dead", [&] { return dlq.Book("crm-b", "dead") == 1; });
  EXPECT_EQ(dlq.Ready("deliver.sheet"), 0);
  EXPECT_EQ(dlq.Book("sheet", "accepted"), 1);

  // Once a replay has delivered it, it is.
  const std::string replay = dlq.Replay(R"({"filter":{"destination":"crm-b"}})");
  dlq.WaitFor("sent again", [&] { return dlq.Items(replay, "published") == 1; });
  dlq.Publish(OutcomesMessage({test::Delivered("ld_0", "crm-b", replay)}));
  dlq.WaitFor("the mark in the books", [&] { return dlq.Book("sheet", "accepted") == 2; });
  const auto marks = TakeMarks(dlq);
  ASSERT_EQ(marks.size(), 1u);
  const std::string id = *marks.at("ld_0").begin();

  dlq.Publish(OutcomesMessage({test::Delivered(id, "sheet")}));
  dlq.WaitFor("marked", [&] { return dlq.Book("sheet", "delivered") == 2; });
  EXPECT_EQ(dlq.Book("sheet", "in_flight"), 0);
  EXPECT_EQ(dlq.Book("sheet", "difference"), 0);
  EXPECT_THAT(dlq.Get("/metrics").body, HasSubstr("leadrelay_marks_waiting 0\n"));
  EXPECT_THAT(dlq.Get("/metrics").body, HasSubstr("leadrelay_marks_published_total 1\n"));
}

TEST(MarkTest, ThroughCrashesNoneIsLostAndCopiesAreTheSame) {
  constexpr int kLeads = 2000;
  Dlq dlq(kSheet);
  dlq.Publish(Synced("ld_", kLeads));
  for (int crash = 0; crash < 3; ++crash) {
    dlq.WaitFor("some are out", [&] { return dlq.Book("sheet", "accepted") > kLeads + crash; });
    dlq.process().Kill9();
    dlq.Start();
  }
  dlq.WaitFor("all are out", [&] {
    return dlq.Book("sheet", "accepted") == 2 * kLeads &&
           dlq.Get("/metrics").body.find("leadrelay_marks_waiting 0\n") != std::string::npos;
  });
  const auto marks = TakeMarks(dlq);
  EXPECT_EQ(marks.size(), static_cast<size_t>(kLeads));
  std::vector<lead::OutcomeEvent> outcomes;
  for (const auto& [lead_id, ids] : marks) {
    ASSERT_EQ(ids.size(), 1u) << lead_id;
    outcomes.push_back(test::Delivered(*ids.begin(), "sheet"));
  }
  dlq.Publish(OutcomesMessage(outcomes));
  dlq.WaitFor("all marked", [&] { return dlq.Book("sheet", "delivered") == 2 * kLeads; });
  EXPECT_EQ(dlq.Book("sheet", "in_flight"), 0);
  EXPECT_EQ(dlq.Book("sheet", "difference"), 0);
}

TEST(MarkTest, WaitsForTheBroker) {
  constexpr int kLeads = 500;
  Dlq dlq(kSheet);
  dlq.Publish(Synced("ld_", kLeads));
  TheBroker().Restart();
  dlq.WaitFor("all are out", [&] { return dlq.Book("sheet", "accepted") == 2 * kLeads; });
  const auto marks = TakeMarks(dlq);
  EXPECT_EQ(marks.size(), static_cast<size_t>(kLeads));
  for (const auto& [lead_id, ids] : marks) EXPECT_EQ(ids.size(), 1u) << lead_id;
  dlq.WaitFor("ready", [&] { return dlq.Get("/readyz").status == 200; });
}

}  // namespace
}  // namespace leadrelay::dlq
