#pragma once
// Steps that find out whether an earlier attempt came through, and which deal is to be moved. Pure.
//
// What belongs to a contact is read from the contact itself, not searched for: nothing is known of
// a lag.  Pages are steps of their own, since a step that leaves a job where it was counts as
// failed.

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "services/delivery/connectors/activecampaign/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::activecampaign {

class LookUp {
 public:
  struct Plan {
    std::string name;  // "list deals"
    std::string list;  // The member of the answer: "deals".
    std::function<std::string(const Job& job)> path;
    std::function<bool(const Job& job, const json::Value& record)> is_it;
    std::string_view found;  // Progress: gets the id; of several the newest.
    // It is not there.  Without: then it is to be made.
    std::function<void(Job& job, int status)> missing = nullptr;
  };
  LookUp(const Settings& settings, Plan plan);
  LookUp(const LookUp&) = delete;
  LookUp& operator=(const LookUp&) = delete;

  const std::vector<std::unique_ptr<const JobStep>>& steps() const { return steps_; }
  // Null: looked, and either it is in the progress or it is not there.
  const Step* Next(const Job& job) const;

 private:
  std::string PagesKey() const { return plan_.name + " pages"; }  // Scratch: how many were read.
  size_t PagesOf(const Job& job) const;
  void Absorb(Job& job, const Answer& answer) const;

  const Plan plan_;
  std::vector<std::unique_ptr<const JobStep>> steps_;
};

// The id of a record in an answer; empty when it is none.
std::string IdOf(const json::Value& record);

}  // namespace leadrelay::delivery::activecampaign
