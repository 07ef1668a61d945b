#include "services/delivery/connectors/pipedrive/plan.h"

#include "services/delivery/connectors/pipedrive/deal_records.h"
#include "services/delivery/connectors/pipedrive/deal_steps.h"
#include "services/delivery/connectors/pipedrive/follow_up_steps.h"
#include "services/delivery/connectors/pipedrive/organization_steps.h"
#include "services/delivery/connectors/pipedrive/person_steps.h"

namespace leadrelay::delivery::pipedrive {

Plan::Plan(const Settings& settings)
    : settings_(settings),
      find_by_email_(FindPersonByEmail(settings)),
      find_by_phone_(FindPersonByPhone(settings)),
      find_recent_(FindRecentPerson(settings)),
      read_person_(ReadPerson(settings)),
      find_organization_(FindOrganization(settings)),
      find_recent_organization_(FindRecentOrganization(settings)),
      create_organization_(CreateOrganization(settings)),
      create_person_(CreatePerson(settings)),
      update_person_(UpdatePerson(settings)),
      list_deals_(ListDeals(settings)),
      read_stages_(ReadStages(settings)),
      create_deal_(CreateDeal(settings)),
      move_deal_(MoveDeal(settings)),
      list_inbox_leads_(ListInboxLeads(settings)),
      create_inbox_lead_(CreateInboxLead(settings)),
      list_notes_(ListNotes(settings)),
      create_note_(CreateNote(settings)),
      list_activities_(ListActivities(settings)),
      create_activity_(CreateActivity(settings)),
      steps_{find_by_email_.get(),
             find_by_phone_.get(),
             find_recent_.get(),
             read_person_.get(),
             find_organization_.get(),
             find_recent_organization_.get(),
             create_organization_.get(),
             create_person_.get(),
             update_person_.get(),
             list_deals_.get(),
             read_stages_.get(),
             create_deal_.get(),
             move_deal_.get(),
             list_inbox_leads_.get(),
             create_inbox_lead_.get(),
             list_notes_.get(),
             create_note_.get(),
             list_activities_.get(),
             create_activity_.get()} {}

const Step* Plan::Next(const Job& job) const {
  if (const Step* step = ForPerson(job)) return step;
  if (const Step* step = ForDeal(job)) return step;
  if (const Step* step = ForMove(job)) return step;
  if (const Step* step = ForInboxLead(job)) return step;
  if (const Step* step = ForNote(job)) return step;
  return ForTask(job);
}

const Step* Plan::ForPerson(const Job& job) const {
  if (Has(job.progress, kPersonEffect)) return nullptr;
  return Has(job.progress, kPersonId) ? ForKnownPerson(job) : ForNewPerson(job);
}

const Step* Plan::ForNewPerson(const Job& job) const {
  const Person person = PersonOf(job, settings_);
  if (!person.email.empty() && !Has(job.scratch, kEmailLooked)) return find_by_email_.get();
  if (settings_.match_phone && !person.phone.empty() && !Has(job.scratch, kPhoneLooked)) {
    return find_by_phone_.get();
  }
  if (!Has(job.scratch, kRecentLooked)) return find_recent_.get();
  if (const Step* step = ForOrganization(job)) return step;
  return create_person_.get();
}

const Step* Plan::ForKnownPerson(const Job& job) const {
  if (!Has(job.scratch, kPersonRead)) return read_person_.get();
  if (!Has(job.scratch, kHasOrganization)) {
    if (const Step* step = ForOrganization(job)) return step;
  }
  return PersonPatch(job, settings_).empty() ? nullptr : update_person_.get();
}

const Step* Plan::ForOrganization(const Job& job) const {
  if (Has(job.progress, kOrganizationId)) return nullptr;
  if (PersonOf(job, settings_).organization.empty()) return nullptr;
  if (!Has(job.scratch, kOrganizationLooked)) return find_organization_.get();
  if (!Has(job.scratch, kRecentOrganizationLooked)) return find_recent_organization_.get();
  return create_organization_.get();
}

const Step* Plan::ForDeal(const Job& job) const {
  if (!WantsDeal(job, settings_) || Has(job.progress, kDealId)) return nullptr;
  if (job.unknown && !Has(job.scratch, kDealsLooked)) return list_deals_.get();
  return StageOf(job, settings_).unknown ? read_stages_.get() : create_deal_.get();
}

const Step* Plan::ForMove(const Job& job) const {
  if (!WantsMove(job, settings_) || Has(job.progress, kMovedDealId)) return nullptr;
  if (!Has(job.scratch, kDealToMove)) return list_deals_.get();
  return StageOf(job, settings_).unknown ? read_stages_.get() : move_deal_.get();
}

const Step* Plan::ForInboxLead(const Job& job) const {
  if (!WantsInboxLead(job, settings_) || Has(job.progress, kInboxLeadId)) return nullptr;
  const bool look = job.unknown && !Has(job.scratch, kInboxLooked);
  return look ? list_inbox_leads_.get() : create_inbox_lead_.get();
}

const Step* Plan::ForNote(const Job& job) const {
  if (!WantsNoteOf(job, settings_) || Has(job.progress, kNoteId)) return nullptr;
  const bool look = job.unknown && !Has(job.scratch, kNotesLooked);
  return look ? list_notes_.get() : create_note_.get();
}

const Step* Plan::ForTask(const Job& job) const {
  if (!WantsTaskOf(job, settings_) || Has(job.progress, kTaskId)) return nullptr;
  const bool look = job.unknown && !Has(job.scratch, kTasksLooked);
  return look ? list_activities_.get() : create_activity_.get();
}

}  // namespace leadrelay::delivery::pipedrive
