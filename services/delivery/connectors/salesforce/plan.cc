#include "services/delivery/connectors/salesforce/plan.h"

#include "services/delivery/connectors/salesforce/activity_steps.h"
#include "services/delivery/connectors/salesforce/bulk_step.h"
#include "services/delivery/connectors/salesforce/deal_steps.h"
#include "services/delivery/connectors/salesforce/person_steps.h"

namespace leadrelay::delivery::salesforce {

Plan::Plan(const Settings& settings)
    : settings_(settings),
      bulk_(settings),
      create_persons_(CreatePersons(settings)),
      update_persons_(UpdatePersons(settings)),
      ask_about_duplicates_(AskAboutDuplicates(settings)),
      upsert_persons_(UpsertPersons(settings, false)),
      upsert_new_persons_(UpsertPersons(settings, true)),
      find_persons_(FindPersons(settings)),
      find_deal_(FindDeal(settings)),
      create_deal_(CreateDeal(settings)),
      find_deal_to_move_(FindDealToMove(settings)),
      move_deal_(MoveDeal(settings)),
      find_note_(FindNote(settings)),
      write_notes_(WriteNotes(settings)),
      find_task_(FindTask(settings)),
      write_tasks_(WriteTasks(settings)),
      steps_(bulk_.submitting()) {
  const std::vector<const Step*> others = {create_persons_.get(),
                                           update_persons_.get(),
                                           ask_about_duplicates_.get(),
                                           upsert_persons_.get(),
                                           upsert_new_persons_.get(),
                                           find_persons_.get(),
                                           find_deal_.get(),
                                           create_deal_.get(),
                                           find_deal_to_move_.get(),
                                           move_deal_.get(),
                                           find_note_.get(),
                                           write_notes_.get(),
                                           find_task_.get(),
                                           write_tasks_.get()};
  steps_.insert(steps_.end(), others.begin(), others.end());
  for (const Step* step : bulk_.collecting()) steps_.push_back(step);
}

bool Plan::FitsBulk(const Job& job) const {
  if (Has(job.progress, kBulkJob)) return true;
  const bool beside = ForDeal(job) != nullptr || ForNote(job) != nullptr || ForTask(job) != nullptr;
  return !beside && ForPerson(job) == upsert_persons_.get();
}

void Plan::Begin(Batch& batch) const {
  bulk_.Begin(batch, [this](const Job& job) { return ForPerson(job) == upsert_persons_.get(); });
}

const Step* Plan::Next(const Job& job) const {
  if (const Step* step = ForPerson(job)) return step;
  if (const Step* step = ForDeal(job)) return step;
  if (const Step* step = ForNote(job)) return step;
  return ForTask(job);
}

const Step* Plan::ForPerson(const Job& job) const {
  if (Has(job.progress, kPersonId)) return nullptr;
  if (const Step* step = bulk_.Next(job)) return step;
  if (Has(job.scratch, kPersonFound)) return update_persons_.get();
  if (Has(job.scratch, kPersonDuplicate)) return ask_about_duplicates_.get();
  if (!KeyOf(job, settings_).empty()) {
    return Has(job.scratch, kPersonNew) ? upsert_new_persons_.get() : upsert_persons_.get();
  }
  return Has(job.scratch, kPersonLooked) ? create_persons_.get() : find_persons_.get();
}

const Step* Plan::ForDeal(const Job& job) const {
  if (settings_.deals && WantsNewDeal(job.lead)) {
    if (Has(job.progress, kDealId)) return nullptr;
    const bool look = job.unknown && !Has(job.scratch, kDealLooked);
    return look ? find_deal_.get() : create_deal_.get();
  }
  if (!settings_.deals || !WantsDealMove(job.lead) || Has(job.progress, kDealMoved)) return nullptr;
  return Has(job.progress, kDealId) ? move_deal_.get() : find_deal_to_move_.get();
}

const Step* Plan::ForNote(const Job& job) const {
  if (settings_.note == Note::kNone || !WantsNote(job.lead)) return nullptr;
  if (Has(job.progress, kNoteId)) return nullptr;
  // What is upserted by a key needs no looking up.
  const bool keyed = settings_.note == Note::kTask && !settings_.activity_key_field.empty();
  const bool look = job.unknown && !keyed && !Has(job.scratch, kNoteLooked);
  return look ? find_note_.get() : write_notes_.get();
}

const Step* Plan::ForTask(const Job& job) const {
  if (!WantsTask(job.lead) || Has(job.progress, kTaskId)) return nullptr;
  const bool keyed = !settings_.activity_key_field.empty();
  const bool look = job.unknown && !keyed && !Has(job.scratch, kTaskLooked);
  return look ? find_task_.get() : write_tasks_.get();
}

}  // namespace leadrelay::delivery::salesforce
