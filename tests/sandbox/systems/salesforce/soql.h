#pragma once
// The part of SOQL that a CRM's client is likely to speak, over the sandbox's records.  Pure.
//
//   SELECT f, g FROM X WHERE (f = 'x' OR g IN ('a','b')) AND h >= 2026-09-01T10:00:00Z
//     AND Id IN (SELECT i FROM Y WHERE ...) AND n LIKE '%x%' ORDER BY CreatedDate DESC LIMIT 5

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox/systems/salesforce/database.h"

namespace leadrelay::sandbox::salesforce {

struct Selection {
  std::string object;
  std::vector<std::string> fields;
  std::vector<const Record*> records;
};

// Nothing: MALFORMED_QUERY.  Of literals, a backslash before anything that needs none is one.
std::optional<Selection> Select(const Database& database, std::string_view soql);

}  // namespace leadrelay::sandbox::salesforce
