#include "services/delivery/connectors/hubspot/link_step.h"

#include <algorithm>

#include "services/delivery/connectors/hubspot/job_records.h"

namespace leadrelay::delivery::hubspot {

LinkStep::LinkStep(const Settings& settings)
    : url_(absl::StrCat(settings.base_url,
                        "/crm/associations/",
                        settings.version,
                        "/deals/contacts/batch/create")) {}

http::Request LinkStep::Build(const std::vector<const Job*>& jobs) const {
  json::Writer writer;
  writer.StartObject().Key("inputs").StartArray();
  for (const Job* job : jobs) {
    writer.StartObject();
    writer.Key("from").StartObject().Member("id", Get(job->progress, kDealId)).EndObject();
    writer.Key("to").StartObject().Member("id", Get(job->progress, kContactId)).EndObject();
    WriteAssociationTypes(writer, kDealToContact);
    writer.EndObject();
  }
  writer.EndArray().EndObject();
  return JsonRequest("POST", url_, writer.Take());
}

void LinkStep::Absorb(const Batch& /*batch*/,
                      const std::vector<Job*>& jobs,
                      const Answer& answer) const {
  const std::vector<json::Value> results = answer.body.Find("results").Elements();
  const std::vector<json::Value> errors = answer.body.Find("errors").Elements();
  for (Job* job : jobs) {
    const bool named = std::ranges::any_of(results, [job](const json::Value& result) {
      return result.Find("fromObjectId").AsText() == Get(job->progress, kDealId) &&
             result.Find("toObjectId").AsText() == Get(job->progress, kContactId);
    });
    // Only a 207 leaves anything out.
    if (named || (answer.response.status != 207 && errors.empty())) {
      Set(job->progress, kDealLinked, "yes");
    } else if (jobs.size() == 1 && !errors.empty()) {
      RefuseRecord(*job, ReadError(errors.front()), answer.response.status);
    }
  }
}

}  // namespace leadrelay::delivery::hubspot
