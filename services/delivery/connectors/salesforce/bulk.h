#pragma once
// Bulk: which people of a backlog go in a bulk job, and what a job in one needs next.  Pure.
//
// At most one bulk job is made of a batch.  In it goes who is to be upserted by the key field,
// alone with that key, with values that CSV carries as they are; the others of the batch go by the
// collections meanwhile.

#include <functional>
#include <memory>
#include <vector>

#include "services/delivery/connectors/salesforce/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::salesforce {

class Bulk {
 public:
  explicit Bulk(const Settings& settings);  // `settings` outlives it.

  // Chooses, once in a batch.  `upserts`: whether an upsert by the key field is what a job needs.
  void Begin(Batch& batch, const std::function<bool(const Job&)>& upserts) const;

  // Null: the job is in no bulk job, or not any more.
  const Step* Next(const Job& job) const;

  bool Owns(const Step& step) const;

  // In their order, those that submit and those that wait: what can be done in between, is.
  std::vector<const Step*> submitting() const;
  std::vector<const Step*> collecting() const;

 private:
  const Settings& settings_;
  std::vector<std::unique_ptr<const Step>> submitting_;
  std::vector<std::unique_ptr<const Step>> collecting_;
};

}  // namespace leadrelay::delivery::salesforce
