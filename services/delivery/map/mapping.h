#pragma once
// Mapping: which CRM field gets what of a lead.  Data, compiled once; applying it cannot fail.
// Pure.
//
//   mapping:
//     email: email                                  # CRM field: lead path
//     plan: {from: form_data.plan, default: basic}  # when the lead has none
//     lead_source: {value: Website}                 # the same for every lead
//     priority: {value: 5, as: number}              # text (the default), number or boolean
//     phone: {drop: true}                           # takes away what the connector maps by itself
//     phone: null                                   # the same

#include <optional>
#include <string>
#include <vector>

#include "common/config/section.h"
#include "services/delivery/map/lead_facts.h"
#include "services/delivery/map/lead_path.h"
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

class Mapping {
 public:
  Mapping() = default;

  // Faults go to `section`: an unknown lead path (with the nearest known one), an entry of another
  // form.  `defaults` that name an unknown path are a programming error and abort.
  static Mapping Compile(config::Section section, const std::vector<DefaultField>& defaults = {});

  // Defaults in their order, then what the configuration adds in its order; every field once.  A
  // field for which the lead has nothing, and the mapping no default, is left out.
  std::vector<MappedField> Apply(const LeadFacts& facts) const;

  std::vector<std::string> Fields() const;  // Every field that a lead can fill.
  bool Fills(std::string_view field) const;
  bool empty() const { return rules_.empty(); }

 private:
  struct Rule {
    std::string field;
    std::optional<LeadPath> from;
    std::optional<Scalar> fallback;  // Without `from`: the value.
  };

  static std::optional<Rule> CompileRule(config::Section& section, const std::string& field);
  void Put(Rule rule);
  void Drop(const std::string& field);

  std::vector<Rule> rules_;
};

}  // namespace leadrelay::delivery
