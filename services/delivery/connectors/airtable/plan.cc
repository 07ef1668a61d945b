#include "services/delivery/connectors/airtable/plan.h"

#include <algorithm>

#include "services/delivery/connectors/airtable/errors.h"
#include "services/delivery/connectors/airtable/formula.h"
#include "services/delivery/connectors/airtable/job_records.h"
#include "services/delivery/connectors/airtable/write_step.h"
#include "services/delivery/connectors/reference.h"

namespace leadrelay::delivery::airtable {
namespace {

constexpr int kDealsOfATitle = 100;  // The largest page.

// What stands in the note field, for the note to be put below it.  A note that stands there already
// was written by an earlier attempt.
void TakeNotes(Job& job, const Settings& settings, const json::Value& fields) {
  if (!settings.notes || !WantsNote(job.lead)) return;
  std::string notes = fields.Find(settings.note_field).StringOr("");
  if (BearsReference(job, notes)) Set(job.progress, kNoteWritten, "yes");
  Set(job.scratch, kNotes, std::move(notes));
}

std::unique_ptr<const Step> UpsertPeople(const Settings& settings, const std::string& key_field) {
  WriteStep::Plan plan;
  plan.name = absl::StrCat("upsert people by ", key_field);
  plan.url = TableUrl(settings, settings.table);
  plan.typecast = settings.typecast;
  plan.record = [&settings](const Job& job) { return PersonOf(job, settings); };
  plan.written = [&settings](Job& job, const Written& written) {
    Set(job.progress, kPersonId, written.id);
    Set(job.progress, kPersonEffect, written.created ? "created" : "updated");
    TakeNotes(job, settings, written.fields);
  };
  return std::make_unique<WriteStep>(std::move(plan));
}

std::unique_ptr<const Step> ReadNotes(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "read notes";
  plan.build = [&settings](const Job& job) {
    http::Request request;
    request.url = TableUrl(settings, settings.table, Get(job.progress, kPersonId));
    if (IsFieldId(settings.note_field)) request.url += "?returnFieldsByFieldId=true";
    return request;
  };
  plan.absorb = [&settings](Job& job, const Answer& answer, absl::Time /*now*/) {
    const json::Value fields = answer.body.Find("fields");
    if (fields.IsObject()) TakeNotes(job, settings, fields);
  };
  plan.refuse = [](Job& job, const Verdict& verdict, const Answer& answer) {
    if (IsGone(ReadError(answer.body))) return ForgetAndRetry(job, answer.response.status);
    job.outcome = verdict.outcome;
  };
  return std::make_unique<JobStep>(std::move(plan));
}

std::unique_ptr<const Step> WriteNotes(const Settings& settings) {
  WriteStep::Plan plan;
  plan.name = "write notes";
  plan.url = TableUrl(settings, settings.table);
  plan.typecast = false;
  plan.record = [&settings](const Job& job) { return NotesOf(job, settings); };
  plan.written = [](Job& job, const Written&) { Set(job.progress, kNoteWritten, "yes"); };
  return std::make_unique<WriteStep>(std::move(plan));
}

std::unique_ptr<const Step> UpsertOwned(const Settings& settings,
                                        const OwnedTable& table,
                                        const char* name,
                                        std::string_view fact,
                                        std::function<Record(const Job&)> record) {
  WriteStep::Plan plan;
  plan.name = name;
  plan.url = TableUrl(settings, table.name);
  plan.typecast = settings.typecast;
  plan.record = std::move(record);
  plan.written = [fact](Job& job, const Written& written) { Set(job.progress, fact, written.id); };
  return std::make_unique<WriteStep>(std::move(plan));
}

http::Request AskForDeals(const Settings& settings, const Job& job) {
  json::Writer writer;
  writer.StartObject();
  writer.Member("filterByFormula", Equals(settings.deal_title_field, TitleOfDealToMove(job)));
  writer.Key("fields").StartArray().String(settings.deal.person_field).EndArray();
  writer.Member("pageSize", kDealsOfATitle);
  if (IsFieldId(settings.deal.person_field)) writer.Member("returnFieldsByFieldId", true);
  writer.EndObject();
  // A GET would put the title into the URL, which is limited and logged.
  return JsonRequest("POST", TableUrl(settings, settings.deal.name, "listRecords"), writer.Take());
}

// Of the deals of that title, the person's; the newest, when there are several.
void TakeDeal(const Settings& settings, Job& job, const Answer& answer) {
  const std::string person = Get(job.progress, kPersonId);
  std::string newest;
  for (const json::Value& record : answer.body.Find("records").Elements()) {
    const std::vector<json::Value> people =
        record.Find("fields").Find(settings.deal.person_field).Elements();
    const bool is_theirs = std::ranges::any_of(
        people, [&person](const json::Value& each) { return each.AsString() == person; });
    const std::string created = record.Find("createdTime").StringOr("");
    const std::string id = RecordId(record.Find("id"));
    if (!is_theirs || id.empty() || (Has(job.scratch, kDealToMove) && created <= newest)) continue;
    Set(job.scratch, kDealToMove, id);
    newest = created;
  }
  if (Has(job.scratch, kDealToMove)) return;
  if (answer.body.Find("offset").exists()) {
    job.outcome = Outcome::Rejected(
        absl::StrCat("more than ", kDealsOfATitle, " deals have the title of the one to move"),
        "give deals titles of their own",
        answer.response.status);
  } else {
    job.outcome =
        Outcome::Retry("the person has no deal of that title yet", answer.response.status);
  }
}

std::unique_ptr<const Step> FindDeal(const Settings& settings) {
  JobStep::Plan plan;
  plan.name = "find deal";
  plan.build = [&settings](const Job& job) { return AskForDeals(settings, job); };
  plan.absorb = [&settings](Job& job, const Answer& answer, absl::Time /*now*/) {
    if (answer.body.Find("records").IsArray()) TakeDeal(settings, job, answer);
  };
  return std::make_unique<JobStep>(std::move(plan));
}

std::unique_ptr<const Step> MoveDeals(const Settings& settings) {
  WriteStep::Plan plan;
  plan.name = "move deals";
  plan.url = TableUrl(settings, settings.deal.name);
  plan.typecast = settings.typecast;
  plan.record = [&settings](const Job& job) { return DealMoveOf(job, settings); };
  plan.written = [](Job& job, const Written& written) {
    Set(job.progress, kDealMoved, written.id);
  };
  return std::make_unique<WriteStep>(std::move(plan));
}

}  // namespace

std::string TableUrl(const Settings& settings, std::string_view table, std::string_view record) {
  std::string url =
      absl::StrCat(settings.base_url, "/", settings.base_id, "/", http::PercentEncode(table));
  if (!record.empty()) absl::StrAppend(&url, "/", http::PercentEncode(record));
  return url;
}

Plan::Plan(const Settings& settings)
    : settings_(settings),
      read_notes_(ReadNotes(settings)),
      write_notes_(WriteNotes(settings)),
      upsert_deals_(UpsertOwned(settings,
                                settings.deal,
                                "upsert deals",
                                kDealId,
                                [&settings](const Job& job) { return DealOf(job, settings); })),
      find_deal_(FindDeal(settings)),
      move_deals_(MoveDeals(settings)),
      upsert_tasks_(UpsertOwned(
          settings, settings.task, "upsert tasks", kTaskId, [&settings](const Job& job) {
            return TaskOf(job, settings);
          })) {
  // A note is written before anybody else's notes are read: two leads of one person do not travel
  // together, and the second has to find the first one's note.
  steps_ = {write_notes_.get(), read_notes_.get()};
  for (const std::string& field : settings.key_fields) {
    upsert_people_.push_back(UpsertPeople(settings, field));
    steps_.push_back(upsert_people_.back().get());
  }
  for (const auto* step : {&upsert_deals_, &find_deal_, &move_deals_, &upsert_tasks_}) {
    steps_.push_back(step->get());
  }
}

const Step* Plan::Next(const Job& job) const {
  if (!Has(job.progress, kPersonId)) return ForPerson(job);
  if (const Step* step = ForNote(job)) return step;
  if (const Step* step = ForDeal(job)) return step;
  const bool wants_task = settings_.task.wanted() && WantsTask(job.lead);
  return wants_task && !Has(job.progress, kTaskId) ? upsert_tasks_.get() : nullptr;
}

const Step* Plan::ForPerson(const Job& job) const {
  const std::string field = PersonOf(job, settings_).key_field;
  const auto& fields = settings_.key_fields;
  const auto found = std::ranges::find(fields, field);
  // Without a key the job is refused unasked; it still has to want something.
  const auto index = found == fields.end() ? 0 : found - fields.begin();
  return upsert_people_[static_cast<size_t>(index)].get();
}

const Step* Plan::ForNote(const Job& job) const {
  const bool wanted = settings_.notes && WantsNote(job.lead);
  if (!wanted || Has(job.progress, kNoteWritten)) return nullptr;
  return Has(job.scratch, kNotes) ? write_notes_.get() : read_notes_.get();
}

const Step* Plan::ForDeal(const Job& job) const {
  if (!settings_.deal.wanted()) return nullptr;
  if (WantsNewDeal(job.lead)) return Has(job.progress, kDealId) ? nullptr : upsert_deals_.get();
  if (!WantsDealMove(job.lead) || Has(job.progress, kDealMoved)) return nullptr;
  return Has(job.scratch, kDealToMove) ? move_deals_.get() : find_deal_.get();
}

}  // namespace leadrelay::delivery::airtable
