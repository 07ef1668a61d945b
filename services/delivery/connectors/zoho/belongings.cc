#include "services/delivery/connectors/zoho/belongings.h"

#include "services/delivery/connectors/doubt.h"
#include "services/delivery/connectors/reference.h"
#include "services/delivery/connectors/zoho/fields.h"
#include "services/delivery/connectors/zoho/find_step.h"
#include "services/delivery/connectors/zoho/job_records.h"
#include "services/delivery/connectors/zoho/people_steps.h"
#include "services/delivery/connectors/zoho/write_step.h"

namespace leadrelay::delivery::zoho {
namespace {

bool IsNewEnough(const Job& job, const json::Value& row) {
  absl::Time created;
  std::string error;
  return absl::ParseTime(
             absl::RFC3339_full, row.Find("Created_Time").StringOr(""), &created, &error) &&
         created >= EarliestRecordOf(job);
}

std::string PersonId(const Job& job) {
  return Get(job.progress, kPersonId);
}

// What is asked for by the person whom it belongs to, the newest first.
FindStep::Plan FindOfPerson(const Settings& settings,
                            const std::string& module,
                            const std::string& link,
                            const std::string& name_field) {
  FindStep::Plan plan;
  plan.url = CoqlUrl(settings);
  plan.module = module;
  plan.fields = absl::StrCat("id,", name_field, ",Created_Time,", link);
  plan.order = "Created_Time desc";
  plan.field = link;
  plan.value = &PersonId;
  return plan;
}

// A create whose earlier attempt may have come through.
void Remember(FindStep::Plan& plan, std::string_view progress, std::string_view looked) {
  plan.owned = progress;
  plan.found = [progress](Job& job, const std::string& id) { Set(job.progress, progress, id); };
  plan.not_there = [looked](Job& job, bool /*first*/) { Set(job.scratch, looked, "not there"); };
}

WriteStep::Plan Create(const Settings& settings,
                       const std::string& module,
                       std::string_view progress) {
  WriteStep::Plan plan;
  plan.url = ModuleUrl(settings, module);
  plan.creates = true;
  plan.envelope.workflows = settings.workflows;
  plan.written = [progress](Job& job, const RecordVerdict& verdict) {
    Set(job.progress, progress, verdict.id);
  };
  return plan;
}

}  // namespace

std::unique_ptr<const Step> FindDeals(const Settings& settings) {
  FindStep::Plan plan = FindOfPerson(settings, "Deals", "Contact_Name", "Deal_Name");
  plan.name = "find deals";
  plan.fits = [&settings](const Job& job, const json::Value& row) {
    return row.Find("Deal_Name").AsString() == DealName(job, settings) && IsNewEnough(job, row);
  };
  Remember(plan, kDealId, kDealLooked);
  return std::make_unique<FindStep>(std::move(plan));
}

std::unique_ptr<const Step> WriteDeals(const Settings& settings) {
  WriteStep::Plan plan = Create(settings, "Deals", kDealId);
  plan.name = "create deals";
  plan.record = [&settings](const Job& job) { return NewDealOf(job, settings); };
  plan.links = {"Contact_Name", std::string(kAccountName)};
  if (!settings.deal_key_field.empty()) {
    plan.name = "upsert deals";
    plan.url += "/upsert";
    plan.creates = false;
    plan.envelope.duplicate_check_fields = {settings.deal_key_field};
  }
  return std::make_unique<WriteStep>(std::move(plan));
}

std::unique_ptr<const Step> FindDealsToMove(const Settings& settings) {
  FindStep::Plan plan = FindOfPerson(settings, "Deals", "Contact_Name", "Deal_Name");
  plan.name = "find deals to move";
  plan.fits = [&settings](const Job& job, const json::Value& row) {
    return row.Find("Deal_Name").AsString() == DealName(job, settings);
  };
  plan.found = [](Job& job, const std::string& id) { Set(job.scratch, kDealFound, id); };
  plan.not_there = [](Job& job, bool /*first*/) {
    job.outcome =
        Outcome::Retry("the person has no deal of that title yet: it may still be on its way", 0);
  };
  return std::make_unique<FindStep>(std::move(plan));
}

std::unique_ptr<const Step> MoveDeals(const Settings& settings) {
  WriteStep::Plan plan = Create(settings, "Deals", kDealId);
  plan.name = "move deals";
  plan.method = "PUT";
  plan.creates = false;
  plan.record = [&settings](const Job& job) {
    return MovedDealOf(job, settings, Get(job.scratch, kDealFound));
  };
  plan.key = [](const Job& job) { return Get(job.scratch, kDealFound); };
  return std::make_unique<WriteStep>(std::move(plan));
}

// The query language does not know notes: they are read from the person, one at a time.
std::unique_ptr<const Step> ListNotes(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "list notes";
  plan.any_body = true;
  plan.build = [&settings](const Job& job) {
    http::Request request;
    request.url = absl::StrCat(ModuleUrl(settings, ModuleOf(job, settings)),
                               "/",
                               PersonId(job),
                               "/Notes?fields=id,Note_Content&per_page=200");
    return request;
  };
  plan.absorb = [](Job& job, const Answer& answer, absl::Time /*now*/) {
    const json::Value notes = answer.body.Find("data");
    if (!notes.IsArray() && answer.response.status != 204) return;
    for (const json::Value& note : notes.Elements()) {
      const std::string id = IdOf(note.Find("id"));
      if (id.empty() || !BearsReference(job, note.Find("Note_Content").StringOr(""))) continue;
      return Set(job.progress, kNoteId, id);
    }
    Set(job.scratch, kNoteLooked, "not there");
  };
  return std::make_unique<JobStep>(std::move(plan));
}

std::unique_ptr<const Step> CreateNotes(const Settings& settings) {
  WriteStep::Plan plan = Create(settings, "Notes", kNoteId);
  plan.name = "create notes";
  plan.record = [&settings](const Job& job) { return NoteOf(job, settings); };
  plan.links = {"Parent_Id", "id"};
  return std::make_unique<WriteStep>(std::move(plan));
}

std::unique_ptr<const Step> FindTasks(const Settings& settings, const std::string& module) {
  FindStep::Plan plan = FindOfPerson(settings, "Tasks", std::string(TaskLink(module)), "Subject");
  plan.name = "find tasks of " + module;
  plan.fits = [](const Job& job, const json::Value& row) {
    return row.Find("Subject").StringOr("") == job.lead.Find("task").Find("title").StringOr("") &&
           IsNewEnough(job, row);
  };
  Remember(plan, kTaskId, kTaskLooked);
  return std::make_unique<FindStep>(std::move(plan));
}

std::unique_ptr<const Step> CreateTasks(const Settings& settings) {
  WriteStep::Plan plan = Create(settings, "Tasks", kTaskId);
  plan.name = "create tasks";
  plan.record = [&settings](const Job& job) { return TaskOf(job, settings); };
  plan.links = {"Who_Id", "What_Id"};
  return std::make_unique<WriteStep>(std::move(plan));
}

}  // namespace leadrelay::delivery::zoho
