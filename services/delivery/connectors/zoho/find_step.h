#pragma once
// FindStep: which of the records of a module belong to the jobs, asked by COQL for up to fifty of
// them at once.  Pure.
//
// COQL reads the records, and no lag of it is documented; the search endpoint reads an index that
// lags behind writes.  Values that may be anything but an id are kept out of queries as far as
// possible: a deal or a task is asked for by its person, and told by its name here.

#include <functional>
#include <string>

#include "services/delivery/connectors/step.h"
#include "services/delivery/connectors/zoho/coql.h"

namespace leadrelay::delivery::zoho {

class FindStep final : public Step {
 public:
  struct Plan {
    std::string name;
    std::string url;
    std::string module;
    std::string fields;  // "id,Phone"
    std::string order;   // Of several that fit, the first is taken.
    std::string field;   // What is asked by, as text or as {"id"}.
    std::function<std::string(const Job&)> value;
    // Whether a row with the value is the one that the job is looking for.
    std::function<bool(const Job&, const json::Value& row)> fits;
    // The job's own record is nobody else's: what the batch has here already is not taken again.
    // Empty: a record may be found for several.
    std::string_view owned;
    std::function<void(Job&, const std::string& id)> found;
    // `first`: no other job of the batch has missed the same value before.
    std::function<void(Job&, bool first)> not_there;
    std::string_view looked;  // Scratch: that not_there() was called; empty: `first` is not used.
  };

  explicit FindStep(Plan plan) : plan_(std::move(plan)) {}

  std::string_view name() const override { return plan_.name; }
  size_t MaxJobs() const override { return kMostValues; }
  http::Request Build(const std::vector<const Job*>& jobs) const override;
  bool Understands(const Answer& answer) const override;
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;

 private:
  const Plan plan_;
};

}  // namespace leadrelay::delivery::zoho
