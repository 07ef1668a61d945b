#pragma once
// What there is in every account of the sandbox's Freshsales, and cannot be changed.  Pure.

#include <map>
#include <string>
#include <string_view>

#include "common/json/json.h"

namespace leadrelay::sandbox::freshsales {

// What a select is made of: the answer by the last part of its path.
const std::map<std::string, std::string>& Selectors();

// The answer that lists the custom fields.
inline constexpr std::string_view kFields =
    R"({"fields":[{"name":"cf_budget","label":"Budget","type":"text"},)"
    R"({"name":"cf_origin","label":"Origin","type":"text"}]})";

bool IsStage(const std::string& id);

// What is wrong with a contact's fields; empty: nothing.
std::string FaultIn(const json::Value& contact);

}  // namespace leadrelay::sandbox::freshsales
