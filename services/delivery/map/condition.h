#pragma once
// Condition: when an entry of a mapping counts.  The words are those of a route's `when`.  Pure.
//
//   when: {path: operation, one_of: [create_deal, move_deal]}
//   when:
//     - {path: form_name, matches: "webinar-*"}
//     - {path: deal, exists: true}               # all of them have to hold

#include <optional>
#include <string>
#include <vector>

#include "common/config/section.h"
#include "services/delivery/map/lead_path.h"

namespace leadrelay::delivery {

class Condition {
 public:
  // The conditions under `key`, one or a list; faults go to the section.
  static std::vector<Condition> CompileAll(config::Section& section, std::string_view key);

  // Texts, numbers and booleans compare as texts; of a list, one element is enough.
  bool Holds(const LeadFacts& facts) const;

 private:
  struct Test {
    std::optional<std::string> equals;
    std::vector<std::string> one_of;
    std::optional<std::string> matches;
    std::optional<bool> exists;

    bool AsksForText() const;
    bool Holds(const std::string& text) const;
  };

  Condition(LeadPath path, Test test) : path_(std::move(path)), test_(std::move(test)) {}
  static std::optional<Condition> Compile(config::Section& section);
  static Test ReadTest(config::Section& section);

  LeadPath path_;
  Test test_;
};

}  // namespace leadrelay::delivery
