// Leads through the whole path into an Airtable base.

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/e2e/stack.h"

namespace leadrelay::e2e {
namespace {

constexpr char kDeal[] = R"(,"deal":{"title":"One","value":100,"currency":"EUR","stage":"new"})";

// A destination "airtable" of the sandbox's base, with all its tables; `credential` are members of
// its settings, `more` of the destination.
StackOptions OneAirtable(const std::string& more = "", const std::string& credential = "") {
  for (const auto& [name, value] : {std::pair{"AIRTABLE_TOKEN", "patSandbox0000001.sandbox"},
                                    {"AIRTABLE_CLIENT_SECRET", "sandbox-secret"},
                                    {"AIRTABLE_REFRESH_TOKEN", "oarSandbox0"}}) {
    setenv(name, value, 1);
  }
  StackOptions options;
  options.destinations = absl::StrCat(
      "  airtable:\n"
      "    connector: airtable\n"
      "    allow_private_addresses: true\n"
      "    timeout: 2s\n"
      "    retry:\n"
      "      ladder: [1s, 1s]\n"
      "      jitter: 0\n"
      "    breaker:\n"
      "      failures: 0\n",
      more,
      "    settings:\n"
      "      base_url: ${SANDBOX}/airtable/v0\n"
      "      token_url: ${SANDBOX}/airtable/oauth2/v1/token\n"
      "      allow_http: true\n"
      "      base_id: appSandbox0000001\n"
      "      table: People\n"
      "      deal_table: Deals\n"
      "      task_table: To do\n",
      credential.empty() ? "      access_token: ${AIRTABLE_TOKEN}\n" : credential,
      "    mapping:\n"
      "      Score: form_data.score\n");
  return options;
}

json::Value FieldsOf(const json::Document& records, size_t index) {
  return records.root().At(index).Find("fields");
}

TEST(AirtableE2e, SecondLeadOfAPersonUpdatesTheFirst) {
  Stack stack(OneAirtable());
  ASSERT_EQ(stack.Send(Lead(1, R"(,"note":"First")")).status, 202);
  ASSERT_TRUE(stack.WaitForBook("airtable", "delivered", 1)) << stack.Logs();
  ASSERT_EQ(stack.Send(Lead(1, R"(,"note":"Second","form_data":{"score":"7"})")).status, 202);
  ASSERT_TRUE(stack.WaitForBook("airtable", "delivered", 2)) << stack.Logs();
  json::Document people = stack.Records("airtable", "People");
  ASSERT_EQ(people.root().size(), 1u);
  EXPECT_EQ(FieldsOf(people, 0).Find("Email").StringOr(""), EmailOf(1));
  EXPECT_EQ(FieldsOf(people, 0).Find("Score").Int64Or(0), 7);
  const std::string notes = FieldsOf(people, 0).Find("Notes").StringOr("");
  const size_t first = notes.find(": First\n\n[leadrelay ");
  ASSERT_NE(first, std::string::npos) << notes;
  EXPECT_NE(notes.find(": Second\n\n[leadrelay ", first), std::string::npos) << notes;
}

TEST(AirtableE2e, OneBadRecordOfABatchIsRejectedAlone) {
  Stack stack(OneAirtable("    linger: 500ms\n"));
  std::string batch;
  for (int i = 0; i < 8; ++i) {
    const std::string score = i == 3 ? "many" : absl::StrCat(i);
    absl::StrAppend(
        &batch, Lead(i, absl::StrCat(R"(,"form_data":{"score":")", score, "\"}")), "\n");
  }
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBalance("airtable", 8)) << stack.Logs();
  EXPECT_EQ(stack.Book("airtable", "delivered"), 7);
  EXPECT_EQ(stack.Reported("/airtable/People"), 7);
  json::Value letter = stack.Dlq("/v1/dead-letters").root().Find("dead_letters").At(0);
  EXPECT_EQ(letter.Find("cause").StringOr(""), "rejected") << letter.ToJson();
  EXPECT_NE(letter.Find("reason").StringOr("").find("INVALID_VALUE_FOR_COLUMN (Score)"),
            std::string::npos)
      << letter.ToJson();
}

TEST(AirtableE2e, ExpiredTokenIsRefreshedAndTheRefreshTokenRotates) {
  Stack stack(OneAirtable("",
                          "      client_id: sandbox-client\n"
                          "      client_secret: ${AIRTABLE_CLIENT_SECRET}\n"
                          "      refresh_token: ${AIRTABLE_REFRESH_TOKEN}\n"));
  for (int i = 1; i <= 3; ++i) {
    ASSERT_EQ(stack.Send(Lead(i)).status, 202);
    ASSERT_TRUE(stack.WaitForBook("airtable", "delivered", i)) << stack.Logs();
    stack.Fault(R"({"system":"airtable","path":"/v0/","kind":"expire_tokens","times":1})");
  }
  EXPECT_EQ(stack.Book("airtable", "dead"), 0);
}

TEST(AirtableE2e, CommittedThenDroppedIsOneRecord) {
  Stack stack(OneAirtable());
  stack.Fault(R"([{"system":"airtable","path":"/People","kind":"drop_response","times":1},
                  {"system":"airtable","path":"/Deals","kind":"drop_response","times":1}])");
  ASSERT_EQ(stack.Send(Lead(1, kDeal)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("airtable", "delivered", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/airtable/People"), 1);
  EXPECT_EQ(stack.Reported("/airtable/Deals"), 1);
}

TEST(AirtableE2e, DealNoteAndTaskAreResumedAfterAFailureBetweenThem) {
  Stack stack(OneAirtable());
  stack.Fault(R"([{"system":"airtable","path":"/People","skip":1,"kind":"drop_response","times":1},
                  {"system":"airtable","path":"/To","kind":"status","status":503,"times":1}])");
  ASSERT_EQ(
      stack.Send(Lead(1, absl::StrCat(kDeal, R"(,"note":"Hi","task":{"title":"Call"})"))).status,
      202);
  ASSERT_TRUE(stack.WaitForBook("airtable", "delivered", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/airtable/People"), 1);
  EXPECT_EQ(stack.Reported("/airtable/Deals"), 1);
  EXPECT_EQ(stack.Reported("/airtable/To do"), 1);
  json::Document people = stack.Records("airtable", "People");
  const std::string notes = FieldsOf(people, 0).Find("Notes").StringOr("");
  EXPECT_EQ(notes.find(": Hi"), notes.rfind(": Hi")) << notes;
  json::Document deals = stack.Records("airtable", "Deals");
  EXPECT_EQ(FieldsOf(deals, 0).Find("Person").At(0).StringOr(""),
            people.root().At(0).Find("id").StringOr("?"));
  EXPECT_EQ(FieldsOf(deals, 0).Find("Stage").StringOr(""), "New");
}

TEST(AirtableE2e, BacklogStaysBelowTheLimit) {
  Stack stack(OneAirtable("    linger: 100ms\n"));
  std::string batch;
  for (int i = 0; i < 80; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBalance("airtable", 80)) << stack.Logs();
  EXPECT_EQ(stack.Book("airtable", "delivered"), 80);
  EXPECT_EQ(stack.Reported("/airtable/windows/0/refused"), 0);
  EXPECT_EQ(stack.Reported("/airtable/duplicates"), 0);
}

}  // namespace
}  // namespace leadrelay::e2e
