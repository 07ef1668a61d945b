#pragma once
// LeadPath: where in a lead a value is found: "email", "source.utm_campaign", "form_data.plan".
// Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/delivery/map/lead_facts.h"
#include "services/delivery/map/scalar.h"

namespace leadrelay::delivery {

class LeadPath {
 public:
  // Nothing for a path that no lead can have.  What stands below form_data is the publisher's
  // affair: any name is taken.
  static std::optional<LeadPath> Parse(std::string_view text);

  // Every path but those below form_data: the lead's own fields and the facts around it (lead_id,
  // delivery_id, publisher, accepted_at).
  static const std::vector<std::string>& Known();

  // A form field may have dots in its name, so below form_data the whole rest is tried as a name
  // before it is read as a path.
  std::optional<Scalar> Read(const LeadFacts& facts) const;

  const std::string& text() const { return text_; }

 private:
  explicit LeadPath(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace leadrelay::delivery
