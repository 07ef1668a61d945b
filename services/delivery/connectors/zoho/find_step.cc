#include "services/delivery/connectors/zoho/find_step.h"

#include "services/delivery/connectors/zoho/api_error.h"

namespace leadrelay::delivery::zoho {
namespace {

constexpr int kNothing = 204;  // Nothing found, and no body.

std::string ValueIn(const json::Value& row, const std::string& field) {
  const json::Value value = row.Find(field);
  return value.IsObject() ? IdOf(value.Find("id")) : value.AsText().value_or("");
}

}  // namespace

http::Request FindStep::Build(const std::vector<const Job*>& jobs) const {
  std::set<std::string> values;
  for (const Job* job : jobs) values.insert(plan_.value(*job));
  return JsonRequest("POST",
                     plan_.url,
                     SelectQuery(plan_.fields, plan_.module, In(plan_.field, values), plan_.order));
}

bool FindStep::Understands(const Answer& answer) const {
  return answer.response.status == kNothing || answer.body.Find("data").IsArray();
}

void FindStep::Absorb(const Batch& batch,
                      const std::vector<Job*>& jobs,
                      const Answer& answer) const {
  const std::vector<json::Value> rows = answer.body.Find("data").Elements();
  const bool complete = !answer.body.Find("info").Find("more_records").BoolOr(false);
  std::set<std::string> taken;
  if (!plan_.owned.empty()) {
    for (const Job& job : batch.jobs) taken.insert(Get(job.progress, plan_.owned));
  }
  std::set<std::string> missing;
  for (const Job& job : batch.jobs) {
    if (!plan_.looked.empty() && Has(job.scratch, plan_.looked)) missing.insert(plan_.value(job));
  }
  for (Job* job : jobs) {
    const std::string value = plan_.value(*job);
    std::string id;
    for (const json::Value& row : rows) {
      const std::string each = IdOf(row.Find("id"));
      if (each.empty() || taken.contains(each) || ValueIn(row, plan_.field) != value ||
          !plan_.fits(*job, row)) {
        continue;
      }
      id = each;
      break;
    }
    if (!id.empty()) {
      plan_.found(*job, id);
      if (!plan_.owned.empty()) taken.insert(id);
    } else if (complete || jobs.size() == 1) {
      plan_.not_there(*job, missing.insert(value).second);
    }
  }
}

}  // namespace leadrelay::delivery::zoho
