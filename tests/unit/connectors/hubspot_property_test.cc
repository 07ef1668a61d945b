// HubSpot answers mangled at random: whatever comes back, every job gets one outcome, the talk
// comes to an end, and no lead gets anything of another's.

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

constexpr size_t kRounds = 400;

std::string LeadText(size_t i, Random& random) {
  const std::string mark = Mark(i);
  json::Writer writer;
  writer.StartObject();
  if (!Chance(random, 20)) writer.Member("email", mark + "@Example.com");
  writer.Member("first_name", mark).Member("phone", absl::StrCat("+1555", mark));
  if (Chance(random, 60)) writer.Member("company", "Company of " + mark);
  if (Chance(random, 60)) {
    writer.Key("deal").StartObject().Member("title", "Deal of " + mark).EndObject();
  }
  if (Chance(random, 40)) writer.Member("note", "Note of " + mark);
  writer.EndObject();
  return writer.Take();
}

// Keeps a record per key and answers like HubSpot, then spoils the answer without ever giving a
// record an id that is another's.
class MangledHubSpot {
 public:
  explicit MangledHubSpot(Random& random) : random_(random) {}

  http::Response Answer(const http::Request& request) {
    http::Response response;
    response.status = 200;
    if (Chance(random_, 10)) return Trouble();
    const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
    EXPECT_TRUE(body.ok()) << request.body;
    std::vector<std::string> results;
    std::vector<std::string> errors;
    if (request.url.ends_with("/search")) Find(body->root(), results);
    for (const json::Value& input : body->root().Find("inputs").Elements()) {
      if (Chance(random_, 10)) continue;  // Not a word of it.
      if (request.url.find("/associations/") != std::string::npos) {
        List(request.url, input, results);
      } else if (request.url.ends_with("/batch/read")) {
        Read(input, results);
      } else {
        Write(request.url, input, results, errors);
      }
    }
    std::shuffle(results.begin(), results.end(), random_);
    response.status = errors.empty() ? 200 : 207;
    response.body =
        absl::StrCat("{\"results\":[", Join(results), "],\"errors\":[", Join(errors), "]}");
    if (Chance(random_, 5)) response.body.resize(Below(random_, response.body.size()));
    return response;
  }

  // What an earlier attempt left behind.
  void Have(const std::string& kind, const std::string& mark) { IdOf(kind, mark); }

  // The mark of whose record it is.
  std::string OwnerOf(const std::string& id) const {
    const auto found = owners_.find(id);
    return found == owners_.end() ? "nobody" : found->second;
  }

 private:
  static std::string Join(const std::vector<std::string>& parts) {
    std::string joined;
    for (const std::string& part : parts) joined += (joined.empty() ? "" : ",") + part;
    return joined;
  }

  http::Response Trouble() {
    const std::vector<int> statuses = {
        200, 204, 301, 400, 401, 403, 404, 408, 409, 413, 423, 429, 477, 500, 502, 503, 524};
    http::Response response;
    response.status = statuses[Below(random_, statuses.size())];
    const std::vector<std::string> bodies = {
        "",
        "<html>",
        "{}",
        "[]",
        "null",
        "{\"category\":\"VALIDATION_ERROR\"}",
        "{\"category\":\"OBJECT_NOT_FOUND\"}",
        "{\"results\":{}}",
        "{\"results\":[null,5,[],{\"id\":{}}],\"errors\":[null,{\"context\":[]}]}",
        "{\"category\":\"VALIDATION_ERROR\",\"errors\":[{\"code\":\"PROPERTY_DOESNT_EXIST\","
        "\"context\":{\"propertyName\":[\"phone\"]}}]}"};
    response.body = bodies[Below(random_, bodies.size())];
    if (Chance(random_, 30)) response.headers.Add("retry-after", "3");
    return response;
  }

  std::string IdOf(const std::string& what, const std::string& mark) {
    std::string& id = ids_[what + mark];
    if (id.empty()) id = absl::StrCat(1000 + ids_.size());
    owners_[id] = mark;
    return id;
  }

  static std::string KindOf(const std::string& url) {
    for (const char* kind : {"companies", "deals", "notes"}) {
      if (url.find(absl::StrCat("/", kind, "/")) != std::string::npos) return kind;
    }
    return "contacts";
  }

  void Find(const json::Value& search, std::vector<std::string>& results) {
    const auto found = ids_.find("contacts" + MarkIn(search.ToJson()));
    if (found == ids_.end()) return;
    results.push_back(absl::StrCat("{\"id\":\"", found->second, "\"}"));
  }

  void List(const std::string& url, const json::Value& input, std::vector<std::string>& results) {
    const std::string contact = input.Find("id").StringOr("");
    const auto found = ids_.find(KindOf(url) + OwnerOf(contact));
    json::Writer writer;
    writer.StartObject().Key("from").StartObject().Member("id", contact).EndObject();
    writer.Key("to").StartArray();
    if (found != ids_.end()) {
      writer.StartObject().Member("toObjectId", found->second).EndObject();
    }
    results.push_back(writer.EndArray().EndObject().Take());
  }

  void Read(const json::Value& input, std::vector<std::string>& results) {
    const std::string id = input.Find("id").StringOr("");
    json::Writer writer;
    writer.StartObject().Member("id", id).Member("createdAt", "2026-09-01T10:00:00Z");
    writer.Key("properties").StartObject().Member("dealname", "Deal of " + OwnerOf(id));
    writer.Member("hs_timestamp", "2026-09-01T10:00:00Z").EndObject().EndObject();
    results.push_back(writer.Take());
  }

  void Write(const std::string& url,
             const json::Value& input,
             std::vector<std::string>& results,
             std::vector<std::string>& errors) {
    const std::string trace = input.Find("objectWriteTraceId").StringOr("");
    const std::string mark = MarkIn(input.ToJson());
    json::Writer writer;
    writer.StartObject();
    const bool named = Chance(random_, 70);
    if (Chance(random_, 10)) {
      writer.Member("category", "VALIDATION_ERROR").Key("context").StartObject();
      if (named) writer.Key("objectWriteTraceId").StartArray().String(trace).EndArray();
      errors.push_back(writer.EndObject().EndObject().Take());
      return;
    }
    writer.Member("id", IdOf(KindOf(url), mark));
    if (named) writer.Member("objectWriteTraceId", trace);
    if (Chance(random_, 70)) writer.Member("properties", input.Find("properties"));
    if (Chance(random_, 30)) writer.Member("new", Chance(random_, 50));
    results.push_back(writer.EndObject().Take());
    if (Chance(random_, 10)) results.push_back(results.back());
  }

  Random& random_;
  std::map<std::string, std::string> ids_;
  std::map<std::string, std::string> owners_;
};

// Every input of a request is of one lead, and of one that the call carries.
void ExpectUnmixed(const Call& call) {
  const absl::StatusOr<json::Document> body = json::Document::Parse(call.request.body);
  ASSERT_TRUE(body.ok());
  for (const json::Value& input : body->root().Find("inputs").Elements()) {
    const std::string text = input.ToJson();
    std::set<std::string> marks;
    for (size_t at = text.find("mark"); at != std::string::npos; at = text.find("mark", at + 1)) {
      marks.insert(text.substr(at, text.find('x', at) + 1 - at));
    }
    EXPECT_LE(marks.size(), 1U) << text;
  }
  const std::set<size_t> distinct(call.jobs.begin(), call.jobs.end());
  EXPECT_EQ(distinct.size(), call.jobs.size());
}

void ExpectOwn(const Job& job, size_t i, const MangledHubSpot& hubspot) {
  const std::string mark = Mark(i);
  for (const char* fact : {"contact_id", "company_id", "deal_id", "note_id"}) {
    const auto found = job.progress.find(fact);
    if (found != job.progress.end()) {
      EXPECT_EQ(hubspot.OwnerOf(found->second), mark) << fact;
    }
  }
  ASSERT_TRUE(job.outcome.has_value()) << "left without an outcome";
  if (job.outcome->kind == Outcome::Kind::kDelivered) {
    EXPECT_EQ(hubspot.OwnerOf(job.outcome->remote_id), mark);
  }
  EXPECT_EQ(job.outcome->reason.find("mark"), std::string::npos) << "quotes the lead";
  EXPECT_EQ(job.outcome->remedy.find("mark"), std::string::npos) << "quotes the lead";
}

void Talk(const delivery::Connector& connector, Random& random) {
  const size_t count = 1 + Below(random, 12);
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) texts.push_back(LeadText(i, random));
  Leads leads(texts);
  MangledHubSpot hubspot(random);
  for (size_t i = 0; i < count; ++i) {
    if (!Chance(random, 40)) continue;
    leads.batch.jobs[i].unknown = true;
    for (const char* kind : {"contacts", "companies", "deals", "notes"}) {
      if (Chance(random, 60)) hubspot.Have(kind, Mark(i));
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
    const Reply reply{*call, hubspot.Answer(call->request)};
    call = connector.Next(leads.batch, &reply);
  }
  for (size_t i = 0; i < count; ++i) ExpectOwn(leads.batch.jobs[i], i, hubspot);
}

TEST(HubSpotProperty, MangledAnswersMixNothingUpAndLeaveNobodyOut) {
  for (const char* settings : {"access_token: '${TOKEN}'",
                               "access_token: '${TOKEN}', deal_key_property: delivery",
                               "access_token: '${TOKEN}', company_id_property: company_key",
                               "access_token: '${TOKEN}', company_id_property: company_key, "
                               "deal_key_property: delivery"}) {
    const Configured configured =
        ConfigureFrom("hubspot", absl::StrCat("settings: {", settings, "}"));
    ASSERT_EQ(configured.faults, "");
    for (unsigned seed = 0; seed < kRounds; ++seed) {
      SCOPED_TRACE(absl::StrCat(settings, " seed ", seed));
      Random random(seed);
      Talk(*configured.connector, random);
      if (testing::Test::HasFailure()) return;
    }
  }
}

// One bad lead costs the others nothing but time, wherever it stands.
TEST(HubSpotProperty, OneBadRecordOfAHundredIsFound) {
  const Configured configured = ConfigureFrom("hubspot", "settings: {access_token: '${TOKEN}'}");
  std::vector<std::string> texts;
  for (size_t i = 0; i < 100; ++i) {
    texts.push_back(absl::StrCat(R"({"email":"a)", i, R"(@example.com"})"));
  }
  for (const size_t bad : {0U, 1U, 37U, 50U, 98U, 99U}) {
    Leads leads(texts);
    size_t calls = 0;
    std::optional<Call> call = configured.connector->Next(leads.batch, nullptr);
    while (call.has_value()) {
      ASSERT_LE(++calls, 16U) << "lead " << bad;
      http::Response response;
      response.status = 200;
      std::string results;
      for (const size_t index : call->jobs) {
        if (index == bad) response.status = 400;
        absl::StrAppend(&results,
                        results.empty() ? "" : ",",
                        R"({"id":")",
                        index + 1,
                        R"(","objectWriteTraceId":"l)",
                        index,
                        R"(:test"})");
      }
      response.body = response.status == 400 ? R"({"category":"VALIDATION_ERROR"})"
                                             : absl::StrCat(R"({"results":[)", results, "]}");
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

// A mapping that HubSpot refuses for every lead must not cost a call per lead and halving.
TEST(HubSpotProperty, AllBadRecordsEndWithinTheLoopsPatience) {
  const Configured configured = ConfigureFrom("hubspot", "settings: {access_token: '${TOKEN}'}");
  std::vector<std::string> texts;
  for (size_t i = 0; i < 100; ++i) {
    texts.push_back(absl::StrCat(R"({"email":"a)", i, R"(@example.com"})"));
  }
  Leads leads(texts);
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

// A hundred people of one company are one company, in one call.
TEST(HubSpotProperty, OneCompanyOfAHundredIsAskedForOnce) {
  const Configured configured = ConfigureFrom(
      "hubspot", "settings: {access_token: '${TOKEN}', company_id_property: company_key}");
  std::vector<std::string> texts;
  for (size_t i = 0; i < 100; ++i) {
    texts.push_back(absl::StrCat(R"({"email":"a)", i, R"(@example.com","company":"Example"})"));
  }
  Leads leads(texts);
  for (size_t i = 0; i < 100; ++i) {
    leads.batch.jobs[i].progress = {{"contact_id", absl::StrCat(i + 1)},
                                    {"contact_effect", "created"}};
  }
  const std::optional<Call> call = configured.connector->Next(leads.batch, nullptr);
  ASSERT_TRUE(call.has_value());
  EXPECT_EQ(call->jobs.size(), 100U);
  EXPECT_EQ(
      call->request.body,
      R"({"inputs":[{"id":"example","idProperty":"company_key","objectWriteTraceId":"l0:test",)"
      R"("properties":{"name":"Example","company_key":"example"}}]})");
  http::Response response;
  response.status = 200;
  response.body = R"({"results":[{"id":"7","objectWriteTraceId":"l0:test"}]})";
  const Reply reply{*call, response};
  const std::optional<Call> link = configured.connector->Next(leads.batch, &reply);
  ASSERT_TRUE(link.has_value());
  EXPECT_EQ(link->step, "link companies");
  EXPECT_EQ(link->jobs.size(), 100U);
  for (const Job& job : leads.batch.jobs) EXPECT_EQ(delivery::Get(job.progress, "company_id"), "7");
}

}  // namespace
}  // namespace leadrelay::test
