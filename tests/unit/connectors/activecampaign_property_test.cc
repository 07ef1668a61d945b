// ActiveCampaign's importer and its answers mangled at random: whatever comes back, every lead gets
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
  if (Chance(random, 50)) writer.Member("consent_given", true);
  if (Chance(random, 10)) writer.Member("operation", "update_person");
  if (Chance(random, 10)) writer.Member("note", "Note of " + mark);
  if (Chance(random, 50)) {
    writer.Key("form_data").StartObject().Member("plan", "Plan of " + mark).EndObject();
  }
  writer.EndObject();
  return writer.Take();
}

// Imports and syncs like the real one, and spoils an answer now and then, without ever saying that
// somebody is in who is not.
class MangledActiveCampaign {
 public:
  explicit MangledActiveCampaign(Random& random) : random_(random) {}

  http::Response Answer(const http::Request& request) {
    if (Chance(random_, 8)) return Trouble();
    http::Response response = Work(request);
    if (Chance(random_, 4)) response.body.resize(response.body.size() / 2);
    return Chance(random_, 4) ? Trouble() : response;
  }

  // Of an earlier attempt.
  std::string Queue(const std::vector<std::string>& addresses) {
    const std::string id = absl::StrCat("import-", imports_.size());
    for (const std::string& address : addresses) {
      (Chance(random_, 25) ? imports_[id].failure : imports_[id].in).push_back(address);
    }
    imports_[id];
    return id;
  }

  bool Has(const std::string& mark) const { return contacts_.contains(mark); }
  std::string IdOf(const std::string& mark) {
    std::string& id = contacts_[mark];
    if (id.empty()) id = absl::StrCat(100 + contacts_.size());
    return id;
  }

 private:
  struct Import {
    std::vector<std::string> in;
    std::vector<std::string> failure;
  };

  http::Response Trouble() {
    const std::vector<int> statuses = {200, 201, 301, 400, 402, 403, 404, 409, 422, 429, 500, 502};
    const std::vector<std::string> bodies = {
        "",
        "<html>",
        "{}",
        "[]",
        "null",
        R"({"Success":0})",
        R"({"success":0,"message":"Rate limit exceeded."})",
        R"({"success":0,"failureReasons":[{"contact":0},{"contact":1}]})",
        R"({"success":0,"failureReasons":[{"contact":-1}]})",
        R"({"success":0,"failureReasons":[{"contact":99}]})",
        R"({"success":0,"failureReasons":["no",5,null]})",
        R"({"Success":1,"queued_contacts":0,"batchId":"other"})",
        R"({"Success":1,"batchId":"../users"})",
        R"({"status":false})",
        R"({"status":"waiting"})",
        R"({"status":"failed"})",
        R"({"status":"interrupted"})",
        R"({"status":"completed"})",
        R"({"status":"completed","failure":{"a":1}})",
        R"({"status":"completed","failure":[5]})",
        R"({"message":"No Result found for Subscriber with id 1"})",
        R"({"errors":[{"code":"field_invalid"}]})"};
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
    if (request.url.ends_with("/bulk_import")) {
      response = QueueImport(body);
    } else if (request.url.find("batchId=") != std::string::npos) {
      response.body = Info(request.url.substr(request.url.find('=') + 1));
    } else if (request.url.ends_with("/contact/sync")) {
      response.body =
          absl::StrCat(R"({"contact":{"id":")", IdOf(*MarksIn(request.body).begin()), R"("}})");
    } else if (request.url.ends_with("/tags/20")) {
      response.body = R"({"tag":{"id":"20","tag":"web lead"}})";
    } else if (request.url.ends_with("/contactLists") && request.method == "GET") {
      response.body = R"({"contactLists":[]})";
    } else if (request.url.ends_with("/notes") && request.method == "POST") {
      response.body = R"({"note":{"id":"5"}})";
    } else {
      response.body = R"({"notes":[]})";
    }
    return response;
  }

  http::Response QueueImport(const json::Value& body) {
    http::Response response;
    std::vector<std::string> addresses;
    std::set<std::string> seen;
    for (const json::Value& contact : body.Find("contacts").Elements()) {
      addresses.push_back(contact.Find("email").StringOr(""));
      EXPECT_TRUE(seen.insert(addresses.back()).second) << "one person twice in an import";
      EXPECT_EQ(MarksIn(contact.ToJson()), MarksIn(addresses.back()));
    }
    if (Chance(random_, 15)) {
      response.status = 400;
      response.body = absl::StrCat(
          R"({"success":0,"failureReasons":[{"contact":)", Below(random_, addresses.size()), "}]}");
      return response;
    }
    response.status = 200;
    response.body = absl::StrCat(R"({"Success":1,"queued_contacts":)",
                                 addresses.size(),
                                 R"(,"batchId":")",
                                 Queue(addresses),
                                 R"("})");
    return response;
  }

  std::string Info(const std::string& id) {
    if (Chance(random_, 50)) return R"({"status":"active"})";
    json::Writer writer;
    writer.StartObject().Member("status", "completed").Key("failure").StartArray();
    for (const std::string& address : imports_[id].failure) writer.String(address);
    writer.EndArray().EndObject();
    for (const std::string& address : imports_[id].in) IdOf(*MarksIn(address).begin());
    return writer.Take();
  }

  Random& random_;
  std::map<std::string, Import> imports_;
  std::map<std::string, std::string> contacts_;  // Ids by mark.
};

void Round(const delivery::Connector& connector, Random& random) {
  const std::vector<std::string> people = SomePeople(random);
  std::vector<std::string> texts;
  for (const std::string& mark : people) texts.push_back(LeadText(mark, random));
  Leads leads(texts);
  MangledActiveCampaign crm(random);
  if (Chance(random, 30)) {
    const auto queue = [&crm](const std::vector<std::string>& addresses) {
      return crm.Queue(addresses);
    };
    PutSomeInBulk(leads.batch, people, "import_id", queue, random);
  }
  TalkAboutPeople(connector, leads.batch, people, crm, random);
}

TEST(ActiveCampaignProperty, NothingIsMixedUpAndNobodyIsLeftOut) {
  const Configured configured = ConfigureFrom("activecampaign",
                                              R"(
settings: {base_url: 'https://a.example', api_token: '${TOKEN}', tags: [20], lists: [2], bulk_from: 3}
mapping: {6: form_data.plan}
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
