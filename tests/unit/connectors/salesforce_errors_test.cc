#include <gtest/gtest.h>

#include "services/delivery/connectors/salesforce/errors.h"
#include "services/delivery/connectors/salesforce/soql.h"
#include "tests/unit/connectors/configure.h"

namespace leadrelay::delivery::salesforce {
namespace {

using Reach = Verdict::Reach;

json::Document Parse(const std::string& text) {
  return *json::Document::Parse(text);
}

TEST(SalesforceErrors, AreReadInBothSpellings) {
  struct Case {
    const char* body;
    ApiError error;
  };
  for (const Case& c : {
           Case{R"([{"errorCode":"STRING_TOO_LONG","message":"x","fields":["Title"]}])",
                {"STRING_TOO_LONG", {"Title"}, "", false}},
           Case{R"([{"statusCode":"STRING_TOO_LONG","fields":["Title",5,null]}])",
                {"STRING_TOO_LONG", {"Title", "5"}, "", false}},
           Case{R"({"errorCode":"NOT_FOUND"})", {"NOT_FOUND", {}, "", false}},
           Case{R"([{},{"errorCode":"lower"},{"errorCode":"GOOD"}])", {"GOOD", {}, "", false}},
           Case{
               R"([{"errorCode":"INVALID_FIELD","message":"No such column 'Plan__c' on sobject"}])",
               {"INVALID_FIELD", {"Plan__c"}, "", false}},
           Case{R"([{"errorCode":"DUPLICATE_VALUE","message":
                "duplicate value found: K__c duplicates value on record with id: 00Q5g00000Aa001"}])",
                {"DUPLICATE_VALUE", {"K__c"}, "00Q5g00000Aa001", false}},
           Case{R"([{"errorCode":"DUPLICATE_VALUE","message":
                "duplicate value found: K__c duplicates value on record with id: <unknown>"}])",
                {"DUPLICATE_VALUE", {"K__c"}, "", false}},
           Case{R"([{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":
                "ConcurrentRequests (Concurrent API Requests) Limit exceeded."}])",
                {"REQUEST_LIMIT_EXCEEDED", {}, "", true}},
           Case{"[]", {}},
           Case{"null", {}},
           Case{R"("text")", {}},
           Case{R"([{"errorCode":"ANN@EXAMPLE.COM"}])", {}},
       }) {
    EXPECT_EQ(ReadError(Parse(c.body).root()), c.error) << c.body;
  }
}

TEST(SalesforceErrors, MatchesAreReadInBothSpellingsAndOnce) {
  const json::Document body = Parse(R"([{"errorCode":"DUPLICATES_DETECTED","duplicateResult":{
      "matchResults":[{"matchRecords":[
        {"record":{"attributes":{"type":"Lead"},"Id":"00Q5g00000Aa001EAA"}},
        {"record":{"attributes":{"type":"Lead"},"Id":"00Q5g00000Aa001"}},
        {"record":{"attributes":{"type":"Lead"},"Id":"none"}},
        {"record":{"attributes":{"type":"Contact"},"Id":"0035g00000Bb001AAA"}}]},5]}}])");
  EXPECT_EQ(
      ReadMatches(body.root()),
      (std::vector<Match>{{"Lead", "00Q5g00000Aa001EAA"}, {"Contact", "0035g00000Bb001AAA"}}));
  EXPECT_TRUE(ReadMatches(Parse("{}").root()).empty());
}

TEST(SalesforceErrors, OnlyOurOwnFieldsAreNamed) {
  const ApiError error{"INVALID_EMAIL_ADDRESS", {"Email", "ann@example.com"}, "", false};
  EXPECT_EQ(Describe(error, [](std::string_view field) { return field == "Email"; }),
            "INVALID_EMAIL_ADDRESS (Email)");
  EXPECT_EQ(Describe({}, [](std::string_view) { return true; }), "an error without a code");
}

TEST(SalesforceErrors, EveryRejectionHasARemedy) {
  for (const char* code : {"", "REQUIRED_FIELD_MISSING", "NEW_CODE", "MALFORMED_ID"}) {
    ApiError error;
    error.code = code;
    const Outcome outcome = JudgeRecord(error, 400, [](std::string_view) { return false; });
    EXPECT_EQ(outcome.kind, Outcome::Kind::kRejected);
    EXPECT_FALSE(outcome.remedy.empty()) << code;
  }
}

TEST(SalesforceErrors, StatusesReachAsFarAsTheyConcern) {
  struct Case {
    int status;
    const char* code;
    bool creates;
    Reach reach;
    Outcome::Kind kind;
  };
  for (const Case& c : {
           Case{300, "", false, Reach::kRecords, Outcome::Kind::kRejected},
           Case{302, "", false, Reach::kCall, Outcome::Kind::kRejected},
           Case{400, "INVALID_FIELD", true, Reach::kRecords, Outcome::Kind::kRejected},
           Case{400, "UNABLE_TO_LOCK_ROW", true, Reach::kCall, Outcome::Kind::kRetry},
           Case{400, "REQUEST_LIMIT_EXCEEDED", true, Reach::kAccount, Outcome::Kind::kThrottled},
           Case{401, "INVALID_SESSION_ID", true, Reach::kAccount, Outcome::Kind::kUnauthorized},
           Case{401, "", true, Reach::kAccount, Outcome::Kind::kUnauthorized},
           Case{403, "", false, Reach::kAccount, Outcome::Kind::kUnauthorized},
           Case{403, "API_DISABLED_FOR_ORG", false, Reach::kAccount, Outcome::Kind::kUnauthorized},
           Case{403,
                "INSUFFICIENT_ACCESS_OR_READONLY",
                false,
                Reach::kRecords,
                Outcome::Kind::kRejected},
           Case{404, "", false, Reach::kCall, Outcome::Kind::kRejected},
           Case{404, "NOT_FOUND", false, Reach::kRecords, Outcome::Kind::kRejected},
           Case{405, "", false, Reach::kCall, Outcome::Kind::kRejected},
           Case{409, "", false, Reach::kRecords, Outcome::Kind::kRetry},
           Case{410, "", false, Reach::kCall, Outcome::Kind::kRejected},
           Case{414, "", false, Reach::kRecords, Outcome::Kind::kRejected},
           Case{431, "", false, Reach::kRecords, Outcome::Kind::kRejected},
           Case{429, "", false, Reach::kAccount, Outcome::Kind::kThrottled},
           Case{500, "UNKNOWN_EXCEPTION", false, Reach::kCall, Outcome::Kind::kRetry},
           Case{500, "UNKNOWN_EXCEPTION", true, Reach::kCall, Outcome::Kind::kUnknown},
           Case{503, "SERVER_UNAVAILABLE", true, Reach::kCall, Outcome::Kind::kUnknown},
       }) {
    const json::Document body =
        Parse(absl::StrCat(R"([{"errorCode":")", c.code, R"(","message":"of ann@example.com"}])"));
    const http::Response response{c.status, {}, ""};
    const Verdict verdict = JudgeReply({response, body.root()}, c.creates, absl::UnixEpoch());
    SCOPED_TRACE(absl::StrCat(c.status, " ", c.code, c.creates ? " create" : ""));
    EXPECT_EQ(verdict.reach, c.reach);
    EXPECT_EQ(Name(verdict.outcome.kind), Name(c.kind));
    EXPECT_EQ(verdict.outcome.reason.find("ann@"), std::string::npos);
    if (c.kind == Outcome::Kind::kRejected || c.kind == Outcome::Kind::kUnauthorized) {
      EXPECT_FALSE(verdict.outcome.remedy.empty());
    }
  }
}

TEST(Soql, LiteralsHoldWhateverIsInThem) {
  EXPECT_EQ(Quoted("O'Brien"), R"('O\'Brien')");
  EXPECT_EQ(Quoted(R"(x\)"), R"('x\\')");
  EXPECT_EQ(Quoted(R"(x\' OR Name != ')"), R"('x\\\' OR Name != \'')");
  EXPECT_EQ(Quoted("a\nb\rc\td"), R"('a\nb\rc\td')");
  EXPECT_EQ(Quoted("100%_"), "'100%_'");
  EXPECT_EQ(QuotedToContain("100%_\\"), R"('%100\%\_\\%')");
  EXPECT_EQ(Quoted(""), "''");
}

TEST(Soql, IdsAreToldByTheirFirstFifteenCharacters) {
  EXPECT_TRUE(SameId("00Q5g00000Aa001EAA", "00Q5g00000Aa001"));
  EXPECT_FALSE(SameId("00Q5g00000Aa001EAA", "00Q5g00000aa001"));
  EXPECT_FALSE(SameId("00Q5g00000Aa001EAA", ""));
  EXPECT_FALSE(IsId("00Q5g00000Aa00'"));
}

}  // namespace
}  // namespace leadrelay::delivery::salesforce
