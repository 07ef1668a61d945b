#pragma once
// Rule: one entry of a mapping: where a value comes from, what is done to it, and when the entry
// counts.  Compiled by CompileRule() (rule_compile.h).  Applying it cannot fail.  Pure.
//
// The order is always this one:
//   when -> from, template, join -> transform -> format -> lookup -> as -> max_length
// and where nothing comes of it, `default`.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/delivery/map/condition.h"
#include "services/delivery/map/lead_path.h"
#include "services/delivery/map/scalar.h"
#include "services/delivery/map/template.h"
#include "services/delivery/map/text_transforms.h"
#include "services/delivery/map/time_format.h"

namespace leadrelay::delivery {

struct Lookup {
  using Result = std::optional<Scalar>;  // Nothing: left out, on purpose.
  std::map<std::string, Result, std::less<>> entries;
  std::optional<Result> otherwise;
  bool keep_unlisted = false;
};

// What a rule could not do to a lead's value.
struct RuleWarning {
  std::string_view rule;  // The key: "lookup".
  std::string what;       // In words, without the value.
};

struct Rule {
  enum class Source { kPaths, kTemplate, kJoin, kValue, kDrop };

  std::vector<Condition> when;
  Source source = Source::kPaths;
  std::vector<LeadPath> paths;  // Of `from`, the first that is there; of `join`, all of them.
  Template text;
  std::string separator;
  TextTransforms transforms;
  std::optional<TimeFormat> time;
  std::optional<Lookup> lookup;
  std::optional<ScalarType> as;
  bool as_json = false;
  char decimal_mark = '.';
  std::optional<size_t> max_length;
  std::optional<Scalar> fallback;  // `default`, or `value`.

  bool Applies(const LeadFacts& facts) const;
  std::optional<Scalar> Give(const LeadFacts& facts, std::vector<RuleWarning>& warnings) const;

 private:
  using Warnings = std::vector<RuleWarning>;
  std::optional<Scalar> Gather(const LeadFacts& facts) const;
  std::optional<Scalar> Shape(Scalar value, Warnings& warnings) const;
  std::optional<Scalar> Transform(Scalar value, Warnings& warnings) const;
  std::optional<Scalar> Finish(Scalar value, Warnings& warnings) const;
};

// As it is called in the configuration: "number".
std::string_view Name(ScalarType type);

}  // namespace leadrelay::delivery
