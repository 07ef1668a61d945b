#pragma once
// TryLead: what a sample lead would become at a destination, and what becomes of it.

#include <string>

#include "services/delivery/deliver/destinations.h"
#include "tools/leadctl/account.h"
#include "tools/leadctl/trial.h"

namespace leadrelay::leadctl {

struct Sample {
  std::string tag;  // Of this run alone.
  json::Document lead;
  std::string email;  // Of the fictitious person; empty: the lead is the operator's own.
};

// Nothing is sent, and no credential is in what is shown.
Preview PreviewLead(Context& context,
                    const delivery::ConfiguredDestination& entry,
                    const Sample& sample);

// Delivers it, and deletes the record again where that can be done.
coro::Task<Trial> TryLead(Context& context,
                          Account& account,
                          const delivery::ConfiguredDestination& entry,
                          const Sample& sample);

}  // namespace leadrelay::leadctl
