#pragma once
// The deal of a job, or its lead in the inbox: where it goes, and the bodies of requests.  Pure.

#include <string>

#include "services/delivery/connectors/pipedrive/job_records.h"

namespace leadrelay::delivery::pipedrive {

bool WantsDeal(const Job& job, const Settings& settings);
bool WantsInboxLead(const Job& job, const Settings& settings);
bool WantsMove(const Job& job, const Settings& settings);

// Where a deal goes.  All empty: where Pipedrive puts it.
struct Stage {
  std::string status;    // "won", "lost"
  std::string id;        // Of a stage.
  bool unknown = false;  // The id is to be looked up: by name, or that of the first stage.
  std::string name;
};
Stage StageOf(const Job& job, const Settings& settings);
std::string PipelineOf(const Job& job, const Settings& settings);  // An id; empty: any.

std::string DealTitle(const Job& job, const Settings& settings);
std::string NewDealBody(const Job& job, const Settings& settings);
// Empty: there is nothing to write.
std::string DealPatch(const Job& job, const Settings& settings);
std::string NewInboxLeadBody(const Job& job, const Settings& settings);

}  // namespace leadrelay::delivery::pipedrive
