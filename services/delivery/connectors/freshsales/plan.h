#pragma once
// Plan: every step of a Freshsales destination, and which one a job needs next.  Pure.
//
//   upsert contact
//   -> upsert account -> [read the contact's accounts] -> link account
//   -> [look for our deal] -> [find stage] -> create deal
//    | look for the deal -> [find stage] -> move deal
//   -> [look for our note] -> create note -> [look for our task] -> create task
//   or, for contacts of a backlog that need no more: the bulk upsert (bulk_upsert.h)
//
// Ours is looked for only when an earlier attempt may have been processed, and a stage only when it
// goes by its name.

#include <memory>
#include <vector>

#include "services/delivery/connectors/freshsales/bulk_upsert.h"
#include "services/delivery/connectors/freshsales/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::freshsales {

class Plan {
 public:
  explicit Plan(const Settings& settings);  // `settings` outlives it.

  // In the order in which a batch goes through them.
  const std::vector<const Step*>& steps() const { return steps_; }

  bool IsOfBulk(const Step& step) const { return bulk_.Has(step); }

  // Null: everything is there.
  const Step* Next(const Job& job) const;

 private:
  const Step* Add(JobStep::Plan plan);

  const Step* ForAccount(const Job& job) const;
  const Step* ForNewDeal(const Job& job) const;
  const Step* ForDealMove(const Job& job) const;
  const Step* ForNote(const Job& job) const;
  const Step* ForTask(const Job& job) const;

  const Settings& settings_;
  const BulkUpsert bulk_;
  std::vector<std::unique_ptr<const Step>> own_;
  std::vector<const Step*> steps_;

  const Step* upsert_;
  const Step* upsert_account_;
  const Step* read_accounts_;
  const Step* link_account_;
  const Step* look_for_our_deal_;
  const Step* look_for_deal_;
  const Step* find_stage_;
  const Step* create_deal_;
  const Step* move_deal_;
  const Step* look_for_our_note_;
  const Step* create_note_;
  const Step* look_for_our_task_;
  const Step* create_task_;
};

}  // namespace leadrelay::delivery::freshsales
