// Google's answers mangled at random: whatever comes back, every job gets one outcome, the talk
// comes to an end, and no lead stands in the sheet twice or in a row that is said to be another's.

#include <algorithm>
#include <array>
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

// A sheet with the columns "Delivery ID", "Name", "Email" and "crm_synced", and Google in front of
// it.
class MangledSheet {
 public:
  explicit MangledSheet(Random& random) : random_(random) {}

  http::Response Answer(const http::Request& request) {
    if (Chance(random_, 8)) return Trouble(request);
    http::Response response{200, {}, Do(request)};
    if (Chance(random_, 4)) response.body.resize(Below(random_, response.body.size()));
    return response;
  }

  std::string Do(const http::Request& request) {
    const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
    if (request.url.find(":append?") != std::string::npos) return Append(body->root());
    if (request.url.ends_with("/values:batchUpdate")) return Update(body->root());
    if (request.url.find("batchGet") != std::string::npos) {
      return absl::StrCat("{\"valueRanges\":[", Column(2, "Email"), "]}");
    }
    if (request.url.find("majorDimension") != std::string::npos) return Column(0, "Delivery ID");
    return R"({"range":"Leads!A1:D1","values":[["Delivery ID","Name","Email","crm_synced"]]})";
  }

  size_t RowsOf(const std::string& delivery_id) const {
    size_t count = 0;
    for (const auto& row : rows_) count += row[0] == delivery_id ? 1 : 0;
    return count;
  }
  size_t RowsOfEmail(const std::string& email) const {
    size_t count = 0;
    for (const auto& row : rows_) count += row[2] == email ? 1 : 0;
    return count;
  }
  // By the number that Google gives it: the first one is that of the headings.
  std::string EmailIn(size_t row) const { return In(row, 2); }
  std::string IdIn(size_t row) const { return In(row, 0); }
  const std::set<std::string>& marked() const { return marked_; }  // By delivery id.

  // Somebody sorts them, and deletes some.
  void Rearrange() {
    std::ranges::shuffle(rows_, random_);
    rows_.resize(rows_.size() - Below(random_, rows_.size() + 1) / 4);
  }

 private:
  std::string In(size_t row, size_t column) const {
    return row < 2 || row > rows_.size() + 1 ? "" : rows_[row - 2][column];
  }

  http::Response Trouble(const http::Request& request) {
    constexpr int kStatuses[] = {200, 204, 301, 400, 401, 403, 404, 408, 409, 413, 429, 500, 503};
    const std::vector<std::string> bodies = {"",
                                             "<html>",
                                             "{}",
                                             "[]",
                                             "null",
                                             R"({"error":{"status":"INVALID_ARGUMENT"}})",
                                             R"({"range":5,"updates":5,"responses":{}})",
                                             R"({"updates":{"updatedRange":"Leads!A0"}})"};
    http::Response response;
    response.status = kStatuses[Below(random_, std::size(kStatuses))];
    response.body = bodies[Below(random_, bodies.size())];
    // Of what may have come through, half did.
    const bool may_be_done =
        response.status < 300 || response.status == 408 || response.status >= 500;
    if (may_be_done && Chance(random_, 50)) (void)Do(request);
    return response;
  }

  std::string Append(const json::Value& body) {
    const size_t first = rows_.size() + 2;
    const std::vector<json::Value> rows = body.Find("values").Elements();
    for (const json::Value& row : rows) {
      EXPECT_EQ(row.size(), 4U);
      rows_.push_back({row.At(0).StringOr(""), row.At(1).StringOr(""), row.At(2).StringOr("")});
    }
    const size_t told = Chance(random_, 5) ? 1 : rows.size();
    return absl::StrCat(R"({"updates":{"updatedRange":"Leads!A)",
                        first,
                        ":C",
                        first + rows.size() - 1,
                        R"(","updatedRows":)",
                        told,
                        "}}");
  }

  std::string Update(const json::Value& body) {
    std::string responses;
    for (const json::Value& data : body.Find("data").Elements()) {
      const std::string range = data.Find("range").StringOr("");
      const size_t row = static_cast<size_t>(std::stoul(range.substr(range.find('!') + 2)));
      const json::Value cells = data.Find("values").At(0);
      if (range.find("!D") != std::string::npos) {
        EXPECT_EQ(cells.ToJson(), "[true]");
        marked_.insert(IdIn(row));
        absl::StrAppend(&responses, responses.empty() ? "" : ",", "{}");
        continue;
      }
      EXPECT_TRUE(cells.At(0).IsNull()) << "overwrites a delivery id";
      EXPECT_EQ(EmailIn(row), cells.At(2).StringOr("")) << "overwrites another's row";
      absl::StrAppend(&responses, responses.empty() ? "" : ",", "{}");
    }
    return absl::StrCat(R"({"responses":[)", responses, "]}");
  }

  std::string Column(size_t column, const char* heading) const {
    json::Writer writer;
    writer.StartObject().Member("range", "x").Key("values").StartArray().StartArray();
    writer.String(heading);
    for (const auto& row : rows_) writer.String(row[column]);
    return writer.EndArray().EndArray().EndObject().Take();
  }

  Random& random_;
  std::vector<std::array<std::string, 3>> rows_;  // Without the last column.
  std::set<std::string> marked_;
};

bool IsDone(const Job& job) {
  return job.outcome->kind == Outcome::Kind::kDelivered ||
         job.outcome->kind == Outcome::Kind::kDuplicate;
}

void Attempt(const delivery::Connector& connector,
             delivery::Batch& batch,
             MangledSheet& sheet,
             Random& random) {
  size_t calls = 0;
  std::optional<Call> call = connector.Next(batch, nullptr);
  while (call.has_value()) {
    // What the delivery loop allows a batch.
    ASSERT_LE(++calls, 16 + 8 * batch.jobs.size()) << "does not come to an end";
    if (Chance(random, 5)) {
      if (Chance(random, 50)) (void)sheet.Do(call->request);
      for (const size_t index : call->jobs) {
        batch.jobs[index].outcome = Outcome::Unknown("connection reset");
      }
      call = connector.Next(batch, nullptr);
      continue;
    }
    const Reply reply{*call, sheet.Answer(call->request)};
    call = connector.Next(batch, &reply);
  }
}

// As the loop does: what is in doubt stays so until the connector has found out.
void Again(delivery::Batch& batch) {
  for (Job& job : batch.jobs) {
    if (!job.outcome.has_value() || IsDone(job)) continue;
    job.unknown = job.unknown || job.outcome->kind == Outcome::Kind::kUnknown;
    job.outcome.reset();
    job.scratch.clear();
  }
}

// Marks every second lead, in a sheet that people have been at since.
void Mark(const delivery::Connector& connector, size_t leads, MangledSheet& sheet, Random& random) {
  sheet.Rearrange();
  std::vector<std::string> texts;
  std::set<std::string> wanted;
  for (size_t i = 0; i < leads; i += 2) {
    texts.push_back(absl::StrCat(R"({"operation":"mark_synced","synced_lead_id":"l)", i, R"("})"));
    wanted.insert(absl::StrCat("l", i, ":test"));
  }
  Leads marks(texts);
  for (size_t i = 0; i < texts.size(); ++i) {
    marks.batch.jobs[i].lead_id = absl::StrCat("m", i);
    marks.batch.jobs[i].delivery_id = absl::StrCat("m", i, ":test");
  }
  for (int attempt = 0; attempt < 4; ++attempt) {
    Again(marks.batch);
    Attempt(connector, marks.batch, sheet, random);
  }
  for (size_t i = 0; i < texts.size(); ++i) {
    const Job& job = marks.batch.jobs[i];
    const std::string id = absl::StrCat("l", 2 * i, ":test");
    ASSERT_TRUE(job.outcome.has_value()) << "left without an outcome";
    if (!IsDone(job)) continue;
    if (job.outcome->remote_id == "no row") {
      EXPECT_EQ(sheet.RowsOf(id), 0U);
    } else {
      EXPECT_EQ(job.outcome->remote_id.substr(0, 4), "row ");
      EXPECT_EQ(sheet.IdIn(std::stoul(job.outcome->remote_id.substr(4))), id);
      EXPECT_TRUE(sheet.marked().contains(id));
    }
  }
  EXPECT_TRUE(std::ranges::includes(wanted, sheet.marked())) << "marks another's row";
}

void Talk(const delivery::Connector& connector, Random& random) {
  const size_t count = 1 + Below(random, 12);
  std::vector<std::string> texts;
  std::vector<std::string> emails;
  const bool updates = Chance(random, 40);
  for (size_t i = 0; i < count; ++i) {
    emails.push_back(absl::StrCat("mark", Below(random, count), "x@example.com"));
    texts.push_back(absl::StrCat(R"({"name":"=mark","email":")",
                                 emails.back(),
                                 updates ? R"(","operation":"update_person"})" : "\"}"));
  }
  Leads leads(texts);
  MangledSheet sheet(random);
  for (int attempt = 0; attempt < 4; ++attempt) {
    Again(leads.batch);
    Attempt(connector, leads.batch, sheet, random);
  }
  for (size_t i = 0; i < count; ++i) {
    const Job& job = leads.batch.jobs[i];
    ASSERT_TRUE(job.outcome.has_value()) << "left without an outcome";
    EXPECT_EQ(job.outcome->reason.find("mark"), std::string::npos) << "quotes the lead";
    EXPECT_LE(sheet.RowsOf(job.delivery_id), 1U) << "stands there twice";
    if (updates) EXPECT_LE(sheet.RowsOfEmail(emails[i]), 1U) << "one person, several rows";
    if (!IsDone(job)) continue;
    if (!updates) EXPECT_EQ(sheet.RowsOf(job.delivery_id), 1U);
    const std::string row = job.outcome->remote_id.substr(std::string_view("row ").size());
    EXPECT_EQ(sheet.EmailIn(std::stoul(row)), emails[i]);
  }
  if (!updates) Mark(connector, count, sheet, random);
}

TEST(GoogleSheetsProperty, MangledAnswersDoubleNothingAndLeaveNobodyOut) {
  // A key that is none is a fault of the configuration, and no matter here: nothing is signed.
  const Configured configured = ConfigureFrom("google-sheets",
                                              R"(
settings: {client_email: relay@x, private_key: "${TOKEN}", spreadsheet_id: 1Abc, key_columns: [Email]}
mapping: {Received: null, Phone: null, Company: null, Note: null}
)",
                                              true);
  for (unsigned seed = 0; seed < kRounds; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Random random(seed);
    Talk(*configured.connector, random);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace leadrelay::test
