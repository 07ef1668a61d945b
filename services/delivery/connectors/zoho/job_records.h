#pragma once
// What becomes of a job in Zoho: a person, and with it perhaps an account, a deal, a note and a
// task. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "services/delivery/connectors/connector.h"
#include "services/delivery/connectors/zoho/records.h"
#include "services/delivery/connectors/zoho/settings.h"

namespace leadrelay::delivery::zoho {

// Progress: what is there already.
inline constexpr std::string_view kAccountId = "account_id";
inline constexpr std::string_view kPersonId = "person_id";
inline constexpr std::string_view kPersonEffect = "person_effect";  // "created", "updated"
inline constexpr std::string_view kDealId = "deal_id";              // Made, or moved.
inline constexpr std::string_view kNoteId = "note_id";
inline constexpr std::string_view kTaskId = "task_id";

// Scratch: the fields that Zoho has asked for and the lead has nothing for: "Last_Name,Company".
inline constexpr std::string_view kStandIns = "stand_ins";
std::vector<std::string> StandInsOf(const Job& job);

// "Contacts" for whoever gets a deal, as Zoho's deals belong to contacts; else settings.module.
std::string ModuleOf(const Job& job, const Settings& settings);

// The fields by which an upsert knows a person of that module, the strongest first.
std::vector<std::string> CheckFields(std::string_view module, const Settings& settings);

// The contact's company is to be an account of its own: leads have a text for it, and where the
// mapping names the account itself, there is one.
bool WantsAccount(const Job& job, const Settings& settings);
Record AccountOf(const Job& job, const Settings& settings);
// The name as accounts are told by: in small letters and with single spaces.
std::string AccountKey(const Job& job, const Settings& settings);

// With its account, when that is there.
Record PersonOf(const Job& job, const Settings& settings);
// A value that identifies the person to an upsert; empty: there is none.
std::string KeyOf(const Record& person, std::string_view module, const Settings& settings);
// Whether there is something that a missing field could be given.
bool HasStandIn(std::string_view module, std::string_view field);

bool WantsDeal(const Job& job, const Settings& settings);
bool WantsMove(const Job& job, const Settings& settings);
std::string DealName(const Job& job, const Settings& settings);
Record NewDealOf(const Job& job, const Settings& settings);
Record MovedDealOf(const Job& job, const Settings& settings, const std::string& id);

bool WantsNoteRecord(const Job& job, const Settings& settings);
// It ends with the reference, by which it is found again.
Record NoteOf(const Job& job, const Settings& settings);

bool WantsTaskRecord(const Job& job, const Settings& settings);
// The field of a task that names the person: contacts have one of their own.
std::string_view TaskLink(std::string_view module);
Record TaskOf(const Job& job, const Settings& settings);

}  // namespace leadrelay::delivery::zoho
