#pragma once
// Steps of an opportunity: made with the person's role in it at once, or found and moved.  Pure.

#include <memory>

#include "services/delivery/connectors/salesforce/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::salesforce {

inline constexpr std::string_view kDealLooked = "deal_looked";  // Scratch: it is not there.

// The opportunity and, of a contact, the contact's primary role: both or neither, in one request.
std::unique_ptr<const Step> CreateDeal(const Settings& settings);
// The deal that an earlier attempt may have made: by its key; else by name, person and age;
// where it has no person, by a mark in its description.
std::unique_ptr<const Step> FindDeal(const Settings& settings);

// The person's newest deal of that name.
std::unique_ptr<const Step> FindDealToMove(const Settings& settings);
std::unique_ptr<const Step> MoveDeal(const Settings& settings);

}  // namespace leadrelay::delivery::salesforce
