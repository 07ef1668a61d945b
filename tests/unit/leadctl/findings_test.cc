#include "tools/leadctl/findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace leadrelay::leadctl {
namespace {

using testing::ElementsAre;

Findings OneOfEach() {
  Findings findings;
  findings.destination = "crm";
  findings.answers = {{"the token is accepted", {true, "HTTP 200", ""}},
                      {"the fields exist", {false, "there is no plan", "create it\x1b[2J"}}};
  findings.left = {{"10s", 87, 100}, {"24h", 249'990, std::nullopt}};
  return findings;
}

TEST(FindingsTest, ForPeople) {
  EXPECT_EQ(FindingsView(OneOfEach(), {}),
            "ok      crm: the token is accepted\n"
            "        HTTP 200\n"
            "FAILED  crm: the fields exist\n"
            "        there is no plan\n"
            "        create it [2J\n"
            "        10s: 87 of 100 left\n"
            "        24h: 249,990 left\n");
  EXPECT_FALSE(OneOfEach().ok());
}

TEST(FindingsTest, AsJson) {
  json::Writer writer;
  writer.StartObject();
  WriteFindings(writer, {OneOfEach()});
  writer.EndObject();
  const json::Document answer = json::Document::Parse(writer.Take()).value();
  EXPECT_EQ(answer.root().Pointer("/findings/1/destination").StringOr(""), "crm");
  EXPECT_FALSE(answer.root().Pointer("/findings/0/remedy").exists());
  EXPECT_EQ(answer.root().Find("limits").ToJson(),
            R"([{"destination":"crm","window":"10s","remaining":87,"of":100},)"
            R"({"destination":"crm","window":"24h","remaining":249990}])");
}

TEST(FindingsTest, LaterAnswersKnowBetterWhatIsLeft) {
  const std::vector<config::RateWindow> windows = {{"10s", 100, absl::Seconds(10), ""},
                                                   {"24h", 250, absl::Hours(24), ""}};
  std::vector<Left> left;
  Note({{"10s", 99}, {"24h", 900}}, windows, left);
  Note({}, windows, left);
  Note({{"10s", 98}, {"unheard of", 3}}, windows, left);
  EXPECT_THAT(left,
              ElementsAre(Left{"10s", 98, 100},
                          Left{"24h", 900, std::nullopt},  // More than we thought there is.
                          Left{"unheard of", 3, std::nullopt}));
}

TEST(FindingsTest, FaultsElsewhereHinderNobody) {
  const auto hinders = [](const char* path) {
    config::Faults faults;
    faults.Add(1, path, "is wrong");
    return HindersProbes(faults, "crm");
  };
  EXPECT_FALSE(HindersProbes({}, "crm"));
  for (const char* path : {"",
                           "destinations.crm",
                           "destinations.crm.settings.url",
                           "redis.port",
                           "delivery.token_key",
                           "delivery",
                           "destinations"}) {
    EXPECT_TRUE(hinders(path)) << path;
  }
  for (const char* path :
       {"destinations.crm-2.settings", "publishers.shop", "dlq.operator_token"}) {
    EXPECT_FALSE(hinders(path)) << path;
  }
}

}  // namespace
}  // namespace leadrelay::leadctl
