#include "services/delivery/connectors/pipedrive/follow_up_steps.h"

#include "services/delivery/connectors/pipedrive/job_records.h"
#include "services/delivery/connectors/pipedrive/note_text.h"
#include "services/delivery/connectors/pipedrive/person_steps.h"
#include "services/delivery/connectors/pipedrive/step_parts.h"

namespace leadrelay::delivery::pipedrive {
namespace {

constexpr std::string_view kNotesPath = "/api/v1/notes";
constexpr std::string_view kActivitiesPath = "/api/v2/activities";

bool IsOurNote(const Job& job, const json::Value& note) {
  return IsOfThisLead(job, note) && NoteLetters(note.Find("content").StringOr("")) ==
                                        NoteLetters(NoteHtml(job.lead.Find("note").StringOr("")));
}

bool IsOurTask(const Job& job, const json::Value& activity) {
  return IsOfThisLead(job, activity) &&
         activity.Find("subject").AsString() == job.lead.Find("task").Find("title").AsString();
}

// `is_ours` tells the record that the job made; its id is noted as `fact`.
auto TakeOurs(bool (*is_ours)(const Job&, const json::Value&),
              std::string_view fact,
              std::string_view looked) {
  return [is_ours, fact, looked](Job& job, const Answer& answer, absl::Time /*now*/) {
    const json::Value records = answer.body.Find("data");
    if (!records.IsArray() && !records.IsNull()) return;
    Set(job.scratch, looked, "yes");
    for (const json::Value& record : records.Elements()) {
      const std::string id = IdIn(record.Find("id"));
      if (!id.empty() && is_ours(job, record)) return Set(job.progress, fact, id);
    }
  };
}

auto TakeMade(std::string_view fact) {
  return [fact](Job& job, const Answer& answer, absl::Time /*now*/) {
    std::string id = IdIn(answer.body.Pointer("/data/id"));
    if (id.empty()) return;
    Set(job.progress, fact, std::move(id));
    job.unknown = false;  // As what comes after it was not there before, either.
  };
}

JobStep::Plan CreatePlan(std::string name, int cost, std::string_view fact) {
  JobStep::Plan plan;
  plan.name = std::move(name);
  plan.cost = cost;
  plan.creates = true;
  plan.absorb = TakeMade(fact);
  plan.refuse = RefuseOrForgetPerson;
  return plan;
}

}  // namespace

std::unique_ptr<const Step> ListNotes(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "list notes";
  plan.cost = kOldListCost;
  plan.build = [&settings](const Job& job) {
    return GetRequest(settings.Url(absl::StrCat(std::string(kNotesPath),
                                                "?person_id=",
                                                Get(job.progress, kPersonId),
                                                "&sort=add_time%20DESC&limit=500")));
  };
  plan.absorb = TakeOurs(IsOurNote, kNoteId, kNotesLooked);
  return Make(std::move(plan));
}

std::unique_ptr<const Step> CreateNote(const Settings& settings) {
  JobStep::Plan plan = CreatePlan("create note", kOldWriteCost, kNoteId);
  plan.build = [&settings](const Job& job) {
    return JsonRequest("POST", settings.Url(kNotesPath), NewNoteBody(job));
  };
  return Make(std::move(plan));
}

std::unique_ptr<const Step> ListActivities(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "list activities";
  plan.cost = kListCost;
  plan.build = [&settings](const Job& job) {
    return GetRequest(
        settings.Url(absl::StrCat(std::string(kActivitiesPath),
                                  "?person_id=",
                                  Get(job.progress, kPersonId),
                                  "&sort_by=add_time&sort_direction=desc&limit=500")));
  };
  plan.absorb = TakeOurs(IsOurTask, kTaskId, kTasksLooked);
  return Make(std::move(plan));
}

std::unique_ptr<const Step> CreateActivity(const Settings& settings) {
  JobStep::Plan plan = CreatePlan("create activity", kWriteCost, kTaskId);
  plan.build = [&settings](const Job& job) {
    return JsonRequest("POST", settings.Url(kActivitiesPath), NewTaskBody(job, settings));
  };
  return Make(std::move(plan));
}

}  // namespace leadrelay::delivery::pipedrive
