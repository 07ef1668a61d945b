#pragma once
// Steps that make a deal or a lead of the inbox, or move a deal.  Pure.
//
//   read stages -> list deals -> create deal | move deal
//   list inbox leads -> create inbox lead
//
// Stages are read when one is called by name.  Deals and inbox leads are listed to move one, and
// after a lost answer: by person, from the records, so without the search's lag.

#include <memory>
#include <string_view>

#include "services/delivery/connectors/pipedrive/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::pipedrive {

// Scratch: looked there, and found none.
inline constexpr std::string_view kDealsLooked = "deals_looked_up";
inline constexpr std::string_view kInboxLooked = "inbox_leads_looked_up";

inline constexpr std::string_view kMoveDeal = "move deal";

// `settings` outlives the step.
std::unique_ptr<const Step> ReadStages(const Settings& settings);
std::unique_ptr<const Step> ListDeals(const Settings& settings);
std::unique_ptr<const Step> CreateDeal(const Settings& settings);
std::unique_ptr<const Step> MoveDeal(const Settings& settings);
std::unique_ptr<const Step> ListInboxLeads(const Settings& settings);
std::unique_ptr<const Step> CreateInboxLead(const Settings& settings);

// The stage of that name in `pipeline`, or in the first pipeline that has it; without a name, the
// first stage.  A missing value when there is none.
json::Value FindStage(const json::Value& stages, std::string_view name, std::string_view pipeline);

}  // namespace leadrelay::delivery::pipedrive
