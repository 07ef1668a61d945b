#pragma once
// Mapping: which CRM field gets what of a lead.  Data, compiled once; applying it cannot fail.
// Pure.
//
//   mapping:
//     email: email                                  # CRM field: lead path
//     plan: {from: form_data.plan, default: basic}  # when the lead has none
//     lead_source: {value: Website}                 # the same for every lead
//     about: {template: "{first_name} {last_name}[ from {company}]"}
//     owner: {from: form_data.country, transform: upper, lookup: {DE: "17"}, otherwise: "4"}
//     status:                                       # the first that counts and gives something
//       - {value: working, when: {path: operation, equals: create_deal}}
//       - {from: form_data.status, max_length: 40}
//     phone: {drop: true}                           # takes away what the connector maps by itself
//     phone: null                                   # the same
//
// docs/mapping.md has all of it.

#include <optional>
#include <string>
#include <vector>

#include "common/config/section.h"
#include "services/delivery/map/lead_facts.h"
#include "services/delivery/map/rule.h"
#include "services/delivery/map/scalar.h"

namespace leadrelay::delivery {

// What a connector maps when the configuration does not say otherwise.
struct DefaultField {
  std::string field;
  std::string path;
};

struct MappedField {
  std::string field;
  Scalar value;
  friend bool operator==(const MappedField&, const MappedField&) = default;
};

// What the mapping could not do to a value of this lead.  Never holds the value.
struct MappingWarning {
  std::string field;  // The CRM's.
  std::string rule;   // The key below it: "lookup"; of the second entry of a list: "[1].lookup".
  std::string what;   // "has no entry for what the lead has"
  friend bool operator==(const MappingWarning&, const MappingWarning&) = default;
};

class Mapping {
 public:
  Mapping() = default;

  // Faults go to `section`, every one (rule_compile.h).  `defaults` that name an unknown path are a
  // programming error and abort.
  static Mapping Compile(config::Section section, const std::vector<DefaultField>& defaults = {});

  // Defaults in their order, then what the configuration adds in its order; every field once.  A
  // field for which the lead has nothing, and the mapping no default, is left out; so is one whose
  // value cannot be made what it is to be.
  std::vector<MappedField> Apply(const LeadFacts& facts) const;

  // What Apply() cannot do, or does at a loss, for the same lead.  For a log: once per delivery.
  std::vector<MappingWarning> Warnings(const LeadFacts& facts) const;

  std::vector<std::string> Fields() const;  // Every field that a lead can fill.
  bool Fills(std::string_view field) const;
  bool empty() const { return entries_.empty(); }

 private:
  struct Entry {
    std::string field;
    std::vector<Rule> rules;  // The first that applies and gives something.
  };

  static std::vector<Rule> CompileRules(config::Section& section, const std::string& field);
  static std::vector<Rule> CompileList(config::Section& section, const std::string& field);
  void Put(Entry entry);
  std::vector<MappedField> Apply(const LeadFacts& facts,
                                 std::vector<MappingWarning>& warnings) const;
  static std::optional<Scalar> Give(const Entry& entry,
                                    const LeadFacts& facts,
                                    std::vector<MappingWarning>& warnings);

  std::vector<Entry> entries_;
};

}  // namespace leadrelay::delivery
