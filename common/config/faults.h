#pragma once
// What is wrong with a configuration, all of it at once.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace leadrelay::config {

struct Fault {
  int line = 0;      // 1-based; 0: the file as a whole.
  std::string path;  // "destinations.hubspot-eu.timeout"
  std::string message;
  friend bool operator==(const Fault&, const Fault&) = default;
};

// A handle: copies share one list.  Sections hold one, so a section that is read later, as a
// destination's settings are by its connector, still reports to the load that it came from.
class Faults {
 public:
  Faults();

  void Add(int line, std::string path, std::string message);  // The same fault again: kept once.
  bool empty() const { return list_->empty(); }
  const std::vector<Fault>& all() const { return *list_; }  // In order of line.
  std::string ToText(std::string_view file) const;          // "file:12: path: message", one a line.

 private:
  std::shared_ptr<std::vector<Fault>> list_;
};

}  // namespace leadrelay::config
