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

bool IsLeadPath(std::string_view path);  // One of them, or form_data.<field>.

// "\"emial\" is no path of a lead; did you mean \"email\"?"
std::string NoLeadPath(std::string_view path);

// What a condition can look at, in a lead that ingest has normalised: the same but ip_address, of
// which ip_hash is left; phone_raw; and "source", "deal", "task" and "form_data" as a whole.
bool IsConditionPath(std::string_view path);
std::string NoConditionPath(std::string_view path);

// What stands at `operation`, in a condition: "lead" for a lead, which has no such member, or one
// of the others.
const std::vector<std::string>& LeadOperations();

// All that can stand at `path`; empty: anything.
std::vector<std::string> WordsAt(std::string_view path);

}  // namespace leadrelay::config
