#pragma once
// What becomes of a job in Freshsales: a contact, and with it perhaps a deal, a note, a task. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/delivery/connectors/connector.h"
#include "services/delivery/connectors/freshsales/settings.h"

namespace leadrelay::delivery::freshsales {

// Progress: what is there already.
inline constexpr std::string_view kContactId = "contact_id";
inline constexpr std::string_view kContactEffect = "contact_effect";  // "created", "updated"
inline constexpr std::string_view kAccountId = "account_id";
inline constexpr std::string_view kAccountLinked = "account_linked";
inline constexpr std::string_view kDealId = "deal_id";
inline constexpr std::string_view kDealMoved = "deal_moved";
inline constexpr std::string_view kNoteId = "note_id";
inline constexpr std::string_view kTaskId = "task_id";

// What Freshsales tells a person by: `id_field` when the lead has a value for it, else the e-mail
// address in lower case.
struct Identifier {
  std::string field;
  std::string value;
};
std::optional<Identifier> IdentifierOf(const Job& job, const Settings& settings);
// Of a person who is told by the e-mail address; empty when it is by another field.
std::string EmailOf(const Job& job, const Settings& settings);

// The stage that a deal is to be in: an id, or names with | between.  Empty: none was asked for.
std::string StageOf(const Job& job, const Settings& settings);
std::string DealNameOf(const Job& job, const Settings& settings);
// The lead's currency has an id in `currencies`, or nobody asked for currencies.
bool KnowsCurrency(const Job& job, const Settings& settings);

// Bodies of requests.  `stage_id` is what was found for a name.
std::string ContactBody(const Job& job, const Settings& settings);
std::string NewDealBody(const Job& job, const Settings& settings, std::string_view stage_id);
std::string MovedDealBody(const Job& job, const Settings& settings, std::string_view stage_id);
std::string NoteBody(const Job& job);
std::string TaskBody(const Job& job, const Settings& settings);

// Members of an object: what a bulk upsert has beside the address.
void WriteContactButEmail(const Job& job, const Settings& settings, json::Writer& writer);

// Members of an object: ids as numbers, custom fields below `custom_field`, any other as text.
void WriteFields(const std::vector<std::pair<std::string, std::string>>& fields,
                 json::Writer& writer);

}  // namespace leadrelay::delivery::freshsales
