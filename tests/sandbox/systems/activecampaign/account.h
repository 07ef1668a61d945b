#pragma once
// What there is in every account of the sandbox's ActiveCampaign, and cannot be changed.  Pure.

#include <array>
#include <map>
#include <string>
#include <string_view>

namespace leadrelay::sandbox::activecampaign {

// Who becomes a contact with this address had unsubscribed from list 2.
inline constexpr std::string_view kOptedOut = "optout@example.com";

struct Stage {
  std::string_view id;
  std::string_view title;
};
inline constexpr std::array<Stage, 3> kStages = {
    {{"1", "To Contact"}, {"2", "In Contact"}, {"3", "Follow Up"}}};

bool IsStage(const std::string& id);
bool IsList(const std::string& id);         // 1 to 3.
bool IsTaskType(const std::string& id);     // 1 to 3.
bool IsCustomField(const std::string& id);  // 1 to 9, of contacts and of deals.

// The tags that it begins with: names by id.
const std::map<std::string, std::string>& FirstTags();

}  // namespace leadrelay::sandbox::activecampaign
