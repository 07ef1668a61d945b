#pragma once
// Template: a text with places for what a lead has.  Pure.
//
//   {first_name} {last_name}[ from {company}]
//
// {path} is what the lead has there.  What stands in [brackets] is left out when the lead lacks one
// of its paths; lacking a path outside of brackets, the template gives nothing.  For the signs
// themselves they are doubled: {{ }} [[ ]].

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/delivery/map/lead_path.h"

namespace leadrelay::delivery {

class Template {
 public:
  Template() = default;

  // Faults in words go to `faults`, all of them.
  static Template Parse(std::string_view text, std::vector<std::string>& faults);

  std::optional<std::string> Fill(const LeadFacts& facts) const;

 private:
  class Parser;
  struct Piece {
    std::string text;              // Comes first,
    std::optional<LeadPath> path;  // then this.
  };
  struct Part {
    bool optional = false;
    std::vector<Piece> pieces;
  };
  static std::optional<std::string> Fill(const Part& part, const LeadFacts& facts);

  std::vector<Part> parts_;
};

}  // namespace leadrelay::delivery
