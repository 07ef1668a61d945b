// A delivery process that is killed between two steps of the same lead, in every CRM that takes
// deals: the deal is there, the note (in Airtable the task) is not yet, and nobody has written down
// that the deal is.  The next process has to find it.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include <gtest/gtest.h>

#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

using test::Eventually;

struct Crm {
  const char* name;      // Of the sandbox's system, of the connector and of the destination.
  const char* settings;  // Beside allow_http, with commas between; ${SANDBOX} is its URL.
  const char* stalled;   // The fault that keeps the last step from being done.
  const char* person;    // As the sandbox's report calls them.
  const char* deal;
  const char* last;
};

constexpr Crm kCrms[] = {
    {"hubspot",
     "base_url: ${SANDBOX}, access_token: ${KILLED_HUBSPOT}",
     R"("path": "/notes")",
     "contacts",
     "deals",
     "notes"},
    {"salesforce",
     "login_url: ${SANDBOX}/salesforce, client_id: sandbox-consumer, "
     "client_secret: ${KILLED_SALESFORCE}, person: contact",
     R"("body_contains": "Subject")",
     "contacts",
     "opportunities",
     "tasks"},
    {"pipedrive",
     "base_url: ${SANDBOX}/pipedrive, company_domain: sandbox, api_token: ${KILLED_PIPEDRIVE}",
     R"("path": "/v1/notes", "body_contains": "content")",
     "persons",
     "deals",
     "notes"},
    {"close",
     "base_url: ${SANDBOX}/close, api_key: ${KILLED_CLOSE}, search_lag: 3s",
     R"("path": "/activity/note/", "body_contains": "note")",
     "contact",
     "opportunity",
     "note"},
    {"zoho",
     "base_url: ${SANDBOX}/zoho, client_id: 1000.SANDBOX, client_secret: ${KILLED_ZOHO}, "
     "refresh_token: ${KILLED_ZOHO_REFRESH}",
     R"("path": "/Notes", "body_contains": "data")",
     "contacts",
     "deals",
     "notes"},
    {"activecampaign",
     "base_url: ${SANDBOX}/activecampaign, api_token: ${KILLED_ACTIVECAMPAIGN}",
     R"("path": "/notes", "body_contains": "note")",
     "contacts",
     "deals",
     "notes"},
    {"freshsales",
     "base_url: ${SANDBOX}/freshsales, api_key: ${KILLED_FRESHSALES}",
     R"("path": "/notes", "body_contains": "description")",
     "contacts",
     "deals",
     "notes"},
    {"airtable",
     "base_url: ${SANDBOX}/airtable/v0, access_token: ${KILLED_AIRTABLE}, "
     "base_id: appSandbox0000001, table: People, deal_table: Deals, task_table: To do",
     R"("path": "/To", "body_contains": "fields")",
     "People",
     "Deals",
     "To do"},
};

StackOptions AllOfThem() {
  StackOptions options;
  for (const Crm& crm : kCrms) {
    absl::StrAppend(&options.destinations,
                    "  ",
                    crm.name,
                    ":\n    connector: ",
                    crm.name,
                    "\n    allow_private_addresses: true\n    timeout: 5s\n    limits: []\n"
                    "    retry: {ladder: [1s, 1s, 1s], jitter: 0}\n    settings:\n      "
                    "allow_http: true\n      ",
                    absl::StrReplaceAll(crm.settings, {{", ", "\n      "}}),
                    "\n");
  }
  options.environment = {{"KILLED_HUBSPOT", "pat-na1-sandbox"},
                         {"KILLED_SALESFORCE", "sandbox-secret"},
                         {"KILLED_PIPEDRIVE", "sandbox-pipedrive-token"},
                         {"KILLED_CLOSE", "api_sandbox.key"},
                         {"KILLED_ZOHO", "zoho-sandbox-secret"},
                         {"KILLED_ZOHO_REFRESH", "1000.zoho-sandbox-refresh"},
                         {"KILLED_ACTIVECAMPAIGN", "ac-sandbox-key"},
                         {"KILLED_FRESHSALES", "fs-sandbox-key"},
                         {"KILLED_AIRTABLE", "patSandbox0000001.sandbox"}};
  return options;
}

int64_t Count(Stack& stack, const Crm& crm, const char* what) {
  return stack.Reported(absl::StrCat("/", crm.name, "/", what));
}

TEST(KilledBetweenStepsE2e, NothingIsMadeTwiceInAnyCrm) {
  Stack stack(AllOfThem());
  std::string faults;
  for (const Crm& crm : kCrms) {
    absl::StrAppend(&faults,
                    faults.empty() ? "" : ",",
                    R"({"kind": "stall", "system": ")",
                    crm.name,
                    R"(", )",
                    crm.stalled,
                    "}");
  }
  stack.Fault(absl::StrCat("[", faults, "]"));
  const std::string lead = Lead(1,
                                R"(,"deal":{"title":"Website","value":700,"stage":"qualified"},)"
                                R"("note":"Call me","task":{"title":"Call"})");
  ASSERT_EQ(stack.Send(lead).status, 202);
  for (const Crm& crm : kCrms) {
    ASSERT_TRUE(Eventually([&] { return Count(stack, crm, crm.deal) == 1; }, seconds(20)))
        << crm.name << stack.Logs();
    const int64_t tasks_of_the_lead = std::string(crm.last) == "tasks" ? 1 : 0;
    EXPECT_LE(Count(stack, crm, crm.last), tasks_of_the_lead) << crm.name;
  }
  stack.delivery().Kill9();
  stack.ClearFaults();
  stack.RestartDelivery(0);

  for (const Crm& crm : kCrms) {
    SCOPED_TRACE(crm.name);
    ASSERT_TRUE(stack.WaitForBalance(crm.name, 1, seconds(60))) << stack.Logs();
    EXPECT_EQ(stack.Book(crm.name, "delivered"), 1) << stack.Logs();
    EXPECT_EQ(Count(stack, crm, crm.person), 1);
    EXPECT_EQ(Count(stack, crm, crm.deal), 1);
    EXPECT_EQ(Count(stack, crm, crm.last), std::string(crm.last) == "tasks" ? 2 : 1)
        << "the note and, where notes are tasks, the task";
    EXPECT_EQ(Count(stack, crm, "duplicates"), 0);
  }
}

}  // namespace
}  // namespace leadrelay::e2e
