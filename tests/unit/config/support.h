#pragma once
// What the tests of the configuration share.

#include <map>
#include <string>

#include "common/config/config.h"

namespace leadrelay::config {

inline void PrintTo(const Fault& fault, std::ostream* out) {
  *out << fault.line << ": " << fault.path << ": " << fault.message;
}

inline void PrintTo(const Setting& setting, std::ostream* out) {
  *out << setting.path << " | " << setting.type << " | " << setting.fallback << " | "
       << setting.range;
}

// An environment of fixed variables and files.
inline Environment FixedEnvironment(std::map<std::string, std::string> variables,
                                    std::map<std::string, std::string> files = {}) {
  const auto look_up = [](std::map<std::string, std::string> values) {
    return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
      const auto found = values.find(name);
      if (found == values.end()) return std::nullopt;
      return found->second;
    };
  };
  return {look_up(std::move(variables)), look_up(std::move(files))};
}

// The faults of a file, each as ToText() has it, without the file's name.
inline std::vector<std::string> FaultLines(const Faults& faults) {
  std::vector<std::string> lines;
  for (const Fault& fault : faults.all()) {
    lines.push_back(absl::StrCat(fault.line, ": ", fault.path, ": ", fault.message));
  }
  return lines;
}

// The faults of loading `text`.
inline std::vector<std::string> LoadFaults(std::string_view text,
                                           const Environment& environment = {},
                                           Reader reader = Reader::kEverything) {
  Faults faults;
  (void)Load(text, environment, faults, reader);
  return FaultLines(faults);
}

}  // namespace leadrelay::config
