#pragma once
// What becomes of a job in HubSpot: a contact, and with it perhaps a company, a deal and a note.
// Pure.

#include <optional>
#include <string>
#include <string_view>

#include "services/delivery/connectors/connector.h"
#include "services/delivery/connectors/hubspot/records.h"
#include "services/delivery/connectors/hubspot/settings.h"

namespace leadrelay::delivery::hubspot {

// Progress: what is there already.
inline constexpr std::string_view kContactId = "contact_id";
inline constexpr std::string_view kContactEffect = "contact_effect";  // "created", "updated"
inline constexpr std::string_view kCompanyId = "company_id";
inline constexpr std::string_view kCompanyLinked = "company_linked";
inline constexpr std::string_view kDealId = "deal_id";
inline constexpr std::string_view kDealLinked = "deal_linked";
inline constexpr std::string_view kDealCompanyLinked = "deal_company_linked";
inline constexpr std::string_view kNoteId = "note_id";
inline constexpr std::string_view kTaskId = "task_id";
inline constexpr std::string_view kDealMoved = "deal_moved";

// The contact with the property that identifies it: id_property when the lead has a value for it,
// else the e-mail address, else none, and then it can only be created.
Record ContactOf(const Job& job, const Settings& settings);

// HubSpot wants one of these of every contact.
bool IsContact(const Record& record);

// An upsert by company_id_property, which holds what company_mapping fills it with, else the name
// in lower case.  Nothing: the lead has no company, or there are to be none.
std::optional<Record> CompanyOf(const Job& job, const Settings& settings);

// A deal of the lead's own, or one that is to be moved.
bool WantsDeal(const Job& job, const Settings& settings);
bool MovesDeal(const Job& job, const Settings& settings);
// What tells the deal to move from the contact's others.
std::string DealTitle(const Job& job);
// Another stage or value for the deal whose id is in the progress.
Record MoveOf(const Job& job, const Settings& settings);
// With the key property: an upsert by the delivery id.  Without: a create linked to the contact and
// the company.
Record DealOf(const Job& job, const Settings& settings);

bool WantsNote(const Job& job, const Settings& settings);
// It ends with the reference, by which it is found again.
Record NoteOf(const Job& job);

bool WantsATask(const Job& job, const Settings& settings);
Record TaskOf(const Job& job);
std::string TaskSubject(const Job& job);

}  // namespace leadrelay::delivery::hubspot
