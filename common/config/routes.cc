#include <algorithm>

#include "absl/strings/str_join.h"

#include "common/config/lead_paths.h"
#include "common/config/parts.h"
#include "common/config/suggest.h"

namespace leadrelay::config {
namespace {

// A word that the path never is: the condition would never hold.
void RefuseForeignWords(Section& section, std::string_view key, const std::string& path) {
  const std::vector<std::string> words = WordsAt(path);
  if (words.empty()) return;
  for (const std::string& word : section.Written(key)) {
    const bool reference = word.find("${") != std::string::npos;
    if (reference || std::ranges::find(words, word) != words.end()) continue;
    std::string hint = DidYouMean(word, words);
    if (hint.empty()) hint = absl::StrCat("; it is one of ", absl::StrJoin(words, ", "));
    section.AddFault(key, absl::StrCat(path, " is never \"", word, "\"", hint));
  }
}

}  // namespace

Condition ReadCondition(Section& section) {
  Condition condition;
  condition.path = section.RequiredText("path");
  if (!condition.path.empty() && !IsConditionPath(condition.path)) {
    section.AddFault("path", NoConditionPath(section.Written("path").front()));
  }
  condition.equals = section.OptionalText("equals");
  condition.one_of = section.Texts("one_of");
  condition.matches = section.OptionalText("matches");
  const bool exists = section.Bool("exists", true);
  if (section.Has("exists")) condition.exists = exists;
  RefuseForeignWords(section, "equals", condition.path);
  RefuseForeignWords(section, "one_of", condition.path);
  if (condition.exists.has_value() && condition.path == "operation") {
    section.AddFault("exists", "says nothing: every lead has operation");
  }

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
