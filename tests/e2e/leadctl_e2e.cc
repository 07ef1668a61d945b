// leadctl as an operator runs it: its output, its exit codes, and what is in the CRM afterwards.

#include <fstream>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/e2e/leadctl.h"
#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

using test::Eventually;
using test::Process;
using test::ReadWholeFile;

// One attempt: what is refused is a dead letter at once.
constexpr char kNoRetry[] =
    "    retry:\n"
    "      ladder: [1s]\n"
    "      jitter: 0\n"
    "    breaker:\n"
    "      failures: 0\n";

StackOptions OneWebhook() {
  StackOptions options;
  options.destinations = WebhookDestination("orders", kNoRetry);
  return options;
}

std::string WriteCsv(const Stack& stack, int rows, const std::string& last_lines = "") {
  const std::string path = stack.folder() + "/leads.csv";
  std::ofstream file(path);
  file << "E-Mail,Name,Consent,plan\r\n";
  for (int i = 0; i < rows; ++i) {
    file << EmailOf(i) << ",\"Ada, called \"\"P" << i << "\"\"\",yes,pro\r\n";
  }
  file << last_lines;
  return path;
}

int64_t RowsDone(const std::string& file) {
  absl::StatusOr<json::Document> document =
      json::Document::Parse(ReadWholeFile(file + ".leadctl-resume"));
  return document.ok() ? document->root().Find("rows").Int64Or(0) : 0;
}

TEST(LeadctlE2e, FileKilledInTheMiddleIsSentOnce) {
  constexpr int kLeads = 2000;
  StackOptions options = OneWebhook();
  // Slow enough to be killed on the way; also, 429 is no loss.
  options.publishers =
      "    requests_per_second: 500\n"
      "    burst: 300\n";
  Stack stack(options);
  Leadctl leadctl(stack);
  const std::string file = WriteCsv(stack, kLeads);
  const std::vector<std::string> send = {"send", "--file", file, "--batch", "50"};

  std::unique_ptr<Process> first = leadctl.Start(send);
  ASSERT_TRUE(Eventually([&] { return RowsDone(file) >= 200; }, kLeadctlPatience))
      << leadctl.Output();
  first->Kill9();
  ASSERT_EQ(first->Wait(milliseconds(0)), 128 + SIGKILL) << "it had ended before it was killed";
  ASSERT_LT(RowsDone(file), kLeads);

  ASSERT_EQ(leadctl.Run(send), 0) << leadctl.Output();
  EXPECT_NE(leadctl.Output().find("2,000 accepted"), std::string::npos) << leadctl.Output();
  EXPECT_NE(leadctl.Output().find("Going on after row"), std::string::npos) << leadctl.Output();
  EXPECT_EQ(ReadWholeFile(file + ".leadctl-resume"), "");

  ASSERT_EQ(leadctl.Run({"--json", "books", "--wait", "--timeout", "50s"}), 0) << leadctl.Output();
  const json::Document books = leadctl.Json();
  EXPECT_EQ(books.root().Pointer("/destinations/0/accepted").Int64Or(0), kLeads);
  EXPECT_EQ(books.root().Pointer("/destinations/0/delivered").Int64Or(0), kLeads);
  EXPECT_EQ(stack.Reported("/webhook/receivers/orders/records"), kLeads);
  EXPECT_EQ(stack.Reported("/webhook/receivers/orders/duplicates"), 0);

  // The whole file once more, from its first row: every lead has been there before.  Where Redis
  // is slow to say so (a busy machine), one is accepted again, and is the same lead all the same.
  ASSERT_EQ(leadctl.Run({"--json", "send", "--file", file}), 0) << leadctl.Output();
  const std::string accepted = R"("accepted":2000,"accepted_before":)";
  EXPECT_NE(leadctl.Output().find(accepted), std::string::npos) << leadctl.Output();
  EXPECT_EQ(leadctl.Output().find(accepted + "0,"), std::string::npos) << leadctl.Output();
  EXPECT_TRUE(stack.WaitForBalance("orders", kLeads)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/webhook/receivers/orders/records"), kLeads);
  EXPECT_EQ(stack.Reported("/webhook/receivers/orders/duplicates"), 0);
}

TEST(LeadctlE2e, RejectedRowsAreNamed) {
  Stack stack(OneWebhook());
  Leadctl leadctl(stack);
  const std::string file =
      WriteCsv(stack, 3, "not an address,Ben,yes,pro\r\ncleo@example.com,Cleo\r\n");
  EXPECT_EQ(leadctl.Run({"send", "--file", file}), 3) << leadctl.Output();
  EXPECT_NE(leadctl.Output().find("3 accepted, 2 rejected"), std::string::npos) << leadctl.Output();
  const std::string rejected = ReadWholeFile(file + ".rejected.ndjson");
  EXPECT_NE(rejected.find(R"("row":4,"line":5)"), std::string::npos) << rejected;
  EXPECT_NE(rejected.find("/email"), std::string::npos) << rejected;
  EXPECT_NE(rejected.find("the row has 2 cells, the header has 4"), std::string::npos) << rejected;
  EXPECT_EQ(rejected.find("not an address"), std::string::npos) << rejected;
  EXPECT_EQ(rejected.find("cleo@"), std::string::npos) << rejected;
}

TEST(LeadctlE2e, DeadLettersAreListedAndReplayed) {
  Stack stack(OneWebhook());
  Leadctl leadctl(stack);
  stack.Fault(R"([{"kind":"status","status":400,"times":2}])");
  ASSERT_EQ(leadctl.Run({"--json", "send", "--email", EmailOf(1), "--consent"}), 0)
      << leadctl.Output();
  const std::string lead_id = leadctl.Json().root().Find("lead_id").StringOr("");
  ASSERT_EQ(leadctl.Run({"send", "--email", EmailOf(2), "--consent", "--field", "plan=pro"}), 0)
      << leadctl.Output();
  ASSERT_TRUE(stack.WaitForBook("orders", "dead", 2)) << stack.Logs();
  EXPECT_EQ(leadctl.Run({"books"}), 0) << leadctl.Output();

  ASSERT_EQ(leadctl.Run({"--json", "dlq", "list", "--destination", "orders"}), 0);
  EXPECT_EQ(leadctl.Json().root().Find("dead_letters").size(), 2u) << leadctl.Output();
  ASSERT_EQ(leadctl.Run({"dlq", "groups"}), 0);
  EXPECT_NE(leadctl.Output().find("rejected"), std::string::npos) << leadctl.Output();
  EXPECT_EQ(leadctl.Run({"dlq", "replay", "--all"}), 2) << "without --yes and nobody to ask";
  EXPECT_EQ(leadctl.Run({"dlq", "replay", "--all", "--dry-run"}), 0) << leadctl.Output();
  EXPECT_NE(leadctl.Output().find("Would replay 2 of 2"), std::string::npos) << leadctl.Output();

  EXPECT_EQ(leadctl.Run({"dlq", "replay", "--destination", "orders", "--yes", "--wait"}), 0)
      << leadctl.Output();
  EXPECT_EQ(stack.Reported("/webhook/receivers/orders/records"), 2);
  EXPECT_EQ(leadctl.Run({"dlq", "list"}), 0);
  EXPECT_EQ(leadctl.Output(), "No dead letters.\n");
  EXPECT_EQ(leadctl.Run({"replays", "list"}), 0);
  EXPECT_NE(leadctl.Output().find("done"), std::string::npos) << leadctl.Output();

  ASSERT_EQ(leadctl.Run({"status", lead_id}), 0) << leadctl.Output();
  EXPECT_NE(leadctl.Output().find("orders: delivered"), std::string::npos) << leadctl.Output();
  EXPECT_EQ(leadctl.Output().find(EmailOf(1)), std::string::npos) << leadctl.Output();
  ASSERT_EQ(leadctl.Run({"status", lead_id, "--lead"}), 0) << leadctl.Output();
  EXPECT_NE(leadctl.Output().find(EmailOf(1)), std::string::npos) << leadctl.Output();
}

TEST(LeadctlE2e, DestinationsAreTestedPausedAndResumed) {
  StackOptions options;
  options.destinations =
      absl::StrCat(HubSpotDestination("hubspot", kNoRetry), WebhookDestination("orders", kNoRetry));
  Stack stack(options);
  Leadctl leadctl(stack);
  EXPECT_EQ(leadctl.Run({"config", "check"}), 0) << leadctl.Output();
  EXPECT_EQ(leadctl.Run({"test", "orders"}), 0) << leadctl.Output();
  stack.Fault(R"([{"kind":"status","status":401,"system":"hubspot"}])");
  EXPECT_EQ(leadctl.Run({"test", "hubspot"}), 1) << leadctl.Output();
  EXPECT_NE(leadctl.Output().find("FAILED"), std::string::npos) << leadctl.Output();
  stack.ClearFaults();

  ASSERT_EQ(leadctl.Run({"destinations", "pause", "hubspot", "--reason", "migration"}), 0)
      << leadctl.Output();
  ASSERT_EQ(leadctl.Run({"send", "--email", EmailOf(1), "--consent"}), 0) << leadctl.Output();
  EXPECT_EQ(leadctl.Run({"books", "--wait", "--timeout", "1s"}), 1) << leadctl.Output();
  ASSERT_EQ(leadctl.Run({"destinations", "resume", "hubspot"}), 0) << leadctl.Output();
  EXPECT_EQ(leadctl.Run({"books", "--wait", "--timeout", "30s"}), 0) << leadctl.Output();
}

TEST(LeadctlE2e, AServiceThatIsNotThereIsExitCodeFour) {
  StackOptions options = OneWebhook();
  options.start_delivery = false;
  Stack stack(options);
  Leadctl leadctl(stack);
  EXPECT_EQ(leadctl.Run({"--api", "http://127.0.0.1:1", "books"}), 4);
  EXPECT_EQ(leadctl.Run({"send", "--url", "http://127.0.0.1:1", "--email", EmailOf(1)}), 4);
  EXPECT_EQ(leadctl.Run({"status", "ld_unknown"}), 1) << leadctl.Output();
  EXPECT_EQ(leadctl.Run({"books", "--waitt"}), 2);
}

}  // namespace
}  // namespace leadrelay::e2e
