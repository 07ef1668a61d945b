// Freshsales' bulk upsert and its answers mangled at random: whatever comes back, every lead gets
// one outcome, the talk comes to an end, who is delivered is there, and no contact has anything of
// another's lead.

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "tests/unit/connectors/bulk_talk.h"

namespace leadrelay::test {
namespace {

constexpr unsigned kRounds = 2000;

std::string LeadText(const std::string& mark, Random& random) {
  json::Writer writer;
  writer.StartObject().Member("email", mark + "@Example.com").Member("first_name", mark);
  if (Chance(random, 70)) writer.Member("phone", "+1555" + mark);
  if (Chance(random, 10)) writer.Member("operation", "update_person");
  if (Chance(random, 10)) writer.Member("note", "Note of " + mark);
  if (Chance(random, 50)) {
    writer.Key("form_data").StartObject().Member("plan", "Plan of " + mark).EndObject();
  }
  writer.EndObject();
  return writer.Take();
}

// Upserts one by one and in bulk, and spoils an answer now and then, without ever saying that
// somebody is in who is not.
class MangledFreshsales {
 public:
  explicit MangledFreshsales(Random& random) : random_(random) {}

  http::Response Answer(const http::Request& request) {
    if (Chance(random_, 8)) return Trouble();
    http::Response response = Work(request);
    if (Chance(random_, 4)) response.body.resize(response.body.size() / 2);
    return Chance(random_, 4) ? Trouble() : response;
  }

  // Of an earlier attempt: the job's id.
  size_t Queue(const std::vector<std::string>& addresses) {
    BulkJob& job = jobs_.emplace_back();
    for (const std::string& address : addresses) {
      (Chance(random_, 25) ? job.failed : job.in).push_back(address);
    }
    return jobs_.size() - 1;
  }

  bool Has(const std::string& mark) const { return contacts_.contains(mark); }
  std::string IdOf(const std::string& mark) {
    std::string& id = contacts_[mark];
    if (id.empty()) id = absl::StrCat(100 + contacts_.size());
    return id;
  }

 private:
  struct BulkJob {
    std::vector<std::string> in;
    std::vector<std::string> failed;
  };

  http::Response Trouble() {
    const std::vector<int> statuses = {
        200, 202, 302, 400, 401, 402, 403, 404, 405, 422, 429, 500, 503};
    const std::vector<std::string> bodies = {
        "",
        "<html>",
        "{}",
        "[]",
        "null",
        R"({"message":"queued"})",
        R"({"job_status_url":"https://evil.example/999?y"})",
        R"({"job_status_url":5,"id":99})",
        R"({"status":"in progress"})",
        R"({"status":"failed"})",
        R"({"status":"partial"})",
        R"({"status":"completed","failed_count":1})",
        R"({"status":"completed","errors":["who knows"]})",
        R"({"errors":{"code":400,"message":["Invalid contact status provided."]}})"};
    http::Response response;
    response.status = statuses[Below(random_, statuses.size())];
    response.body = bodies[Below(random_, bodies.size())];
    return response;
  }

  http::Response Work(const http::Request& request) {
    const absl::StatusOr<json::Document> parsed = json::Document::Parse(request.body);
    const json::Value body = parsed.ok() ? parsed->root() : json::Value();
    http::Response response;
    response.status = 200;
    const size_t job = request.url.find("/job_statuses/");
    if (request.url.ends_with("/bulk_upsert")) {
      response.body = QueueBulk(body);
    } else if (job != std::string::npos) {
      response.body = StatusOf(std::stoul(request.url.substr(job + 14)));
    } else if (request.url.ends_with("/contacts/upsert")) {
      response.body =
          absl::StrCat(R"({"contact":{"id":)", IdOf(*MarksIn(request.body).begin()), "}}");
    } else {
      response.body = request.method == "GET" ? R"({"notes":[]})" : R"({"note":{"id":5}})";
    }
    return response;
  }

  std::string QueueBulk(const json::Value& body) {
    std::vector<std::string> addresses;
    std::set<std::string> seen;
    for (const json::Value& contact : body.Find("contacts").Elements()) {
      addresses.push_back(contact.Find("emails").StringOr(""));
      EXPECT_TRUE(seen.insert(addresses.back()).second) << "one person twice in a bulk";
      EXPECT_EQ(MarksIn(contact.ToJson()), MarksIn(addresses.back()));
    }
    return absl::StrCat(
        R"({"job_status_url":"https://b.example/api/job_statuses/)", Queue(addresses), R"("})");
  }

  std::string StatusOf(size_t id) {
    if (id >= jobs_.size() || Chance(random_, 50)) return R"({"status":"processing"})";
    const BulkJob& job = jobs_[id];
    for (const std::string& address : job.in) IdOf(*MarksIn(address).begin());
    json::Writer writer;
    writer.StartObject().Member("status", "completed");
    writer.Member("success_count", static_cast<int64_t>(job.in.size()));
    writer.Key("failed").StartArray();
    for (const std::string& address : job.failed) {
      writer.StartObject().Member("emails", address).EndObject();
    }
    writer.EndArray().EndObject();
    return writer.Take();
  }

  Random& random_;
  std::vector<BulkJob> jobs_;
  std::map<std::string, std::string> contacts_;  // Ids by mark.
};

void Round(const delivery::Connector& connector, Random& random) {
  const std::vector<std::string> people = SomePeople(random);
  std::vector<std::string> texts;
  for (const std::string& mark : people) texts.push_back(LeadText(mark, random));
  Leads leads(texts);
  MangledFreshsales crm(random);
  if (Chance(random, 30)) {
    const auto queue = [&crm](const std::vector<std::string>& addresses) {
      return absl::StrCat("/crm/sales/api/job_statuses/", crm.Queue(addresses));
    };
    PutSomeInBulk(leads.batch, people, "bulk_job", queue, random);
  }
  TalkAboutPeople(connector, leads.batch, people, crm, random);
}

TEST(FreshsalesProperty, NothingIsMixedUpAndNobodyIsLeftOut) {
  const Configured configured = ConfigureFrom("freshsales",
                                              R"(
settings: {base_url: 'https://a.example', api_key: '${TOKEN}', bulk_from: 3}
mapping: {cf_plan: form_data.plan}
)");
  ASSERT_EQ(configured.faults, "");
  for (unsigned round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(absl::StrCat("round ", round));
    Random random(round);
    Round(*configured.connector, random);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace leadrelay::test
