#include "tests/hostile/stack_under_attack.h"

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/hostile/misbehaving_crms.h"

namespace leadrelay::e2e {
namespace {

// Everything ends fast: two attempts, a moment each.
std::string DestinationAt(const MisbehavingCrm& crm, int port) {
  const std::string url = absl::StrCat(crm.scheme, "://127.0.0.1:", port);
  const std::string settings =
      crm.connector == "hubspot"
          ? absl::StrCat("      base_url: ", url, "\n      access_token: ${HUBSPOT_TOKEN}\n")
          : absl::StrCat("      url: ", url, "/hook\n      remote_id_pointer: /id\n");
  return absl::StrCat("  ",
                      crm.name,
                      ":\n    connector: ",
                      crm.connector,
                      "\n    limits: []\n    allow_private_addresses: true\n    timeout: 2s\n"
                      "    concurrency: 1\n    retry:\n      ladder: [10ms]\n"
                      "    breaker:\n      failures: 0\n    settings:\n      allow_http: true\n",
                      settings);
}

struct World {
  World() {
    StackOptions options;
    options.destinations = WebhookDestination("steady");
    options.routes = "  - destinations: [steady]\n";
    for (const MisbehavingCrm& crm : MisbehavingCrms()) {
      listeners.push_back(std::make_unique<test::RawListener>(crm.script));
      options.destinations += DestinationAt(crm, listeners.back()->port());
      absl::StrAppend(&names, names.empty() ? "" : ", ", crm.name);
    }
    options.routes += absl::StrCat(
        "  - when:\n      - path: form_data.attack\n        exists: true\n    destinations: [",
        names,
        "]\n");
    options.destinations +=
        DestinationAt({.name = "unreachable", .script = nullptr, .end = ""}, test::UnusedPort());
    stack = std::make_unique<Stack>(options);
  }

  std::string names;
  std::vector<std::unique_ptr<test::RawListener>> listeners;
  std::unique_ptr<Stack> stack;
};

std::unique_ptr<World>& TheWorld() {
  static std::unique_ptr<World> world;
  return world;
}

}  // namespace

Stack& TheStack() {
  if (TheWorld() == nullptr) TheWorld() = std::make_unique<World>();
  return *TheWorld()->stack;
}

void StopTheStack() {
  TheWorld().reset();
}

std::string EndAt(const std::string& destination) {
  Stack& stack = TheStack();
  const auto ended = [&] {
    const json::Document books = stack.Books(destination);
    return books.root().Find("delivered").Int64Or(0) + books.root().Find("dead").Int64Or(0) == 1;
  };
  if (!test::Eventually(ended, seconds(20)))
    return "nothing: " + stack.Books(destination).root().ToJson();
  if (stack.Book(destination, "delivered") == 1) return "delivered";
  const json::Document letters = stack.Dlq("/v1/dead-letters?destination=" + destination);
  const json::Value letter = letters.root().Find("dead_letters").At(0);
  return absl::StrCat(
      "dead ", letter.Find("cause").StringOr(""), ": ", letter.Find("reason").StringOr(""));
}

void ExpectOthersFlow() {
  constexpr int kLeads = 50;
  static int number = 1000;
  const int64_t before = TheStack().Book("steady", "delivered");
  std::string batch;
  for (int i = 0; i < kLeads; ++i) absl::StrAppend(&batch, Lead(++number), "\n");
  ASSERT_EQ(TheStack().SendBatch(batch).status, 200);
  EXPECT_TRUE(TheStack().WaitForBook("steady", "delivered", before + kLeads)) << TheStack().Logs();
}

}  // namespace leadrelay::e2e
