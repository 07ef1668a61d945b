#pragma once
// Doubt: what an earlier attempt may have made, and how it is found again.  Pure.
//
// Close has neither a unique key nor a repeatable create, and its search and lists are behind by up
// to settings.search_lag.  So a look that finds nothing proves something only so long after the
// doubt arose; until then the job is put off.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "services/delivery/connectors/close/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::close {

// After a look that found nothing: whether that proves it, or the job was put off.
bool IsNotThere(Job& job, const Answer& answer, const Settings& settings);

// A record that hangs on the lead in the job's progress: an opportunity, a note, a task.
struct Kin {
  std::string name;        // "opportunity", for people.
  std::string path;        // "/opportunity/"
  std::string_view found;  // Progress: its id.
  std::function<bool(const Job& job, const json::Value& record)> is_ours;

  std::string looked() const { return name + " looked"; }  // Scratch.
};

// path?lead_id=...
std::string KinUrl(const Settings& settings, const Kin& kin, const Job& job);

// Reads them, and the one that is ours into the progress.
std::unique_ptr<const Step> FindKin(const Settings& settings, const Kin& kin);

// Made for this job or later, by Close's clock.
bool IsNoOlder(const Job& job, const json::Value& record);

// A step that refers to records by the ids in the progress: when they are gone, what we knew is
// worth nothing, and the next attempt begins anew.
void RefuseUnlessGone(Job& job, const Verdict& verdict, const Answer& answer);

// The id of what was written, into the progress.
void SaveId(Job& job, std::string_view fact, const json::Value& record);

}  // namespace leadrelay::delivery::close
