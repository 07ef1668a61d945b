// Zoho answers mangled at random: whatever comes back, every job gets one outcome, the talk comes
// to an end, and no lead gets anything of another's.

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "tests/unit/connectors/configure.h"
#include "tests/unit/connectors/random_marks.h"

namespace leadrelay::test {
namespace {

using delivery::Call;
using delivery::Job;
using delivery::Outcome;
using delivery::Reply;

constexpr unsigned kRounds = 600;

std::string LeadText(size_t i, Random& random) {
  const std::string mark = Mark(i);
  json::Writer writer;
  writer.StartObject();
  if (!Chance(random, 30)) writer.Member("email", mark + "@Example.com");
  if (Chance(random, 70)) writer.Member("last_name", mark);
  writer.Member("first_name", mark).Member("phone", absl::StrCat("+1555", mark));
  if (Chance(random, 50)) writer.Member("company", "Company of " + mark);
  if (Chance(random, 50)) {
    if (Chance(random, 20)) writer.Member("operation", "move_deal");
    writer.Key("deal").StartObject().Member("title", "Deal of " + mark).EndObject();
  }
  if (Chance(random, 40)) writer.Member("note", "Note of " + mark);
  if (Chance(random, 40)) {
    writer.Key("task").StartObject().Member("title", "Task of " + mark).EndObject();
  }
  writer.EndObject();
  return writer.Take();
}

// Keeps a record per kind and person and answers like Zoho, then spoils the answer without ever
// giving a place the id of another's record.
class MangledZoho {
 public:
  explicit MangledZoho(Random& random) : random_(random) {}

  http::Response Answer(const http::Request& request) {
    if (Chance(random_, 10)) return Trouble();
    http::Response response;
    response.status = 200;
    if (request.url.ends_with("/coql")) {
      response = Select(request.body);
    } else if (request.method == "GET") {
      response = Notes(request.url);
    } else {
      response = Write(request);
    }
    if (Chance(random_, 5)) response.body.resize(response.body.size() / 2);
    return response;
  }

  // What an earlier attempt left behind.
  void Have(const std::string& kind, const std::string& mark) { IdOf(kind, mark); }

  std::string OwnerOf(const std::string& id) const {
    const auto found = owners_.find(id);
    return found == owners_.end() ? "nobody" : found->second;
  }

 private:
  http::Response Trouble() {
    const std::vector<int> statuses = {
        200, 202, 204, 207, 301, 400, 401, 403, 404, 408, 409, 412, 413, 423, 429, 500, 502, 503};
    const std::vector<std::string> bodies = {
        "",
        "<html>",
        "{}",
        "[]",
        "null",
        R"({"code":"INVALID_DATA","details":{},"status":"error"})",
        R"({"code":"INTERNAL_ERROR","details":{},"status":"error"})",
        R"({"code":"RECORD_LOCKED","details":[],"status":"error"})",
        R"({"data":{}})",
        R"({"data":[null,5,[],{"details":{"id":{}}}]})",
        R"({"data":[{"code":"MANDATORY_NOT_FOUND","details":{"api_name":"Last_Name"}}]})",
        R"({"data":[{"code":"DUPLICATE_DATA","details":{"api_name":"Email"}}]})"};
    http::Response response;
    response.status = statuses[Below(random_, statuses.size())];
    response.body = bodies[Below(random_, bodies.size())];
    return response;
  }

  std::string IdOf(const std::string& kind, const std::string& mark) {
    std::string& id = ids_[kind + mark];
    if (id.empty()) id = absl::StrCat(1000 + ids_.size());
    owners_[id] = mark;
    return id;
  }

  static std::string KindIn(const std::string& text) {
    for (const char* kind : {"Accounts", "Leads", "Contacts", "Deals", "Notes", "Tasks"}) {
      if (text.find(kind) != std::string::npos) return kind;
    }
    return "";
  }

  std::string Error() {
    const std::vector<std::string> errors = {
        R"({"code":"INVALID_DATA","details":{"api_name":"Email"},"status":"error"})",
        R"({"code":"MANDATORY_NOT_FOUND","details":{"api_name":"Last_Name"},"status":"error"})",
        R"({"code":"MANDATORY_NOT_FOUND","details":{"api_name":"Company"},"status":"error"})",
        R"({"code":"DEPENDENT_SERVICE_ERROR","details":{},"status":"error"})",
        R"({"code":"DUPLICATE_DATA","details":{"api_name":"Email"},"status":"error"})",
        R"({"code":"INVALID_DATA","details":{"api_name":"Account_Name"},"status":"error"})",
        R"({"code":"DUPLICATE_DATA","details":{"api_name":"Account_Name"},"status":"error"})",
        R"({"code":"WHATEVER","details":null,"status":"error"})",
        "null"};
    return errors[Below(random_, errors.size())];
  }

  http::Response Write(const http::Request& request) {
    const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
    EXPECT_TRUE(body.ok()) << request.body;
    const std::string kind = KindIn(request.url);
    std::vector<std::string> items;
    for (const json::Value& input : body->root().Find("data").Elements()) {
      if (Chance(random_, 15)) {
        items.push_back(Error());
        continue;
      }
      std::string mark = MarkIn(input.ToJson());
      for (const char* link : {"Contact_Name", "Parent_Id", "Who_Id", "What_Id"}) {
        if (mark.empty()) mark = OwnerOf(input.Find(link).Find("id").StringOr(""));
      }
      const char* action = Chance(random_, 50) ? "insert" : "update";
      items.push_back(absl::StrCat(R"({"code":"SUCCESS","action":")",
                                   action,
                                   R"(","details":{"id":")",
                                   IdOf(kind, mark),
                                   R"("},"status":"success"})"));
    }
    if (Chance(random_, 5)) items.pop_back();
    if (Chance(random_, 5)) items.push_back(Error());
    return Data(items);
  }

  http::Response Select(const std::string& query) {
    const std::string kind = KindIn(query.substr(query.find(" from ")));
    std::vector<std::string> rows;
    for (const auto& [name, id] : ids_) {
      if (!name.starts_with(kind)) continue;
      const std::string mark = OwnerOf(id);
      const std::string person = IdIfThere("Contacts", mark);
      const std::string lead = IdIfThere("Leads", mark);
      rows.push_back(absl::StrCat(R"({"id":")",
                                  id,
                                  R"(","Phone":"+1555)",
                                  mark,
                                  R"(","Deal_Name":"Deal of )",
                                  mark,
                                  R"(","Subject":"Task of )",
                                  mark,
                                  R"(","Created_Time":"2026-09-01T10:00:00+00:00",)",
                                  R"("Contact_Name":{"id":")",
                                  person,
                                  R"("},"Who_Id":{"id":")",
                                  person,
                                  R"("},"What_Id":{"id":")",
                                  lead,
                                  R"("}})"));
    }
    std::shuffle(rows.begin(), rows.end(), random_);
    if (Chance(random_, 10) && !rows.empty()) rows.pop_back();
    http::Response response = Data(rows);
    if (rows.empty()) return {204, {}, ""};
    if (Chance(random_, 20)) {
      response.body.insert(response.body.size() - 1, R"(,"info":{"more_records":true})");
    }
    return response;
  }

  http::Response Notes(const std::string& url) {
    const size_t end = url.find("/Notes");
    const size_t begin = url.rfind('/', end - 1) + 1;
    const std::string id = IdIfThere("Notes", OwnerOf(url.substr(begin, end - begin)));
    if (id.empty()) return {204, {}, ""};
    return Data(
        {absl::StrCat(R"({"id":")", id, R"(","Note_Title":"Note of 2026-09-01T10:00:00.000Z"})")});
  }

  std::string IdIfThere(const std::string& kind, const std::string& mark) const {
    const auto found = ids_.find(kind + mark);
    return found == ids_.end() ? "" : found->second;
  }

  static http::Response Data(const std::vector<std::string>& items) {
    std::string list;
    for (const std::string& item : items) list += (list.empty() ? "" : ",") + item;
    return {207, {}, absl::StrCat("{\"data\":[", list, "]}")};
  }

  Random& random_;
  std::map<std::string, std::string> ids_;
  std::map<std::string, std::string> owners_;
};

// Every record of a request is of one lead, and of one that the call carries.
void ExpectUnmixed(const Call& call) {
  const absl::StatusOr<json::Document> body = json::Document::Parse(call.request.body);
  if (!body.ok()) return;
  const json::Value records = body->root().Find("data");
  if (records.exists()) EXPECT_EQ(records.size(), call.jobs.size());
  for (const json::Value& record : records.Elements()) {
    const std::string text = record.ToJson();
    std::set<std::string> marks;
    for (size_t at = text.find("mark"); at != std::string::npos; at = text.find("mark", at + 1)) {
      marks.insert(text.substr(at, text.find('x', at) + 1 - at));
    }
    EXPECT_LE(marks.size(), 1U) << text;
  }
  const std::set<size_t> distinct(call.jobs.begin(), call.jobs.end());
  EXPECT_EQ(distinct.size(), call.jobs.size());
}

void ExpectOwn(const Job& job, size_t i, const MangledZoho& zoho) {
  const std::string mark = Mark(i);
  for (const char* fact : {"account_id", "person_id", "deal_id", "note_id", "task_id"}) {
    const auto found = job.progress.find(fact);
    if (found != job.progress.end()) {
      EXPECT_EQ(zoho.OwnerOf(found->second), mark) << fact;
    }
  }
  ASSERT_TRUE(job.outcome.has_value()) << "left without an outcome";
  if (job.outcome->kind == Outcome::Kind::kDelivered) {
    EXPECT_EQ(zoho.OwnerOf(job.outcome->remote_id), mark);
  }
  EXPECT_EQ(job.outcome->reason.find("mark"), std::string::npos) << "quotes the lead";
  EXPECT_EQ(job.outcome->remedy.find("mark"), std::string::npos) << "quotes the lead";
}

void Talk(const delivery::Connector& connector, Random& random) {
  const size_t count = 1 + Below(random, 12);
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) texts.push_back(LeadText(i, random));
  Leads leads(texts);
  MangledZoho zoho(random);
  for (size_t i = 0; i < count; ++i) {
    leads.batch.jobs[i].unknown = Chance(random, 40);
    for (const char* kind : {"Leads", "Contacts", "Deals", "Notes", "Tasks"}) {
      if (Chance(random, 40)) zoho.Have(kind, Mark(i));
    }
  }

  size_t calls = 0;
  std::optional<Call> call = connector.Next(leads.batch, nullptr);
  while (call.has_value()) {
    // What the delivery loop allows a batch.
    ASSERT_LE(++calls, 16 + 8 * count) << "does not come to an end";
    ExpectUnmixed(*call);
    if (Chance(random, 3)) {
      for (const size_t index : call->jobs) {
        leads.batch.jobs[index].outcome = Outcome::Unknown("connection reset");
      }
      call = connector.Next(leads.batch, nullptr);
      continue;
    }
    const Reply reply{*call, zoho.Answer(call->request)};
    call = connector.Next(leads.batch, &reply);
  }
  for (size_t i = 0; i < count; ++i) ExpectOwn(leads.batch.jobs[i], i, zoho);
}

constexpr std::string_view kCredential =
    "client_id: x, client_secret: '${SECRET}', refresh_token: '${TOKEN}'";

Configured With(const std::string& settings) {
  return ConfigureFrom("zoho",
                       absl::StrCat("settings: {", std::string(kCredential), settings, "}"));
}

TEST(ZohoProperty, MangledAnswersMixNothingUpAndLeaveNobodyOut) {
  for (const char* settings : {"", ", module: Contacts", ", deal_key_field: Delivery"}) {
    const Configured configured = With(settings);
    ASSERT_EQ(configured.faults, "");
    for (unsigned seed = 0; seed < kRounds; ++seed) {
      SCOPED_TRACE(absl::StrCat(settings, " seed ", seed));
      Random random(seed);
      Talk(*configured.connector, random);
      if (testing::Test::HasFailure()) return;
    }
  }
}

std::vector<std::string> AHundred() {
  std::vector<std::string> texts;
  for (size_t i = 0; i < 100; ++i) {
    texts.push_back(absl::StrCat(R"({"email":"a)", i, R"(@example.com","last_name":"A"})"));
  }
  return texts;
}

// A hundred people of one company are one record, for one credit.
TEST(ZohoProperty, OneCompanyOfAHundredIsWrittenOnce) {
  const Configured configured = With(", module: Contacts");
  std::vector<std::string> texts;
  for (size_t i = 0; i < 100; ++i) {
    texts.push_back(
        absl::StrCat(R"({"email":"a)", i, R"(@example.com","last_name":"A","company":"Example"})"));
  }
  Leads leads(texts);
  const std::optional<Call> call = configured.connector->Next(leads.batch, nullptr);
  ASSERT_TRUE(call.has_value());
  EXPECT_EQ(call->jobs.size(), 100U);
  EXPECT_EQ(call->cost, 1);
  EXPECT_EQ(call->request.body,
            R"({"data":[{"Account_Name":"Example"}],"duplicate_check_fields":["Account_Name"]})");
  const Reply reply{
      *call, {200, {}, R"({"data":[{"code":"SUCCESS","details":{"id":"7"},"status":"success"}]})"}};
  const std::optional<Call> people = configured.connector->Next(leads.batch, &reply);
  ASSERT_TRUE(people.has_value());
  EXPECT_EQ(people->jobs.size(), 100U);
  EXPECT_EQ(people->cost, 10);
  for (const Job& job : leads.batch.jobs) EXPECT_EQ(delivery::Get(job.progress, "account_id"), "7");
}

// A refusal that does not say which record it means costs the others nothing but time.
TEST(ZohoProperty, OneBadRecordOfAHundredIsFound) {
  const Configured configured = With("");
  for (const size_t bad : {0U, 1U, 37U, 50U, 98U, 99U}) {
    Leads leads(AHundred());
    size_t calls = 0;
    std::optional<Call> call = configured.connector->Next(leads.batch, nullptr);
    while (call.has_value()) {
      ASSERT_LE(++calls, 16U) << "lead " << bad;
      http::Response response;
      response.status = 200;
      std::string items;
      for (const size_t index : call->jobs) {
        if (index == bad) response.status = 400;
        absl::StrAppend(&items,
                        items.empty() ? "" : ",",
                        R"({"code":"SUCCESS","action":"insert","details":{"id":")",
                        index + 1,
                        R"("},"status":"success"})");
      }
      response.body = response.status == 400
                          ? R"({"code":"INVALID_DATA","details":{},"status":"error"})"
                          : absl::StrCat(R"({"data":[)", items, "]}");
      const Reply reply{*call, response};
      call = configured.connector->Next(leads.batch, &reply);
    }
    for (size_t i = 0; i < 100; ++i) {
      const Outcome& outcome = *leads.batch.jobs[i].outcome;
      EXPECT_EQ(outcome.kind, i == bad ? Outcome::Kind::kRejected : Outcome::Kind::kDelivered);
      if (i != bad) EXPECT_EQ(outcome.remote_id, absl::StrCat(i + 1));
    }
  }
}

// A mapping that Zoho refuses for every lead must not cost a call per lead and halving.
TEST(ZohoProperty, AllBadRecordsEndWithinTheLoopsPatience) {
  const Configured configured = With("");
  Leads leads(AHundred());
  size_t calls = 0;
  std::optional<Call> call = configured.connector->Next(leads.batch, nullptr);
  while (call.has_value()) {
    ASSERT_LE(++calls, 200U);
    http::Response response;
    response.status = 400;
    const Reply reply{*call, response};
    call = configured.connector->Next(leads.batch, &reply);
  }
  for (const Job& job : leads.batch.jobs) {
    EXPECT_EQ(job.outcome->kind, Outcome::Kind::kRejected);
  }
}

}  // namespace
}  // namespace leadrelay::test
