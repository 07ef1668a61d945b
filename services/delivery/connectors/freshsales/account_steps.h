#pragma once
// The requests that give a contact its company: an account, upserted by its name and added to the
// contact's list of accounts.  One job each.  Pure.
//
//   upsert account -> [read the contact's accounts] -> link account
//
// A write of the list replaces it, so it is read before it is written, unless the answer to the
// contact's own upsert has shown it.  Facts: rudderlabs/rudder-transformer (upsert by name,
// `include` of the contact's upsert, `sales_accounts`).  UNVERIFIED: whether the list stands in the
// contact or beside it, so both are read, and an answer with neither is never taken for an empty
// list; and whether two upserts of one name at one moment make one account.

#include "services/delivery/connectors/freshsales/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::freshsales {

// Scratch: the contact's accounts, the primary one marked: "7001*,7002".
inline constexpr std::string_view kAccounts = "accounts";

bool WantsAccount(const Job& job, const Settings& settings);
// Of the contact's upsert: its answer shows the accounts.
inline constexpr std::string_view kWithAccounts = "?include=sales_accounts";
// Notes down the accounts that an answer shows.
void NoteAccounts(Job& job, const Answer& answer);

// `settings` outlives each of them.
JobStep::Plan UpsertAccount(const Settings& settings);
JobStep::Plan ReadAccounts(const Settings& settings);
JobStep::Plan LinkAccount(const Settings& settings);

}  // namespace leadrelay::delivery::freshsales
