#include "services/delivery/connectors/hubspot/company_step.h"

#include <algorithm>

#include "services/delivery/connectors/hubspot/job_records.h"

namespace leadrelay::delivery::hubspot {
namespace {

// The companies of some jobs, each once.
struct Companies {
  std::vector<Record> records;
  std::vector<size_t> of_job;       // The record of each job.
  std::vector<size_t> jobs_behind;  // How many jobs each record is of.
};

Companies CompaniesOf(const std::vector<const Job*>& jobs, const Settings& settings) {
  Companies companies;
  for (const Job* job : jobs) {
    Record own = CompanyOf(*job, settings).value_or(Record{});
    const auto same = std::ranges::find(companies.records, own.key, &Record::key);
    const size_t at = static_cast<size_t>(same - companies.records.begin());
    companies.of_job.push_back(at);
    if (same == companies.records.end()) {
      companies.records.push_back(std::move(own));
      companies.jobs_behind.push_back(1);
      continue;
    }
    ++companies.jobs_behind[at];
    for (auto& [name, value] : own.properties) Put(same->properties, name, std::move(value));
  }
  return companies;
}

}  // namespace

CompanyStep::CompanyStep(const Settings& settings)
    : settings_(settings),
      url_(absl::StrCat(
          settings.base_url, "/crm/objects/", settings.version, "/companies/batch/upsert")) {}

bool CompanyStep::IsRace(const Job& /*job*/, const ApiError& error) const {
  return error.category == "CONFLICT" ||
         std::ranges::any_of(error.details, [this](const ApiError::Detail& detail) {
           return detail.code == "CONFLICTING_UNIQUE_VALUE" &&
                  detail.property == settings_.company_id_property;
         });
}

bool CompanyStep::Sends(const Job& job, std::string_view property) const {
  const std::optional<Record> company = CompanyOf(job, settings_);
  return company.has_value() && Find(company->properties, property) != nullptr;
}

http::Request CompanyStep::Build(const std::vector<const Job*>& jobs) const {
  return JsonRequest("POST", url_, WriteRecords(CompaniesOf(jobs, settings_).records));
}

void CompanyStep::Absorb(const Batch& /*batch*/,
                         const std::vector<Job*>& jobs,
                         const Answer& answer) const {
  const Companies companies = CompaniesOf({jobs.begin(), jobs.end()}, settings_);
  const std::vector<RecordVerdict> verdicts = ReadVerdicts(companies.records, answer.body);
  for (size_t i = 0; i < jobs.size(); ++i) {
    const RecordVerdict& verdict = verdicts[companies.of_job[i]];
    if (verdict.kind == RecordVerdict::Kind::kWritten) {
      Set(jobs[i]->progress, kCompanyId, verdict.id);
    } else if (verdict.kind == RecordVerdict::Kind::kFailed &&
               companies.jobs_behind[companies.of_job[i]] == 1) {
      RefuseRecord(*jobs[i], verdict.error, answer.response.status);
    }
    // Of several leads only one may be at fault: each is sent again alone.
  }
}

}  // namespace leadrelay::delivery::hubspot
