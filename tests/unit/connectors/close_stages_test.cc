#include <gtest/gtest.h>

#include "services/delivery/connectors/close/search.h"
#include "services/delivery/connectors/close/stages.h"

namespace leadrelay::delivery::close {
namespace {

constexpr std::string_view kNewAccount = R"([
    {"id":"stat_demo","label":"Demo Completed","type":"active"},
    {"id":"stat_prop","label":"Proposal Sent","type":"active"},
    {"id":"stat_won","label":"Won","type":"won"},
    {"id":"stat_lost","label":"Lost","type":"lost"}])";
constexpr std::string_view kTwoPipelines = R"([
    {"id":"stat_a","label":"Qualified","type":"active","pipeline_id":"pipe_a"},
    {"id":"stat_b","label":"Qualified","type":"active","pipeline_id":"pipe_b"},
    {"id":"stat_done","label":"Gewonnen","type":"won","pipeline_id":"pipe_b"}])";

std::string Find(std::string_view statuses,
                 std::string_view stage,
                 std::string_view pipeline = "",
                 bool moved = false) {
  const json::Document document = *json::Document::Parse(statuses);
  return FindStage(document.root(), stage, pipeline, moved).value_or("none");
}

TEST(CloseStages, ByLabelThenByWordThenByType) {
  EXPECT_EQ(Find(kNewAccount, "proposal sent"), "stat_prop");
  EXPECT_EQ(Find(kNewAccount, "demo"), "stat_demo");
  EXPECT_EQ(Find(kNewAccount, "Proposal"), "stat_prop");
  EXPECT_EQ(Find(kNewAccount, "won"), "stat_won");
  EXPECT_EQ(Find(kNewAccount, "new"), "stat_demo");
  EXPECT_EQ(Find(kNewAccount, "qualified"), "stat_demo");
  EXPECT_EQ(Find(kNewAccount, "Negotiation"), "none");
  EXPECT_EQ(Find(kTwoPipelines, "won"), "stat_done");
  EXPECT_EQ(Find(kTwoPipelines, "lost"), "none");
}

TEST(CloseStages, WithinThePipeline) {
  EXPECT_EQ(Find(kTwoPipelines, "qualified"), "stat_a");
  EXPECT_EQ(Find(kTwoPipelines, "qualified", "pipe_b"), "stat_b");
  EXPECT_EQ(Find(kTwoPipelines, "won", "pipe_a"), "none");
  // Statuses that do not say where they are may be in it.
  EXPECT_EQ(Find(kNewAccount, "won", "pipe_b"), "stat_won");
}

TEST(CloseStages, AMoveIsToTheVeryStage) {
  EXPECT_EQ(Find(kNewAccount, "qualified", "", true), "none");
  EXPECT_EQ(Find(kNewAccount, "demo", "", true), "stat_demo");
  EXPECT_EQ(Find(kNewAccount, "lost", "", true), "stat_lost");
}

TEST(CloseStages, AnswersOfAnyForm) {
  for (const char* statuses :
       {"null", "{}", "[]", "[5,null]", R"([{"label":"Won","type":"won"}])"}) {
    EXPECT_EQ(Find(statuses, "won"), "none") << statuses;
  }
}

TEST(CloseSearch, WhatIsTheSame) {
  EXPECT_TRUE(SameEmail("Ann@Example.com", "ann@example.COM"));
  EXPECT_FALSE(SameEmail("ann@example.com", "ann@example.co"));
  EXPECT_TRUE(SamePhone("+1 (555) 010-0001", "+15550100001"));
  EXPECT_FALSE(SamePhone("+15550100001", "5550100001"));
  EXPECT_FALSE(SamePhone("", "n/a"));
}

TEST(CloseSearch, HitsOldestFirst) {
  const json::Document data = *json::Document::Parse(R"([
      {"id":"c","date_created":"2026-03-01T10:00:00.000000+00:00","name":"Ann"},
      {"id":"a","date_created":"2026-01-01T10:00:00.000000+00:00","name":"Ann"},
      {"id":"","name":"Ann"},{"name":"Ann"},{"id":"b","name":"Bob"},5])");
  std::string ids;
  for (const json::Value& hit : HitsByName(data.root(), "Ann")) ids += hit.Find("id").StringOr("");
  EXPECT_EQ(ids, "ac");
  EXPECT_TRUE(HitsByEmail(data.root(), "").empty());
  EXPECT_TRUE(HitsByPhone(json::Value(), "+15550100001").empty());
}

}  // namespace
}  // namespace leadrelay::delivery::close
