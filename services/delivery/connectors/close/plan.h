#pragma once
// Plan: every step of a Close destination, and which one a job needs next.  Pure.

#include <memory>
#include <vector>

#include "services/delivery/connectors/close/doubt.h"
#include "services/delivery/connectors/close/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::close {

class Plan {
 public:
  explicit Plan(const Settings& settings);  // `settings` outlives it.

  const std::vector<const Step*>& steps() const { return steps_; }

  // Null: everything is there.
  const Step* Next(const Job& job) const;
  // Whether what the job needs next is about its deal.
  bool IsAtDeal(const Job& job) const;

 private:
  const Step* ForPerson(const Job& job) const;
  const Step* ForNewPerson(const Job& job) const;
  const Step* ForDeal(const Job& job) const;
  const Step* ForNewDeal(const Job& job) const;
  const Step* ForNote(const Job& job) const;
  const Step* ForTask(const Job& job) const;
  bool NeedsStage(const Job& job) const;
  static bool MustLook(const Job& job, const Kin& kin);

  const Settings& settings_;
  const Kin deal_;
  const Kin note_;
  const Kin task_;
  std::unique_ptr<const Step> find_contact_;
  std::unique_ptr<const Step> find_company_;
  std::unique_ptr<const Step> create_lead_;
  std::unique_ptr<const Step> create_contact_;
  std::unique_ptr<const Step> read_contact_;
  std::unique_ptr<const Step> update_contact_;
  std::unique_ptr<const Step> update_lead_;
  std::unique_ptr<const Step> read_stages_;
  std::unique_ptr<const Step> find_deal_;
  std::unique_ptr<const Step> create_deal_;
  std::unique_ptr<const Step> find_deal_to_move_;
  std::unique_ptr<const Step> move_deal_;
  std::unique_ptr<const Step> find_note_;
  std::unique_ptr<const Step> create_note_;
  std::unique_ptr<const Step> find_task_;
  std::unique_ptr<const Step> create_task_;
  std::vector<const Step*> steps_;
};

}  // namespace leadrelay::delivery::close
