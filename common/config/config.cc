#include "common/config/config.h"

#include "absl/strings/str_join.h"

#include "common/config/parts.h"

namespace leadrelay::config {
namespace {

template <typename T>
const T* FindNamed(const std::vector<T>& parts, std::string_view name) {
  for (const T& part : parts) {
    if (part.name == name) return &part;
  }
  return nullptr;
}

}  // namespace

const Publisher* Config::FindPublisher(std::string_view wanted) const {
  return FindNamed(publishers, wanted);
}
const Form* Config::FindForm(std::string_view wanted) const {
  return FindNamed(forms, wanted);
}
const Destination* Config::FindDestination(std::string_view wanted) const {
  return FindNamed(destinations, wanted);
}

std::string ReadSecret(Section& section, std::string_view key, bool wanted, std::string fallback) {
  if (wanted) return section.Secret(key, std::move(fallback));
  section.CheckSecret(key);
  return "";
}

void RefuseUnknownNames(Section& section,
                        std::string_view key,
                        const std::vector<std::string>& known,
                        std::string_view what) {
  const std::vector<std::string> names = section.Texts(key);
  const std::vector<std::string> written = section.Written(key);
  if (names.size() != written.size()) return;  // Some could not be read: they have their faults.
  for (size_t i = 0; i < names.size(); ++i) {
    if (std::find(known.begin(), known.end(), names[i]) != known.end()) continue;
    std::string hint = DidYouMean(written[i], known);
    if (hint.empty() && !known.empty()) hint = "; there are: " + absl::StrJoin(known, ", ");
    section.AddFault(
        key, absl::StrCat("there is no ", std::string(what), " \"", written[i], "\"", hint));
  }
}

Config Load(std::string_view text, const Environment& environment, Faults& faults, Reader reader) {
  return Read(Section::Parse(text, environment, faults), faults, reader);
}

Config Read(Section root, Faults& faults, Reader reader) {
  Config config;
  config.faults = faults;
  config.name = root.Text("name", config.name);
  ReadConnections(root, reader, config);
  ReadServices(root, reader, config);
  ReadDestinations(root, config);
  ReadPublishers(root, config);
  ReadRoutes(root, config);
  root.RefuseUnknownKeys();
  return config;
}

}  // namespace leadrelay::config
