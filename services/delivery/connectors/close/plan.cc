#include "services/delivery/connectors/close/plan.h"

#include "services/delivery/connectors/close/deal_steps.h"
#include "services/delivery/connectors/close/follow_up_steps.h"
#include "services/delivery/connectors/close/kin_records.h"
#include "services/delivery/connectors/close/person_steps.h"
#include "services/delivery/connectors/close/records.h"
#include "services/delivery/connectors/close/stages.h"

namespace leadrelay::delivery::close {

Plan::Plan(const Settings& settings)
    : settings_(settings),
      deal_(DealKin(settings)),
      note_(NoteKin()),
      task_(TaskKin(settings)),
      find_contact_(FindContact(settings)),
      find_company_(FindCompany(settings)),
      create_lead_(CreateLead(settings)),
      create_contact_(CreateContact(settings)),
      read_contact_(ReadContact(settings)),
      update_contact_(UpdateContact(settings)),
      update_lead_(UpdateLead(settings)),
      read_stages_(ReadStages(settings)),
      find_deal_(FindKin(settings, deal_)),
      create_deal_(CreateDeal(settings)),
      find_deal_to_move_(FindDealToMove(settings)),
      move_deal_(MoveDeal(settings)),
      find_note_(FindKin(settings, note_)),
      create_note_(CreateNote(settings)),
      find_task_(FindKin(settings, task_)),
      create_task_(CreateTask(settings)) {
  for (const std::unique_ptr<const Step>* step : {&find_contact_,
                                                  &find_company_,
                                                  &create_lead_,
                                                  &create_contact_,
                                                  &read_contact_,
                                                  &update_contact_,
                                                  &update_lead_,
                                                  &read_stages_,
                                                  &find_deal_,
                                                  &create_deal_,
                                                  &find_deal_to_move_,
                                                  &move_deal_,
                                                  &find_note_,
                                                  &create_note_,
                                                  &find_task_,
                                                  &create_task_}) {
    steps_.push_back(step->get());
  }
}

const Step* Plan::Next(const Job& job) const {
  if (const Step* step = ForPerson(job)) return step;
  if (const Step* step = ForDeal(job)) return step;
  if (const Step* step = ForNote(job)) return step;
  return ForTask(job);
}

bool Plan::IsAtDeal(const Job& job) const {
  return ForPerson(job) == nullptr && ForDeal(job) != nullptr;
}

const Step* Plan::ForPerson(const Job& job) const {
  if (!Has(job.progress, kContactId)) return ForNewPerson(job);
  if (!Has(job.progress, kContactEffect)) {
    return Has(job.scratch, kContactChanges) ? update_contact_.get() : read_contact_.get();
  }
  const bool lead_done = Has(job.progress, kLeadWritten) || LeadChanges(job, settings_).empty();
  return lead_done ? nullptr : update_lead_.get();
}

const Step* Plan::ForNewPerson(const Job& job) const {
  if (!Has(job.scratch, kContactLooked)) return find_contact_.get();
  if (settings_.join_company && !CompanyOf(job, settings_).empty()) {
    if (!Has(job.scratch, kCompanyLooked)) return find_company_.get();
    if (Has(job.progress, kLeadId)) return create_contact_.get();
  }
  return create_lead_.get();
}

const Step* Plan::ForDeal(const Job& job) const {
  if (!settings_.deals) return nullptr;
  if (WantsNewDeal(job.lead)) return ForNewDeal(job);
  if (!WantsDealMove(job.lead) || Has(job.progress, kDealMoved)) return nullptr;
  if (NeedsStage(job)) return read_stages_.get();
  if (!Has(job.progress, kDealId)) return find_deal_to_move_.get();
  return DealChanges(job, settings_).empty() ? nullptr : move_deal_.get();
}

const Step* Plan::ForNewDeal(const Job& job) const {
  if (Has(job.progress, kDealId)) return nullptr;
  if (MustLook(job, deal_)) return find_deal_.get();
  return NeedsStage(job) ? read_stages_.get() : create_deal_.get();
}

const Step* Plan::ForNote(const Job& job) const {
  if (!settings_.notes || !WantsNote(job.lead) || Has(job.progress, kNoteId)) return nullptr;
  return MustLook(job, note_) ? find_note_.get() : create_note_.get();
}

const Step* Plan::ForTask(const Job& job) const {
  if (!settings_.tasks || !WantsTask(job.lead) || Has(job.progress, kTaskId)) return nullptr;
  return MustLook(job, task_) ? find_task_.get() : create_task_.get();
}

bool Plan::NeedsStage(const Job& job) const {
  return !WantedStage(job, settings_).empty() && StageIdOf(job, settings_).empty();
}

bool Plan::MustLook(const Job& job, const Kin& kin) {
  return job.unknown && !Has(job.scratch, kin.looked());
}

}  // namespace leadrelay::delivery::close
