#include "tools/leadctl/trial.h"

#include <gtest/gtest.h>

namespace leadrelay::leadctl {
namespace {

using delivery::Outcome;

Trial Of(Outcome outcome, delivery::Progress progress = {}) {
  Trial trial;
  trial.destination = "crm";
  trial.lead_id = "ld_1";
  trial.email = "leadrelay-test+1@example.com";
  trial.cleanup = MayDelete(outcome);
  trial.outcome = std::move(outcome);
  trial.progress = std::move(progress);
  return trial;
}

template <typename Write>
std::string Json(Write write) {
  json::Writer writer;
  write(writer);
  return writer.Take();
}

TEST(TrialTest, OnlyWhatWasMadeIsDeleted) {
  EXPECT_EQ(MayDelete(Outcome::Delivered("51", "created", 200)), Cleanup::kDeleted);
  EXPECT_EQ(MayDelete(Outcome::Delivered("51", "updated", 200)), Cleanup::kNotOurs);
  EXPECT_EQ(MayDelete(Outcome::Delivered("51", "", 200)), Cleanup::kNotOurs);
  EXPECT_EQ(MayDelete(Outcome::Duplicate("51", 200)), Cleanup::kNotOurs);
  EXPECT_EQ(MayDelete(Outcome::Delivered("", "created", 200)), Cleanup::kNothingThere);
  EXPECT_EQ(MayDelete(Outcome::Rejected("no", "mend it", 400)), Cleanup::kNothingThere);
}

TEST(TrialTest, DeliveredAndDeleted) {
  EXPECT_EQ(TrialView(Of(Outcome::Delivered("51", "created", 200), {{"contact_id", "51"}}), {}),
            "ok      crm: delivered, created, id 51\n"
            "        Deleted again.\n");
}

TEST(TrialTest, WhatStaysIsSaidPlainly) {
  Trial trial = Of(Outcome::Delivered("51", "created", 200), {{"deal_id", "77"}, {"seen", "yes"}});
  trial.cleanup = Cleanup::kFailed;
  trial.cleanup_detail = "HTTP 403";
  EXPECT_EQ(TrialView(trial, {}),
            "ok      crm: delivered, created, id 51\n"
            "        NOT deleted, it is there under the id 51: HTTP 403\n"
            "        NOT deleted, where this delivery made them: deal_id 77\n");
  trial = Of(Outcome::Delivered("51", "updated", 200));
  EXPECT_EQ(TrialView(trial, {}),
            "ok      crm: delivered, updated, id 51\n"
            "        NOT deleted, it is there under the id 51: this delivery is not known to have "
            "made it.\n");
  EXPECT_EQ(TrialView(Of(Outcome::Delivered("", "", 200)), {}),
            "ok      crm: delivered\n"
            "        NOT deleted: it has no id that a deletion could name.\n"
            "        Look there for leadrelay-test+1@example.com.\n");
}

TEST(TrialTest, Refused) {
  EXPECT_EQ(
      TrialView(Of(Outcome::Rejected("no such field", "create it", 400), {{"contact_id", "51"}}),
                {}),
      "FAILED  crm: rejected: no such field\n"
      "        create it\n"
      "        NOT deleted, where this delivery made them: contact_id 51\n");
  EXPECT_EQ(TrialView(Of(Outcome::Unknown("no answer in time")), {}),
            "FAILED  crm: unknown: no answer in time\n"
            "        It may be there all the same: look for leadrelay-test+1@example.com.\n");
  Trial paused;
  paused.destination = "crm";
  paused.why_withheld = "nothing may be sent to it now: paused, migration";
  EXPECT_EQ(TrialView(paused, {}),
            "FAILED  crm: no lead was sent\n"
            "        nothing may be sent to it now: paused, migration\n");
}

TEST(TrialTest, TrialAsJson) {
  Trial trial = Of(Outcome::Delivered("51", "created", 201), {{"contact_id", "51"}});
  EXPECT_EQ(Json([&](json::Writer& writer) { WriteTrial(writer, trial); }),
            R"({"destination":"crm","lead_id":"ld_1","email":"leadrelay-test+1@example.com",)"
            R"("outcome":"delivered","remote_id":"51","effect":"created","status":201,)"
            R"("cleanup":"deleted","progress":{"contact_id":"51"}})");
  Trial withheld;
  withheld.destination = "crm";
  withheld.why_withheld = "paused";
  EXPECT_EQ(Json([&](json::Writer& writer) { WriteTrial(writer, withheld); }),
            R"({"destination":"crm","withheld":"paused"})");
}

Preview OfRequest(std::string url, std::string body) {
  Preview preview{"crm", "upsert", http::Request{}, std::nullopt};
  preview.request->method = "POST";
  preview.request->url = std::move(url);
  preview.request->body = std::move(body);
  preview.request->headers.Add("x-key", "hunter2");
  return preview;
}

TEST(TrialTest, PreviewForPeople) {
  EXPECT_EQ(PreviewView(OfRequest("https://crm.example/v1", R"({"a":[{"b":1},2],"c":{}})"), {}),
            "\n"
            "crm: a lead's first request (upsert), which was not sent:\n"
            "        POST https://crm.example/v1\n"
            "        {\n"
            "          \"a\": [\n"
            "            {\n"
            "              \"b\": 1\n"
            "            },\n"
            "            2\n"
            "          ],\n"
            "          \"c\": {}\n"
            "        }\n");
  EXPECT_EQ(PreviewView(OfRequest("/v1", "a=1\x1b\nb=2"), {}),
            "\n"
            "crm: a lead's first request (upsert), which was not sent:\n"
            "        POST <the account's address>/v1\n"
            "        a=1 \n"
            "        b=2\n");
  const Preview refused{"crm", "", std::nullopt, Outcome::Rejected("no name", "map it", 0)};
  EXPECT_FALSE(refused.ok());
  EXPECT_EQ(PreviewView(refused, {}),
            "FAILED  crm: no request: rejected: no name\n"
            "        map it\n");
}

TEST(TrialTest, PreviewAsJson) {
  const auto json = [](const Preview& preview) {
    return Json([&](json::Writer& writer) { WritePreview(writer, preview); });
  };
  EXPECT_EQ(json(OfRequest("https://crm.example/v1", R"({"a":1})")),
            R"({"destination":"crm","step":"upsert","method":"POST",)"
            R"("url":"https://crm.example/v1","body":{"a":1}})");
  EXPECT_NE(json(OfRequest("/v1", "a=1")).find(R"("body":"a=1")"), std::string::npos);
  EXPECT_EQ(json({"crm", "", std::nullopt, Outcome::Rejected("no name", "map it", 0)}),
            R"({"destination":"crm","outcome":"rejected","reason":"no name","remedy":"map it"})");
}

}  // namespace
}  // namespace leadrelay::leadctl
