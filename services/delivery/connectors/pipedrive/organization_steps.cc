#include "services/delivery/connectors/pipedrive/organization_steps.h"

#include "services/delivery/connectors/pipedrive/job_records.h"
#include "services/delivery/connectors/pipedrive/step_parts.h"

namespace leadrelay::delivery::pipedrive {
namespace {

constexpr std::string_view kOrganizations = "/api/v2/organizations";

auto TakeOrganizationOfName(const Settings& settings,
                            std::string_view looked,
                            std::string_view list) {
  return [&settings, looked, list](Job& job, const Answer& answer, absl::Time /*now*/) {
    const json::Value records = answer.body.Pointer(list);
    if (!records.IsArray()) return;
    const std::string name = WithoutCase(PersonOf(job, settings).organization);
    json::Value oldest;
    for (const json::Value& record : RecordsIn(records)) {
      const bool ours = WithoutCase(record.Find("name").StringOr("")) == name &&
                        !record.Find("is_deleted").BoolOr(false) &&
                        !IdIn(record.Find("id")).empty();
      if (!ours) continue;
      if (!oldest.exists() || record.Find("id").Int64Or(0) < oldest.Find("id").Int64Or(0)) {
        oldest = record;
      }
    }
    if (oldest.exists()) {
      Set(job.progress, kOrganizationId, IdIn(oldest.Find("id")));
    } else {
      Set(job.scratch, looked, "yes");
    }
  };
}

}  // namespace

std::unique_ptr<const Step> FindOrganization(const Settings& settings) {
  JobStep::Plan plan = SearchFor("find organization");
  plan.build = [&settings](const Job& job) {
    return GetRequest(
        SearchUrl(settings, kOrganizations, "name", PersonOf(job, settings).organization));
  };
  plan.absorb = TakeOrganizationOfName(settings, kOrganizationLooked, "/data/items");
  return Make(std::move(plan));
}

std::unique_ptr<const Step> FindRecentOrganization(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "find recent organization";
  plan.cost = kListCost;
  plan.build = [&settings](const Job& job) {
    return GetRequest(RecentUrl(settings, kOrganizations, job));
  };
  plan.absorb = TakeOrganizationOfName(settings, kRecentOrganizationLooked, "/data");
  return Make(std::move(plan));
}

std::unique_ptr<const Step> CreateOrganization(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "create organization";
  plan.cost = kWriteCost;
  plan.creates = true;
  plan.build = [&settings](const Job& job) {
    return JsonRequest("POST", settings.Url(kOrganizations), NewOrganizationBody(job, settings));
  };
  plan.absorb = [](Job& job, const Answer& answer, absl::Time /*now*/) {
    std::string id = IdIn(answer.body.Pointer("/data/id"));
    if (!id.empty()) Set(job.progress, kOrganizationId, std::move(id));
  };
  return Make(std::move(plan));
}

}  // namespace leadrelay::delivery::pipedrive
