#include "services/delivery/connectors/zoho/account_step.h"

#include "services/delivery/connectors/zoho/fields.h"
#include "services/delivery/connectors/zoho/job_records.h"
#include "services/delivery/connectors/zoho/people_steps.h"
#include "services/delivery/connectors/zoho/write_step.h"

namespace leadrelay::delivery::zoho {
namespace {

constexpr std::string_view kModule = "Accounts";

// Another call has made the account at the same moment.
bool TakeTheOther(Job& job, const ApiError& error, int status) {
  const ApiError::Fault* fault = error.Find("DUPLICATE_DATA");
  if (fault == nullptr || fault->field != kAccountName) return false;
  const bool there = error.duplicate_module.empty() || error.duplicate_module == kModule;
  if (there && !error.duplicate_id.empty()) {
    Set(job.progress, kAccountId, error.duplicate_id);
  } else {
    job.outcome = Outcome::Retry("DUPLICATE_DATA: the account was written by another call", status);
  }
  return true;
}

}  // namespace

std::unique_ptr<const Step> UpsertAccounts(const Settings& settings) {
  WriteStep::Plan plan;
  plan.name = "upsert accounts";
  plan.url = ModuleUrl(settings, std::string(kModule)) + "/upsert";
  plan.envelope.workflows = settings.workflows;
  plan.envelope.duplicate_check_fields = {std::string(kAccountName)};
  plan.record = [&settings](const Job& job) { return AccountOf(job, settings); };
  // A company of a hundred people must not cost a hundred calls.
  plan.shared = [&settings](const Job& job) { return AccountKey(job, settings); };
  plan.written = [](Job& job, const RecordVerdict& verdict) {
    Set(job.progress, kAccountId, verdict.id);
  };
  plan.refused = &TakeTheOther;
  return std::make_unique<WriteStep>(std::move(plan));
}

}  // namespace leadrelay::delivery::zoho
