#pragma once
// Template: a text with places for a lead's values.  Pure.
//
//   Hello {{first_name ?? there}}, thank you for your interest in {{form_data.plan}}.
//
// A place is a lead path as in a mapping, or `lead`: everything that the lead has, a line each.
// What follows ?? stands there when the lead has nothing; without it, nothing does.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

#include "services/delivery/map/lead_facts.h"
#include "services/delivery/map/lead_path.h"

namespace leadrelay::delivery::email {

class Template {
 public:
  // What is put in: values as they are, or as HTML wants them.  The text around them stays as it
  // is.
  enum class Escape { kNone, kHtml };

  Template() = default;
  // InvalidArgument, in words for whoever configures it: a path that no lead has, {{ without }}.
  static absl::StatusOr<Template> Compile(std::string_view text);

  std::string Render(const LeadFacts& facts, Escape escape) const;

 private:
  // Text, then a place; the last part has none.
  struct Part {
    std::string text;
    std::optional<LeadPath> path;
    bool whole_lead = false;
    std::string fallback;
  };

  static absl::StatusOr<Part> CompilePlace(std::string_view place);
  static std::string ValueOf(const Part& part, const LeadFacts& facts);

  std::vector<Part> parts_;
};

}  // namespace leadrelay::delivery::email
