// Bulk jobs with hostile values and answers spoilt at random: each row holds one lead's values as
// they were, every job gets one outcome, the talk comes to an end, and nobody gets another's
// record.

#include <random>

#include <gtest/gtest.h>

#include "common/text/csv.h"
#include "tests/unit/connectors/configure.h"
#include "tests/unit/connectors/random_marks.h"

namespace leadrelay::test {
namespace {

using delivery::Call;
using delivery::Job;
using delivery::Outcome;
using delivery::Reply;

constexpr size_t kRounds = 500;

using Random = std::mt19937;
using Row = std::map<std::string, std::string>;

std::string Hostile(size_t i, Random& random) {
  const std::vector<std::string> parts = {",",
                                          "\"",
                                          "\"\"",
                                          "\r\n",
                                          "\n",
                                          "\r",
                                          "\t",
                                          ";",
                                          "#N/A",
                                          "'",
                                          "\\",
                                          " ",
                                          "\xC3\xA9",
                                          "=1+1",
                                          "sf__Id",
                                          "\n00Q000000000001AAA,true,",
                                          "a"};
  std::string text;
  for (size_t n = Below(random, 6); n > 0; --n) text += parts[Below(random, parts.size())];
  absl::StrAppend(&text, "mark", i, "x");
  for (size_t n = Below(random, 6); n > 0; --n) text += parts[Below(random, parts.size())];
  return text;
}

// By the CRM's names, as a row of the upload has to have them.
Row RandomLead(size_t i, Random& random) {
  Row row = {{"Email", Hostile(i, random)}, {"Company", Hostile(i, random)}};
  if (Chance(random, 70)) row["FirstName"] = Hostile(i, random);
  if (Chance(random, 70)) row["LastName"] = Hostile(i, random);
  return row;
}

std::string LeadOf(const Row& row) {
  const std::map<std::string, const char*> names = {{"Email", "email"},
                                                    {"Company", "company"},
                                                    {"FirstName", "first_name"},
                                                    {"LastName", "last_name"}};
  json::Writer writer;
  writer.StartObject();
  for (const auto& [field, value] : row) writer.Member(names.at(field), value);
  writer.EndObject();
  return writer.Take();
}

class SpoiltSalesforce {
 public:
  SpoiltSalesforce(Random& random, const std::map<std::string, Row>& leads)
      : random_(random), leads_(leads) {}

  http::Response Answer(const http::Request& request) {
    if (request.method == "PUT") Read(request.body);
    if (Chance(random_, 8)) return Trouble();
    http::Response response{200, {}, ""};
    if (request.method == "POST" && request.url.ends_with("/jobs/ingest")) {
      response.body = R"({"id":"7505g00000Aa001AAA","state":"Open"})";
    } else if (request.url.ends_with("Results")) {
      response.body = Results(request.url.ends_with("/successfulResults"));
    } else if (request.url.find("/jobs/ingest/") != std::string::npos) {
      response.body = State();
    } else {
      response.body = Verdicts(request.body);
    }
    if (Chance(random_, 10)) response.body.resize(Below(random_, response.body.size() + 1));
    return response;
  }

  std::string OwnerOf(const std::string& id) const {
    const auto found = owners_.find(id);
    return found == owners_.end() ? "nobody" : found->second;
  }

 private:
  // What every row has to be: the values of one lead, with its key.
  void Read(const std::string& csv) {
    uploaded_.clear();
    text::CsvReader reader(csv);
    const std::vector<std::string> columns = reader.Next()->cells;
    while (const std::optional<text::CsvRecord> record = reader.Next()) {
      ASSERT_EQ(record->fault, "");
      ASSERT_EQ(record->cells.size(), columns.size());
      Row row;
      for (size_t i = 0; i < columns.size(); ++i) {
        if (!record->cells[i].empty()) row[columns[i]] = record->cells[i];
      }
      const std::string key = row["Key__c"];
      uploaded_.push_back(row);
      row.erase("Key__c");
      const auto lead = leads_.find(MarkIn(key));
      ASSERT_NE(lead, leads_.end()) << key;
      EXPECT_EQ(row, lead->second);
    }
  }

  std::string IdOf(const std::string& mark) {
    const std::string number = mark.substr(4, mark.size() - 5);
    const std::string id = "00Q" + std::string(12 - number.size(), '0') + number + "AAA";
    owners_[id] = mark;
    return id;
  }

  http::Response Trouble() {
    const std::vector<int> statuses = {200, 201, 204, 302, 400, 401, 403, 404, 409, 429, 500, 503};
    const std::vector<std::string> bodies = {"",
                                             "<html>\n",
                                             "{}",
                                             R"({"id":5,"state":5})",
                                             R"({"id":"../../x","state":"New"})",
                                             R"([{"errorCode":"NOT_FOUND"}])",
                                             R"([{"errorCode":"REQUEST_LIMIT_EXCEEDED"}])",
                                             "sf__Id,sf__Created,Key__c\n,,\n00Q,true,\n"};
    return {statuses[Below(random_, statuses.size())], {}, bodies[Below(random_, bodies.size())]};
  }

  std::string State() {
    const std::vector<std::string> states = {
        "Open", "UploadComplete", "InProgress", "InProgress", "JobComplete", "Failed", "Aborted"};
    const std::string& state = states[Below(random_, states.size())];
    const std::string counts =
        Chance(random_, 50) ? "" : R"(,"numberRecordsProcessed":1,"numberRecordsFailed":0)";
    return absl::StrCat(R"({"state":")", state, "\"", counts, "}");
  }

  std::string Results(bool successes) {
    const std::vector<std::string> errors = {"INVALID_EMAIL_ADDRESS:",
                                             "REQUIRED_FIELD_MISSING:",
                                             "DUPLICATES_DETECTED:",
                                             "UNABLE_TO_LOCK_ROW:",
                                             "ENTITY_IS_DELETED:",
                                             "no code: "};
    std::string csv = "sf__Id,sf__Created,sf__Error,Key__c,Company\n";
    for (const Row& row : uploaded_) {
      if (Chance(random_, 30)) continue;
      const std::string& key = row.at("Key__c");
      const std::string error = errors[Below(random_, errors.size())] + key + ":Email --";
      absl::StrAppend(&csv,
                      successes ? IdOf(MarkIn(key)) : "",
                      successes ? ",true,," : ",,",
                      successes ? "" : text::CsvCell(error) + ",",
                      text::CsvCell(key),
                      ",",
                      text::CsvCell(row.at("Company")),
                      "\n");
    }
    return csv;
  }

  std::string Verdicts(const std::string& body) {
    const json::Document document = *json::Document::Parse(body);
    std::string all;
    for (const json::Value& record : document.root().Find("records").Elements()) {
      absl::StrAppend(&all,
                      all.empty() ? "" : ",",
                      R"({"success":true,"created":true,"id":")",
                      IdOf(MarkIn(record.Find("Company").StringOr(""))),
                      "\"}");
    }
    if (all.empty()) {  // One alone, whom a duplicate rule concerns.
      return absl::StrCat(
          R"({"success":true,"id":")", IdOf(MarkIn(document.root().ToJson())), "\"}");
    }
    return absl::StrCat("[", all, "]");
  }

  Random& random_;
  const std::map<std::string, Row>& leads_;
  std::vector<Row> uploaded_;
  std::map<std::string, std::string> owners_;
};

void Talk(const delivery::Connector& connector, delivery::Batch& batch, SpoiltSalesforce& crm) {
  size_t calls = 0;
  std::optional<Call> call = connector.Next(batch, nullptr);
  while (call.has_value()) {
    ASSERT_LE(++calls, 16 + 8 * batch.jobs.size()) << "does not come to an end: " << call->step;
    const Reply reply{*call, crm.Answer(call->request)};
    call = connector.Next(batch, &reply);
  }
}

TEST(SalesforceProperty, InBulk) {
  const Configured configured = ConfigureFrom(
      "salesforce",
      "settings: {client_id: c, client_secret: '${SECRET}', refresh_token: '${TOKEN}', base_url: "
      "'https://a.my.salesforce.com', key_field: Key__c, bulk_from: 3}\n");
  ASSERT_EQ(configured.faults, "");
  for (size_t round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    Random random(static_cast<unsigned>(round));
    std::map<std::string, Row> rows;
    std::vector<std::string> texts;
    const size_t size = 1 + Below(random, 12);
    for (size_t i = 0; i < size; ++i) {
      const Row row = RandomLead(i, random);
      rows[absl::StrCat("mark", i, "x")] = row;
      texts.push_back(LeadOf(row));
    }
    Leads leads(texts);
    SpoiltSalesforce crm(random, rows);
    for (int attempt = 0; attempt < 3; ++attempt) {
      Talk(*configured.connector, leads.batch, crm);
      if (HasFatalFailure()) return;
      for (size_t i = 0; i < size; ++i) {
        Job& job = leads.batch.jobs[i];
        ASSERT_TRUE(job.outcome.has_value());
        EXPECT_EQ(job.outcome->reason.find("mark"), std::string::npos) << job.outcome->reason;
        const std::string id = delivery::Get(job.progress, "person_id");
        if (!id.empty()) EXPECT_EQ(crm.OwnerOf(id), absl::StrCat("mark", i, "x"));
        if (job.outcome->kind == Outcome::Kind::kDelivered) {
          EXPECT_EQ(job.outcome->remote_id, id);
          EXPECT_FALSE(id.empty());
        }
        job.unknown = job.unknown || job.outcome->kind == Outcome::Kind::kUnknown;
        job.outcome.reset();
        job.scratch.clear();
      }
    }
  }
}

}  // namespace
}  // namespace leadrelay::test
