#pragma once
// Queries of Close's advanced filtering, POST /data/search/.  Pure.
// Facts: developer.close.com, "Advanced Filtering".  Queries are JSON, so nothing of a value is
// ever syntax.  The index is behind the records by 30 to 60 s.

#include <string>
#include <string_view>
#include <vector>

#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery::close {

// Contacts with this e-mail address, whatever its case: whether Close compares without regard to
// case is not documented, so both spellings are asked for.
std::string ContactsByEmail(std::string_view email);
std::string ContactsByPhone(std::string_view phone);
std::string ContactsByName(std::string_view name);
std::string LeadsByName(std::string_view name, std::string_view mode);

// The hits that bear the value indeed, oldest first: the index matches by its own rules, and lags.
std::vector<json::Value> HitsByEmail(const json::Value& data, std::string_view email);
std::vector<json::Value> HitsByPhone(const json::Value& data, std::string_view phone);
std::vector<json::Value> HitsByName(const json::Value& data, std::string_view name);

// One of a contact's e-mail addresses or phone numbers, by what makes it the same.
bool SameEmail(std::string_view a, std::string_view b);
bool SamePhone(std::string_view a, std::string_view b);

}  // namespace leadrelay::delivery::close
