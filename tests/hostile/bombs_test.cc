// Bodies that are small to send and meant to be large to read: what each is answered, and that
// ingest's memory stays where it was.

#include "absl/strings/str_cat.h"
#include <gtest/gtest.h>

#include "tests/hostile/ingest_under_attack.h"
#include "tests/hostile/resident.h"

namespace leadrelay::ingest {
namespace {

// Generous: 25 times what the largest body is.  A zero and its comma are two bytes, and sixteen as
// a value, twice while an array grows.
constexpr int64_t kMayGrow = 128 << 20;

std::string Repeated(const std::string& text, size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

// The status, and what the problem says is wrong.
std::string Refusal(const http::Response& response) {
  return absl::StrCat(response.status, " ", ProblemOf(response));
}

class MemoryTest : public IngestUnderAttack {
 protected:
  void SetUp() override {
    IngestUnderAttack::SetUp();
    test::ForgetPeak(pid());
    before_ = test::ResidentBytes(pid());
  }
  void TearDown() override {
    IngestUnderAttack::TearDown();
    EXPECT_LT(test::PeakResidentBytes(pid()), before_ + kMayGrow);
  }
  static pid_t pid() { return TheIngest().process().pid(); }

 private:
  int64_t before_ = 0;
};

struct Case {
  std::string name;
  std::string body;
  std::string answer;
  friend void PrintTo(const Case& c, std::ostream* to) { *to << c.name; }
};

std::string Named(const testing::TestParamInfo<Case>& tested) {
  return tested.param.name;
}

// ---- One lead.

class LeadBombTest : public MemoryTest, public testing::WithParamInterface<Case> {};

TEST_P(LeadBombTest, IsRefused) {
  EXPECT_EQ(Refusal(TheIngest().Post(GetParam().body)), GetParam().answer);
  EXPECT_EQ(TakenHere(), 0);
}

std::string With(const std::string& more) {
  return LeadOf("bomb@example.com", more);
}

std::vector<Case> Leads() {
  const std::string not_json = "400 not-json";
  const std::string invalid = "422 invalid-lead";
  std::string many_fields = R"("form_data": {"a": 1)";
  for (int i = 0; i < 201; ++i) absl::StrAppend(&many_fields, ",\"f", i, "\":1");
  std::string unknown = R"("a": 1)";
  for (int i = 0; i < 5000; ++i) absl::StrAppend(&unknown, ",\"u", i, "\":1");
  const std::string nest(60'000, '[');
  return {
      {"OpenArrays", nest, not_json},
      {"OpenObjects", Repeated("{\"a\":", 10'000), not_json},
      {"DeepArrayInFormData",
       With(absl::StrCat(
           "\"form_data\": {\"a\": ", std::string(100, '['), std::string(100, ']'), "}")),
       not_json},
      {"AsDeepAsMayBe",
       With(absl::StrCat(
           "\"form_data\": {\"a\": ", std::string(60, '['), std::string(60, ']'), "}")),
       invalid},
      {"LargerThanALead", With("\"note\": \"" + std::string(70'000, 'x') + "\""), "413 too-large"},
      {"LongNote", With("\"note\": \"" + std::string(10'001, 'x') + "\""), invalid},
      {"LongName", With("\"name\": \"" + std::string(201, 'x') + "\""), invalid},
      {"LongKey", With("\"form_data\": {\"" + std::string(101, 'k') + "\": 1}"), invalid},
      {"LongEmail", LeadOf(std::string(250, 'a') + "@example.com"), invalid},
      {"LongPhone", With("\"phone\": \"" + std::string(60'000, '1') + "\""), invalid},
      {"ManyFields", With(many_fields + "}"), invalid},
      {"ManyUnknownMembers", With(unknown), invalid},
      {"ManyElements", With("\"form_data\": {\"a\": [" + Repeated("1,", 100) + "1]}"), invalid},
      {"NumberBeyondDouble", With(R"("deal": {"value": 1e999})"), not_json},
      {"LongInteger", With("\"deal\": {\"value\": 1" + std::string(400, '0') + "}"), not_json},
      {"LongFraction", With("\"deal\": {\"value\": -0." + std::string(50'000, '1') + "}"), invalid},
      {"DuplicateKey", With(R"("note": "a", "note": "b")"), not_json},
      {"DuplicateKeyEscaped", With(R"("note": "a", "\u006eote": "b")"), not_json},
      {"InvalidUtf8", With("\"note\": \"\xC3\x28\""), not_json},
      {"OverlongUtf8", With("\"note\": \"\xC0\xAF\""), not_json},
      {"Surrogate", With(R"("note": "\uD800")"), not_json},
      {"SurrogatesReversed", With(R"("note": "\uDC00\uD800")"), not_json},
      {"Utf16", std::string("\xFF\xFE{\0}\0", 6), not_json},
      {"RawNul", With(std::string("\"note\": \"\0\"", 11)), not_json},
      {"RawLineFeed", With("\"note\": \"a\nb\""), not_json},
      {"NotANumber", With(R"("deal": {"value": NaN})"), not_json},
      {"Infinity", With(R"("deal": {"value": -Infinity})"), not_json},
      {"Comment", "/* lead */ " + With(""), not_json},
      {"TrailingComma", R"({"email": "bomb@example.com",})", not_json},
      {"TrailingGarbage", With("") + "x", not_json},
      {"TwoLeads", With("") + With(""), not_json},
      {"SingleQuotes", "{'email': 'bomb@example.com'}", not_json},
      {"NotAnObject", "[]", invalid},
      {"Prototype", With(R"("__proto__": {"consent_given": true})"), invalid},
      {"Operation", With(R"("operation": "mark_synced")"), invalid},
      {"OursAlone", With(R"("ip_hash": "x", "phone_raw": "y")"), invalid},
  };
}

INSTANTIATE_TEST_SUITE_P(Leads, LeadBombTest, testing::ValuesIn(Leads()), Named);

TEST_F(MemoryTest, FaultsAreCountedToAHundred) {
  std::string unknown = R"("a": 1)";
  for (int i = 0; i < 5000; ++i) absl::StrAppend(&unknown, ",\"u", i, "\":1");
  const http::Response response = TheIngest().Post(With(unknown));
  EXPECT_LE(BodyOf(response).root().Find("errors").size(), 100u);
  EXPECT_LT(response.body.size(), 32'000u);
}

TEST_F(MemoryTest, WhatIsOddAndValidIsTaken) {
  const std::string mark = "\xEF\xBB\xBF";
  EXPECT_EQ(TheIngest().Post(mark + FreshLead()).status, 202);
  EXPECT_EQ(TheIngest().Post(LeadOf("nul@example.com", R"("note": "a\u0000b")")).status, 202);
  EXPECT_EQ(TheIngest().Post(LeadOf("face@example.com", R"("note": "\uD83D\uDE00")")).status, 202);
}

// ---- Many leads.

class BatchBombTest : public MemoryTest, public testing::WithParamInterface<Case> {};

http::Response PostBatch(const std::string& type, const std::string& body) {
  return TheIngest().Call(
      "POST", "/v1/leads:batch", {{"X-Api-Key", kShopKey}, {"Content-Type", type}}, body);
}

TEST_P(BatchBombTest, IsRefused) {
  const bool lines = GetParam().name.starts_with("Lines");
  const http::Response response =
      PostBatch(lines ? "application/x-ndjson" : "application/json", GetParam().body);
  EXPECT_EQ(Refusal(response), GetParam().answer);
  EXPECT_EQ(TakenHere(), 0);
}

std::vector<Case> Batches() {
  constexpr size_t kMost = 5 << 20;
  const std::string not_json = "400 not-json";
  const std::string too_large = "413 too-large";
  const size_t half = kMost / 2;
  return {
      {"OpenArrays", std::string(kMost, '['), not_json},
      {"ClosedArrays", std::string(half, '[') + std::string(half, ']'), not_json},
      {"Zeros", "[" + Repeated("0,", half - 2) + "0]", too_large},
      {"Empties", "[" + Repeated("{},", kMost / 3 - 1) + "{}]", too_large},
      {"OneByteMore", std::string(kMost + 1, ' '), "413 blank"},
      {"LinesOfNothing", Repeated("{}\n", kMost / 3), too_large},
      {"LinesOfWhite", Repeated(" \n", half), not_json},
  };
}

INSTANTIATE_TEST_SUITE_P(Batches, BatchBombTest, testing::ValuesIn(Batches()), Named);

TEST_F(MemoryTest, AThousandLeadsOfWhichOneIsBad) {
  std::string body = "[";
  for (int i = 0; i < 999; ++i) body += FreshLead() + ",";
  body += R"({"email": "nonsense"}])";
  const http::Response response = PostBatch("application/json", body);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(BodyOf(response).root().Find("accepted").Int64Or(0), 999);
  EXPECT_EQ(BodyOf(response).root().Pointer("/items/999/status").Int64Or(0), 422);
  EXPECT_EQ(TakenHere(), 999);
}

TEST_F(MemoryTest, ALineOfMegabytesIsRefusedByItself) {
  const std::string long_line =
      LeadOf("long@example.com", "\"note\": \"" + std::string(5'000'000, 'x') + "\"");
  const http::Response response =
      PostBatch("application/x-ndjson", long_line + "\n" + FreshLead() + "\n");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(BodyOf(response).root().Pointer("/items/0/status").Int64Or(0), 413);
  EXPECT_EQ(BodyOf(response).root().Pointer("/items/1/status").Int64Or(0), 202);
}

// ---- Forms.

TEST_F(MemoryTest, Forms) {
  const auto post = [](const std::string& body, const std::string& type) {
    return TheIngest().Call(
        "POST", "/v1/forms/plain", {{"Content-Type", type}, {"Accept", "application/json"}}, body);
  };
  const std::string form = "application/x-www-form-urlencoded";
  struct Row {
    const char* what;
    std::string body;
    std::string answer;
  };
  std::string fields = "email=form%40example.com";
  for (int i = 0; i < 5000; ++i) absl::StrAppend(&fields, "&f", i, "=1");
  const std::vector<Row> rows = {
      {"a hundred thousand fields", Repeated("a=&", 100'000), "413 too-large"},
      {"as many as fit", Repeated("&", 65'536), "422 invalid-lead"},
      {"five thousand names", fields, "422 invalid-lead"},
      {"one name ten thousand times",
       "email=a%40example.com" + Repeated("&a=1", 10'000),
       "422 invalid-lead"},
      {"bad escapes", Repeated("%", 60'000), "422 invalid-lead"},
      {"a name that is a member's",
       "email=a%40example.com&ip_hash=1&operation=mark_synced&phone=x",
       "422 invalid-lead"},
  };
  for (const Row& row : rows) EXPECT_EQ(Refusal(post(row.body, form)), row.answer) << row.what;
  EXPECT_EQ(Refusal(post("--x\r\n", "multipart/form-data; boundary=x")), "415 wrong-media-type");
  EXPECT_EQ(TakenHere(), 0);
}

}  // namespace
}  // namespace leadrelay::ingest
