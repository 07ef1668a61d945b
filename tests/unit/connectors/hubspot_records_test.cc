#include <gtest/gtest.h>

#include "services/delivery/connectors/hubspot/records.h"

namespace leadrelay::delivery::hubspot {
namespace {

using Kind = RecordVerdict::Kind;

Record Upsert(const std::string& trace, const std::string& email) {
  Record record;
  record.trace = trace;
  record.key_property = "email";
  record.key = email;
  record.properties = {{"email", email}};
  return record;
}

Record Create(const std::string& trace, const std::string& name) {
  Record record;
  record.trace = trace;
  record.telling = "dealname";
  record.properties = {{"dealname", name}};
  return record;
}

// "51+" written and created, "51" written, "!CATEGORY" failed, "?" nothing said.
std::string Verdicts(const std::vector<Record>& records, std::string_view answer) {
  const json::Document document = *json::Document::Parse(answer);
  std::string text;
  for (const RecordVerdict& verdict : ReadVerdicts(records, document.root())) {
    if (!text.empty()) text += " ";
    if (verdict.kind == Kind::kWritten) text += verdict.id + (verdict.created ? "+" : "");
    if (verdict.kind == Kind::kFailed) text += "!" + verdict.error.category;
    if (verdict.kind == Kind::kSilent) text += "?";
  }
  return text;
}

struct Case {
  std::string what;
  std::string answer;
  std::string verdicts;
};

TEST(ReadVerdicts, OfUpserts) {
  const std::vector<Record> records = {Upsert("a", "ann@example.com"),
                                       Upsert("b", "bob@example.com")};
  const std::vector<Case> cases = {
      {"by trace, in another order",
       R"({"results":[{"id":"2","objectWriteTraceId":"b","new":true},
                      {"id":"1","objectWriteTraceId":"a","new":false}]})",
       "1 2+"},
      {"by address, whatever the case",
       R"({"results":[{"id":"2","properties":{"email":"BOB@example.com"}},
                      {"id":"1","properties":{"email":"ann@example.com"}}]})",
       "1 2"},
      {"ids may be numbers", R"({"results":[{"id":7,"objectWriteTraceId":"a"}]})", "7 ?"},
      {"two traces, one contact",
       R"({"results":[{"id":"1","objectWriteTraceId":"a"},{"id":"1","objectWriteTraceId":"b"}]})",
       "1 1"},
      {"a trace of somebody else",
       R"({"results":[{"id":"9","objectWriteTraceId":"z","properties":{"email":"ann@example.com"}}]})",
       "? ?"},
      {"an address of somebody else",
       R"({"results":[{"id":"1","objectWriteTraceId":"a"},
                      {"id":"9","properties":{"email":"zoe@example.com"}}]})",
       "1 ?"},
      {"the last one is not guessed",
       R"({"results":[{"id":"1","objectWriteTraceId":"a"},{"id":"2"}]})",
       "1 ?"},
      {"one address, two results",
       R"({"results":[{"id":"1","properties":{"email":"ann@example.com"}},
                      {"id":"9","properties":{"email":"ann@example.com"}}]})",
       "? ?"},
      {"one trace, two results: the first",
       R"({"results":[{"id":"1","objectWriteTraceId":"a"},{"id":"9","objectWriteTraceId":"a"}]})",
       "1 ?"},
      {"ids that are none",
       R"({"results":[{"id":"","objectWriteTraceId":"a"},{"id":"../x","objectWriteTraceId":"b"}]})",
       "? ?"},
      {"errors by trace",
       R"({"results":[{"id":"1","objectWriteTraceId":"a"}],
           "errors":[{"category":"CONFLICT","context":{"objectWriteTraceId":["b"]}}]})",
       "1 !CONFLICT"},
      {"one error for both",
       R"({"errors":[{"category":"CONFLICT","context":{"objectWriteTraceId":["a","b"]}}]})",
       "!CONFLICT !CONFLICT"},
      {"errors by id",
       R"({"errors":[{"category":"CONFLICT","context":{"ids":["bob@example.com"]}}]})",
       "? !CONFLICT"},
      {"an error for nobody", R"({"errors":[{"category":"CONFLICT","context":{}}]})", "? ?"},
      {"written is written, whatever else is said",
       R"({"results":[{"id":"1","objectWriteTraceId":"a"}],
           "errors":[{"category":"CONFLICT","context":{"objectWriteTraceId":["a"]}}]})",
       "1 ?"},
      {"nonsense", R"({"results":{"id":"1"},"errors":"x"})", "? ?"},
      {"nothing", "null", "? ?"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(Verdicts(records, each.answer), each.verdicts) << each.what;
  }
}

TEST(ReadVerdicts, OfCreates) {
  const std::vector<Record> records = {Create("a", "Web"), Create("b", "Shop"), Create("c", "Web")};
  const std::vector<Case> cases = {
      {"by trace", R"({"results":[{"id":"3","objectWriteTraceId":"c"}]})", "? ? 3"},
      {"by a name that no other has",
       R"({"results":[{"id":"2","properties":{"dealname":"Shop"}},
                      {"id":"1","properties":{"dealname":"Web"}},
                      {"id":"3","properties":{"dealname":"Web"}}]})",
       "? 2 ?"},
      {"one of two alike is not told by its name",
       R"({"results":[{"id":"1","properties":{"dealname":"Web"}}]})",
       "? ? ?"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(Verdicts(records, each.answer), each.verdicts) << each.what;
  }
}

TEST(ReadVerdicts, AnAnswerForOneIsThatOnes) {
  const std::vector<Record> one = {Upsert("a", "ann@example.com")};
  EXPECT_EQ(Verdicts(one, R"({"results":[{"id":"1"}]})"), "1");
  EXPECT_EQ(Verdicts(one, R"({"results":[{"id":"1","properties":{"email":"old@example.com"}}]})"),
            "1");
  EXPECT_EQ(Verdicts(one, R"({"errors":[{"category":"CONFLICT"}]})"), "!CONFLICT");
  EXPECT_EQ(Verdicts(one, R"({"results":[{"id":"1"},{"id":"2"}]})"), "?");
  EXPECT_EQ(Verdicts(one, R"({"results":[{"id":"1","objectWriteTraceId":"z"}]})"), "?");
}

TEST(Properties, PutReplaces) {
  Properties properties = {{"a", "1"}};
  Put(properties, "b", "2");
  Put(properties, "a", "3");
  EXPECT_EQ(properties, (Properties{{"a", "3"}, {"b", "2"}}));
  EXPECT_EQ(Find(properties, "c"), nullptr);
}

}  // namespace
}  // namespace leadrelay::delivery::hubspot
