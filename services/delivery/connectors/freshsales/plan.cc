#include "services/delivery/connectors/freshsales/plan.h"

#include "services/delivery/connectors/freshsales/account_steps.h"
#include "services/delivery/connectors/freshsales/records.h"
#include "services/delivery/connectors/freshsales/steps.h"

namespace leadrelay::delivery::freshsales {
namespace {

bool NeedsStage(const Job& job, const Settings& settings) {
  if (Has(job.scratch, kStageId)) return false;
  const std::string stage = StageOf(job, settings);
  return !stage.empty() && !IsId(stage);
}

}  // namespace

Plan::Plan(const Settings& settings)
    : settings_(settings),
      bulk_(settings),
      upsert_(Add(UpsertContact(settings))),
      upsert_account_(Add(UpsertAccount(settings))),
      read_accounts_(Add(ReadAccounts(settings))),
      link_account_(Add(LinkAccount(settings))),
      look_for_our_deal_(Add(LookForOurDeal(settings))),
      look_for_deal_(Add(LookForDeal(settings))),
      find_stage_(Add(FindStage(settings))),
      create_deal_(Add(CreateDeal(settings))),
      move_deal_(Add(MoveDeal(settings))),
      look_for_our_note_(Add(LookForOurNote(settings))),
      create_note_(Add(CreateNote(settings))),
      look_for_our_task_(Add(LookForOurTask(settings))),
      create_task_(Add(CreateTask(settings))) {
  // A bulk job takes its time: the others are not to wait for it.
  steps_.insert(steps_.end(), bulk_.steps().begin(), bulk_.steps().end());
}

const Step* Plan::Add(JobStep::Plan plan) {
  own_.push_back(std::make_unique<JobStep>(std::move(plan)));
  steps_.push_back(own_.back().get());
  return steps_.back();
}

const Step* Plan::Next(const Job& job) const {
  if (!Has(job.progress, kContactId)) {
    if (const Step* step = bulk_.Next(job)) return step;
    return Has(job.progress, kBulkDone) ? nullptr : upsert_;
  }
  for (const auto part :
       {&Plan::ForAccount, &Plan::ForNewDeal, &Plan::ForDealMove, &Plan::ForNote, &Plan::ForTask}) {
    if (const Step* step = (this->*part)(job)) return step;
  }
  return nullptr;
}

const Step* Plan::ForAccount(const Job& job) const {
  if (Has(job.progress, kAccountLinked) || !WantsAccount(job, settings_)) return nullptr;
  if (!Has(job.progress, kAccountId)) return upsert_account_;
  return Has(job.scratch, kAccounts) ? link_account_ : read_accounts_;
}

const Step* Plan::ForNewDeal(const Job& job) const {
  if (!settings_.deals || !WantsNewDeal(job.lead) || Has(job.progress, kDealId)) return nullptr;
  if (job.unknown && !Has(job.scratch, kDealLooked)) return look_for_our_deal_;
  return NeedsStage(job, settings_) ? find_stage_ : create_deal_;
}

const Step* Plan::ForDealMove(const Job& job) const {
  if (!settings_.deals || !WantsDealMove(job.lead) || Has(job.progress, kDealMoved)) return nullptr;
  if (!Has(job.progress, kDealId)) return look_for_deal_;
  return NeedsStage(job, settings_) ? find_stage_ : move_deal_;
}

const Step* Plan::ForNote(const Job& job) const {
  if (!settings_.notes || !WantsNote(job.lead) || Has(job.progress, kNoteId)) return nullptr;
  return job.unknown && !Has(job.scratch, kNoteLooked) ? look_for_our_note_ : create_note_;
}

const Step* Plan::ForTask(const Job& job) const {
  if (!settings_.tasks || !WantsTask(job.lead) || Has(job.progress, kTaskId)) return nullptr;
  return job.unknown && !Has(job.scratch, kTaskLooked) ? look_for_our_task_ : create_task_;
}

}  // namespace leadrelay::delivery::freshsales
