#include "tests/sandbox/systems/hubspot/association_types.h"

#include <array>

namespace leadrelay::sandbox::hubspot {
namespace {

struct AssociationType {
  int64_t id;
  std::string_view from;
  std::string_view to;
  int64_t back;
};

constexpr std::array kTypes = {
    AssociationType{3, "deals", "contacts", 4},
    AssociationType{4, "contacts", "deals", 3},
    AssociationType{202, "notes", "contacts", 201},
    AssociationType{201, "contacts", "notes", 202},
    AssociationType{204, "tasks", "contacts", 203},
    AssociationType{203, "contacts", "tasks", 204},
    AssociationType{214, "notes", "deals", 213},
    AssociationType{213, "deals", "notes", 214},
    AssociationType{279, "contacts", "companies", 280},
    AssociationType{280, "companies", "contacts", 279},
    AssociationType{341, "deals", "companies", 342},
    AssociationType{342, "companies", "deals", 341},
    AssociationType{216, "tasks", "deals", 215},
    AssociationType{215, "deals", "tasks", 216},
};

}  // namespace

std::string FarType(int64_t type_id) {
  for (const AssociationType& type : kTypes) {
    if (type.id == type_id) return std::string(type.to);
  }
  return "companies";
}

int64_t BackOf(int64_t type_id) {
  for (const AssociationType& type : kTypes) {
    if (type.id == type_id) return type.back;
  }
  return type_id;
}

int64_t UsualType(std::string_view from, std::string_view to) {
  for (const AssociationType& type : kTypes) {
    if (type.from == from && type.to == to) return type.id;
  }
  return 0;
}

}  // namespace leadrelay::sandbox::hubspot
