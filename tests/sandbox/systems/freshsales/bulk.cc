// The bulk upsert of Freshsales: what is queued is written when its time has come, at the next
// request.

#include "absl/strings/str_cat.h"

#include "tests/sandbox/systems/freshsales/account.h"
#include "tests/sandbox/systems/freshsales/answers.h"
#include "tests/sandbox/systems/freshsales/freshsales.h"

namespace leadrelay::sandbox {
namespace {

using freshsales::Json;
using freshsales::Record;
using freshsales::Store;

constexpr size_t kMostContacts = 100;

}  // namespace

http::Response Freshsales::QueueBulk(const Call& call) {
  const json::Value contacts = call.body.Find("contacts");
  if (contacts.size() == 0 || contacts.size() > kMostContacts) {
    return freshsales::Refused(400, "Too many contacts or none");
  }
  BulkJob job;
  job.id = store_.NextId();
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
  return freshsales::NotFound();
}

void Freshsales::RunBulks(absl::Time now) {
  for (BulkJob& job : bulk_jobs_) {
    if (job.done || now - job.queued < kBulkTime) continue;
    job.done = true;
    for (const json::Value& contact : job.body.root().Find("contacts").Elements()) {
      const std::string emails = contact.Find("emails").StringOr("");
      std::string fault = freshsales::FaultIn(contact.Find("data"));
      if (emails.find('@') == std::string::npos) fault = "Emails is invalid";
      if (!fault.empty()) {
        job.failures.emplace_back(emails, fault);
        continue;
      }
      Record* record = store_.Find("contacts", "emails", emails);
      if (record == nullptr) record = &store_.Add("contacts", now);
      record->fields["emails"] = emails;
      Store::Patch(*record, contact.Find("data"), now);
      ++job.successes;
    }
  }
}

}  // namespace leadrelay::sandbox
