#pragma once
// Mappings from YAML, and what they make of leads.

#include <string>
#include <string_view>
#include <vector>

#include "services/delivery/map/mapping.h"

namespace leadrelay::delivery {

struct Compiled {
  Mapping mapping;
  std::string faults;  // "f:2: mapping.a: ...", one a line.
};

// Of a file with the key `mapping`.  The environment has TEAM=sales and BRACES={x.
Compiled Compile(std::string_view yaml, const std::vector<DefaultField>& defaults = {});

// A lead of id l1, delivery l1:crm, without a publisher, accepted at 2026-09-01T10:00:00.123Z.
std::vector<MappedField> Apply(const Mapping& mapping, std::string_view lead);
std::vector<MappingWarning> Warnings(const Mapping& mapping, std::string_view lead);

// For failures of tests.
void PrintTo(const MappedField& field, std::ostream* out);
void PrintTo(const MappingWarning& warning, std::ostream* out);

}  // namespace leadrelay::delivery
