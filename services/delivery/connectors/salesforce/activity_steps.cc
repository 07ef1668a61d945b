#include "services/delivery/connectors/salesforce/activity_steps.h"

#include "services/delivery/connectors/doubt.h"
#include "services/delivery/connectors/salesforce/collection_step.h"
#include "services/delivery/connectors/salesforce/composite.h"
#include "services/delivery/connectors/salesforce/find_step.h"
#include "services/delivery/connectors/salesforce/soql.h"

namespace leadrelay::delivery::salesforce {
namespace {

constexpr std::string_view kReference = "note";

struct Activity {
  std::string name;
  std::string_view written;  // Progress.
  Fields (*fields)(const Job& job, const Settings& settings);
  std::string (*key)(const Job& job);
};

std::unique_ptr<const Step> WriteActivities(const Settings& settings, const Activity& what) {
  CollectionStep::Plan plan;
  plan.name = what.name;
  plan.object = "Task";
  plan.key_field = settings.activity_key_field;
  plan.how = plan.key_field.empty() ? CollectionStep::How::kCreate : CollectionStep::How::kUpsert;
  plan.fields = [&settings, fields = what.fields](const Job& job) { return fields(job, settings); };
  plan.key = what.key;
  plan.written = [written = what.written](Job& job, std::string id, bool /*created*/) {
    Set(job.progress, written, std::move(id));
  };
  return std::make_unique<CollectionStep>(settings, std::move(plan));
}

std::string FindBySubject(const Job& job, const std::string& subject, const std::string& further) {
  return absl::StrCat("SELECT Id FROM Task WHERE Subject = ",
                      Quoted(subject),
                      " AND WhoId = ",
                      Quoted(Get(job.progress, kPersonId)),
                      further,
                      " ORDER BY CreatedDate LIMIT 50");
}

std::string FindByTitle(const Job& job) {
  return absl::StrCat("SELECT ContentDocumentId FROM ContentDocumentLink WHERE LinkedEntityId = ",
                      Quoted(Get(job.progress, kPersonId)),
                      " AND ContentDocument.Title = ",
                      Quoted(NoteTitle(job)),
                      " LIMIT 50");
}

// The note and its place at the person, both or neither.
std::unique_ptr<const Step> WriteContentNote(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "create content note";
  plan.creates = true;
  plan.build = [&settings](const Job& job) {
    Composite composite(settings);
    json::Writer& note = composite.Create("ContentNote", kReference);
    note.Member("Title", NoteTitle(job)).Member("Content", NoteContent(job));
    for (const std::string_view owner : {kPersonId, kDealId}) {
      if (!Has(job.progress, owner)) continue;
      json::Writer& link = composite.Create("ContentDocumentLink", owner);
      link.Member("ContentDocumentId", "@{note.id}");
      link.Member("LinkedEntityId", Get(job.progress, owner)).Member("ShareType", "V");
    }
    return composite.Take();
  };
  plan.absorb = [](Job& job, const Answer& answer, absl::Time /*now*/) {
    const CompositeResult result = ReadComposite(answer.body, kReference);
    if (result.Refused()) {
      return RefuseRecord(job, result.error, result.status, [](std::string_view) { return false; });
    }
    if (IsId(result.id)) Set(job.progress, kNoteId, result.id);
  };
  return std::make_unique<JobStep>(std::move(plan));
}

}  // namespace

std::unique_ptr<const Step> WriteNotes(const Settings& settings) {
  if (settings.note == Note::kContentNote) return WriteContentNote(settings);
  return WriteActivities(settings, {"write notes", kNoteId, &NoteOf, &NoteKey});
}

std::unique_ptr<const Step> WriteTasks(const Settings& settings) {
  return WriteActivities(settings, {"write tasks", kTaskId, &TaskOf, &TaskKey});
}

std::unique_ptr<const Step> FindNote(const Settings& settings) {
  FindStep::Plan plan;
  plan.name = "find note";
  plan.found = kNoteId;
  const bool content = settings.note == Note::kContentNote;
  if (content) plan.id_field = "ContentDocumentId";
  plan.soql = [content](const Job& job) {
    return content ? FindByTitle(job) : FindBySubject(job, NoteTitle(job), "");
  };
  plan.absent = [](Job& job) { Set(job.scratch, kNoteLooked, "not there"); };
  return std::make_unique<FindStep>(settings, std::move(plan));
}

std::unique_ptr<const Step> FindTask(const Settings& settings) {
  FindStep::Plan plan;
  plan.name = "find task";
  plan.found = kTaskId;
  plan.soql = [&settings](const Job& job) {
    return FindBySubject(job,
                         TextOf(TaskOf(job, settings), "Subject"),
                         absl::StrCat(" AND CreatedDate >= ", SoqlTime(EarliestRecordOf(job))));
  };
  plan.absent = [](Job& job) { Set(job.scratch, kTaskLooked, "not there"); };
  return std::make_unique<FindStep>(settings, std::move(plan));
}

}  // namespace leadrelay::delivery::salesforce
