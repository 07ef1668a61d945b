// leadctl and the CRMs: what `test`, `config check --live` and `crm` say, and what is in the CRM
// afterwards.

#include <fstream>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/e2e/leadctl.h"
#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

using test::Eventually;

constexpr char kNoRetry[] =
    "    retry:\n"
    "      ladder: [1s]\n"
    "      jitter: 0\n"
    "    breaker:\n"
    "      failures: 0\n";

// A hook's address is its secret.
constexpr char kZap[] =
    "  zap:\n"
    "    connector: zapier\n"
    "    allow_private_addresses: true\n"
    "    settings:\n"
    "      url: ${ZAPIER_HOOK}\n"
    "      allow_http: true\n";

StackOptions HubSpotAnd(const std::string& others = "") {
  StackOptions options;
  options.destinations = absl::StrCat(HubSpotDestination("hubspot", kNoRetry), others);
  options.environment = {{"ZAPIER_HOOK", "${SANDBOX}/zapier/hooks/catch/1234567/zap/"}};
  return options;
}

std::string WriteLead(const Stack& stack, const std::string& lead) {
  const std::string path = stack.folder() + "/lead.json";
  std::ofstream(path) << lead;
  return path;
}

size_t Contacts(Stack& stack) {
  return stack.Records("hubspot", "contacts").root().size();
}

#define EXPECT_SAYS(leadctl, words) \
  EXPECT_NE((leadctl).Output().find(words), std::string::npos) << (leadctl).Output()
#define EXPECT_DOES_NOT_SAY(leadctl, words) \
  EXPECT_EQ((leadctl).Output().find(words), std::string::npos) << (leadctl).Output()

TEST(LeadctlCrmE2e, TestShowsWhatIsLeftOfTheLimits) {
  Stack stack(HubSpotAnd());
  Leadctl leadctl(stack);
  ASSERT_EQ(leadctl.Run({"test", "hubspot"}), 0) << leadctl.Output();
  EXPECT_SAYS(leadctl, "10s: ");
  EXPECT_SAYS(leadctl, " of 100 left\n");
  ASSERT_EQ(leadctl.Run({"--json", "test", "hubspot"}), 0) << leadctl.Output();
  EXPECT_EQ(leadctl.Json().root().Pointer("/limits/0/of").Int64Or(0), 100) << leadctl.Output();
  EXPECT_FALSE(leadctl.Json().root().Find("dry").exists());
}

TEST(LeadctlCrmE2e, DryShowsTheFirstRequestAndSendsNothing) {
  Stack stack(HubSpotAnd(kZap));
  Leadctl leadctl(stack);
  ASSERT_EQ(leadctl.Run({"test", "hubspot", "--dry"}), 0) << leadctl.Output();
  EXPECT_SAYS(leadctl, "which was not sent:\n        POST http://");
  EXPECT_SAYS(leadctl, "leadrelay-test+");
  EXPECT_DOES_NOT_SAY(leadctl, "pat-na1-sandbox");

  const std::string file = WriteLead(stack, Lead(1));
  ASSERT_EQ(leadctl.Run({"--json", "test", "--all", "--dry", "--lead-file", file}), 0)
      << leadctl.Output();
  const json::Document answer = leadctl.Json();
  EXPECT_EQ(answer.root().Pointer("/dry/0/method").StringOr(""), "POST");
  EXPECT_EQ(answer.root().Pointer("/dry/0/body/inputs/0/id").StringOr(""), EmailOf(1));
  EXPECT_EQ(answer.root().Pointer("/dry/1/url").StringOr(""), "${ZAPIER_HOOK}");
  EXPECT_EQ(answer.root().Pointer("/dry/1/body/email").StringOr(""), EmailOf(1));
  EXPECT_DOES_NOT_SAY(leadctl, "hooks/catch");
  EXPECT_EQ(Contacts(stack), 0U);
  EXPECT_EQ(stack.Reported("/zapier/hooks/zap/records"), 0);

  WriteLead(stack, R"({"email":"not an address"})");
  EXPECT_EQ(leadctl.Run({"test", "hubspot", "--dry", "--lead-file", file}), 2);
  EXPECT_SAYS(leadctl, "/email: ");
}

TEST(LeadctlCrmE2e, ARealLeadIsDeliveredAndDeletedAgain) {
  Stack stack(HubSpotAnd(kZap));
  Leadctl leadctl(stack);
  EXPECT_EQ(leadctl.Run({"test", "hubspot", "--real"}), 2) << "without --yes and nobody to ask";
  EXPECT_EQ(stack.Reported("/hubspot/contacts"), 0);

  ASSERT_EQ(leadctl.Run({"test", "hubspot", "--real", "--yes"}), 0) << leadctl.Output();
  EXPECT_SAYS(leadctl, "ok      hubspot: delivered, created, id 51\n        Deleted again.\n");
  EXPECT_EQ(stack.Reported("/hubspot/contacts"), 1) << "it was never there";
  EXPECT_EQ(Contacts(stack), 0U);

  ASSERT_EQ(leadctl.Run({"test", "zap", "--real", "--yes"}), 0) << leadctl.Output();
  EXPECT_SAYS(leadctl, "NOT deleted");
}

TEST(LeadctlCrmE2e, WhatWasThereBeforeIsNotDeleted) {
  Stack stack(HubSpotAnd());
  Leadctl leadctl(stack);
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("hubspot", "delivered", 1)) << stack.Logs();
  const std::string file = WriteLead(stack, Lead(1));
  ASSERT_EQ(leadctl.Run({"--json", "test", "hubspot", "--real", "--yes", "--lead-file", file}), 0)
      << leadctl.Output();
  const json::Document answer = leadctl.Json();
  EXPECT_EQ(answer.root().Pointer("/real/0/effect").StringOr(""), "updated");
  EXPECT_EQ(answer.root().Pointer("/real/0/cleanup").StringOr(""), "not ours");
  EXPECT_EQ(Contacts(stack), 1U);
}

TEST(LeadctlCrmE2e, ARealLeadThatIsRefusedOrStays) {
  Stack stack(HubSpotAnd());
  Leadctl leadctl(stack);
  const std::vector<std::string> real = {"test", "hubspot", "--real", "--yes"};
  stack.Fault(R"([{"kind":"status","status":400,"path":"/batch/upsert",)"
              R"("body":"{\"status\":\"error\",\"category\":\"VALIDATION_ERROR\"}"}])");
  EXPECT_EQ(leadctl.Run(real), 1) << leadctl.Output();
  EXPECT_SAYS(leadctl, "FAILED  hubspot: rejected: VALIDATION_ERROR\n        correct the value");
  stack.ClearFaults();

  // The upsert goes by, the deletion does not.
  stack.Fault(R"([{"kind":"status","status":403,"path":"/contacts/","skip":1}])");
  EXPECT_EQ(leadctl.Run(real), 3) << leadctl.Output();
  EXPECT_SAYS(leadctl, "NOT deleted, it is there under the id ");
  EXPECT_EQ(Contacts(stack), 1U);
  stack.ClearFaults();

  stack.Fault(R"([{"kind":"status","status":401,"system":"hubspot"}])");
  EXPECT_EQ(leadctl.Run(real), 1) << leadctl.Output();
  EXPECT_SAYS(leadctl, "hubspot: no lead was sent");
  EXPECT_EQ(Contacts(stack), 1U);
}

TEST(LeadctlCrmE2e, APausedDestinationIsLeftAlone) {
  Stack stack(HubSpotAnd());
  Leadctl leadctl(stack);
  ASSERT_EQ(leadctl.Run({"destinations", "pause", "hubspot", "--reason", "migration"}), 0)
      << leadctl.Output();
  EXPECT_EQ(leadctl.Run({"test", "hubspot"}), 0) << leadctl.Output();
  EXPECT_EQ(leadctl.Run({"crm", "hubspot", "search", EmailOf(1)}), 4);
  EXPECT_SAYS(leadctl, "nothing may be sent to it now: paused, migration\n");
  EXPECT_EQ(leadctl.Run({"test", "hubspot", "--real", "--yes"}), 4);
  EXPECT_SAYS(leadctl,
              "no lead was sent\n        nothing may be sent to it now: paused, migration");
  ASSERT_EQ(leadctl.Run({"destinations", "resume", "hubspot"}), 0) << leadctl.Output();
  EXPECT_EQ(leadctl.Run({"test", "hubspot", "--real", "--yes"}), 0) << leadctl.Output();
}

TEST(LeadctlCrmE2e, ConfigCheckAsksLive) {
  Stack stack(HubSpotAnd(kZap));
  Leadctl leadctl(stack);
  ASSERT_EQ(leadctl.Run({"config", "check", "--live"}), 0) << leadctl.Output();
  EXPECT_SAYS(leadctl, " is valid: ");
  EXPECT_SAYS(leadctl, "ok      hubspot: ");
  EXPECT_SAYS(leadctl, "ok      zap: ");

  stack.Fault(R"([{"kind":"status","status":401,"system":"hubspot"}])");
  EXPECT_EQ(leadctl.Run({"--json", "config", "check", "--live"}), 1) << leadctl.Output();
  EXPECT_FALSE(leadctl.Json().root().Find("ok").BoolOr(true));
  EXPECT_EQ(leadctl.Json().root().Find("faults").size(), 0U);
  stack.ClearFaults();

  // A fault of one destination does not keep the other from being asked.
  std::string text = test::ReadWholeFile(stack.config_path());
  const size_t key = text.find("access_token:");
  ASSERT_NE(key, std::string::npos) << text;
  const std::string faulty = stack.folder() + "/faulty.yaml";
  std::ofstream(faulty) << text.replace(key, 6, "acess");
  EXPECT_EQ(leadctl.Run({"config", "check", faulty, "--live"}), 1) << leadctl.Output();
  EXPECT_SAYS(leadctl, "access_token\"?");
  EXPECT_SAYS(leadctl, "FAILED  hubspot\n        not asked: first mend the configuration\n");
  EXPECT_SAYS(leadctl, "ok      zap: ");
}

TEST(LeadctlCrmE2e, RecordsAreSearchedReadWrittenAndDeleted) {
  Stack stack(HubSpotAnd());
  Leadctl leadctl(stack);
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("hubspot", "delivered", 1)) << stack.Logs();
  // HubSpot's search sees a write only later.
  ASSERT_TRUE(Eventually(
      [&] {
        return leadctl.Run({"--json", "crm", "hubspot", "search", EmailOf(1)}) == 0;
      },
      seconds(20)))
      << leadctl.Output();
  const std::string id = leadctl.Json().root().Pointer("/records/0/id").StringOr("");
  ASSERT_FALSE(id.empty()) << leadctl.Output();

  ASSERT_EQ(leadctl.Run({"crm", "hubspot", "update", id, "phone=+4930901820"}), 0)
      << leadctl.Output();
  // Others use the account, too: what was refused for its speed is asked again.
  stack.Fault(
      R"([{"kind":"status","status":429,"retry_after":"1","path":"/contacts/","times":1}])");
  ASSERT_EQ(leadctl.Run({"crm", "hubspot", "get", id}), 0) << leadctl.Output();
  EXPECT_SAYS(leadctl, "+4930901820");
  EXPECT_SAYS(leadctl, EmailOf(1));
  ASSERT_EQ(leadctl.Run({"crm", "hubspot", "fields"}), 0) << leadctl.Output();
  EXPECT_SAYS(leadctl, "email");
  ASSERT_EQ(leadctl.Run({"crm", "hubspot", "stages"}), 0) << leadctl.Output();
  EXPECT_SAYS(leadctl, "closedwon");

  EXPECT_EQ(leadctl.Run({"crm", "hubspot", "delete", id}), 2) << "without --yes, nobody to ask";
  EXPECT_EQ(Contacts(stack), 1U);
  ASSERT_EQ(leadctl.Run({"crm", "hubspot", "delete", id, "--yes"}), 0) << leadctl.Output();
  EXPECT_EQ(Contacts(stack), 0U);
  EXPECT_EQ(leadctl.Run({"crm", "hubspot", "get", id}), 1) << leadctl.Output();
  EXPECT_SAYS(leadctl, "no such record");
  EXPECT_EQ(leadctl.Run({"crm", "hubspot", "--object", "invoice", "get", id}), 2);
  EXPECT_SAYS(leadctl, "does not offer `get` for invoice");
}

}  // namespace
}  // namespace leadrelay::e2e
