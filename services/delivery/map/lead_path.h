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
  // What a lead has there.
  enum class Kind {
    kAny,  // Fields of the form and campaign tags.
    kText,
    kTime,
    kNumber,
    kBoolean,
    kObject,  // form_data as a whole.
  };

  // Nothing for a path that no lead can have.  What stands below form_data is the publisher's
  // affair: any name is taken.
  static std::optional<LeadPath> Parse(std::string_view text);
  // Also "source", "deal" and "task" as a whole: for asking whether a lead has one.
  static std::optional<LeadPath> ParseOrGroup(std::string_view text);

  // Every path but those below form_data: the lead's own fields and the facts around it (lead_id,
  // delivery_id, publisher, accepted_at).
  static const std::vector<std::string>& Known();

  // What stands at `operation`: "lead" for a lead, which has no such member, or one of the others.
  static const std::vector<std::string>& Operations();

  // A form field may have dots in its name, so below form_data the whole rest is tried as a name
  // before it is read as a path.
  std::optional<Scalar> Read(const LeadFacts& facts,
                             std::string_view list_separator = kListSeparator) const;
  // The same as JSON text, lists and objects as they are.
  std::optional<std::string> ReadJson(const LeadFacts& facts) const;
  // The elements of a list, one by one; of anything else, that.  As text, without empty ones.
  std::vector<std::string> ReadAll(const LeadFacts& facts) const;

  Kind kind() const;
  bool IsAlwaysThere() const;  // Every lead has it.
  // False for paths that are one of a few words, and not this one: then IsNever() says so, for a
  // fault.
  bool MayBe(std::string_view word) const;
  std::string IsNever(std::string_view word) const;
  const std::string& text() const { return text_; }

 private:
  explicit LeadPath(std::string text) : text_(std::move(text)) {}
  json::Value Find(const LeadFacts& facts) const;              // Of the lead's own.
  std::optional<Scalar> Around(const LeadFacts& facts) const;  // Of the facts around it.
  std::vector<std::string> Words() const;                      // Empty: anything.

  std::string text_;
};

// For a fault: "emial" is no path of a lead, and what may be meant.
std::string NoLeadPath(const std::string& text);

}  // namespace leadrelay::delivery
