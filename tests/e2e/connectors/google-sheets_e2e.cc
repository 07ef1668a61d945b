// Leads through the whole path into a spreadsheet.

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/e2e/stack.h"
#include "tests/sandbox/systems/google-sheets/account.h"

namespace leadrelay::e2e {
namespace {

// A destination "sheet" of the sandbox's spreadsheet; `more` are members of it.
StackOptions OneSheet(const std::string& more = "") {
  setenv("SHEETS_KEY", std::string(sandbox::google_sheets::kPrivateKey).c_str(), 1);
  StackOptions options;
  options.destinations = absl::StrCat(
      "  sheet:\n"
      "    connector: google-sheets\n"
      "    allow_private_addresses: true\n"
      "    timeout: 2s\n"
      "    retry:\n"
      "      ladder: [1s, 1s]\n"
      "      jitter: 0\n"
      "    breaker:\n"
      "      failures: 0\n",
      // The real ones begin a minute after a cold start.
      more.empty() ? "    limits: []\n" : more,
      "    settings:\n"
      "      base_url: ${SANDBOX}/google-sheets\n"
      "      token_url: ${SANDBOX}/google-sheets/token\n"
      "      allow_http: true\n"
      "      client_email: ",
      std::string(sandbox::google_sheets::kEmail),
      "\n"
      "      private_key: ${SHEETS_KEY}\n"
      "      spreadsheet_id: ",
      std::string(sandbox::google_sheets::kSpreadsheetId),
      "\n"
      "    mapping:\n"
      "      Deal: deal.title\n"
      "      Score: form_data.score\n");
  return options;
}

TEST(GoogleSheetsE2e, EveryLeadIsARowAndNoLeadIsAFormula) {
  Stack stack(OneSheet());
  ASSERT_EQ(stack.Send(Lead(1, R"(,"note":"=1+1","deal":{"title":"@One"})")).status, 202);
  ASSERT_TRUE(stack.WaitForBook("sheet", "delivered", 1)) << stack.Logs();
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("sheet", "delivered", 2)) << stack.Logs();
  json::Document rows = stack.Records("google-sheets", "rows");
  ASSERT_EQ(rows.root().size(), 2u);
  EXPECT_EQ(rows.root().At(0).Find("Email").StringOr(""), EmailOf(1));
  EXPECT_EQ(rows.root().At(0).Find("Note").StringOr(""), "=1+1");
  EXPECT_EQ(rows.root().At(0).Find("Deal").StringOr(""), "@One");
  EXPECT_EQ(stack.Reported("/google-sheets/formulas"), 0);
}

TEST(GoogleSheetsE2e, AnUpdateChangesThePersonsRow) {
  Stack stack(OneSheet());
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("sheet", "delivered", 1)) << stack.Logs();
  ASSERT_TRUE(stack.PublishAmqp(
      absl::StrCat(
          R"({"email":")", EmailOf(1), R"(","company":"New","operation":"update_person"})"),
      "update-1"));
  ASSERT_TRUE(stack.WaitForBook("sheet", "delivered", 2)) << stack.Logs();
  json::Document rows = stack.Records("google-sheets", "rows");
  ASSERT_EQ(rows.root().size(), 1u);
  EXPECT_EQ(rows.root().At(0).Find("Company").StringOr(""), "New");
}

TEST(GoogleSheetsE2e, OneBadRowOfABatchIsRejectedAlone) {
  Stack stack(OneSheet("    limits: []\n    linger: 500ms\n"));
  stack.Fault(
      absl::StrCat(R"({"system":"google-sheets","kind":"status","status":400,"body_contains":")",
                   EmailOf(7),
                   R"(","body":"{\"error\":{\"code\":400,\"status\":\"INVALID_ARGUMENT\"}}"})"));
  std::string batch;
  for (int i = 0; i < 20; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBalance("sheet", 20)) << stack.Logs();
  EXPECT_EQ(stack.Book("sheet", "delivered"), 19) << stack.Logs();
  EXPECT_EQ(stack.Reported("/google-sheets/rows"), 19);
  json::Value letter = stack.Dlq("/v1/dead-letters").root().Find("dead_letters").At(0);
  EXPECT_EQ(letter.Find("cause").StringOr(""), "rejected") << letter.ToJson();
}

TEST(GoogleSheetsE2e, ExpiredTokenIsFetchedAnew) {
  Stack stack(OneSheet());
  for (int i = 1; i <= 2; ++i) {
    ASSERT_EQ(stack.Send(Lead(i)).status, 202);
    ASSERT_TRUE(stack.WaitForBook("sheet", "delivered", i)) << stack.Logs();
    stack.Fault(R"({"system":"google-sheets","path":"/v4/","kind":"expire_tokens","times":1})");
  }
  EXPECT_EQ(stack.Book("sheet", "dead"), 0);
}

TEST(GoogleSheetsE2e, CommittedThenDroppedIsOneRow) {
  Stack stack(OneSheet());
  stack.Fault(R"({"system":"google-sheets","path":":append","kind":"drop_response","times":1})");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("sheet", "delivered", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/google-sheets/rows"), 1);
}

TEST(GoogleSheetsE2e, RefusedAppendIsLookedForAndThenMade) {
  Stack stack(OneSheet());
  stack.Fault(
      R"({"system":"google-sheets","path":":append","kind":"status","status":503,"times":1})");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("sheet", "delivered", 1)) << stack.Logs();
  EXPECT_EQ(stack.Reported("/google-sheets/rows"), 1);
}

// The sheet as a backup: beside it a CRM, "orders".
StackOptions SheetAndCrm() {
  StackOptions options = OneSheet("    limits: []\n    linger: 500ms\n    mark_synced: true\n");
  options.destinations += WebhookDestination("orders",
                                             "    retry:\n"
                                             "      ladder: [1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s]\n"
                                             "      jitter: 0\n"
                                             "    breaker:\n"
                                             "      failures: 0\n");
  return options;
}

int64_t RowsThatSay(Stack& stack, bool synced) {
  const json::Document rows = stack.Records("google-sheets", "rows");
  int64_t count = 0;
  for (const json::Value& row : rows.root().Elements()) {
    count += row.Find("crm_synced").AsBool() == synced ? 1 : 0;
  }
  return count;
}

TEST(GoogleSheetsE2e, ARowIsThereAtOnceAndMarkedOnceTheCrmHasTheLead) {
  Stack stack(SheetAndCrm());
  stack.Fault(R"({"system":"webhook","kind":"status","status":503})");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("sheet", "delivered", 1)) << stack.Logs();
  ASSERT_TRUE(stack.WaitForBook("orders", "retrying", 1)) << stack.Logs();
  EXPECT_EQ(RowsThatSay(stack, false), 1);

  stack.ClearFaults();
  ASSERT_TRUE(stack.WaitForBalance("sheet", 2)) << stack.Logs();
  EXPECT_EQ(stack.Book("sheet", "delivered"), 2);
  EXPECT_EQ(stack.Book("orders", "accepted"), 1);
  EXPECT_EQ(RowsThatSay(stack, true), 1);
  EXPECT_EQ(stack.Reported("/google-sheets/rows"), 1);
}

TEST(GoogleSheetsE2e, WhatDiedInTheCrmIsMarkedAfterItsReplay) {
  Stack stack(SheetAndCrm());
  stack.Fault(R"({"system":"webhook","kind":"status","status":400})");
  ASSERT_EQ(stack.Send(Lead(1)).status, 202);
  ASSERT_TRUE(stack.WaitForBook("sheet", "delivered", 1)) << stack.Logs();
  ASSERT_TRUE(stack.WaitForBook("orders", "dead", 1)) << stack.Logs();
  EXPECT_EQ(stack.Book("sheet", "accepted"), 1);
  EXPECT_EQ(RowsThatSay(stack, false), 1);

  stack.ClearFaults();
  ASSERT_EQ(stack.DlqPost("/v1/replays", R"({"filter":{"destination":"orders"}})").status, 202);
  ASSERT_TRUE(stack.WaitForBalance("sheet", 2)) << stack.Logs();
  EXPECT_EQ(RowsThatSay(stack, true), 1);
  EXPECT_TRUE(stack.WaitForBalance("orders", 1)) << stack.Logs();
}

TEST(GoogleSheetsE2e, MarksSurviveTheDeathOfDlq) {
  constexpr int kLeads = 300;
  Stack stack(SheetAndCrm());
  std::string batch;
  for (int i = 0; i < kLeads; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(stack.WaitForBook("sheet", "accepted", kLeads + 1 + 100 * i)) << stack.Logs();
    stack.dlq().Kill9();
    stack.StartDlq();
  }
  ASSERT_TRUE(stack.WaitForBalance("sheet", 2 * kLeads)) << stack.Logs();
  EXPECT_EQ(stack.Book("sheet", "delivered"), 2 * kLeads);
  EXPECT_EQ(stack.Reported("/google-sheets/rows"), kLeads);
  EXPECT_EQ(RowsThatSay(stack, true), kLeads);
}

// A backlog costs a read and a write of the minute's sixty for every batch, not for every lead.
TEST(GoogleSheetsE2e, BacklogStaysBelowTheLimit) {
  Stack stack(OneSheet("    limits: []\n    linger: 500ms\n"));
  std::string batch;
  for (int i = 0; i < 200; ++i) absl::StrAppend(&batch, Lead(i), "\n");
  ASSERT_EQ(stack.SendBatch(batch).status, 200);
  ASSERT_TRUE(stack.WaitForBalance("sheet", 200)) << stack.Logs();
  EXPECT_EQ(stack.Book("sheet", "delivered"), 200);
  EXPECT_LE(stack.Reported("/google-sheets/windows/0/arrivals"), 12);
  EXPECT_LE(stack.Reported("/google-sheets/windows/1/arrivals"), 12);
  EXPECT_EQ(stack.Reported("/google-sheets/windows/0/refused"), 0);
  EXPECT_EQ(stack.Reported("/google-sheets/windows/1/refused"), 0);
  EXPECT_EQ(stack.Reported("/google-sheets/duplicates"), 0);
}

}  // namespace
}  // namespace leadrelay::e2e
