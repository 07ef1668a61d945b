#pragma once
// COQL: Zoho's query language, by which records are found right after they were written, when the
// search does not see them yet.  Pure.

#include <set>
#include <string>
#include <string_view>

namespace leadrelay::delivery::zoho {

inline constexpr size_t kMostValues = 50;  // Of one IN.
inline constexpr size_t kMostRows = 200;   // Of one answer, for one credit.

// 'O\'Brien': a value, whatever is in it.
std::string Quoted(std::string_view text);

// Phone in ('+1','+2')
std::string In(std::string_view field, const std::set<std::string>& values);

// {"select_query": "select id,Phone from Leads where ... order by id asc limit 200"}
std::string SelectQuery(std::string_view fields,
                        std::string_view module,
                        std::string_view condition,
                        std::string_view order);

}  // namespace leadrelay::delivery::zoho
