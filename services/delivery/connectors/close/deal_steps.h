#pragma once
// The steps that make or move an opportunity.  Pure.
//
//   (read stages ->) (find opportunity ->) create opportunity
//   (read stages ->) find opportunity to move -> move opportunity

#include <memory>

#include "services/delivery/connectors/close/doubt.h"
#include "services/delivery/connectors/close/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::close {

// How an opportunity of an earlier attempt is told: by deal_key_field, or else by its title, its
// contact, and by being no older than the lead.
Kin DealKin(const Settings& settings);

std::unique_ptr<const Step> ReadStages(const Settings& settings);
std::unique_ptr<const Step> CreateDeal(const Settings& settings);
// The person's opportunity of that title: an active one before others, the newest of several.  None
// yet: it may be on its way, so it is tried again.
std::unique_ptr<const Step> FindDealToMove(const Settings& settings);
std::unique_ptr<const Step> MoveDeal(const Settings& settings);

}  // namespace leadrelay::delivery::close
