#include "services/delivery/connectors/zoho/plan.h"

#include <algorithm>

#include "services/delivery/connectors/zoho/account_step.h"
#include "services/delivery/connectors/zoho/belongings.h"
#include "services/delivery/connectors/zoho/job_records.h"
#include "services/delivery/connectors/zoho/people_steps.h"

namespace leadrelay::delivery::zoho {

Plan::Plan(const Settings& settings) : settings_(settings) {
  upsert_accounts_ = Add(UpsertAccounts(settings));
  if (settings.module == "Leads") AddPeople("Leads");
  AddPeople("Contacts");
  find_deals_ = Add(FindDeals(settings));
  write_deals_ = Add(WriteDeals(settings));
  find_deals_to_move_ = Add(FindDealsToMove(settings));
  move_deals_ = Add(MoveDeals(settings));
  list_notes_ = Add(ListNotes(settings));
  create_notes_ = Add(CreateNotes(settings));
  leads_.find_tasks = Add(FindTasks(settings, "Leads"));
  contacts_.find_tasks = Add(FindTasks(settings, "Contacts"));
  create_tasks_ = Add(CreateTasks(settings));
}

const Step* Plan::Add(std::unique_ptr<const Step> step) {
  owned_.push_back(std::move(step));
  steps_.push_back(owned_.back().get());
  return owned_.back().get();
}

void Plan::AddPeople(const std::string& module) {
  People& people = module == "Leads" ? leads_ : contacts_;
  for (size_t i = 0; i <= kMostStandIns; ++i) {
    people.upsert[i] = Add(UpsertPeople(settings_, module, i));
  }
  people.find = Add(FindPeople(settings_, module));
  // A create may find out that there is a record to update.
  for (size_t i = 0; i <= kMostStandIns; ++i) {
    people.create[i] = Add(CreatePeople(settings_, module, i));
  }
  people.update = Add(UpdatePeople(settings_, module));
}

const Step* Plan::Next(const Job& job) const {
  if (const Step* step = ForAccount(job)) return step;
  if (const Step* step = ForPerson(job)) return step;
  if (const Step* step = ForDeal(job)) return step;
  if (const Step* step = ForMove(job)) return step;
  if (const Step* step = ForNote(job)) return step;
  return ForTask(job);
}

const Plan::People& Plan::PeopleOf(const Job& job) const {
  return ModuleOf(job, settings_) == "Leads" ? leads_ : contacts_;
}

// Before the person, whose record names it.
const Step* Plan::ForAccount(const Job& job) const {
  if (Has(job.progress, kAccountId) || Has(job.progress, kPersonId)) return nullptr;
  return WantsAccount(job, settings_) ? upsert_accounts_ : nullptr;
}

const Step* Plan::ForPerson(const Job& job) const {
  if (Has(job.progress, kPersonId)) return nullptr;
  const People& people = PeopleOf(job);
  const size_t stand_ins = std::min(StandInsOf(job).size(), kMostStandIns);
  if (!KeyOf(PersonOf(job, settings_), ModuleOf(job, settings_), settings_).empty()) {
    return people.upsert[stand_ins];
  }
  if (Has(job.scratch, kPersonFound)) return people.update;
  return Has(job.scratch, kPersonLooked) ? people.create[stand_ins] : people.find;
}

const Step* Plan::ForDeal(const Job& job) const {
  if (!WantsDeal(job, settings_) || Has(job.progress, kDealId)) return nullptr;
  const bool keyed = !settings_.deal_key_field.empty();
  if (keyed || !job.unknown || Has(job.scratch, kDealLooked)) return write_deals_;
  return find_deals_;
}

const Step* Plan::ForMove(const Job& job) const {
  if (!WantsMove(job, settings_) || Has(job.progress, kDealId)) return nullptr;
  return Has(job.scratch, kDealFound) ? move_deals_ : find_deals_to_move_;
}

const Step* Plan::ForNote(const Job& job) const {
  if (!WantsNoteRecord(job, settings_) || Has(job.progress, kNoteId)) return nullptr;
  return !job.unknown || Has(job.scratch, kNoteLooked) ? create_notes_ : list_notes_;
}

const Step* Plan::ForTask(const Job& job) const {
  if (!WantsTaskRecord(job, settings_) || Has(job.progress, kTaskId)) return nullptr;
  return !job.unknown || Has(job.scratch, kTaskLooked) ? create_tasks_ : PeopleOf(job).find_tasks;
}

}  // namespace leadrelay::delivery::zoho
