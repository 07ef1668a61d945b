// The bulk upsert of Freshsales: what is queued is written when its time has come, at the next
// request.

#include "absl/strings/str_cat.h"

#include "tests/sandbox/systems/freshsales/freshsales.h"

namespace leadrelay::sandbox {
namespace {

constexpr size_t kMostContacts = 100;

http::Response Json(int status, std::string body) {
  return http::Response{
      status, {{"Content-Type", "application/json; charset=utf-8"}}, std::move(body)};
}

}  // namespace

http::Response Freshsales::QueueBulk(const Call& call) {
  const json::Value contacts = call.body.Find("contacts");
  if (contacts.size() == 0 || contacts.size() > kMostContacts) {
    return Json(400, R"({"errors":{"code":400,"message":["Too many contacts or none"]}})");
  }
  BulkJob job;
  job.id = next_id_++;
  job.body = *json::Document::Parse(call.request.body);
  job.queued = call.now;
  json::Writer writer;
  writer.StartObject().Member("message", "The contacts are being upserted");
  writer.Member(
      "job_status_url",
      absl::StrCat("https://example.myfreshworks.com/crm/sales/api/job_statuses/", job.id));
  writer.EndObject();
  bulk_jobs_.push_back(std::move(job));
  return Json(200, writer.Take());
}

http::Response Freshsales::ReadBulk(const std::string& id) const {
  for (const BulkJob& job : bulk_jobs_) {
    if (absl::StrCat(job.id) != id) continue;
    json::Writer writer;
    writer.StartObject().Member("id", job.id);
    writer.Member("status", job.done ? "completed" : "in progress");
    writer.Member("success_count", job.successes);
    writer.Member("failure_count", static_cast<int64_t>(job.failures.size()));
    writer.Key("errors").StartArray();
    for (const auto& [address, message] : job.failures) {
      writer.StartObject().Member("emails", address).Member("message", message).EndObject();
    }
    writer.EndArray().EndObject();
    return Json(200, writer.Take());
  }
  return Json(404, R"({"errors":{"code":404,"message":["Record not found"]}})");
}

void Freshsales::RunBulks(absl::Time now) {
  for (BulkJob& job : bulk_jobs_) {
    if (job.done || now - job.queued < kBulkTime) continue;
    job.done = true;
    for (const json::Value& contact : job.body.root().Find("contacts").Elements()) {
      const std::string emails = contact.Find("emails").StringOr("");
      std::string fault = FaultIn(contact.Find("data"));
      if (emails.find('@') == std::string::npos) fault = "Emails is invalid";
      if (!fault.empty()) {
        job.failures.emplace_back(emails, fault);
        continue;
      }
      Record* record = Find("contacts", "emails", emails);
      if (record == nullptr) record = &Add("contacts", now);
      record->fields["emails"] = emails;
      Patch(*record, contact.Find("data"), now);
      ++job.successes;
    }
  }
}

}  // namespace leadrelay::sandbox
