// Airtable's answers mangled at random: whatever comes back, every job gets one outcome, the talk
// comes to an end, no lead gets anything of another's, and no note is written twice.

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

std::string LeadText(const std::string& mark, size_t number, Random& random) {
  json::Writer writer;
  writer.StartObject();
  if (!Chance(random, 20)) {
    writer.Member("email", mark + "@Example.com");
  } else {
    writer.Member("phone", "+1555" + mark);
  }
  const bool move = Chance(random, 15);
  if (move) writer.Member("operation", "move_deal");
  if (move || Chance(random, 60)) {
    writer.Key("deal").StartObject().Member("title", "Deal of " + mark).Member("stage", "won");
    writer.EndObject();
  }
  if (Chance(random, 60)) writer.Member("note", absl::StrCat("Note ", number, " of ", mark));
  if (Chance(random, 30)) {
    writer.Key("task").StartObject().Member("title", "Task of " + mark).EndObject();
  }
  return writer.EndObject().Take();
}

// Keeps records and answers like Airtable, then spoils the answer without ever giving a record an
// id that is another's.
class MangledAirtable {
 public:
  explicit MangledAirtable(Random& random) : random_(random) {}

  http::Response Answer(const http::Request& request) {
    if (Chance(random_, 8)) return Trouble();
    http::Response response;
    response.status = 200;
    const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
    std::vector<std::string> records;
    std::vector<std::string> created;
    if (request.method == "GET") {
      response.body = Shown(request.url.substr(request.url.rfind('/') + 1));
    } else {
      EXPECT_TRUE(body.ok()) << request.body;
      if (request.url.ends_with("/listRecords")) {
        List(body->root(), records);
      } else {
        for (const json::Value& input : body->root().Find("records").Elements()) {
          Write(request.url, input, records, created);
        }
      }
      std::shuffle(records.begin(), records.end(), random_);
      response.body = absl::StrCat(
          "{\"records\":[", Join(records), "],\"createdRecords\":[", Join(created), "]}");
    }
    if (Chance(random_, 4)) response.body.resize(Below(random_, response.body.size()));
    return response;
  }

  std::string OwnerOf(const std::string& id) const {
    const auto found = owners_.find(id);
    return found == owners_.end() ? "nobody" : found->second;
  }

  const std::map<std::string, std::string>& notes() const { return notes_; }

 private:
  static std::string Join(const std::vector<std::string>& parts) {
    std::string joined;
    for (const std::string& part : parts) joined += (joined.empty() ? "" : ",") + part;
    return joined;
  }

  http::Response Trouble() {
    constexpr int kStatuses[] = {200, 204, 301, 400, 401, 403, 404, 413, 422, 429, 500, 503};
    const std::vector<std::string> bodies = {
        "",
        "<html>",
        "{}",
        "[]",
        "null",
        "{\"error\":\"NOT_FOUND\"}",
        "{\"error\":{\"type\":\"ROW_DOES_NOT_EXIST\"}}",
        "{\"error\":{\"type\":\"UNKNOWN_FIELD_NAME\",\"message\":\"Unknown field name: "
        "\\\"Email\\\"\"}}",
        "{\"records\":{}}",
        "{\"records\":[null,5,[],{\"id\":{}},{\"id\":\"x\"}],\"createdRecords\":5}"};
    http::Response response;
    response.status = kStatuses[Below(random_, std::size(kStatuses))];
    response.body = bodies[Below(random_, bodies.size())];
    return response;
  }

  std::string IdOf(const std::string& table, const std::string& key, const std::string& mark) {
    std::string& id = ids_[table + key];
    if (id.empty()) id = absl::StrCat("rec", 1000 + ids_.size());
    owners_[id] = mark;
    return id;
  }

  std::string Shown(const std::string& id) const {
    json::Writer writer;
    writer.StartObject().Member("id", id).Key("fields").StartObject();
    const auto notes = notes_.find(id);
    if (notes != notes_.end()) writer.Member("Notes", notes->second);
    return writer.EndObject().EndObject().Take();
  }

  void List(const json::Value& body, std::vector<std::string>& records) {
    const std::string mark = MarkIn(body.Find("filterByFormula").StringOr(""));
    for (const auto& [id, owner] : owners_) {
      if (owner != mark || !deals_.contains(id)) continue;
      records.push_back(absl::StrCat(R"({"id":")",
                                     id,
                                     R"(","createdTime":"2026-09-01","fields":{"Person":[")",
                                     deals_.at(id),
                                     "\"]}}"));
    }
  }

  void Write(const std::string& url,
             const json::Value& input,
             std::vector<std::string>& records,
             std::vector<std::string>& created) {
    const json::Value fields = input.Find("fields");
    std::string id = input.Find("id").StringOr("");
    std::string key_field;
    for (const char* field : {"Delivery ID", "Email", "Phone"}) {
      if (key_field.empty() && fields.Find(field).exists()) key_field = field;
    }
    if (id.empty()) {
      id = IdOf(url, fields.Find(key_field).StringOr(""), MarkIn(fields.ToJson()));
      if (Chance(random_, 50)) created.push_back("\"" + id + "\"");
    }
    const std::string person = fields.Find("Person").At(0).StringOr("");
    if (!person.empty()) {
      EXPECT_EQ(OwnerOf(person), MarkIn(fields.ToJson())) << "linked to another person";
      if (url.ends_with("/Deals")) deals_[id] = person;
    }
    const std::string notes = fields.Find("Notes").StringOr("");
    if (!notes.empty() && url.ends_with("/Leads")) notes_[id] = notes;
    if (Chance(random_, 8)) return;  // Not a word of it.

    json::Writer writer;
    writer.StartObject().Member("id", id).Key("fields").StartObject();
    if (!key_field.empty() && Chance(random_, 90)) {
      writer.Member(key_field, fields.Find(key_field));
    }
    const auto held = notes_.find(id);
    if (held != notes_.end()) writer.Member("Notes", held->second);
    records.push_back(writer.EndObject().EndObject().Take());
    if (Chance(random_, 5)) records.push_back(records.back());
  }

  Random& random_;
  std::map<std::string, std::string> ids_;
  std::map<std::string, std::string> owners_;
  std::map<std::string, std::string> deals_;  // Id: of whom.
  std::map<std::string, std::string> notes_;
};

// A request merges on one field, which every record fills, no two of them with the same value.
void ExpectOrderly(const Call& call) {
  const absl::StatusOr<json::Document> body = json::Document::Parse(call.request.body);
  if (!body.ok()) return;
  const std::vector<json::Value> records = body->root().Find("records").Elements();
  EXPECT_LE(records.size(), 10U);
  const json::Value merge = body->root().Find("performUpsert").Find("fieldsToMergeOn");
  std::set<std::string> keys;
  for (const json::Value& record : records) {
    const json::Value id = record.Find("id");
    const std::string key = id.exists()
                                ? id.StringOr("")
                                : record.Find("fields").Find(merge.At(0).StringOr("")).StringOr("");
    EXPECT_FALSE(key.empty()) << "would match every record without a value";
    EXPECT_TRUE(keys.insert(key).second) << key;
  }
}

void ExpectOwn(const Job& job, const std::string& mark, const MangledAirtable& airtable) {
  for (const char* fact : {"person_id", "deal_id", "deal_moved", "task_id"}) {
    const auto found = job.progress.find(fact);
    if (found != job.progress.end()) EXPECT_EQ(airtable.OwnerOf(found->second), mark) << fact;
  }
  ASSERT_TRUE(job.outcome.has_value()) << "left without an outcome";
  if (job.outcome->kind == Outcome::Kind::kDelivered) {
    EXPECT_EQ(airtable.OwnerOf(job.outcome->remote_id), mark);
  }
  EXPECT_EQ(job.outcome->reason.find("mark"), std::string::npos) << "quotes the lead";
}

void ExpectNoteOnce(const Job& job, size_t number, const MangledAirtable& airtable) {
  const std::string note = absl::StrCat("Note ", number, " of ");
  bool there = false;
  for (const auto& [id, notes] : airtable.notes()) {
    EXPECT_EQ(notes.find(note), notes.rfind(note)) << "written twice: " << notes;
    there = there || notes.find(note) != std::string::npos;
  }
  if (job.progress.contains("note_written")) EXPECT_TRUE(there) << "lost: " << note;
}

bool IsDone(const Job& job) {
  return job.outcome->kind == Outcome::Kind::kDelivered ||
         job.outcome->kind == Outcome::Kind::kDuplicate;
}

// One attempt for all jobs that are not delivered yet.
void Attempt(const delivery::Connector& connector,
             delivery::Batch& batch,
             MangledAirtable& airtable,
             Random& random) {
  size_t calls = 0;
  std::optional<Call> call = connector.Next(batch, nullptr);
  while (call.has_value()) {
    // What the delivery loop allows a batch.
    ASSERT_LE(++calls, 16 + 8 * batch.jobs.size()) << "does not come to an end";
    ExpectOrderly(*call);
    const Reply reply{*call, airtable.Answer(call->request)};
    if (Chance(random, 5)) {  // Done, and nobody knows.
      for (const size_t index : call->jobs) {
        batch.jobs[index].outcome = Outcome::Unknown("connection reset");
      }
      call = connector.Next(batch, nullptr);
      continue;
    }
    call = connector.Next(batch, &reply);
  }
}

void Talk(const delivery::Connector& connector, Random& random) {
  const size_t count = 1 + Below(random, 10);
  std::vector<std::string> marks;
  std::vector<std::string> texts;
  for (size_t i = 0; i < count; ++i) {
    marks.push_back(Mark(Below(random, count)));  // Some people come twice.
    texts.push_back(LeadText(marks.back(), i, random));
  }
  Leads leads(texts);
  MangledAirtable airtable(random);
  for (int attempt = 0; attempt < 4; ++attempt) {
    for (Job& job : leads.batch.jobs) {
      if (job.outcome.has_value() && IsDone(job)) continue;
      if (job.outcome.has_value()) job.unknown = job.outcome->kind == Outcome::Kind::kUnknown;
      job.outcome.reset();
      job.scratch.clear();
    }
    Attempt(connector, leads.batch, airtable, random);
    for (size_t i = 0; i < count; ++i) ExpectOwn(leads.batch.jobs[i], marks[i], airtable);
  }
  for (size_t i = 0; i < count; ++i) ExpectNoteOnce(leads.batch.jobs[i], i, airtable);
}

TEST(AirtableProperty, MangledAnswersMixNothingUpAndLeaveNobodyOut) {
  const Configured configured = ConfigureFrom("airtable", R"(
settings: {access_token: '${TOKEN}', base_id: appA1, table: Leads, deal_table: Deals, task_table: Tasks}
)");
  ASSERT_EQ(configured.faults, "");
  for (unsigned seed = 0; seed < kRounds; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Random random(seed);
    Talk(*configured.connector, random);
    if (testing::Test::HasFailure()) return;
  }
}

// One bad lead costs the others nothing but time, wherever it stands.
TEST(AirtableProperty, OneBadRecordOfTenIsFound) {
  const Configured configured = ConfigureFrom(
      "airtable", "settings: {access_token: '${TOKEN}', base_id: appA1, table: Leads}");
  std::vector<std::string> texts;
  for (size_t i = 0; i < 10; ++i) {
    texts.push_back(absl::StrCat(R"({"email":"a)", i, R"(@example.com"})"));
  }
  for (size_t bad = 0; bad < 10; ++bad) {
    Leads leads(texts);
    size_t calls = 0;
    std::optional<Call> call = configured.connector->Next(leads.batch, nullptr);
    while (call.has_value()) {
      ASSERT_LE(++calls, 10U) << "lead " << bad;
      http::Response response{200, {}, ""};
      std::string records;
      for (const size_t index : call->jobs) {
        if (index == bad) response.status = 422;
        absl::StrAppend(&records,
                        records.empty() ? "" : ",",
                        R"({"id":"rec)",
                        index,
                        R"(","fields":{"Email":"a)",
                        index,
                        R"(@example.com"}})");
      }
      response.body = response.status == 422 ? R"({"error":{"type":"INVALID_VALUE_FOR_COLUMN"}})"
                                             : absl::StrCat(R"({"records":[)", records, "]}");
      const Reply reply{*call, response};
      call = configured.connector->Next(leads.batch, &reply);
    }
    for (size_t i = 0; i < 10; ++i) {
      const Outcome& outcome = *leads.batch.jobs[i].outcome;
      EXPECT_EQ(outcome.kind, i == bad ? Outcome::Kind::kRejected : Outcome::Kind::kDelivered);
      if (i != bad) EXPECT_EQ(outcome.remote_id, absl::StrCat("rec", i));
    }
  }
}

}  // namespace
}  // namespace leadrelay::test
