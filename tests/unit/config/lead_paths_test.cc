#include "common/config/lead_paths.h"

#include <fstream>
#include <iterator>

#include "common/json/json.h"

namespace leadrelay::config {
namespace {

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

// What has a single value below `schema`; form_data's own fields are not ours to name.
void CollectPaths(json::Value schema, const std::string& prefix, std::vector<std::string>& paths) {
  for (const json::Value::Member& member : schema.Find("properties").Members()) {
    const std::string path = prefix + std::string(member.key);
    if (path == "form_data") continue;
    if (member.value.Find("properties").exists()) {
      CollectPaths(member.value, path + ".", paths);
    } else {
      paths.push_back(path);
    }
  }
}

TEST(LeadPaths, AreThoseOfTheSchema) {
  const absl::StatusOr<json::Document> schema = json::Document::Parse(
      ReadFile(std::string(LEADRELAY_SOURCE_DIR) + "/proto/lead.v1.schema.json"));
  ASSERT_TRUE(schema.ok()) << schema.status();
  std::vector<std::string> paths;
  CollectPaths(schema->root(), "", paths);
  EXPECT_THAT(LeadPaths(), testing::UnorderedElementsAreArray(paths));
}

TEST(IsLeadPath, TakesWhatHasOneValue) {
  for (const char* path : {"email",
                           "source.utm_source",
                           "form_data.plan",
                           "form_data.Company size",
                           "form_data.a.b"}) {
    EXPECT_TRUE(IsLeadPath(path)) << path;
    EXPECT_TRUE(IsConditionPath(path)) << path;
  }
  for (const char* path : {"source", "deal", "task", "form_data", "phone_raw", "ip_hash"}) {
    EXPECT_FALSE(IsLeadPath(path)) << path;
    EXPECT_TRUE(IsConditionPath(path)) << path;
  }
  EXPECT_TRUE(IsLeadPath("ip_address"));
  EXPECT_FALSE(IsConditionPath("ip_address"));
  for (const char* path : {"",
                           "Email",
                           "email.",
                           ".email",
                           "source.",
                           "source.plan",
                           "form_data.",
                           "/email",
                           "emails"}) {
    EXPECT_FALSE(IsLeadPath(path)) << path;
    EXPECT_FALSE(IsConditionPath(path)) << path;
  }
}

TEST(NoLeadPath, SuggestsTheNearest) {
  EXPECT_EQ(NoLeadPath("emial"), "\"emial\" is no path of a lead; did you mean \"email\"?");
  EXPECT_EQ(NoLeadPath("favourite_colour"),
            "\"favourite_colour\" is no path of a lead; a form's own fields are form_data.<name>");
  EXPECT_EQ(NoConditionPath("phone_row"),
            "\"phone_row\" is no path of a lead; did you mean \"phone_raw\"?");
  EXPECT_EQ(NoConditionPath("ip_address"),
            "\"ip_address\" is not kept: a lead has ip_hash in its place");
}

}  // namespace
}  // namespace leadrelay::config
