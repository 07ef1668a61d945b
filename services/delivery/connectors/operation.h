#pragma once
// Operation: what is to be done about a person in a CRM.  A new lead is the usual one; the others
// come from POST /v1/operations, as a lead document with the member `operation`.  One is our own:
// dlq asks a destination with mark_synced to mark the record that it made of an earlier lead, whose
// id is the document's `synced_lead_id` (services/dlq/mark).  Pure.
//
// Whatever a publisher's operation, the person comes first: operations and leads overtake one
// another in retries, so a person who is not there yet is made, and the result is the same in any
// order.

#include <optional>
#include <string_view>

#include "common/json/json.h"

namespace leadrelay::delivery {

enum class Operation {
  kLead,          // The person, and what the lead carries: deal, note, task.
  kUpdatePerson,  // The person's fields.
  kCreateDeal,
  kMoveDeal,  // Another stage, or value, of the person's deal of that title.
  kAddNote,
  kAddTask,
  kMarkSynced,  // The record of an earlier lead: the other destinations have that lead.
};

// Of a lead document: without the member `operation` it is a lead.  Nothing for a word that this
// version does not know.
std::optional<Operation> OperationOf(const json::Value& lead);
std::string_view Name(Operation operation);  // "add_note"

// What the document asks for beside the person.
bool WantsNewDeal(const json::Value& lead);
bool WantsDealMove(const json::Value& lead);
bool WantsNote(const json::Value& lead);
bool WantsTask(const json::Value& lead);

// Of kMarkSynced: the lead whose record is to be marked.
std::string_view SyncedLead(const json::Value& lead);

}  // namespace leadrelay::delivery
