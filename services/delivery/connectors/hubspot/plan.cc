#include "services/delivery/connectors/hubspot/plan.h"

#include "services/delivery/connectors/doubt.h"
#include "services/delivery/connectors/hubspot/company_step.h"
#include "services/delivery/connectors/hubspot/job_records.h"
#include "services/delivery/connectors/hubspot/link_step.h"
#include "services/delivery/connectors/hubspot/write_step.h"
#include "services/delivery/connectors/reference.h"

namespace leadrelay::delivery::hubspot {
namespace {

std::string ObjectUrl(const Settings& settings, std::string_view path) {
  return absl::StrCat(settings.base_url, "/crm/objects/", settings.version, "/", std::string(path));
}

void ContactWritten(Job& job, const RecordVerdict& verdict) {
  Set(job.progress, kContactId, verdict.id);
  Set(job.progress, kContactEffect, verdict.created ? "created" : "updated");
  // Nothing can belong to a contact that was not there.
  if (verdict.created) job.unknown = false;
}

void ContactCreated(Job& job, const RecordVerdict& verdict) {
  RecordVerdict created = verdict;
  created.created = true;
  ContactWritten(job, created);
}

std::optional<absl::Time> TimeIn(const json::Value& value) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, value.StringOr(""), &time, &error)) return std::nullopt;
  return time;
}

// Whether the record may have been made by the lead.
bool IsNoOlder(const Job& job, const json::Value& record) {
  const std::optional<absl::Time> created = TimeIn(record.Find("createdAt"));
  return created.has_value() && *created >= EarliestRecordOf(job);
}

// Without a key of its own a deal is told by its name, its contact, and by being no older than the
// lead; one that is to be moved by its name and its contact alone.
LookUp DealLookUp(const Settings& settings) {
  LookUp what;
  what.object = "deals";
  what.found = kDealId;
  what.properties = {"dealname", "createdate"};
  what.is_ours = [&settings](const Job& job, const json::Value& record) {
    const auto name = record.Find("properties").Find("dealname").AsString();
    if (MovesDeal(job, settings)) return name == DealTitle(job);
    return IsNoOlder(job, record) && name == *Find(DealOf(job, settings).properties, "dealname");
  };
  what.not_there = [&settings](Job& job) {
    if (!MovesDeal(job, settings)) return false;
    job.outcome = Outcome::Retry(
        "the contact has no deal of that title: it may still be on its way to HubSpot", 0);
    return true;
  };
  return what;
}

LookUp NoteLookUp() {
  LookUp what;
  what.object = "notes";
  what.found = kNoteId;
  what.properties = {"hs_note_body"};
  what.is_ours = [](const Job& job, const json::Value& record) {
    return BearsReference(job, record.Find("properties").Find("hs_note_body").StringOr(""));
  };
  return what;
}

// A task bears the time when it is due, so its subject and its age have to tell it.
LookUp TaskLookUp() {
  LookUp what;
  what.object = "tasks";
  what.found = kTaskId;
  what.properties = {"hs_task_subject", "createdate"};
  what.is_ours = [](const Job& job, const json::Value& record) {
    return IsNoOlder(job, record) &&
           record.Find("properties").Find("hs_task_subject").AsString() == TaskSubject(job);
  };
  return what;
}

std::unique_ptr<const Step> WriteContacts(const Settings& settings, bool creates) {
  WriteStep::Plan plan;
  plan.name = creates ? "create contacts" : "upsert contacts";
  plan.url = ObjectUrl(settings, creates ? "contacts/batch/create" : "contacts/batch/upsert");
  plan.creates = creates;
  plan.record = [&settings](const Job& job) { return ContactOf(job, settings); };
  plan.written = creates ? &ContactCreated : &ContactWritten;
  return std::make_unique<WriteStep>(std::move(plan));
}

// An answer without an id is looked up at once: associations are read from the records.
std::function<void(Job&)> LookUpAtOnce(const LookUp& what) {
  return [&what](Job& job) {
    PutInDoubt(job);
    Set(job.scratch, what.written(), "yes");
    job.scratch.erase(what.looked());
    job.scratch.erase(what.candidates());
  };
}

std::unique_ptr<const Step> WriteDeals(const Settings& settings, const LookUp& what, bool creates) {
  WriteStep::Plan plan;
  plan.name = creates ? "create deals" : "upsert deals";
  plan.url = ObjectUrl(settings, creates ? "deals/batch/create" : "deals/batch/upsert");
  plan.creates = creates;
  plan.record = [&settings](const Job& job) { return DealOf(job, settings); };
  plan.written = [](Job& job, const RecordVerdict& verdict) {
    Set(job.progress, kDealId, verdict.id);
  };
  if (creates) plan.in_doubt = LookUpAtOnce(what);
  return std::make_unique<WriteStep>(std::move(plan));
}

std::unique_ptr<const Step> MoveDeals(const Settings& settings) {
  WriteStep::Plan plan;
  plan.name = "move deals";
  plan.url = ObjectUrl(settings, "deals/batch/update");
  plan.record = [&settings](const Job& job) { return MoveOf(job, settings); };
  plan.written = [](Job& job, const RecordVerdict&) { Set(job.progress, kDealMoved, "yes"); };
  return std::make_unique<WriteStep>(std::move(plan));
}

// Notes or tasks.
std::unique_ptr<const Step> CreateActivities(const Settings& settings,
                                             const LookUp& what,
                                             Record (*record)(const Job&)) {
  WriteStep::Plan plan;
  plan.name = absl::StrCat("create ", what.object);
  plan.url = ObjectUrl(settings, absl::StrCat(what.object, "/batch/create"));
  plan.creates = true;
  plan.record = record;
  plan.written = [&what](Job& job, const RecordVerdict& verdict) {
    Set(job.progress, what.found, verdict.id);
  };
  plan.in_doubt = LookUpAtOnce(what);
  return std::make_unique<WriteStep>(std::move(plan));
}

}  // namespace

Plan::Plan(const Settings& settings)
    : settings_(settings),
      deals_(DealLookUp(settings)),
      notes_(NoteLookUp()),
      tasks_(TaskLookUp()),
      upsert_contacts_(WriteContacts(settings, false)),
      find_contact_(std::make_unique<FindContactStep>(settings)),
      create_contacts_(WriteContacts(settings, true)),
      upsert_companies_(std::make_unique<CompanyStep>(settings)),
      link_companies_(std::make_unique<LinkStep>(settings, ContactToCompany())),
      upsert_deals_(WriteDeals(settings, deals_, false)),
      link_deals_(std::make_unique<LinkStep>(settings, DealToContact())),
      link_deals_to_companies_(std::make_unique<LinkStep>(settings, DealToCompany())),
      list_deals_(std::make_unique<ListStep>(settings, deals_)),
      read_deals_(std::make_unique<ReadStep>(settings, deals_)),
      create_deals_(WriteDeals(settings, deals_, true)),
      move_deals_(MoveDeals(settings)),
      list_notes_(std::make_unique<ListStep>(settings, notes_)),
      read_notes_(std::make_unique<ReadStep>(settings, notes_)),
      create_notes_(CreateActivities(settings, notes_, &NoteOf)),
      list_tasks_(std::make_unique<ListStep>(settings, tasks_)),
      read_tasks_(std::make_unique<ReadStep>(settings, tasks_)),
      create_tasks_(CreateActivities(settings, tasks_, &TaskOf)),
      steps_{upsert_contacts_.get(),
             find_contact_.get(),
             create_contacts_.get(),
             upsert_companies_.get(),
             link_companies_.get(),
             upsert_deals_.get(),
             link_deals_.get(),
             link_deals_to_companies_.get(),
             list_deals_.get(),
             read_deals_.get(),
             create_deals_.get(),
             move_deals_.get(),
             list_notes_.get(),
             read_notes_.get(),
             create_notes_.get(),
             list_tasks_.get(),
             read_tasks_.get(),
             create_tasks_.get()} {}

const Step* Plan::Next(const Job& job) const {
  if (const Step* step = ForContact(job)) return step;
  if (const Step* step = ForCompany(job)) return step;
  if (const Step* step = ForDeal(job)) return step;
  if (const Step* step = ForMove(job)) return step;
  if (const Step* step = ForNote(job)) return step;
  return ForTask(job);
}

const Step* Plan::ForContact(const Job& job) const {
  if (Has(job.progress, kContactId)) return nullptr;
  if (!ContactOf(job, settings_).key_property.empty()) return upsert_contacts_.get();
  return job.unknown ? find_contact_.get() : create_contacts_.get();
}

const Step* Plan::ForCompany(const Job& job) const {
  if (Has(job.progress, kCompanyLinked)) return nullptr;
  if (Has(job.progress, kCompanyId)) return link_companies_.get();
  return CompanyOf(job, settings_).has_value() ? upsert_companies_.get() : nullptr;
}

const Step* Plan::ForDeal(const Job& job) const {
  if (!WantsDeal(job, settings_)) return nullptr;
  if (!settings_.deal_key_property.empty()) return ForKeyedDeal(job);
  if (Has(job.progress, kDealId)) return nullptr;
  if (!job.unknown || Has(job.scratch, deals_.looked())) return create_deals_.get();
  return Has(job.scratch, deals_.candidates()) ? read_deals_.get() : list_deals_.get();
}

// A deal that is upserted is tied to the others afterwards.
const Step* Plan::ForKeyedDeal(const Job& job) const {
  if (!Has(job.progress, kDealId)) return upsert_deals_.get();
  if (!Has(job.progress, kDealLinked)) return link_deals_.get();
  const bool linked = !Has(job.progress, kCompanyId) || Has(job.progress, kDealCompanyLinked);
  return linked ? nullptr : link_deals_to_companies_.get();
}

const Step* Plan::ForNote(const Job& job) const {
  if (!WantsNote(job, settings_) || Has(job.progress, kNoteId)) return nullptr;
  if (!job.unknown || Has(job.scratch, notes_.looked())) return create_notes_.get();
  return Has(job.scratch, notes_.candidates()) ? read_notes_.get() : list_notes_.get();
}

const Step* Plan::ForMove(const Job& job) const {
  if (!MovesDeal(job, settings_) || Has(job.progress, kDealMoved)) return nullptr;
  if (Has(job.progress, kDealId)) return move_deals_.get();
  return Has(job.scratch, deals_.candidates()) ? read_deals_.get() : list_deals_.get();
}

const Step* Plan::ForTask(const Job& job) const {
  if (!WantsATask(job, settings_) || Has(job.progress, kTaskId)) return nullptr;
  if (!job.unknown || Has(job.scratch, tasks_.looked())) return create_tasks_.get();
  return Has(job.scratch, tasks_.candidates()) ? read_tasks_.get() : list_tasks_.get();
}

}  // namespace leadrelay::delivery::hubspot
