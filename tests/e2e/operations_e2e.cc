// What is done about people who are known already: over HTTP and AMQP, into a CRM.

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

constexpr char kQuickRetry[] =
    "    retry:\n"
    "      ladder: [1s, 1s]\n"
    "      jitter: 0\n"
    "    breaker:\n"
    "      failures: 0\n";

std::string Operation(const std::string& operation, const std::string& more = "") {
  return Lead(1, absl::StrCat(R"(,"operation":")", operation, "\"", more));
}

class OperationsE2e : public testing::Test {
 protected:
  static StackOptions Options() {
    StackOptions options;
    options.destinations = HubSpotDestination("hubspot", kQuickRetry);
    return options;
  }
  Reply Do(const std::string& operation, const std::string& more = "") {
    return Post(Operation(operation, more));
  }
  Reply Post(const std::string& body) {
    return stack_.Ingest(
        "POST",
        "/v1/operations",
        body,
        {"Content-Type: application/json", absl::StrCat("X-Api-Key: ", std::string(kApiKey))});
  }
  Stack stack_{Options()};
};

TEST_F(OperationsE2e, EachIsDoneAndBooked) {
  ASSERT_EQ(stack_.Send(Lead(1)).status, 202);
  ASSERT_EQ(Do("create_deal", R"(,"deal":{"title":"Ten seats","value":4800})").status, 202);
  ASSERT_EQ(Do("add_note", R"(,"note":"Called back")").status, 202);
  ASSERT_EQ(Do("add_task", R"(,"task":{"title":"Send the offer","due":"2026-12-01"})").status, 202);
  ASSERT_EQ(Do("update_person", R"(,"phone":"+4930901820")").status, 202);
  ASSERT_TRUE(stack_.WaitForBalance("hubspot", 5)) << stack_.Logs();
  ASSERT_EQ(Do("move_deal", R"(,"deal":{"title":"Ten seats","stage":"won"})").status, 202);
  ASSERT_TRUE(stack_.WaitForBalance("hubspot", 6)) << stack_.Logs();

  EXPECT_EQ(stack_.Reported("/hubspot/contacts"), 1);
  EXPECT_EQ(stack_.Reported("/hubspot/duplicates"), 0);
  const json::Document contacts = stack_.Records("hubspot", "contacts");
  EXPECT_EQ(contacts.root().At(0).Find("properties").Find("phone").StringOr(""), "+4930901820");
  const json::Document deals = stack_.Records("hubspot", "deals");
  ASSERT_EQ(deals.root().size(), 1u);
  EXPECT_EQ(deals.root().At(0).Find("properties").Find("dealstage").StringOr(""), "closedwon");
  EXPECT_EQ(stack_.Records("hubspot", "notes").root().size(), 1u);
  EXPECT_EQ(stack_.Records("hubspot", "tasks").root().size(), 1u);
}

// The deal's creation is late, its move comes first: it waits for it.
TEST_F(OperationsE2e, AMoveWaitsForItsDeal) {
  stack_.Fault(
      R"({"system":"hubspot","path":"/deals/batch/create","kind":"status","status":503,"times":1})");
  ASSERT_EQ(Do("create_deal", R"(,"deal":{"title":"Ten seats"})").status, 202);
  ASSERT_EQ(Do("move_deal", R"(,"deal":{"title":"Ten seats","stage":"lost"})").status, 202);
  ASSERT_TRUE(stack_.WaitForBalance("hubspot", 2)) << stack_.Logs();
  EXPECT_EQ(stack_.Book("hubspot", "delivered"), 2);
  const json::Document deals = stack_.Records("hubspot", "deals");
  ASSERT_EQ(deals.root().size(), 1u);
  EXPECT_EQ(deals.root().At(0).Find("properties").Find("dealstage").StringOr(""), "closedlost");
}

TEST_F(OperationsE2e, ComeOverAmqpToo) {
  ASSERT_TRUE(stack_.PublishAmqp(Operation("add_note", R"(,"note":"Called back")"), "note-1"));
  ASSERT_TRUE(stack_.WaitForBalance("hubspot", 1)) << stack_.Logs();
  EXPECT_EQ(stack_.Records("hubspot", "notes").root().size(), 1u);
}

TEST_F(OperationsE2e, AreNotLeadsAndLeadsAreNotOperations) {
  EXPECT_EQ(stack_.Send(Operation("add_note", R"(,"note":"x")")).status, 422);
  EXPECT_EQ(Post(Lead(1)).status, 422);
  EXPECT_EQ(Do("mark_synced", R"(,"synced_lead_id":"ld_1")").status, 422);  // Ours alone.
}

}  // namespace
}  // namespace leadrelay::e2e
