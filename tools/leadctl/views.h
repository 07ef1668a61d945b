#pragma once
// The operators' API's answers for people.  Pure.

#include <string>

#include "common/json/json.h"
#include "tools/leadctl/table.h"

namespace leadrelay::leadctl {

std::string BooksView(const json::Value& answer, Look look);
std::string DestinationsView(const json::Value& answer, Look look);
std::string DeadLettersView(const json::Value& answer, Look look);
std::string GroupsView(const json::Value& answer, Look look);
std::string DeadLetterView(const json::Value& letter, Look look);  // Without the lead itself.
std::string LeadView(const json::Value& lead, Look look);          // Likewise.
std::string ReplaysView(const json::Value& answer, Look look);
std::string ReplayView(const json::Value& replay, Look look);
std::string PlanView(const json::Value& plan, Look look);

// Of the books' answer.
int64_t InFlight(const json::Value& answer);

// "2026-03-01T09:30:00.250Z" -> "2026-03-01 09:30:00"
std::string ShortTime(const std::string& time);

}  // namespace leadrelay::leadctl
