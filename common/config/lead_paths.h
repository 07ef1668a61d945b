#pragma once
// The paths into a lead that a configuration may name.  Pure.
//
// They are those of proto/lead.v1.schema.json (a test compares), and form_data.<any field>.

#include <string>
#include <string_view>
#include <vector>

namespace leadrelay::config {

// "email", "source.utm_source" ...: what has a single value.
const std::vector<std::string>& LeadPaths();

bool IsLeadPath(std::string_view path);         // One of them, or form_data.<field>.
bool IsLeadPathOrGroup(std::string_view path);  // Or "source", "deal", "form_data" as a whole.

// "\"emial\" is no path of a lead; did you mean \"email\"?"
std::string NoLeadPath(std::string_view path);

}  // namespace leadrelay::config
