#include "tools/leadctl/rows.h"

#include <gtest/gtest.h>

namespace leadrelay::leadctl {
namespace {

std::vector<Row> All(std::string_view text, Format format, const std::string& key_column = "") {
  RowOptions options;
  options.format = format;
  options.key_column = key_column;
  options.digest = "d";
  auto rows = ReadRows(text, options);
  EXPECT_TRUE(rows.ok()) << rows.status();
  std::vector<Row> all;
  if (!rows.ok()) return all;
  while (std::optional<Row> row = (*rows)->Next()) all.push_back(*std::move(row));
  EXPECT_EQ((*rows)->offset(), text.size());
  return all;
}

std::string Item(const std::string& key, const std::string& lead) {
  return R"({"idempotency_key":")" + key + R"(","lead":)" + lead + "}";
}

TEST(RowsTest, Csv) {
  EXPECT_EQ(
      All("email,note\na@example.com,\"two\nlines\"\nb@example.com\n", Format::kCsv),
      (std::vector<Row>{{1,
                         2,
                         "leadctl-d-1",
                         Item("leadctl-d-1", R"({"email":"a@example.com","note":"two\nlines"})"),
                         ""},
                        {2, 4, "leadctl-d-2", "", "the row has 1 cells, the header has 2"}}));
}

TEST(RowsTest, CsvWithKeys) {
  EXPECT_EQ(All("id;email\n7;a@example.com\n", Format::kCsv, "id"),
            (std::vector<Row>{{1, 2, "7", Item("7", R"({"email":"a@example.com"})"), ""}}));
}

TEST(RowsTest, Lines) {
  const std::string text =
      "{\"email\":\"a@example.com\"}\r\n\n"
      "{\"idempotency_key\":\"own\",\"lead\":{\"email\":\"b@example.com\"}}\n"
      "{\"lead\":{\"email\":\"c@example.com\"}}\n"
      "[]\n"
      "{\"lead\":{},\"idempotency_key\":\"k\",\"more\":1}\n"
      "{\"lead\":{},\"idempotency_key\":5}";
  EXPECT_EQ(All(text, Format::kLines),
            (std::vector<Row>{
                {1, 1, "leadctl-d-1", Item("leadctl-d-1", R"({"email":"a@example.com"})"), ""},
                {2, 3, "own", Item("own", R"({"email":"b@example.com"})"), ""},
                {3, 4, "leadctl-d-3", Item("leadctl-d-3", R"({"email":"c@example.com"})"), ""},
                {4, 5, "leadctl-d-4", "", "is not a JSON object"},
                {5, 6, "leadctl-d-5", "", "has members beside idempotency_key and lead"},
                {6, 7, "", Item("", "{}"), "idempotency_key must be a text that is not empty"}}));
}

TEST(RowsTest, LineThatIsNoJson) {
  const std::vector<Row> rows = All("{\"email\":\n", Format::kLines);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_TRUE(rows[0].fault.starts_with("is not JSON: ")) << rows[0].fault;
}

TEST(RowsTest, Json) {
  const std::vector<Row> one = {{1, 0, "leadctl-d-1", Item("leadctl-d-1", R"({"phone":"1"})"), ""}};
  EXPECT_EQ(All(R"({"phone":"1"})", Format::kJson), one);
  EXPECT_EQ(All(R"([{"phone":"1"}])", Format::kJson), one);
}

TEST(RowsTest, RefusesFiles) {
  RowOptions options;
  EXPECT_EQ(ReadRows("", options).status().message(), "there is no header row");
  options.format = Format::kJson;
  EXPECT_FALSE(ReadRows("[", options).ok());
}

TEST(RowsTest, FormatByName) {
  EXPECT_EQ(FormatOf("a/leads.csv"), Format::kCsv);
  EXPECT_EQ(FormatOf("leads.ndjson"), Format::kLines);
  EXPECT_EQ(FormatOf("leads.jsonl"), Format::kLines);
  EXPECT_EQ(FormatOf("leads.json"), Format::kJson);
  EXPECT_EQ(FormatOf("leads.xls"), std::nullopt);
}

}  // namespace
}  // namespace leadrelay::leadctl
