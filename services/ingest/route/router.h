#pragma once
// Router: where a lead goes, by the rules of the configuration.  Pure.

#include <string>
#include <string_view>
#include <vector>

#include "common/config/config.h"
#include "common/lead/envelope.h"
#include "services/ingest/validate/normal_lead.h"

namespace leadrelay::ingest {

struct Routing {
  std::vector<std::string> destinations;
  // Chosen by a rule, withheld for want of consent or by the destination's own conditions.
  std::vector<lead::Suppression> suppressed;
  friend bool operator==(const Routing&, const Routing&) = default;
};

// Each rule that matches adds its destinations, in the order of the file; a destination named twice
// counts once.  No rules at all: every destination gets every lead.  A lead that no rule matches
// goes to the ledger alone.
class Router {
 public:
  Router(const std::vector<config::Route>& routes,
         const std::vector<config::Destination>& destinations);

  // A rule's `forms` are compared with the lead's form_name.
  Routing Decide(std::string_view publisher, const NormalLead& lead) const;

 private:
  struct Target {
    std::string name;
    bool consent_required = false;
    std::vector<config::Condition> only_when;
  };
  struct Rule {
    std::vector<std::string> publishers;
    std::vector<std::string> forms;
    std::vector<config::Condition> when;
    std::vector<Target> targets;
  };
  static bool Matches(const Rule& rule, std::string_view publisher, const NormalLead& lead);

  std::vector<Rule> rules_;
};

}  // namespace leadrelay::ingest
