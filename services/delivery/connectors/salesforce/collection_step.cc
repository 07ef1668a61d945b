#include "services/delivery/connectors/salesforce/collection_step.h"

#include <algorithm>

#include "services/delivery/connectors/salesforce/soql.h"

namespace leadrelay::delivery::salesforce {

CollectionStep::CollectionStep(const Settings& settings, Plan plan)
    : settings_(settings), plan_(std::move(plan)) {}

std::string CollectionStep::Key(const Job& job) const {
  return LowerCase(plan_.key(job));
}

bool CollectionStep::Sends(const Job& job, std::string_view field) const {
  return field == plan_.key_field || Find(plan_.fields(job), field) != nullptr;
}

http::Request CollectionStep::Build(const std::vector<const Job*>& jobs) const {
  json::Writer writer;
  writer.StartObject().Member("allOrNone", false).Key("records").StartArray();
  for (const Job* job : jobs) {
    writer.StartObject();
    writer.Key("attributes").StartObject().Member("type", plan_.object).EndObject();
    Fields fields = plan_.fields(*job);
    if (plan_.how == How::kUpdate) writer.Member("id", plan_.key(*job));
    if (plan_.how == How::kUpsert) Put(fields, plan_.key_field, plan_.key(*job));
    WriteFields(fields, writer);
    writer.EndObject();
  }
  writer.EndArray().EndObject();
  std::string url = settings_.Url("/composite/sobjects");
  if (plan_.how == How::kUpsert) absl::StrAppend(&url, "/", plan_.object, "/", plan_.key_field);
  http::Request request =
      JsonRequest(plan_.how == How::kCreate ? "POST" : "PATCH", std::move(url), writer.Take());
  AddDuplicateRule(settings_, request);
  return request;
}

void CollectionStep::Absorb(const Batch& /*batch*/,
                            const std::vector<Job*>& jobs,
                            const Answer& answer) const {
  if (answer.body.size() != jobs.size()) return;
  for (size_t i = 0; i < jobs.size(); ++i) {
    const json::Value verdict = answer.body.At(i);
    const std::optional<bool> success = verdict.Find("success").AsBool();
    if (success == false) {
      RefuseOne(*jobs[i], ReadError(verdict.Find("errors")), answer.response.status);
    } else if (std::string id = verdict.Find("id").StringOr(""); success == true && IsId(id)) {
      const bool created = plan_.how == How::kCreate || verdict.Find("created").BoolOr(false);
      plan_.written(*jobs[i], std::move(id), created);
    }
  }
}

void CollectionStep::Refuse(Job& job, const Verdict& verdict, const Answer& answer) const {
  const ApiError error = ReadError(answer.body);
  if (error.code.empty()) return Step::Refuse(job, verdict, answer);
  RefuseOne(job, error, answer.response.status);
}

void CollectionStep::RefuseOne(Job& job, const ApiError& error, int status) const {
  if (plan_.refused && plan_.refused(job, error)) return;
  RefuseRecord(
      job, error, status, [this, &job](std::string_view field) { return Sends(job, field); });
}

bool CollectionStep::IsAtFault(const Job& job, const Answer& answer) const {
  const ApiError error = ReadError(answer.body);
  if (error.code == "NOT_FOUND") return true;
  return error.code == "INVALID_FIELD" &&
         std::ranges::any_of(error.fields,
                             [&](const std::string& field) { return Sends(job, field); });
}

void AddDuplicateRule(const Settings& settings, http::Request& request) {
  if (settings.duplicates != Duplicates::kAllow) return;
  request.headers.Add("sforce-duplicate-rule-header",
                      "allowSave=true; includeRecordDetails=false; runAsCurrentUser=true");
}

}  // namespace leadrelay::delivery::salesforce
