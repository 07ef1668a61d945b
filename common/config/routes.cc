#include "common/config/lead_paths.h"
#include "common/config/parts.h"

namespace leadrelay::config {

Condition ReadCondition(Section& section) {
  Condition condition;
  condition.path = section.RequiredText("path");
  if (!condition.path.empty() && !IsLeadPathOrGroup(condition.path)) {
    section.AddFault("path", NoLeadPath(section.Written("path").front()));
  }
  condition.equals = section.OptionalText("equals");
  condition.one_of = section.Texts("one_of");
  condition.matches = section.OptionalText("matches");
  const bool exists = section.Bool("exists", true);
  if (section.Has("exists")) condition.exists = exists;

  const bool asks_for_text =
      condition.equals.has_value() || !condition.one_of.empty() || condition.matches.has_value();
  if (!asks_for_text && !condition.exists.has_value()) {
    section.AddFault("asks for nothing: give it equals, one_of, matches or exists");
  }
  if (asks_for_text && condition.exists == false) {
    section.AddFault("exists", "is false, and the value is asked for all the same: never true");
  }
  return condition;
}

namespace {

Route ReadRoute(Section& section, std::string default_name, const Config& config) {
  Route route;
  route.name = section.Text("name", std::move(default_name));
  route.publishers = section.Texts("publishers");
  route.forms = section.Texts("forms");
  for (Section& condition : section.Children("when")) {
    route.when.push_back(ReadCondition(condition));
  }
  route.destinations = section.Texts("destinations");
  if (route.destinations.empty()) {
    section.AddFault("destinations", "is required: a route says where matching leads go");
  }
  RefuseUnknownNames(section, "publishers", NamesOf(config.publishers), "publisher");
  RefuseUnknownNames(section, "destinations", NamesOf(config.destinations), "destination");
  return route;
}

}  // namespace

void ReadRoutes(Section& root, Config& config) {
  for (Section& section : root.Children("routes")) {
    Route route = ReadRoute(section, absl::StrCat("route-", config.routes.size() + 1), config);
    for (const Route& other : config.routes) {
      if (other.name != route.name) continue;
      section.AddFault("name", "is the name of an earlier route");
    }
    config.routes.push_back(std::move(route));
  }
}

}  // namespace leadrelay::config
