#include "services/delivery/connectors/operation.h"

#include <array>
#include <utility>

namespace leadrelay::delivery {
namespace {

constexpr std::array<std::pair<std::string_view, Operation>, 7> kNames = {{
    {"lead", Operation::kLead},
    {"update_person", Operation::kUpdatePerson},
    {"create_deal", Operation::kCreateDeal},
    {"move_deal", Operation::kMoveDeal},
    {"add_note", Operation::kAddNote},
    {"add_task", Operation::kAddTask},
    {"mark_synced", Operation::kMarkSynced},
}};

bool IsOneOf(const json::Value& lead, Operation first, Operation second) {
  const std::optional<Operation> operation = OperationOf(lead);
  return operation == first || operation == second;
}

}  // namespace

std::optional<Operation> OperationOf(const json::Value& lead) {
  const json::Value member = lead.Find("operation");
  if (!member.exists()) return Operation::kLead;
  const std::string_view word = member.AsString().value_or("");
  for (const auto& [name, operation] : kNames) {
    if (name == word) return operation;
  }
  return std::nullopt;
}

std::string_view Name(Operation operation) {
  for (const auto& [name, each] : kNames) {
    if (each == operation) return name;
  }
  return "lead";
}

bool WantsNewDeal(const json::Value& lead) {
  return IsOneOf(lead, Operation::kLead, Operation::kCreateDeal) && lead.Find("deal").IsObject();
}

bool WantsDealMove(const json::Value& lead) {
  return OperationOf(lead) == Operation::kMoveDeal && lead.Find("deal").IsObject();
}

bool WantsNote(const json::Value& lead) {
  return IsOneOf(lead, Operation::kLead, Operation::kAddNote) &&
         !lead.Find("note").StringOr("").empty();
}

bool WantsTask(const json::Value& lead) {
  return IsOneOf(lead, Operation::kLead, Operation::kAddTask) && lead.Find("task").IsObject();
}

std::string_view SyncedLead(const json::Value& lead) {
  return lead.Find("synced_lead_id").AsString().value_or("");
}

}  // namespace leadrelay::delivery
