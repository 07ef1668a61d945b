#pragma once
// Query: the part of COQL that the sandbox's Zoho understands.  Pure.
//
//   select A, B from M where F = 'x' | F in ('x','y') [order by C [asc|desc]] [limit N]

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadrelay::sandbox::zoho {

struct Query {
  std::vector<std::string> fields;
  std::string module;
  std::string field;
  std::vector<std::string> values;
  std::string order = "id";
  bool descending = false;
  size_t limit = 200;
};

inline constexpr size_t kMostValues = 50;  // Of one IN.

// Nothing for anything else.
std::optional<Query> ParseQuery(std::string_view text);

}  // namespace leadrelay::sandbox::zoho
