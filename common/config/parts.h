#pragma once
// The parts of a configuration file, one function each.  For the loader alone.
//
// They read what is theirs of `root`, and put faults at the keys that they are about.

#include <string>
#include <vector>

#include "common/config/config.h"

namespace leadrelay::config {

void ReadConnections(Section& root, Reader reader, Config& config);  // Broker and Redis.
void ReadServices(Section& root, Reader reader, Config& config);     // Ingest, delivery, dlq, log.
void ReadDestinations(Section& root,
                      Config& config);               // After the services: it checks against them.
void ReadPublishers(Section& root, Config& config);  // And their forms.
void ReadRoutes(Section& root, Config& config);      // Last: it checks against the others.

// {path, equals | one_of | matches | exists}
Condition ReadCondition(Section& section);

// The secret, or an empty text when `wanted` is false: then only its form is checked.
std::string ReadSecret(Section& section, std::string_view key, bool wanted, std::string fallback);

// A fault for each of the texts at `key` that is not one of `known`.  `what`: "destination".
void RefuseUnknownNames(Section& section,
                        std::string_view key,
                        const std::vector<std::string>& known,
                        std::string_view what);

template <typename T>
std::vector<std::string> NamesOf(const std::vector<T>& parts) {
  std::vector<std::string> names;
  names.reserve(parts.size());
  for (const T& part : parts) names.push_back(part.name);
  return names;
}

}  // namespace leadrelay::config
