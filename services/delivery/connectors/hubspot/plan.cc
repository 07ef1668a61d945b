#include "services/delivery/connectors/hubspot/plan.h"

#include "services/delivery/connectors/hubspot/job_records.h"
#include "services/delivery/connectors/hubspot/link_step.h"
#include "services/delivery/connectors/hubspot/write_step.h"

namespace leadrelay::delivery::hubspot {
namespace {

// How much older than the lead a deal may look by HubSpot's clock and still be the lead's.
constexpr absl::Duration kClockSkew = absl::Minutes(2);

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

// Without a key of its own a deal is told by its name, its contact, and by being no older than the
// lead.
LookUp DealLookUp(const Settings& settings) {
  LookUp what;
  what.object = "deals";
  what.found = kDealId;
  what.properties = {"dealname", "createdate"};
  what.is_ours = [&settings](const Job& job, const json::Value& record) {
    const Record deal = DealOf(job, settings);
    const std::optional<absl::Time> created = TimeIn(record.Find("createdAt"));
    return created.has_value() && *created >= job.accepted_at - kClockSkew &&
           record.Find("properties").Find("dealname").AsString() ==
               *Find(deal.properties, "dealname");
  };
  return what;
}

// A note bears the very millisecond at which its lead was accepted.
LookUp NoteLookUp() {
  LookUp what;
  what.object = "notes";
  what.found = kNoteId;
  what.properties = {"hs_timestamp"};
  what.is_ours = [](const Job& job, const json::Value& record) {
    const std::optional<absl::Time> time = TimeIn(record.Find("properties").Find("hs_timestamp"));
    return time.has_value() && FormatInstant(*time) == NoteTime(job);
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
    job.unknown = true;
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

std::unique_ptr<const Step> CreateNotes(const Settings& settings, const LookUp& what) {
  WriteStep::Plan plan;
  plan.name = "create notes";
  plan.url = ObjectUrl(settings, "notes/batch/create");
  plan.creates = true;
  plan.record = &NoteOf;
  plan.written = [](Job& job, const RecordVerdict& verdict) {
    Set(job.progress, kNoteId, verdict.id);
  };
  plan.in_doubt = LookUpAtOnce(what);
  return std::make_unique<WriteStep>(std::move(plan));
}

}  // namespace

Plan::Plan(const Settings& settings)
    : settings_(settings),
      deals_(DealLookUp(settings)),
      notes_(NoteLookUp()),
      upsert_contacts_(WriteContacts(settings, false)),
      find_contact_(std::make_unique<FindContactStep>(settings)),
      create_contacts_(WriteContacts(settings, true)),
      upsert_deals_(WriteDeals(settings, deals_, false)),
      link_deals_(std::make_unique<LinkStep>(settings)),
      list_deals_(std::make_unique<ListStep>(settings, deals_)),
      read_deals_(std::make_unique<ReadStep>(settings, deals_)),
      create_deals_(WriteDeals(settings, deals_, true)),
      list_notes_(std::make_unique<ListStep>(settings, notes_)),
      read_notes_(std::make_unique<ReadStep>(settings, notes_)),
      create_notes_(CreateNotes(settings, notes_)),
      steps_{upsert_contacts_.get(),
             find_contact_.get(),
             create_contacts_.get(),
             upsert_deals_.get(),
             link_deals_.get(),
             list_deals_.get(),
             read_deals_.get(),
             create_deals_.get(),
             list_notes_.get(),
             read_notes_.get(),
             create_notes_.get()} {}

const Step* Plan::Next(const Job& job) const {
  if (const Step* step = ForContact(job)) return step;
  if (const Step* step = ForDeal(job)) return step;
  return ForNote(job);
}

const Step* Plan::ForContact(const Job& job) const {
  if (Has(job.progress, kContactId)) return nullptr;
  if (!ContactOf(job, settings_).key_property.empty()) return upsert_contacts_.get();
  const bool look = job.unknown && !Has(job.scratch, kContactLooked);
  return look ? find_contact_.get() : create_contacts_.get();
}

const Step* Plan::ForDeal(const Job& job) const {
  if (!WantsDeal(job, settings_)) return nullptr;
  if (!settings_.deal_key_property.empty()) {
    if (!Has(job.progress, kDealId)) return upsert_deals_.get();
    return Has(job.progress, kDealLinked) ? nullptr : link_deals_.get();
  }
  if (Has(job.progress, kDealId)) return nullptr;
  if (!job.unknown || Has(job.scratch, deals_.looked())) return create_deals_.get();
  return Has(job.scratch, deals_.candidates()) ? read_deals_.get() : list_deals_.get();
}

const Step* Plan::ForNote(const Job& job) const {
  if (!WantsNote(job, settings_) || Has(job.progress, kNoteId)) return nullptr;
  if (!job.unknown || Has(job.scratch, notes_.looked())) return create_notes_.get();
  return Has(job.scratch, notes_.candidates()) ? read_notes_.get() : list_notes_.get();
}

}  // namespace leadrelay::delivery::hubspot
