#include "services/delivery/deliver/destinations.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace leadrelay::delivery {
namespace {

std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates) {
  std::optional<std::string> near = config::Suggest(word, candidates);
  return near.has_value() ? absl::StrCat("; did you mean ", *near, "?") : "";
}

std::vector<const config::Destination*> Select(const config::Config& config,
                                               const std::vector<std::string>& names,
                                               config::Faults& faults) {
  std::vector<const config::Destination*> selected;
  std::vector<std::string> known;
  for (const config::Destination& destination : config.destinations) {
    known.push_back(destination.name);
    if (names.empty()) selected.push_back(&destination);
  }
  for (const std::string& name : names) {
    const config::Destination* found = config.FindDestination(name);
    if (found == nullptr) {
      faults.Add(0,
                 absl::StrCat("destinations.", name),
                 absl::StrCat("there is no such destination", DidYouMean(name, known)));
    } else if (std::find(selected.begin(), selected.end(), found) == selected.end()) {
      selected.push_back(found);
    }
  }
  return selected;
}

}  // namespace

std::vector<ConfiguredDestination> ConfigureDestinations(const config::Config& config,
                                                         const std::vector<std::string>& names,
                                                         config::Faults& faults) {
  std::vector<std::string> connectors;
  for (const ConnectorType& type : AllConnectors()) connectors.emplace_back(type.name);

  std::vector<ConfiguredDestination> configured;
  for (const config::Destination* destination : Select(config, names, faults)) {
    const ConnectorType* type = FindConnector(destination->connector);
    if (type == nullptr) {
      faults.Add(destination->settings.line(),
                 absl::StrCat("destinations.", destination->name, ".connector"),
                 absl::StrCat("there is no connector ",
                              destination->connector,
                              DidYouMean(destination->connector, connectors)));
      continue;
    }
    ConfiguredDestination entry;
    entry.destination = destination;
    entry.connector = type->configure(Setup{
        destination->name, destination->settings, destination->mapping, destination->mark_synced});
    if (destination->mark_synced && !entry.connector->Offers(Operation::kMarkSynced)) {
      faults.Add(destination->settings.line(),
                 absl::StrCat("destinations.", destination->name, ".mark_synced"),
                 absl::StrCat("the connector ",
                              destination->connector,
                              " has no way to mark its records: take it out"));
    }
    configured.push_back(std::move(entry));
  }
  return configured;
}

}  // namespace leadrelay::delivery
