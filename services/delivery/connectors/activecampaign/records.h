#pragma once
// What becomes of a job in ActiveCampaign: a contact, and with it perhaps a deal, a note, a task.
// Pure.

#include <optional>
#include <string>
#include <string_view>

#include "services/delivery/connectors/activecampaign/settings.h"
#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery::activecampaign {

// Progress: what is there already.
inline constexpr std::string_view kContactId = "contact_id";
inline constexpr std::string_view kContactEffect = "contact_effect";  // "created", "updated"
inline constexpr std::string_view kDealId = "deal_id";
inline constexpr std::string_view kDealMoved = "deal_moved";
inline constexpr std::string_view kNoteId = "note_id";
inline constexpr std::string_view kTaskId = "task_id";
std::string ListKey(std::string_view list);  // "list_2"
std::string TagKey(std::string_view tag);    // "tag_20"

// The address under which ActiveCampaign keeps the contact, in lower case; empty: none.
std::string EmailOf(const Job& job, const Settings& settings);

// Whether the lead is to be on the settings' lists, and to have their tags.
bool Subscribes(const Job& job);
bool GetsTags(const Job& job);

// The value of a custom field of the contact, as ActiveCampaign takes it.
std::string FieldText(const std::string& field, const Scalar& value, const Settings& settings);
std::string LowerCase(std::string text);

// Bodies of requests.
std::string ContactBody(const Job& job, const Settings& settings);
std::string SubscribeBody(const Job& job, std::string_view list);
std::string TagBody(const Job& job, std::string_view tag);
std::string NoteBody(const Job& job);
std::string TaskBody(const Job& job, const Settings& settings);

// The stage that a deal is to be in, as `deal_stages` has it: an id, a title, won, lost, first.
// Empty: none was asked for.
std::string StageOf(const Job& job, const Settings& settings);
bool IsTitle(std::string_view stage);  // Has to be looked up.

// `stage_id` is what was found for a title.
std::string NewDealBody(const Job& job, const Settings& settings, std::string_view stage_id);
std::string MovedDealBody(const Job& job, const Settings& settings, std::string_view stage_id);
std::string DealTitleOf(const Job& job, const Settings& settings);
// ActiveCampaign counts in cents.  Nothing when the value is no number, or none that fits.
bool HasUsableValue(const Job& job, const Settings& settings);

}  // namespace leadrelay::delivery::activecampaign
