#include <gtest/gtest.h>

#include "services/delivery/connectors/airtable/errors.h"
#include "services/delivery/connectors/airtable/formula.h"
#include "tests/unit/connectors/configure.h"

namespace leadrelay::test {
namespace {

using delivery::Outcome;
using delivery::airtable::ApiError;
using Reach = delivery::Verdict::Reach;

ApiError Read(const std::string& body) {
  return delivery::airtable::ReadError(json::Document::Parse(body)->root());
}

delivery::Verdict Judge(int status, const std::string& body) {
  http::Response response;
  response.status = status;
  const absl::StatusOr<json::Document> document = json::Document::Parse(body);
  const json::Value root = document.ok() ? document->root() : json::Value();
  return delivery::airtable::JudgeReply({response, root}, absl::UnixEpoch());
}

TEST(AirtableErrors, TypeFieldAndCauseAreRead) {
  EXPECT_EQ(Read(R"({"error":"NOT_FOUND"})"), (ApiError{"NOT_FOUND", "", false, false}));
  EXPECT_EQ(Read(R"({"error":{"type":"FAILED_STATE_CHECK"}})"),
            (ApiError{"FAILED_STATE_CHECK", "", false, false}));
  EXPECT_EQ(Read(R"({"error":{"type":"UNKNOWN_FIELD_NAME",
                     "message":"Unknown field name: \"Say \"hi\"\""}})"),
            (ApiError{"UNKNOWN_FIELD_NAME", "Say \"hi\"", false, false}));
  EXPECT_EQ(Read(R"({"error":{"type":"INVALID_VALUE_FOR_COLUMN",
                     "message":"Field \"Score\" cannot accept the provided value"}})"),
            (ApiError{"INVALID_VALUE_FOR_COLUMN", "Score", false, false}));
  EXPECT_EQ(Read(R"({"error":{"type":"INVALID_VALUE_FOR_COLUMN","message":
             "Field \"Sum\" cannot accept a value because the field is computed"}})"),
            (ApiError{"INVALID_VALUE_FOR_COLUMN", "Sum", true, false}));
  EXPECT_EQ(Read(R"({"error":{"type":"X","message":"Cannot update more than one record"}})"),
            (ApiError{"X", "", false, true}));
  for (const char* strange : {"null",
                              "[]",
                              "{}",
                              R"({"error":5})",
                              R"({"error":{"type":[]}})",
                              R"({"error":"Ann Archer"})",
                              R"({"error":{"type":"ann@x"}})"}) {
    EXPECT_EQ(Read(strange), ApiError()) << strange;
  }
}

TEST(AirtableErrors, WhomAnAnswerConcerns) {
  const std::vector<std::tuple<int, std::string, Reach, Outcome::Kind>> cases = {
      {401,
       R"({"error":{"type":"AUTHENTICATION_REQUIRED"}})",
       Reach::kAccount,
       Outcome::Kind::kUnauthorized},
      {403,
       R"({"error":{"type":"INVALID_PERMISSIONS"}})",
       Reach::kAccount,
       Outcome::Kind::kUnauthorized},
      {404, R"({"error":"NOT_FOUND"})", Reach::kCall, Outcome::Kind::kRejected},
      {404,
       R"({"error":{"type":"MODEL_ID_NOT_FOUND"}})",
       Reach::kRecords,
       Outcome::Kind::kRejected},
      {413, R"({"error":{"type":"REQUEST_TOO_LARGE"}})", Reach::kRecords, Outcome::Kind::kRejected},
      {422,
       R"({"error":{"type":"INVALID_REQUEST_BODY"}})",
       Reach::kRecords,
       Outcome::Kind::kRejected},
      {422, "", Reach::kRecords, Outcome::Kind::kRejected},
      {422,
       R"({"error":{"type":"LIST_RECORDS_ITERATOR_NOT_AVAILABLE"}})",
       Reach::kCall,
       Outcome::Kind::kRetry},
      {429, "", Reach::kAccount, Outcome::Kind::kThrottled},
      {429,
       R"({"error":{"type":"PUBLIC_API_BILLING_LIMIT_EXCEEDED"}})",
       Reach::kAccount,
       Outcome::Kind::kUnauthorized},
      {500, R"({"error":{"type":"SERVER_ERROR"}})", Reach::kCall, Outcome::Kind::kRetry},
      {502, "<html>", Reach::kCall, Outcome::Kind::kRetry},
      {302, "", Reach::kCall, Outcome::Kind::kRejected},
  };
  for (const auto& [status, body, reach, kind] : cases) {
    const delivery::Verdict verdict = Judge(status, body);
    EXPECT_EQ(verdict.reach, reach) << status << body;
    EXPECT_EQ(verdict.outcome.kind, kind) << status << body;
    EXPECT_EQ(kind == Outcome::Kind::kRejected || kind == Outcome::Kind::kUnauthorized,
              !verdict.outcome.remedy.empty())
        << status << body;
  }
  EXPECT_EQ(Judge(200, "").reach, Reach::kNone);
}

TEST(AirtableErrors, OnlyFieldsOfOursAreNamed) {
  const ApiError error{"UNKNOWN_FIELD_NAME", "ann@example.com", false, false};
  const auto reason = [&error](bool ours) {
    return delivery::airtable::JudgeRecord(error, 422, [ours](std::string_view) { return ours; })
        .reason;
  };
  EXPECT_EQ(reason(false), "UNKNOWN_FIELD_NAME");
  EXPECT_EQ(reason(true), "UNKNOWN_FIELD_NAME (ann@example.com)");
}

TEST(AirtableFormula, ValuesAreTextsWhateverStandsInThem) {
  using delivery::airtable::Contains;
  using delivery::airtable::Equals;
  using delivery::airtable::Quoted;
  EXPECT_EQ(Quoted(""), R"("")");
  EXPECT_EQ(Quoted(R"(a"b)"), R"("a\"b")");
  EXPECT_EQ(Quoted(R"(\")"), R"("\\\"")");
  EXPECT_EQ(Quoted(R"(a\)"), R"("a\\")");
  EXPECT_EQ(Quoted("{Email}' OR TRUE()\n"), "\"{Email}' OR TRUE()\n\"");
  EXPECT_EQ(Equals("Close date", "x"), R"({Close date}="x")");
  EXPECT_EQ(Equals("a}b", "x"), R"({a\}b}="x")");
  EXPECT_EQ(Contains("Email", "Ann"), R"(FIND(LOWER("Ann"),LOWER({Email}&""))>0)");
}

}  // namespace
}  // namespace leadrelay::test
