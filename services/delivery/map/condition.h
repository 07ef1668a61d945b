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
  explicit Condition(LeadPath path) : path_(std::move(path)) {}
  static std::optional<Condition> Compile(config::Section& section);
  bool AsksForText() const;
  bool TextHolds(const std::string& text) const;

  LeadPath path_;
  std::optional<std::string> equals_;
  std::vector<std::string> one_of_;
  std::optional<std::string> matches_;
  std::optional<bool> exists_;
};

}  // namespace leadrelay::delivery
