#include "services/delivery/connectors/salesforce/find_step.h"

#include <set>

#include "services/delivery/connectors/salesforce/soql.h"

namespace leadrelay::delivery::salesforce {

http::Request FindStep::Build(const std::vector<const Job*>& jobs) const {
  return Query(settings_, plan_.soql(*jobs.front()));
}

void FindStep::Absorb(const Batch& batch,
                      const std::vector<Job*>& jobs,
                      const Answer& answer) const {
  const json::Value records = answer.body.Find("records");
  if (!records.IsArray()) return;
  std::set<std::string> taken;
  for (const Job& job : batch.jobs) {
    if (plan_.exclusive) taken.insert(Get(job.progress, plan_.found));
  }
  Job& job = *jobs.front();
  for (const json::Value& record : records.Elements()) {
    std::string id = record.Find(plan_.id_field).StringOr("");
    if (!IsId(id) || taken.contains(id)) continue;
    if (plan_.is_ours && !plan_.is_ours(job, record)) continue;
    return Set(job.progress, plan_.found, std::move(id));
  }
  plan_.absent(job);
}

}  // namespace leadrelay::delivery::salesforce
