#pragma once
// The requests of the bulk upsert (bulk_upsert.h), each for many jobs.  Pure.

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "services/delivery/connectors/freshsales/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::freshsales {

class BulkUpsertStep final : public Step {
 public:
  explicit BulkUpsertStep(const Settings& settings) : settings_(settings) {}
  std::string_view name() const override { return "bulk upsert contacts"; }
  size_t MaxJobs() const override;
  http::Request Build(const std::vector<const Job*>& jobs) const override;
  bool Understands(const Answer& /*answer*/) const override { return true; }
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;

 private:
  const Settings& settings_;
};

// Asks twice and once more for every five contacts: it costs as much as an upsert, of the same
// hour.  Gives up once: a later attempt that finds the job not through yet upserts its contacts.
class AskStep final : public Step {
 public:
  explicit AskStep(const Settings& settings) : settings_(settings) {}
  std::string_view name() const override { return "ask after the bulk job"; }
  size_t MaxJobs() const override;
  std::string Group(const Job& job) const override;
  bool Polls() const override { return true; }
  absl::Duration After(const std::vector<const Job*>& jobs) const override;
  http::Request Build(const std::vector<const Job*>& jobs) const override;
  bool Understands(const Answer& /*answer*/) const override { return true; }
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;

 private:
  void Settle(const std::vector<Job*>& jobs, const std::set<std::string>& failed, bool whole) const;

  const Settings& settings_;
};

// How many went into the job's bulk, when it was made in this batch; else 0.
size_t BulkSizeOf(const Job& job);
void UpsertInstead(const std::vector<Job*>& jobs);

}  // namespace leadrelay::delivery::freshsales
