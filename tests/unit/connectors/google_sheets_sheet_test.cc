#include <gtest/gtest.h>

#include "services/delivery/connectors/google-sheets/errors.h"
#include "services/delivery/connectors/google-sheets/sheet.h"
#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using delivery::Outcome;
using delivery::google_sheets::ApiError;
using delivery::google_sheets::Header;
using Reach = delivery::Verdict::Reach;

TEST(GoogleSheetsRange, ColumnsAreNamedByLetters) {
  using delivery::google_sheets::ColumnName;
  const std::vector<std::pair<size_t, std::string>> cases = {{0, "A"},
                                                             {25, "Z"},
                                                             {26, "AA"},
                                                             {51, "AZ"},
                                                             {52, "BA"},
                                                             {701, "ZZ"},
                                                             {702, "AAA"},
                                                             {18'277, "ZZZ"}};
  for (const auto& [index, name] : cases) EXPECT_EQ(ColumnName(index), name);
}

TEST(GoogleSheetsRange, TitlesAreQuoted) {
  using delivery::google_sheets::Range;
  EXPECT_EQ(Range("Leads", "A1"), "'Leads'!A1");
  EXPECT_EQ(Range("Ann's 'best'!", "1:1"), "'Ann''s ''best''!'!1:1");
}

TEST(GoogleSheetsRange, FirstRow) {
  using delivery::google_sheets::FirstRowOf;
  EXPECT_EQ(FirstRowOf("Leads!A12:E14"), 12U);
  EXPECT_EQ(FirstRowOf("'A!1'!AB7"), 7U);
  EXPECT_EQ(FirstRowOf("12"), 12U);
  for (const char* none : {"", "Leads!", "Leads!A", "Leads!A:A", "Leads!A-1", "Leads!A1x", "!:1"}) {
    EXPECT_EQ(FirstRowOf(none), 0U) << none;
  }
}

TEST(GoogleSheetsRow, ValuesStandUnderTheirHeadings) {
  const json::Document range =
      *json::Document::Parse(R"({"values":[["Name","", "Score","Name",5]]})");
  const Header header = Header::Of(range.root());
  EXPECT_EQ(Header::FromText(header.ToText()).names(), header.names());
  EXPECT_EQ(header.LastColumn(), "E");
  EXPECT_EQ(RowOf(header, {{"Score", int64_t{7}}, {"Name", "=1+1"}, {"Gone", "x"}, {"5", true}}),
            R"(["=1+1",null,7,null,true])");
  EXPECT_EQ(Header::Of(json::Value()).names(), std::vector<std::string>());
  EXPECT_EQ(Header::FromText("no JSON").names(), std::vector<std::string>());
}

TEST(GoogleSheetsErrors, StatusReasonAndCauseAreRead) {
  const auto read = [](const char* body) {
    return delivery::google_sheets::ReadError(json::Document::Parse(body)->root());
  };
  using Cause = ApiError::Cause;
  EXPECT_EQ(read(R"({"error":{"status":"PERMISSION_DENIED",
                     "details":[{},{"reason":"SERVICE_DISABLED"}]}})"),
            (ApiError{"PERMISSION_DENIED", "SERVICE_DISABLED", Cause::kOther}));
  EXPECT_EQ(read(R"({"error":{"status":"INVALID_ARGUMENT","message":"Unable to parse range: x"}})"),
            (ApiError{"INVALID_ARGUMENT", "", Cause::kNoSuchTab}));
  for (const char* strange : {"null",
                              "[]",
                              "{}",
                              R"({"error":5})",
                              R"({"error":{"status":[]}})",
                              R"({"error":{"status":"ann@example.com"}})"}) {
    EXPECT_EQ(read(strange), ApiError()) << strange;
  }
}

TEST(GoogleSheetsErrors, WhomAnAnswerConcerns) {
  using Kind = Outcome::Kind;
  struct Case {
    int status;
    bool creates;
    Reach reach;
    Kind kind;
  };
  const std::vector<Case> cases = {{200, true, Reach::kNone, Kind::kRetry},
                                   {302, true, Reach::kCall, Kind::kRejected},
                                   {400, true, Reach::kRecords, Kind::kRejected},
                                   {401, false, Reach::kAccount, Kind::kUnauthorized},
                                   {403, true, Reach::kAccount, Kind::kUnauthorized},
                                   {404, true, Reach::kCall, Kind::kRejected},
                                   {408, true, Reach::kCall, Kind::kUnknown},
                                   {409, true, Reach::kCall, Kind::kRetry},
                                   {413, true, Reach::kRecords, Kind::kRejected},
                                   {429, true, Reach::kAccount, Kind::kThrottled},
                                   {500, true, Reach::kCall, Kind::kUnknown},
                                   {503, true, Reach::kCall, Kind::kUnknown},
                                   {503, false, Reach::kCall, Kind::kRetry}};
  for (const Case& each : cases) {
    const http::Response response{each.status, {}, ""};
    const delivery::Verdict verdict = delivery::google_sheets::JudgeReply(
        {response, json::Value()}, each.creates, "relay@x", absl::UnixEpoch());
    EXPECT_EQ(verdict.reach, each.reach) << each.status;
    if (each.reach != Reach::kNone) EXPECT_EQ(verdict.outcome.kind, each.kind) << each.status;
    EXPECT_EQ(each.kind == Kind::kRejected || each.kind == Kind::kUnauthorized,
              !verdict.outcome.remedy.empty())
        << each.status;
  }
}

}  // namespace
}  // namespace leadrelay::test
