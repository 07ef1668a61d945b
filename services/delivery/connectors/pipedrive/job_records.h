#pragma once
// What becomes of a job in Pipedrive: a person, and with it perhaps an organization, a deal or a
// lead of the inbox (deal_records.h), a note and an activity.  Bodies of requests, and what is
// remembered.  Pure.

#include <string>
#include <string_view>

#include "services/delivery/connectors/operation.h"
#include "services/delivery/connectors/pipedrive/person.h"
#include "services/delivery/connectors/pipedrive/settings.h"

namespace leadrelay::delivery::pipedrive {

// Progress: what is there already.
inline constexpr std::string_view kPersonId = "person_id";
inline constexpr std::string_view kPersonEffect = "person_effect";  // "created", "updated", "found"
inline constexpr std::string_view kOrganizationId = "organization_id";
inline constexpr std::string_view kDealId = "deal_id";
inline constexpr std::string_view kInboxLeadId = "inbox_lead_id";
inline constexpr std::string_view kMovedDealId = "moved_deal_id";
inline constexpr std::string_view kNoteId = "note_id";
inline constexpr std::string_view kTaskId = "task_id";

// Scratch: what look-ups found.
inline constexpr std::string_view kPersonRead = "person_read";            // The next three hold.
inline constexpr std::string_view kHasOrganization = "has_organization";  // The person's own.
inline constexpr std::string_view kEmails = "emails";  // The person's with ours, to be written.
inline constexpr std::string_view kPhones = "phones";
inline constexpr std::string_view kStageId = "stage_id";
inline constexpr std::string_view kDealToMove = "deal_to_move";
inline constexpr std::string_view kDealPipeline = "deal_pipeline";  // Of the deal to move.

// An id is digits: a JSON number as it is.  An empty one is not written.
void WriteId(json::Writer& writer, std::string_view key, const std::string& id);
// Those of the account's own making stand apart in v2.
void WriteFields(json::Writer& writer, const std::vector<MappedField>& fields);

// Operations other than a lead and an update leave a person who is there as they are.
bool UpdatesPerson(const Job& job);

std::string NewPersonBody(const Job& job, const Settings& settings);
// Empty: there is nothing to write.
std::string PersonPatch(const Job& job, const Settings& settings);
std::string NewOrganizationBody(const Job& job, const Settings& settings);

bool WantsNoteOf(const Job& job, const Settings& settings);
std::string NewNoteBody(const Job& job);

bool WantsTaskOf(const Job& job, const Settings& settings);
std::string NewTaskBody(const Job& job, const Settings& settings);

}  // namespace leadrelay::delivery::pipedrive
