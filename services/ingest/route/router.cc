#include "services/ingest/route/router.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"

#include "services/ingest/route/condition.h"

namespace leadrelay::ingest {
namespace {

bool Allows(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::ranges::find(names, name) != names.end();
}

bool Names(const Routing& routing, const std::string& destination) {
  return std::ranges::find(routing.destinations, destination) != routing.destinations.end() ||
         std::ranges::find(routing.suppressed, destination, &lead::Suppression::destination) !=
             routing.suppressed.end();
}

}  // namespace

Router::Router(const std::vector<config::Route>& routes,
               const std::vector<config::Destination>& destinations) {
  std::map<std::string, Target> by_name;
  Rule everything;
  for (const config::Destination& destination : destinations) {
    Target target{destination.name, destination.consent_required, destination.only_when};
    everything.targets.push_back(target);
    by_name.emplace(destination.name, std::move(target));
  }
  for (const config::Route& route : routes) {
    Rule rule{route.publishers, route.forms, route.when, {}};
    for (const std::string& name : route.destinations) {
      const auto known = by_name.find(name);
      rule.targets.push_back(known == by_name.end() ? Target{name, false, {}} : known->second);
    }
    rules_.push_back(std::move(rule));
  }
  if (routes.empty()) rules_.push_back(std::move(everything));
}

bool Router::Matches(const Rule& rule, std::string_view publisher, const NormalLead& lead) {
  if (!Allows(rule.publishers, publisher)) return false;
  if (!Allows(rule.forms, lead.form_name())) return false;
  return std::ranges::all_of(
      rule.when, [&](const config::Condition& condition) { return Holds(condition, lead.root()); });
}

Routing Router::Decide(std::string_view publisher, const NormalLead& lead) const {
  const bool consent = lead.consent_given();
  Routing routing;
  for (const Rule& rule : rules_) {
    if (!Matches(rule, publisher, lead)) continue;
    for (const Target& target : rule.targets) {
      if (Names(routing, target.name)) continue;
      const auto refused = std::ranges::find_if_not(
          target.only_when,
          [&](const config::Condition& condition) { return Holds(condition, lead.root()); });
      if (target.consent_required && !consent) {
        routing.suppressed.push_back(lead::Suppression{target.name, "no consent"});
      } else if (refused != target.only_when.end()) {
        routing.suppressed.push_back(
            lead::Suppression{target.name, absl::StrCat("filtered by ", refused->path)});
      } else {
        routing.destinations.push_back(target.name);
      }
    }
  }
  return routing;
}

}  // namespace leadrelay::ingest
