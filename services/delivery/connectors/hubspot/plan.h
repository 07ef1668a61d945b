#pragma once
// Plan: every step of a HubSpot destination, and which one a job needs next.  Pure.

#include <memory>
#include <vector>

#include "services/delivery/connectors/hubspot/lookup_steps.h"
#include "services/delivery/connectors/hubspot/settings.h"
#include "services/delivery/connectors/hubspot/step.h"

namespace leadrelay::delivery::hubspot {

class Plan {
 public:
  explicit Plan(const Settings& settings);  // `settings` outlives it.

  // In the order in which a batch goes through them.
  const std::vector<const delivery::Step*>& steps() const { return steps_; }

  // Null: everything is there.
  const Step* Next(const Job& job) const;

 private:
  const Step* ForContact(const Job& job) const;
  const Step* ForCompany(const Job& job) const;
  const Step* ForDeal(const Job& job) const;
  const Step* ForKeyedDeal(const Job& job) const;
  const Step* ForMove(const Job& job) const;
  const Step* ForNote(const Job& job) const;
  const Step* ForTask(const Job& job) const;

  const Settings& settings_;
  LookUp deals_;
  LookUp notes_;
  LookUp tasks_;
  std::unique_ptr<const Step> upsert_contacts_;
  std::unique_ptr<const Step> find_contact_;
  std::unique_ptr<const Step> create_contacts_;
  std::unique_ptr<const Step> upsert_companies_;
  std::unique_ptr<const Step> link_companies_;
  std::unique_ptr<const Step> upsert_deals_;
  std::unique_ptr<const Step> link_deals_;
  std::unique_ptr<const Step> link_deals_to_companies_;
  std::unique_ptr<const Step> list_deals_;
  std::unique_ptr<const Step> read_deals_;
  std::unique_ptr<const Step> create_deals_;
  std::unique_ptr<const Step> move_deals_;
  std::unique_ptr<const Step> list_notes_;
  std::unique_ptr<const Step> read_notes_;
  std::unique_ptr<const Step> create_notes_;
  std::unique_ptr<const Step> list_tasks_;
  std::unique_ptr<const Step> read_tasks_;
  std::unique_ptr<const Step> create_tasks_;
  std::vector<const delivery::Step*> steps_;
};

}  // namespace leadrelay::delivery::hubspot
