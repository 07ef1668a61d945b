// Companies on their way into HubSpot, as the sandbox plays it: it makes any number of one name.

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/e2e/leadctl.h"
#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

using test::Eventually;

constexpr char kQuickRetry[] =
    "    retry:\n"
    "      ladder: [1s, 1s, 1s]\n"
    "      jitter: 0\n"
    "    breaker:\n"
    "      failures: 0\n";
constexpr char kCompanies[] =
    "      access_token: ${HUBSPOT_TOKEN}\n"
    "      company_id_property: leadrelay_id\n";

StackOptions Companies(const std::string& more = "", const std::string& settings = "") {
  StackOptions options;
  options.destinations = HubSpotDestination(
      "hubspot", absl::StrCat(kQuickRetry, more), absl::StrCat(kCompanies, settings));
  return options;
}

// Person `number` of company `company`.
std::string LeadOf(int number, int company, const std::string& more = "") {
  return absl::StrCat(R"({"email":")",
                      EmailOf(number),
                      R"(","last_name":"Lovelace","consent_given":true,"company":"Works )",
                      company,
                      "\"",
                      more,
                      "}");
}

// Calls of two processes at a time, and of each company at least one answer that is lost.
TEST(HubSpotE2e, CompaniesOfManyLeadsAreMadeOnce) {
  constexpr int kLeads = 60;
  constexpr int kCompanyCount = 3;
  Stack stack(Companies("    batch_size: 4\n    concurrency: 4\n"));
  stack.StartDelivery();
  stack.Fault(R"([{"system":"hubspot","path":"companies/batch/upsert","kind":"drop_response",
                   "times":6},
                  {"system":"hubspot","path":"contacts/companies/batch","kind":"drop_response",
                   "times":2}])");
  std::string batch;
  for (int i = 0; i < kLeads; ++i) absl::StrAppend(&batch, LeadOf(i, i % kCompanyCount), "\n");
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBalance("hubspot", kLeads)) << stack.Logs();
  EXPECT_EQ(stack.Book("hubspot", "delivered"), kLeads);
  EXPECT_EQ(stack.Reported("/hubspot/contacts"), kLeads);
  EXPECT_EQ(stack.Reported("/hubspot/companies"), kCompanyCount);
  EXPECT_EQ(stack.Reported("/hubspot/contacts_of_companies"), kLeads);
  EXPECT_EQ(stack.Reported("/hubspot/duplicates"), 0);
}

TEST(HubSpotE2e, TheDealIsTheCompanysToo) {
  for (const char* settings : {"", "      deal_key_property: leadrelay_id\n"}) {
    Stack stack(Companies("", settings));
    stack.Fault(R"([{"system":"hubspot","path":"/deals/batch","kind":"drop_response","times":1},
                    {"system":"hubspot","path":"/companies/batch/create","kind":"status",
                     "status":503,"times":1}])");
    ASSERT_EQ(stack.Send(LeadOf(1, 1, R"(,"deal":{"title":"Website","value":700})")).status, 202);
    ASSERT_TRUE(stack.WaitForBook("hubspot", "delivered", 1)) << settings << stack.Logs();
    EXPECT_EQ(stack.Reported("/hubspot/companies"), 1) << settings;
    EXPECT_EQ(stack.Reported("/hubspot/deals"), 1) << settings;
    EXPECT_EQ(stack.Reported("/hubspot/contacts_of_companies"), 1) << settings;
    EXPECT_EQ(stack.Reported("/hubspot/deals_of_companies"), 1) << settings;
    EXPECT_EQ(stack.Reported("/hubspot/duplicates"), 0) << settings;
  }
}

TEST(HubSpotE2e, OneBadCompanyIsItsOwnLeadsTrouble) {
  Stack stack(Companies("    linger: 500ms\n",
                        "      company_mapping: {city: {from: form_data.city},"
                        " nosuch: form_data.nosuch}\n"));
  std::string batch;
  for (int i = 0; i < 10; ++i) {
    const std::string form = i == 4 ? R"({"nosuch":"x"})" : R"({"city":"Berlin"})";
    absl::StrAppend(&batch, LeadOf(i, 1, absl::StrCat(R"(,"form_data":)", form)), "\n");
  }
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBalance("hubspot", 10)) << stack.Logs();
  EXPECT_EQ(stack.Book("hubspot", "dead"), 1);
  EXPECT_EQ(stack.Reported("/hubspot/contacts"), 10) << "the person is there all the same";
  EXPECT_EQ(stack.Reported("/hubspot/contacts_of_companies"), 9);
  EXPECT_EQ(stack.Reported("/hubspot/companies"), 1);
}

TEST(HubSpotE2e, LeadctlSeesCompaniesAndTheirProperty) {
  Stack stack(Companies());
  Leadctl leadctl(stack);
  ASSERT_EQ(leadctl.Run({"test", "hubspot"}), 0) << leadctl.Output();
  EXPECT_NE(leadctl.Output().find("the mapped company properties exist"), std::string::npos)
      << leadctl.Output();
  ASSERT_EQ(stack.Send(LeadOf(1, 7)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("hubspot", "delivered", 1)) << stack.Logs();
  // HubSpot's search sees a write only later.
  const auto found = [&] {
    return leadctl.Run({"--json", "crm", "hubspot", "--object", "company", "search", "Works 7"}) ==
           0;
  };
  ASSERT_TRUE(Eventually(found, seconds(20))) << leadctl.Output();
  const std::string id = leadctl.Json().root().Pointer("/records/0/id").StringOr("");
  ASSERT_EQ(leadctl.Run({"crm", "hubspot", "--object", "company", "get", id}), 0)
      << leadctl.Output();
  EXPECT_NE(leadctl.Output().find("works 7"), std::string::npos) << leadctl.Output();
}

TEST(HubSpotE2e, LeadctlTestRefusesAPropertyWithoutUniqueValues) {
  StackOptions options = Companies();
  options.destinations = HubSpotDestination("hubspot",
                                            kQuickRetry,
                                            "      access_token: ${HUBSPOT_TOKEN}\n"
                                            "      company_id_property: domain\n");
  Stack stack(std::move(options));
  Leadctl leadctl(stack);
  EXPECT_EQ(leadctl.Run({"test", "hubspot"}), 1) << leadctl.Output();
  EXPECT_NE(leadctl.Output().find("domain is not a property with unique values"), std::string::npos)
      << leadctl.Output();
}

}  // namespace
}  // namespace leadrelay::e2e
