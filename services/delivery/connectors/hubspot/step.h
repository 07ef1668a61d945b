#pragma once
// The steps of a HubSpot delivery, each for many jobs at once.  Pure.
//
//   upsert contacts | find contact, create contacts
//   -> upsert companies, link companies
//   -> upsert deals, link deals, link deals to companies | list deals, read deals, create deals
//   | list deals, read deals, move deals
//   -> list notes, read notes, create notes
//   -> list tasks, read tasks, create tasks
//
// But for a move, finding, listing and reading happen only for jobs whose earlier attempt may have
// been processed.

#include <string_view>

#include "services/delivery/connectors/hubspot/errors.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::hubspot {

inline constexpr size_t kMostInputs = 100;  // Of a batch endpoint.

class Step : public delivery::Step {
 public:
  size_t MaxJobs() const override { return kMostInputs; }
  size_t MaxInputs() const override { return kMostInputs; }

  // Whether the record was refused only because another call wrote the same one at that moment,
  // which a repetition decides.
  virtual bool IsRace(const Job& /*job*/, const ApiError& /*error*/) const { return false; }
  // Whether the request carries this property of the job.
  virtual bool Sends(const Job& /*job*/, std::string_view /*property*/) const { return false; }

  // Every answer but that to a create has a list of results; a create is told by Absorb().
  bool Understands(const Answer& answer) const override;
  void Refuse(Job& job, const Verdict& verdict, const Answer& answer) const override;
  // Everybody who sends a property that is not there is at fault, and nobody else.
  bool IsAtFault(const Job& job, const Answer& answer) const override;

  // Decides a job whose record was refused.  When what it hangs on is gone from HubSpot, what we
  // knew is worth nothing: the next attempt begins anew, and looks before it creates.
  void RefuseRecord(Job& job, const ApiError& error, int status) const;
};

}  // namespace leadrelay::delivery::hubspot
