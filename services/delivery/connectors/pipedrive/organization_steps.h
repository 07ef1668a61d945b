#pragma once
// Steps that find the organization of the lead's company, or make it.  Pure.
//
//   find organization -> find recent organization -> create organization

#include <memory>
#include <string_view>

#include "services/delivery/connectors/pipedrive/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::pipedrive {

// Scratch: looked there, and found none.
inline constexpr std::string_view kOrganizationLooked = "organization_looked_up";
inline constexpr std::string_view kRecentOrganizationLooked = "recent_organization_looked_up";

// `settings` outlives the step.
std::unique_ptr<const Step> FindOrganization(const Settings& settings);
std::unique_ptr<const Step> FindRecentOrganization(const Settings& settings);
std::unique_ptr<const Step> CreateOrganization(const Settings& settings);

}  // namespace leadrelay::delivery::pipedrive
