#pragma once
// What the played Pipedrive takes for a body.  Pure.

#include <optional>
#include <string>
#include <string_view>

#include "common/json/json.h"

namespace leadrelay::sandbox::pipedrive_store {

// The key of a field that the account made itself, of persons and of deals.
inline constexpr std::string_view kCustomField = "39365abf109ea01960620ae35f468978ae611bc8";

// "persons", "organizations", "deals", "activities" (v2), "leads", "notes" (v1).
bool IsCollection(const std::string& name);
bool IsOld(const std::string& collection);

// A member that is not known or of another type, or one that is missing, in words.
std::optional<std::string> FaultInBody(const std::string& collection,
                                       const json::Value& body,
                                       bool creates);

}  // namespace leadrelay::sandbox::pipedrive_store
