#pragma once
// The steps for what belongs to a person: deals, notes and tasks.  Pure.

#include <memory>
#include <string>
#include <string_view>

#include "services/delivery/connectors/step.h"
#include "services/delivery/connectors/zoho/settings.h"

namespace leadrelay::delivery::zoho {

// Scratch: what was looked for and is not there.
inline constexpr std::string_view kDealLooked = "deal_looked_up";
inline constexpr std::string_view kNoteLooked = "note_looked_up";
inline constexpr std::string_view kTaskLooked = "task_looked_up";
// Scratch: the deal that is to be moved.
inline constexpr std::string_view kDealFound = "deal_found";

// What an earlier attempt may have made.
std::unique_ptr<const Step> FindDeals(const Settings& settings);
std::unique_ptr<const Step> ListNotes(const Settings& settings);
std::unique_ptr<const Step> FindTasks(const Settings& settings, const std::string& module);

// With deal_key_field an upsert.
std::unique_ptr<const Step> WriteDeals(const Settings& settings);
std::unique_ptr<const Step> CreateNotes(const Settings& settings);
std::unique_ptr<const Step> CreateTasks(const Settings& settings);

std::unique_ptr<const Step> FindDealsToMove(const Settings& settings);
std::unique_ptr<const Step> MoveDeals(const Settings& settings);

}  // namespace leadrelay::delivery::zoho
