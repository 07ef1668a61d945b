// Salesforce answers mangled at random: whatever comes back, every job gets one outcome, the talk
// comes to an end, and no lead gets anything of another's.

#include <set>

#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"
#include "tests/unit/connectors/random_marks.h"

namespace leadrelay::test {
namespace {

using delivery::Batch;
using delivery::Call;
using delivery::Job;
using delivery::Outcome;
using delivery::Reply;

constexpr size_t kRounds = 600;

std::string LeadText(size_t i, Random& random) {
  const std::string mark = Mark(i);
  json::Writer writer;
  writer.StartObject();
  if (!Chance(random, 20)) writer.Member("email", mark + "@Example.com");
  writer.Member("first_name", mark).Member("phone", absl::StrCat("+1555", mark));
  if (Chance(random, 60)) {
    writer.Key("deal").StartObject().Member("title", "Deal of " + mark).EndObject();
  }
  if (Chance(random, 40)) writer.Member("note", "Note of " + mark);
  if (Chance(random, 40)) {
    writer.Key("task").StartObject().Member("title", "Task of " + mark).EndObject();
  }
  writer.EndObject();
  return writer.Take();
}

// Keeps a record per object and mark and answers like Salesforce, then spoils the answer without
// ever giving a record an id that is another's.
class MangledSalesforce {
 public:
  explicit MangledSalesforce(Random& random) : random_(random) {}

  http::Response Answer(const http::Request& request) {
    if (Chance(random_, 12)) return Trouble();
    http::Response response{200, {}, ""};
    const absl::StatusOr<json::Document> document = json::Document::Parse(request.body);
    const json::Value body = document.ok() ? document->root() : json::Value();
    if (request.method == "GET") {
      response.body = Found(http::PercentDecode(request.url));
    } else if (request.url.ends_with("/composite")) {
      response.body = Made(body);
    } else if (body.Find("records").IsArray()) {
      response.body = Verdicts(body);
    } else {
      response.status = 201;
      response.body = Saved("Lead", MarkIn(request.body));
    }
    if (Chance(random_, 5)) response.body.resize(Below(random_, response.body.size()));
    return response;
  }

  // The mark of whose record it is.
  std::string OwnerOf(const std::string& id) const {
    const auto found = owners_.find(id);
    return found == owners_.end() ? "nobody" : found->second;
  }

 private:
  http::Response Trouble() {
    const std::vector<int> statuses = {
        200, 201, 204, 300, 302, 400, 401, 403, 404, 408, 409, 410, 414, 429, 500, 503};
    const std::vector<std::string> bodies = {
        "",
        "<html>",
        "{}",
        "[]",
        "null",
        "[null,5,{\"success\":true},{\"success\":false}]",
        "{\"records\":[null,5,{\"Id\":{}}],\"done\":true}",
        "{\"compositeResponse\":[null,{\"httpStatusCode\":400}]}",
        "[{\"errorCode\":\"INVALID_FIELD\",\"message\":\"No such column 'Phone' on\"}]",
        "[{\"errorCode\":\"NOT_FOUND\"}]",
        "[{\"errorCode\":\"REQUEST_LIMIT_EXCEEDED\"}]",
        "[{\"errorCode\":\"UNABLE_TO_LOCK_ROW\"}]"};
    http::Response response{statuses[Below(random_, statuses.size())], {}, ""};
    response.body = bodies[Below(random_, bodies.size())];
    if (Chance(random_, 30)) response.headers.Add("retry-after", "3");
    return response;
  }

  std::string IdOf(const std::string& object, const std::string& mark) {
    std::string& id = ids_[object + mark];
    if (id.empty()) {
      const std::string number = absl::StrCat(ids_.size());
      const std::string prefix = object == "Lead" ? "00Q" : object == "Task" ? "00T" : "006";
      id = prefix + std::string(12 - number.size(), '0') + number + "AAA";
    }
    owners_[id] = mark;
    return id;
  }

  std::string Saved(const std::string& object, const std::string& mark) {
    if (Chance(random_, 5)) return R"({"success":true,"errors":[]})";
    return absl::StrCat(R"({"id":")",
                        IdOf(object, mark),
                        R"(","success":true,"errors":[],"created":)",
                        Chance(random_, 50) ? "true}" : "false}");
  }

  std::string Refused() {
    const std::vector<std::string> codes = {"REQUIRED_FIELD_MISSING",
                                            "INVALID_EMAIL_ADDRESS",
                                            "DUPLICATES_DETECTED",
                                            "DUPLICATE_VALUE",
                                            "UNABLE_TO_LOCK_ROW",
                                            "ENTITY_IS_DELETED",
                                            "NEW_CODE"};
    return absl::StrCat(R"({"success":false,"errors":[{"statusCode":")",
                        codes[Below(random_, codes.size())],
                        R"(","fields":["LastName"]}]})");
  }

  std::string Verdicts(const json::Value& body) {
    std::string all;
    for (const json::Value& record : body.Find("records").Elements()) {
      if (Chance(random_, 2)) continue;  // Not a word of it.
      const std::string object = record.Find("attributes").Find("type").StringOr("");
      absl::StrAppend(&all,
                      all.empty() ? "" : ",",
                      Chance(random_, 15) ? Refused() : Saved(object, MarkIn(record.ToJson())));
    }
    return absl::StrCat("[", all, "]");
  }

  std::string Made(const json::Value& body) {
    if (Chance(random_, 10)) {
      return R"({"compositeResponse":[{"body":[{"errorCode":"NEW_CODE"}],"httpStatusCode":400,
                "referenceId":"deal"}]})";
    }
    return absl::StrCat(
        R"({"compositeResponse":[{"httpStatusCode":201,"referenceId":"deal","body":)",
        Saved("Opportunity", MarkIn(body.ToJson())),
        "}]}");
  }

  std::string Found(const std::string& soql) {
    const std::string object = soql.find("FROM Lead") != std::string::npos   ? "Lead"
                               : soql.find("FROM Task") != std::string::npos ? "Task"
                                                                             : "Opportunity";
    std::string rows;
    for (size_t at = soql.find("mark"); at != std::string::npos; at = soql.find("mark", at + 1)) {
      const std::string mark = MarkIn(soql.substr(at));
      const auto known = ids_.find(object + mark);
      if (known == ids_.end()) continue;
      absl::StrAppend(&rows,
                      rows.empty() ? "" : ",",
                      R"({"Id":")",
                      known->second,
                      R"(","Email":")",
                      mark,
                      R"(@example.com","Phone":"+1555)",
                      mark,
                      "\"}");
    }
    return absl::StrCat(
        R"({"records":[)", rows, R"(],"done":)", Chance(random_, 5) ? "false}" : "true}");
  }

  Random& random_;
  std::map<std::string, std::string> ids_;
  std::map<std::string, std::string> owners_;
};

void ExpectOwn(const Job& job, size_t i, const MangledSalesforce& crm) {
  ASSERT_TRUE(job.outcome.has_value());
  const Outcome& outcome = *job.outcome;
  for (const char* fact : {"person_id", "deal_id"}) {
    const std::string id = delivery::Get(job.progress, fact);
    if (!id.empty()) EXPECT_EQ(crm.OwnerOf(id), Mark(i)) << fact;
  }
  EXPECT_EQ(outcome.reason.find("mark"), std::string::npos) << outcome.reason;
  if (outcome.kind == Outcome::Kind::kDelivered) {
    EXPECT_EQ(outcome.remote_id, delivery::Get(job.progress, "person_id"));
    EXPECT_FALSE(outcome.remote_id.empty());
  }
  if (outcome.kind == Outcome::Kind::kRejected) EXPECT_FALSE(outcome.remedy.empty());
}

void Talk(const delivery::Connector& connector, Batch& batch, MangledSalesforce& crm) {
  size_t calls = 0;
  std::optional<Call> call = connector.Next(batch, nullptr);
  while (call.has_value()) {
    ASSERT_LE(++calls, 16 + 8 * batch.jobs.size()) << "does not come to an end: " << call->step;
    ASSERT_FALSE(call->jobs.empty());
    const std::set<size_t> different(call->jobs.begin(), call->jobs.end());
    ASSERT_EQ(different.size(), call->jobs.size());
    const Reply reply{*call, crm.Answer(call->request)};
    call = connector.Next(batch, &reply);
  }
}

void Play(const std::string& settings) {
  const Configured configured = ConfigureFrom(
      "salesforce",
      absl::StrCat(
          "settings: {client_id: c, client_secret: '${SECRET}', refresh_token: '${TOKEN}', "
          "base_url: 'https://a.my.salesforce.com'",
          settings,
          "}\n"));
  ASSERT_EQ(configured.faults, "");
  for (size_t round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    Random random(static_cast<unsigned>(round));
    std::vector<std::string> texts;
    const size_t size = 1 + Below(random, 12);
    for (size_t i = 0; i < size; ++i) texts.push_back(LeadText(i, random));
    Leads leads(texts);
    MangledSalesforce crm(random);
    // As the ladder does: what is not settled comes again, with what it knows.
    for (int attempt = 0; attempt < 3; ++attempt) {
      Talk(*configured.connector, leads.batch, crm);
      if (testing::Test::HasFatalFailure()) return;
      for (size_t i = 0; i < size; ++i) ExpectOwn(leads.batch.jobs[i], i, crm);
      for (Job& job : leads.batch.jobs) {
        job.unknown = job.unknown || job.outcome->kind == Outcome::Kind::kUnknown;
        job.outcome.reset();
        job.scratch.clear();
      }
    }
  }
}

TEST(SalesforceProperty, ByAddress) {
  Play("");
}

TEST(SalesforceProperty, ByKey) {
  Play(", key_field: Key__c, activity_key_field: Key__c, deal_key_field: Key__c");
}

}  // namespace
}  // namespace leadrelay::test
