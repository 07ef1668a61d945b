// What Freshsales may say of a bulk job, in whatever form.

#include <ostream>

#include <gtest/gtest.h>

#include "services/delivery/connectors/freshsales/bulk_upsert.h"
#include "services/delivery/connectors/freshsales/job_status.h"

namespace leadrelay::delivery::freshsales {

void PrintTo(const JobStatus& status, std::ostream* out) {
  *out << "state " << static_cast<int>(status.state);
  for (const std::string& address : status.failed) *out << " " << address;
}

namespace {

using State = JobStatus::State;

TEST(FreshsalesJobStatus, IsReadInWhateverForm) {
  struct Case {
    const char* body;
    JobStatus status;  // Of a job of three.
  };
  const Case cases[] = {
      {"[]", {State::kSilent, {}}},
      {"{}", {State::kSilent, {}}},
      {R"({"id":77,"message":"ok"})", {State::kSilent, {}}},
      {R"({"status":7})", {State::kSilent, {}}},
      {R"({"status":"queued"})", {State::kRunning, {}}},
      {R"({"status":"In Progress","errors":["x"]})", {State::kRunning, {}}},
      {R"({"job":{"state":"PROCESSING"}})", {State::kRunning, {}}},
      {R"({"status":"completed"})", {State::kDone, {}}},
      {R"({"bulk_job":{"id":1,"job_status":"Finished"}})", {State::kDone, {}}},
      {R"({"status":"completed","errors":[],"failed":0,"error":null,"failures":{},"has_errors":false})",
       {State::kDone, {}}},
      {R"({"status":"completed","success_count":3})", {State::kDone, {}}},
      {R"({"status":"success","success":true})", {State::kDone, {}}},
      {R"({"status":"completed","data":{"failed":[{"emails":"A@x.example","message":"bad"}]}})",
       {State::kDone, {"a@x.example"}}},
      {R"({"status":"done","failed":["a@x.example","b@x.example"],"failed_count":2,"success_count":1})",
       {State::kDone, {"a@x.example", "b@x.example"}}},
      {R"({"status":"partially completed","errors":[{"data":{"emails":["a@x.example"]}}]})",
       {State::kDone, {"a@x.example"}}},
      // What does not add up.
      {R"({"status":"failed"})", {State::kUnclear, {}}},
      {R"({"status":"resting"})", {State::kUnclear, {}}},
      {R"({"status":"partial"})", {State::kUnclear, {}}},
      {R"({"status":"completed_with_errors","errors":[]})", {State::kUnclear, {}}},
      {R"({"status":"completed","failed_count":1})", {State::kUnclear, {}}},
      {R"({"status":"completed","failed":["a@x.example"],"failed_count":2})",
       {State::kUnclear, {}}},
      {R"({"status":"completed","errors":["somebody is wrong"]})", {State::kUnclear, {}}},
      {R"({"status":"completed","errors":[["a@x.example","b@x.example"]]})", {State::kUnclear, {}}},
      {R"({"status":"completed","error":"a@x.example is wrong"})", {State::kUnclear, {}}},
      {R"({"status":"completed","errors":{"a@x.example":"wrong"}})", {State::kUnclear, {}}},
      {R"({"status":"completed","success_count":2})", {State::kUnclear, {}}},
      {R"({"status":"completed","success":false})", {State::kUnclear, {}}},
      {R"({"status":"completed","a":[[[[[[{"errors":["?"]}]]]]]]})", {State::kUnclear, {}}},
  };
  for (const Case& each : cases) {
    const json::Document body = *json::Document::Parse(each.body);
    EXPECT_EQ(ReadJobStatus(body.root(), 3), each.status) << each.body;
  }
}

// Of what an earlier attempt sent, only a part may be at hand.
TEST(FreshsalesJobStatus, SuccessesAreNotCountedWhenNobodyKnowsHowManyThereWere) {
  const json::Document body = *json::Document::Parse(R"({"status":"completed","success_count":2})");
  EXPECT_EQ(ReadJobStatus(body.root(), 0), (JobStatus{State::kDone, {}}));
}

// The key goes to our own host alone.
TEST(FreshsalesBulkJob, IsAskedAfterOnOurOwnHost) {
  Settings settings;
  settings.base_url = "https://a.myfreshworks.com/below";
  const std::string ours = "/below/crm/sales/api/job_statuses/";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"job_status_url":"https://a.myfreshworks.com/crm/sales/api/jobs/7?x=1"})",
       "/crm/sales/api/jobs/7?x=1"},
      {R"({"job_status_url":"/crm/sales/api/jobs/7"})", "/crm/sales/api/jobs/7"},
      {R"({"job_status_url":"https://b.freshsales.io/api/job_statuses/7/?x=1"})", ours + "7"},
      {R"({"job_status_url":"http://a.myfreshworks.com/api/jobs/7"})", ours + "7"},
      {R"({"job_status_url":"https://a.myfreshworks.com:8443/jobs/7"})", ours + "7"},
      {R"({"job_status_url":"https://a.myfreshworks.com@evil.example/7"})", ours + "7"},
      {R"({"job_status_url":"https://a.myfreshworks.com.evil.example/7"})", ours + "7"},
      {R"({"job_status_url":"//evil.example/7"})", ours + "7"},
      {R"({"job_status_url":"7"})", ours + "7"},
      {R"({"job_id":7})", ours + "7"},
      {R"({"id":"a-7"})", ours + "a-7"},
      {R"({"job_status_url":"https://b.example/a b"})", ""},
      {R"({"job_status_url":"https://b.example/%2e%2e"})", ""},
      {R"({"job_status_url":""})", ""},
      {R"({"id":"../contacts"})", ""},
      {"{}", ""},
      {"[]", ""},
  };
  for (const auto& [text, place] : cases) {
    const json::Document body = *json::Document::Parse(text);
    EXPECT_EQ(BulkJobIn(body.root(), settings), place) << text;
  }
}

}  // namespace
}  // namespace leadrelay::delivery::freshsales
