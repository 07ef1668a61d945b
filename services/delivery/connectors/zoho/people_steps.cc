#include "services/delivery/connectors/zoho/people_steps.h"

#include <algorithm>

#include "absl/strings/str_join.h"

#include "services/delivery/connectors/zoho/fields.h"
#include "services/delivery/connectors/zoho/find_step.h"
#include "services/delivery/connectors/zoho/job_records.h"
#include "services/delivery/connectors/zoho/write_step.h"

namespace leadrelay::delivery::zoho {
namespace {

void PersonWritten(Job& job, const RecordVerdict& verdict) {
  Set(job.progress, kPersonId, verdict.id);
  Set(job.progress, kPersonEffect, verdict.created ? "created" : "updated");
  // Nothing can belong to a person who was not there.
  if (verdict.created) job.unknown = false;
}

// Zoho asks for a field that the lead has nothing for.  It gets a stand-in only now, since an
// upsert would put it over what Zoho has already.
bool TakeStandIns(Job& job, const ApiError& error, const std::string& module) {
  std::vector<std::string> stand_ins = StandInsOf(job);
  const size_t before = stand_ins.size();
  for (const ApiError::Fault& fault : error.faults) {
    const bool asked = std::ranges::find(stand_ins, fault.field) != stand_ins.end();
    if (fault.code != "MANDATORY_NOT_FOUND" || asked || !HasStandIn(module, fault.field)) {
      return false;
    }
    stand_ins.push_back(fault.field);
  }
  if (stand_ins.size() == before) return false;
  Set(job.scratch, kStandIns, absl::StrJoin(stand_ins, ","));
  return true;
}

// Two writes of one person at a time: only one of them may insert.
bool IsRace(const ApiError& error, const std::vector<std::string>& check_fields) {
  const ApiError::Fault* fault = error.Find("DUPLICATE_DATA");
  return fault != nullptr && std::ranges::find(check_fields, fault->field) != check_fields.end();
}

std::string Numbered(const std::string& name, size_t stand_ins) {
  if (stand_ins == 0) return name;
  return absl::StrCat(name, ", stand-ins: ", stand_ins);
}

WriteStep::Plan WritePeople(const Settings& settings) {
  WriteStep::Plan plan;
  plan.envelope.workflows = settings.workflows;
  plan.record = [&settings](const Job& job) { return PersonOf(job, settings); };
  plan.written = &PersonWritten;
  plan.links = {std::string(kAccountName)};
  return plan;
}

}  // namespace

std::string ModuleUrl(const Settings& settings, const std::string& module) {
  return absl::StrCat("/crm/", settings.version, "/", module);
}

std::string CoqlUrl(const Settings& settings) {
  return absl::StrCat("/crm/", settings.version, "/coql");
}

std::unique_ptr<const Step> UpsertPeople(const Settings& settings,
                                         const std::string& module,
                                         size_t stand_ins) {
  WriteStep::Plan plan = WritePeople(settings);
  plan.name = Numbered("upsert " + module, stand_ins);
  plan.url = ModuleUrl(settings, module) + "/upsert";
  plan.envelope.duplicate_check_fields = CheckFields(module, settings);
  plan.key = [&settings, module](const Job& job) {
    return KeyOf(PersonOf(job, settings), module, settings);
  };
  plan.refused = [module, fields = plan.envelope.duplicate_check_fields](
                     Job& job, const ApiError& error, int status) {
    if (TakeStandIns(job, error, module)) return true;
    if (!IsRace(error, fields)) return false;
    job.outcome = Outcome::Retry("DUPLICATE_DATA: the person was written by another call", status);
    return true;
  };
  return std::make_unique<WriteStep>(std::move(plan));
}

std::unique_ptr<const Step> CreatePeople(const Settings& settings,
                                         const std::string& module,
                                         size_t stand_ins) {
  WriteStep::Plan plan = WritePeople(settings);
  plan.name = Numbered("create " + module, stand_ins);
  plan.url = ModuleUrl(settings, module);
  plan.creates = true;
  plan.key = [&settings](const Job& job) { return PersonOf(job, settings).Text("Phone"); };
  plan.refused = [module](Job& job, const ApiError& error, int /*status*/) {
    if (TakeStandIns(job, error, module)) return true;
    const bool ours = error.duplicate_module.empty() || error.duplicate_module == module;
    if (error.duplicate_id.empty() || !ours) return false;
    Set(job.scratch, kPersonFound, error.duplicate_id);
    return true;
  };
  return std::make_unique<WriteStep>(std::move(plan));
}

std::unique_ptr<const Step> FindPeople(const Settings& settings, const std::string& module) {
  FindStep::Plan plan;
  plan.name = "find " + module;
  plan.url = CoqlUrl(settings);
  plan.module = module;
  plan.fields = "id,Phone";
  plan.order = "id asc";  // The oldest.
  plan.field = "Phone";
  plan.value = [&settings](const Job& job) { return PersonOf(job, settings).Text("Phone"); };
  plan.fits = [](const Job& /*job*/, const json::Value& /*row*/) { return true; };
  plan.found = [](Job& job, const std::string& id) { Set(job.scratch, kPersonFound, id); };
  plan.looked = kPersonLooked;
  plan.not_there = [](Job& job, bool first) {
    if (first) return Set(job.scratch, kPersonLooked, "not there");
    job.outcome = Outcome::Retry("another lead of this person is being written", 0);
  };
  return std::make_unique<FindStep>(std::move(plan));
}

std::unique_ptr<const Step> UpdatePeople(const Settings& settings, const std::string& module) {
  WriteStep::Plan plan = WritePeople(settings);
  plan.name = "update " + module;
  plan.method = "PUT";
  plan.url = ModuleUrl(settings, module);
  plan.links.emplace_back("id");
  plan.record = [&settings](const Job& job) {
    Record person = PersonOf(job, settings);
    person.PutText("id", Get(job.scratch, kPersonFound));
    return person;
  };
  plan.key = [](const Job& job) { return Get(job.scratch, kPersonFound); };
  plan.written = [](Job& job, const RecordVerdict& verdict) {
    RecordVerdict updated = verdict;
    updated.created = false;
    PersonWritten(job, updated);
  };
  return std::make_unique<WriteStep>(std::move(plan));
}

}  // namespace leadrelay::delivery::zoho
