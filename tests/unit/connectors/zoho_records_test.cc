#include <gtest/gtest.h>

#include "services/delivery/connectors/zoho/coql.h"
#include "services/delivery/connectors/zoho/records.h"

namespace leadrelay::delivery::zoho {
namespace {

using Kind = RecordVerdict::Kind;

std::string Json(const Record& record) {
  json::Writer writer;
  record.Write(writer);
  return writer.Take();
}

TEST(ZohoRecord, FieldsKeepTheirTypes) {
  Record record;
  record.PutText("Last_Name", "O\"Brien\\");
  record.Put("Seats", Scalar(int64_t{5}));
  record.Put("Share", Scalar(0.5));
  record.Put("VIP", Scalar(true));
  record.PutLookup("Owner", "3652397000000000001");
  record.PutList("Topics", "a;b;;c\"");
  record.PutParent("Leads", "7");
  EXPECT_EQ(Json(record),
            R"({"Last_Name":"O\"Brien\\","Seats":5,"Share":0.5,"VIP":true,)"
            R"("Owner":{"id":"3652397000000000001"},"Topics":["a","b","c\""],)"
            R"("Parent_Id":{"module":{"api_name":"Leads"},"id":"7"}})");
  record.PutText("Last_Name", "Byron");
  record.Drop("Seats");
  EXPECT_EQ(record.Text("Last_Name"), "Byron");
  EXPECT_EQ(record.Text("Owner"), "3652397000000000001");
  EXPECT_FALSE(record.Has("Seats"));
}

TEST(ZohoRecord, DateTimesLoseTheirFraction) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"2026-09-01T10:00:00.250Z", "2026-09-01T10:00:00Z"},
      {"2026-09-01T10:00:00.250+02:00", "2026-09-01T10:00:00+02:00"},
      {"2026-09-01T10:00:00-07:00", "2026-09-01T10:00:00-07:00"},
      {"2026-09-01", "2026-09-01"},
      {"2026-13-01T10:00:00.250Z", "2026-13-01T10:00:00.250Z"},
      {"Note of 2026-09-01T10:00:00.250Z", "Note of 2026-09-01T10:00:00.250Z"},
      {"", ""}};
  for (const auto& [text, expected] : cases) {
    Record record;
    record.PutText("Field", text);
    EXPECT_EQ(record.Text("Field"), expected);
  }
}

std::vector<Kind> Kinds(size_t count, const std::string& body) {
  std::vector<Kind> kinds;
  const absl::StatusOr<json::Document> document = json::Document::Parse(body);
  for (const RecordVerdict& verdict :
       ReadVerdicts(count, document.ok() ? document->root() : json::Value())) {
    kinds.push_back(verdict.kind);
  }
  return kinds;
}

TEST(ZohoVerdicts, ByPlaceWhenThePlacesAgree) {
  const std::string good = R"({"code":"SUCCESS","details":{"id":"7"},"status":"success"})";
  const auto bad = [](int place) {
    return absl::StrCat(
        R"({"code":"INVALID_DATA","status":"error","details":{"json_path":"$.data[)",
        place,
        R"(].Email"}})");
  };
  const auto body = [](const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& item : items) absl::StrAppend(&text, text.empty() ? "" : ",", item);
    return absl::StrCat("{\"data\":[", text, "]}");
  };
  const std::vector<Kind> silent(2, Kind::kSilent);
  EXPECT_EQ(Kinds(2, body({good, bad(1)})), (std::vector<Kind>{Kind::kWritten, Kind::kFailed}));
  EXPECT_EQ(Kinds(2, body({bad(0), good})), (std::vector<Kind>{Kind::kFailed, Kind::kWritten}));
  EXPECT_EQ(Kinds(2, body({bad(1), good})), silent);
  EXPECT_EQ(Kinds(2, body({good})), silent);
  EXPECT_EQ(Kinds(2, body({good, good, good})), silent);
  EXPECT_EQ(Kinds(2, body({good, "null"})), (std::vector<Kind>{Kind::kWritten, Kind::kSilent}));
  EXPECT_EQ(Kinds(2, "{}"), silent);
  EXPECT_EQ(Kinds(1, R"({"data":[{"code":"SUCCESS","details":{"id":"../7"}}]})"),
            std::vector<Kind>{Kind::kSilent});
}

TEST(ZohoVerdicts, TellInsertsFromUpdates) {
  const auto created = [](const std::string& more) {
    const absl::StatusOr<json::Document> body = json::Document::Parse(
        absl::StrCat(R"({"data":[{"code":"SUCCESS","details":{"id":"7"})", more, "}]}"));
    return ReadVerdicts(1, body->root()).front().created;
  };
  EXPECT_TRUE(created(R"(,"action":"insert")"));
  EXPECT_TRUE(created(""));
  EXPECT_FALSE(created(R"(,"action":"update")"));
}

TEST(ZohoCoql, ValuesCannotLeaveTheirQuotes) {
  EXPECT_EQ(Quoted("O'Brien"), R"('O\'Brien')");
  EXPECT_EQ(Quoted(R"(\' or '1'='1)"), R"('\\\' or \'1\'=\'1')");
  EXPECT_EQ(In("Phone", {"+1", "'"}), R"(Phone in ('\'','+1'))");
  EXPECT_EQ(SelectQuery("id,Phone", "Leads", In("Phone", {"\"\n"}), "id asc"),
            R"({"select_query":"select id,Phone from Leads where Phone in ('\"\n') )"
            R"(order by id asc limit 200"})");
}

}  // namespace
}  // namespace leadrelay::delivery::zoho
