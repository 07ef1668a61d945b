#pragma once
// Plan: every step of a Pipedrive destination, and which one a job needs next.  Pure.

#include <memory>
#include <vector>

#include "services/delivery/connectors/pipedrive/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::pipedrive {

class Plan {
 public:
  explicit Plan(const Settings& settings);  // `settings` outlives it.

  const std::vector<const Step*>& steps() const { return steps_; }

  // Null: everything is there.
  const Step* Next(const Job& job) const;

 private:
  const Step* ForPerson(const Job& job) const;
  const Step* ForNewPerson(const Job& job) const;
  const Step* ForKnownPerson(const Job& job) const;
  const Step* ForOrganization(const Job& job) const;
  const Step* ForDeal(const Job& job) const;
  const Step* ForMove(const Job& job) const;
  const Step* ForInboxLead(const Job& job) const;
  const Step* ForNote(const Job& job) const;
  const Step* ForTask(const Job& job) const;

  const Settings& settings_;
  const std::unique_ptr<const Step> find_by_email_;
  const std::unique_ptr<const Step> find_by_phone_;
  const std::unique_ptr<const Step> find_recent_;
  const std::unique_ptr<const Step> read_person_;
  const std::unique_ptr<const Step> find_organization_;
  const std::unique_ptr<const Step> find_recent_organization_;
  const std::unique_ptr<const Step> create_organization_;
  const std::unique_ptr<const Step> create_person_;
  const std::unique_ptr<const Step> update_person_;
  const std::unique_ptr<const Step> list_deals_;
  const std::unique_ptr<const Step> read_stages_;
  const std::unique_ptr<const Step> create_deal_;
  const std::unique_ptr<const Step> move_deal_;
  const std::unique_ptr<const Step> list_inbox_leads_;
  const std::unique_ptr<const Step> create_inbox_lead_;
  const std::unique_ptr<const Step> list_notes_;
  const std::unique_ptr<const Step> create_note_;
  const std::unique_ptr<const Step> list_activities_;
  const std::unique_ptr<const Step> create_activity_;
  const std::vector<const Step*> steps_;
};

}  // namespace leadrelay::delivery::pipedrive
