#pragma once
// The types of association: each link between two records has a number, and another one when it is
// seen from its other end.  Pure.

#include <cstdint>
#include <string>
#include <string_view>

namespace leadrelay::sandbox::hubspot {

struct Association {
  std::string to_type;
  std::string to_id;
  int64_t type_id = 0;
  auto operator<=>(const Association&) const = default;
};

// The object type at the far end.
std::string FarType(int64_t type_id);

// The same link, seen from its other end.
int64_t BackOf(int64_t type_id);

// What a link is without a label; 0: there is no such link.
int64_t UsualType(std::string_view from, std::string_view to);

}  // namespace leadrelay::sandbox::hubspot
