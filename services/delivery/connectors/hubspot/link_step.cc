#include "services/delivery/connectors/hubspot/link_step.h"

#include <algorithm>
#include <set>
#include <utility>

#include "services/delivery/connectors/hubspot/job_records.h"

namespace leadrelay::delivery::hubspot {

Link ContactToCompany() {
  return {"link companies",
          "contacts",
          kContactId,
          "companies",
          kCompanyId,
          kContactToCompany,
          kCompanyLinked};
}

Link DealToContact() {
  return {"link deals", "deals", kDealId, "contacts", kContactId, kDealToContact, kDealLinked};
}

Link DealToCompany() {
  return {"link deals to companies",
          "deals",
          kDealId,
          "companies",
          kCompanyId,
          kDealToCompany,
          kDealCompanyLinked};
}

LinkStep::LinkStep(const Settings& settings, Link link)
    : link_(std::move(link)),
      url_(absl::StrCat(settings.base_url,
                        "/crm/associations/",
                        settings.version,
                        "/",
                        link_.from,
                        "/",
                        link_.to,
                        "/batch/create")) {}

http::Request LinkStep::Build(const std::vector<const Job*>& jobs) const {
  json::Writer writer;
  writer.StartObject().Key("inputs").StartArray();
  // Two leads of one person have the same company.
  std::set<std::pair<std::string, std::string>> pairs;
  for (const Job* job : jobs) {
    const std::string from = Get(job->progress, link_.from_id);
    const std::string to = Get(job->progress, link_.to_id);
    if (!pairs.emplace(from, to).second) continue;
    writer.StartObject();
    writer.Key("from").StartObject().Member("id", from).EndObject();
    writer.Key("to").StartObject().Member("id", to).EndObject();
    WriteAssociationTypes(writer, link_.type);
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
    const bool named = std::ranges::any_of(results, [&](const json::Value& result) {
      return result.Find("fromObjectId").AsText() == Get(job->progress, link_.from_id) &&
             result.Find("toObjectId").AsText() == Get(job->progress, link_.to_id);
    });
    // Only a 207 leaves anything out.
    if (named || (answer.response.status != 207 && errors.empty())) {
      Set(job->progress, link_.done, "yes");
    } else if (jobs.size() == 1 && !errors.empty()) {
      RefuseRecord(*job, ReadError(errors.front()), answer.response.status);
    }
  }
}

}  // namespace leadrelay::delivery::hubspot
