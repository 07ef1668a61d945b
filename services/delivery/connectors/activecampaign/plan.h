#pragma once
// Plan: every step of an ActiveCampaign destination, and which one a job needs next.  Pure.
//
//   sync contact -> read lists, subscribe -> add tag
//   -> [look for our deal] -> [find stage] -> create deal
//    | look for the deal -> [find stage] -> move deal
//   -> [look for our note] -> create note -> [look for our task] -> create task
//   or, for contacts of a backlog that need no more: the import (import.h)
//
// Ours is looked for only when an earlier attempt may have been processed, and a stage only when it
// goes by its title.

#include <memory>
#include <vector>

#include "services/delivery/connectors/activecampaign/import.h"
#include "services/delivery/connectors/activecampaign/lookups.h"
#include "services/delivery/connectors/activecampaign/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::activecampaign {

class Plan {
 public:
  explicit Plan(const Settings& settings);  // `settings` outlives it.

  // In the order in which a batch goes through them.
  const std::vector<const Step*>& steps() const { return steps_; }

  bool IsOfImport(const Step& step) const { return import_.Has(step); }

  // Null: everything is there.
  const Step* Next(const Job& job) const;

 private:
  const Step* Add(JobStep::Plan plan);
  void Add(const LookUp& look);

  const Step* ForLists(const Job& job) const;
  const Step* ForTags(const Job& job) const;
  const Step* ForNewDeal(const Job& job) const;
  const Step* ForDealMove(const Job& job) const;
  const Step* ForNote(const Job& job) const;
  const Step* ForTask(const Job& job) const;

  const Settings& settings_;
  const LookUp our_deal_;
  const LookUp titled_deal_;
  const LookUp our_note_;
  const LookUp our_task_;
  const Import import_;
  std::vector<std::unique_ptr<const Step>> own_;
  std::vector<const Step*> steps_;

  const Step* sync_ = nullptr;
  const Step* read_lists_ = nullptr;
  std::vector<const Step*> subscribe_;  // One for each of settings.lists.
  std::vector<const Step*> tag_;        // One for each of settings.tags.
  const Step* find_stage_ = nullptr;
  const Step* create_deal_ = nullptr;
  const Step* move_deal_ = nullptr;
  const Step* create_note_ = nullptr;
  const Step* create_task_ = nullptr;
};

}  // namespace leadrelay::delivery::activecampaign
