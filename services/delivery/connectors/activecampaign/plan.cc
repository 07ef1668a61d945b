#include "services/delivery/connectors/activecampaign/plan.h"

#include "absl/strings/match.h"

#include "services/delivery/connectors/activecampaign/records.h"
#include "services/delivery/connectors/activecampaign/steps.h"
#include "services/delivery/connectors/reference.h"

namespace leadrelay::delivery::activecampaign {
namespace {

std::string OfContact(const Job& job, std::string_view what) {
  return absl::StrCat("/contacts/", Get(job.progress, kContactId), "/", std::string(what));
}

// By the reference that it bears in `member`.
LookUp::Plan Ours(std::string_view what, std::string_view member, std::string_view found) {
  LookUp::Plan plan;
  plan.name = absl::StrCat("look for our ", std::string(what));
  plan.list = absl::StrCat(std::string(what), "s");
  plan.path = [list = plan.list](const Job& job) { return OfContact(job, list); };
  plan.is_it = [member](const Job& job, const json::Value& record) {
    return BearsReference(job, record.Find(member).StringOr(""));
  };
  plan.found = found;
  return plan;
}

// A contact does not list its tasks, so they are filtered.  Whether the filter is obeyed does not
// matter: the reference is ours alone.
LookUp::Plan OurTask() {
  LookUp::Plan plan = Ours("task", "note", kTaskId);
  plan.list = "dealTasks";
  plan.path = [](const Job& job) {
    return absl::StrCat("/dealTasks?filters%5Breltype%5D=Subscriber&filters%5Brelid%5D=",
                        Get(job.progress, kContactId));
  };
  return plan;
}

LookUp::Plan DealOfTitle(const Settings& settings) {
  LookUp::Plan plan = Ours("deal", "title", kDealId);
  plan.name = "look for the deal";
  plan.is_it = [&settings](const Job& job, const json::Value& deal) {
    return deal.Find("title").AsString() == DealTitleOf(job, settings);
  };
  plan.missing = [](Job& job, int status) {
    job.outcome = Outcome::Retry("the contact has no deal of that title yet", status);
  };
  return plan;
}

bool NeedsStage(const Job& job, const Settings& settings) {
  if (Has(job.scratch, kStageId)) return false;
  const std::string stage = StageOf(job, settings);
  // A new deal is put into the first stage without our help.
  return IsTitle(stage) || (stage == kFirst && WantsDealMove(job.lead));
}

}  // namespace

Plan::Plan(const Settings& settings)
    : settings_(settings),
      our_deal_(settings, Ours("deal", "description", kDealId)),
      titled_deal_(settings, DealOfTitle(settings)),
      our_note_(settings, Ours("note", "note", kNoteId)),
      our_task_(settings, OurTask()),
      import_(settings) {
  sync_ = Add(SyncContact(settings));
  read_lists_ = Add(ReadLists(settings));
  for (const std::string& list : settings.lists)
    subscribe_.push_back(Add(Subscribe(settings, list)));
  for (const std::string& tag : settings.tags) tag_.push_back(Add(AddTag(settings, tag)));
  Add(our_deal_);
  Add(titled_deal_);
  find_stage_ = Add(FindStage(settings));
  create_deal_ = Add(CreateDeal(settings));
  move_deal_ = Add(MoveDeal(settings));
  Add(our_note_);
  create_note_ = Add(CreateNote(settings));
  Add(our_task_);
  create_task_ = Add(CreateTask(settings));
  // An import takes its time: the others are not to wait for it.
  steps_.insert(steps_.end(), import_.steps().begin(), import_.steps().end());
}

const Step* Plan::Add(JobStep::Plan plan) {
  own_.push_back(std::make_unique<JobStep>(std::move(plan)));
  steps_.push_back(own_.back().get());
  return steps_.back();
}

void Plan::Add(const LookUp& look) {
  for (const auto& step : look.steps()) steps_.push_back(step.get());
}

const Step* Plan::Next(const Job& job) const {
  if (!Has(job.progress, kContactId)) {
    if (const Step* step = import_.Next(job)) return step;
    return Has(job.progress, kImported) ? nullptr : sync_;
  }
  for (const auto part : {&Plan::ForLists,
                          &Plan::ForTags,
                          &Plan::ForNewDeal,
                          &Plan::ForDealMove,
                          &Plan::ForNote,
                          &Plan::ForTask}) {
    if (const Step* step = (this->*part)(job)) return step;
  }
  return nullptr;
}

const Step* Plan::ForLists(const Job& job) const {
  if (!Subscribes(job)) return nullptr;
  for (size_t i = 0; i < subscribe_.size(); ++i) {
    if (Has(job.progress, ListKey(settings_.lists[i]))) continue;
    return Has(job.scratch, kListsRead) ? subscribe_[i] : read_lists_;
  }
  return nullptr;
}

const Step* Plan::ForTags(const Job& job) const {
  if (!GetsTags(job)) return nullptr;
  for (size_t i = 0; i < tag_.size(); ++i) {
    if (!Has(job.progress, TagKey(settings_.tags[i]))) return tag_[i];
  }
  return nullptr;
}

const Step* Plan::ForNewDeal(const Job& job) const {
  if (!settings_.deals || !WantsNewDeal(job.lead)) return nullptr;
  const Step* look = job.unknown ? our_deal_.Next(job) : nullptr;
  if (look != nullptr) return look;
  if (Has(job.progress, kDealId)) return nullptr;
  return NeedsStage(job, settings_) ? find_stage_ : create_deal_;
}

const Step* Plan::ForDealMove(const Job& job) const {
  if (!settings_.deals || !WantsDealMove(job.lead) || Has(job.progress, kDealMoved)) return nullptr;
  if (const Step* look = titled_deal_.Next(job)) return look;
  return NeedsStage(job, settings_) ? find_stage_ : move_deal_;
}

const Step* Plan::ForNote(const Job& job) const {
  if (!settings_.notes || !WantsNote(job.lead)) return nullptr;
  const Step* look = job.unknown ? our_note_.Next(job) : nullptr;
  if (look != nullptr) return look;
  return Has(job.progress, kNoteId) ? nullptr : create_note_;
}

const Step* Plan::ForTask(const Job& job) const {
  if (!settings_.tasks || !WantsTask(job.lead)) return nullptr;
  const Step* look = job.unknown ? our_task_.Next(job) : nullptr;
  if (look != nullptr) return look;
  return Has(job.progress, kTaskId) ? nullptr : create_task_;
}

}  // namespace leadrelay::delivery::activecampaign
