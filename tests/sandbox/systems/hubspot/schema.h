#pragma once
// Schema: the object types of one HubSpot account and their properties.  Pure.

#include <map>
#include <string>

namespace leadrelay::sandbox::hubspot {

// By type and name; whether no two records of the type may have the same value.
using Schema = std::map<std::string, std::map<std::string, bool>>;

const Schema& AccountSchema();

bool IsUnique(const std::string& type, const std::string& property);

// Types have numbers too: "contacts" and "0-1" are the same.
std::string TypeName(const std::string& type);

}  // namespace leadrelay::sandbox::hubspot
