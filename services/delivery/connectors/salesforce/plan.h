#pragma once
// Plan: every step of a Salesforce destination, and which one a job needs next.  Pure.

#include <memory>
#include <vector>

#include "services/delivery/connectors/salesforce/bulk.h"
#include "services/delivery/connectors/salesforce/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::salesforce {

class Plan {
 public:
  explicit Plan(const Settings& settings);  // `settings` outlives it.

  // In the order in which a batch goes through them.
  const std::vector<const Step*>& steps() const { return steps_; }

  // Who may go in bulk: people with a key and nothing beside, since a deal or a note is a request
  // of its own, and would go one after the other there.
  bool FitsBulk(const Job& job) const;
  // Chooses who does.
  void Begin(Batch& batch) const;
  const Bulk& bulk() const { return bulk_; }

  // Null: everything is there.
  const Step* Next(const Job& job) const;

 private:
  const Step* ForPerson(const Job& job) const;
  const Step* ForDeal(const Job& job) const;
  const Step* ForNote(const Job& job) const;
  const Step* ForTask(const Job& job) const;

  const Settings& settings_;
  const Bulk bulk_;
  std::unique_ptr<const Step> create_persons_;
  std::unique_ptr<const Step> update_persons_;
  std::unique_ptr<const Step> ask_about_duplicates_;
  std::unique_ptr<const Step> upsert_persons_;
  std::unique_ptr<const Step> upsert_new_persons_;
  std::unique_ptr<const Step> find_persons_;
  std::unique_ptr<const Step> find_deal_;
  std::unique_ptr<const Step> create_deal_;
  std::unique_ptr<const Step> find_deal_to_move_;
  std::unique_ptr<const Step> move_deal_;
  std::unique_ptr<const Step> find_note_;
  std::unique_ptr<const Step> write_notes_;
  std::unique_ptr<const Step> find_task_;
  std::unique_ptr<const Step> write_tasks_;
  std::vector<const Step*> steps_;
};

}  // namespace leadrelay::delivery::salesforce
