#pragma once
// CollectionStep: up to 200 records of one object in one request, which counts as one.  Pure.
//
// Each record succeeds or fails for itself (allOrNone is false), and the answer has a verdict for
// each in the order of the request.  Nothing but the order says whose a verdict is, so an answer of
// another length says nothing of anybody.

#include <functional>
#include <string>

#include "services/delivery/connectors/salesforce/errors.h"
#include "services/delivery/connectors/salesforce/records.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::salesforce {

class CollectionStep final : public delivery::Step {
 public:
  enum class How { kCreate, kUpdate, kUpsert };
  struct Plan {
    std::string name;
    How how = How::kCreate;
    std::string object;     // "Lead"
    std::string key_field;  // Of an upsert.
    std::function<Fields(const Job&)> fields;
    // Update: the record's id.  Upsert: the value of key_field.  Create: what two jobs of one
    // request may not share.
    std::function<std::string(const Job&)> key;
    std::function<void(Job&, std::string id, bool created)> written;
    // May be missing.  True: the refusal is not the end, another step goes on.
    std::function<bool(Job&, const ApiError&)> refused = nullptr;
  };
  CollectionStep(const Settings& settings, Plan plan);

  std::string_view name() const override { return plan_.name; }
  size_t MaxJobs() const override { return 200; }
  bool Creates() const override { return plan_.how == How::kCreate; }
  std::string Key(const Job& job) const override;

  http::Request Build(const std::vector<const Job*>& jobs) const override;
  bool Understands(const Answer& answer) const override { return answer.body.IsArray(); }
  void Absorb(const Batch& batch,
              const std::vector<Job*>& jobs,
              const Answer& answer) const override;
  void Refuse(Job& job, const Verdict& verdict, const Answer& answer) const override;
  // Everybody who sends a field that is not there is at fault, and nobody else; an address that is
  // not there is everybody's.
  bool IsAtFault(const Job& job, const Answer& answer) const override;

 private:
  void RefuseOne(Job& job, const ApiError& error, int status) const;
  bool Sends(const Job& job, std::string_view field) const;

  const Settings& settings_;
  const Plan plan_;
};

// What the customer chose to be done where a duplicate rule finds somebody.
void AddDuplicateRule(const Settings& settings, http::Request& request);

}  // namespace leadrelay::delivery::salesforce
