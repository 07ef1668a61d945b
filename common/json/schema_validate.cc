#include <algorithm>
#include <cmath>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/json/schema_node.h"
#include "common/json/utf8.h"
#include "common/status/abseil.h"

namespace leadrelay::json {
namespace {

// Enough of a failed alternative to say what it wanted.
constexpr size_t kFaultsPerAlternative = 3;

bool IsInteger(const Value& value) {
  return value.AsInt64() || value.ToJson().find_first_of(".eE") == std::string::npos;
}

bool IsOfType(const Value& value, std::string_view type) {
  switch (value.type()) {
    case Type::kMissing:
      return false;
    case Type::kNull:
      return type == "null";
    case Type::kBool:
      return type == "boolean";
    case Type::kNumber:
      return type == "number" || (type == "integer" && IsInteger(value));
    case Type::kString:
      return type == "string";
    case Type::kArray:
      return type == "array";
    case Type::kObject:
      return type == "object";
  }
  return false;
}

// -1, 0 or 1; exact between 64-bit integers.
int Compare(const Value& a, const Value& b) {
  const auto order = [](auto x, auto y) { return x < y ? -1 : x > y ? 1 : 0; };
  const auto x = a.AsInt64();
  const auto y = b.AsInt64();
  if (x && y) return order(*x, *y);
  return order(a.AsDouble().value_or(0), b.AsDouble().value_or(0));
}

// 19.99 is a multiple of 0.01 to everybody but a computer: so within nine digits.
bool IsMultiple(double value, double of) {
  const double quotient = value / of;
  const double whole = std::round(quotient);
  return std::fabs(quotient - whole) <= 1e-9 * std::max(1.0, std::fabs(whole));
}

class Walker {
 public:
  explicit Walker(size_t limit) : limit_(limit) {}

  std::vector<SchemaFault> Run(const SchemaNode& node, const Value& value) {
    Check(node, value);
    return std::move(faults_);
  }

 private:
  // The way to the value in hand, written out only for faults.
  struct Step {
    std::string_view key;
    std::optional<size_t> index;
  };

  void Check(const SchemaNode& start, const Value& value) {
    const SchemaNode* node = &start;
    while (node->ref != nullptr) node = node->ref;
    if (faults_.size() >= limit_) return;

    const auto fits = [&](const std::string& type) { return IsOfType(value, type); };
    if (!node->types.empty() && std::none_of(node->types.begin(), node->types.end(), fits)) {
      return Fault("type", absl::StrCat("must be of type ", absl::StrJoin(node->types, " or ")));
    }
    if (node->choices) CheckChoices(*node->choices, value);
    if (value.type() == Type::kNumber) CheckNumber(*node, value);
    if (value.IsString()) CheckString(*node, *value.AsString());
    if (value.IsArray()) CheckArray(*node, value);
    if (value.IsObject()) CheckObject(*node, value);
    CheckCombinations(*node, value);
  }

  void CheckChoices(const Value& choices, const Value& value) {
    std::vector<std::string> allowed;
    for (const Value& choice : choices.Elements()) {
      if (choice == value) return;
      allowed.push_back(choice.ToJson());
    }
    Fault("enum", absl::StrCat("must be one of ", absl::StrJoin(allowed, ", ")));
  }

  void CheckNumber(const SchemaNode& node, const Value& value) {
    if (node.minimum && Compare(value, node.minimum->limit) < (node.minimum->exclusive ? 1 : 0)) {
      Fault("minimum",
            absl::StrCat(node.minimum->exclusive ? "must be more than " : "must be at least ",
                         node.minimum->limit.ToJson()));
    }
    if (node.maximum && Compare(value, node.maximum->limit) > (node.maximum->exclusive ? -1 : 0)) {
      Fault("maximum",
            absl::StrCat(node.maximum->exclusive ? "must be less than " : "must be at most ",
                         node.maximum->limit.ToJson()));
    }
    if (node.multiple_of && !IsMultiple(*value.AsDouble(), *node.multiple_of)) {
      Fault("multipleOf", absl::StrCat("must be a multiple of ", *node.multiple_of));
    }
  }

  void CheckString(const SchemaNode& node, std::string_view text) {
    if (node.min_length || node.max_length) {
      CheckSize(CountCodePoints(text), node.min_length, node.max_length, "Length", "characters");
    }
    if (node.pattern && !node.pattern->Search(text)) {
      Fault("pattern", absl::StrCat("must match ", node.pattern->expression()));
    }
  }

  void CheckArray(const SchemaNode& node, const Value& array) {
    CheckSize(array.size(), node.min_items, node.max_items, "Items", "elements");
    absl::flat_hash_set<std::string> seen;
    bool repeated = false;
    for (size_t i = 0; i < array.size() && faults_.size() < limit_; ++i) {
      const Value element = array.At(i);
      if (node.unique_items && !seen.insert(element.Canonical()).second) repeated = true;
      path_.push_back({{}, i});
      if (node.items != nullptr) {
        Check(*node.items, element);
      } else if (i < node.tuple.size()) {
        Check(*node.tuple[i], element);
      } else if (node.additional_item != nullptr) {
        Check(*node.additional_item, element);
      } else if (!node.additional_items) {
        Fault("additionalItems", "is an element too many");
      }
      path_.pop_back();
    }
    if (repeated) Fault("uniqueItems", "has the same element twice");
  }

  void CheckObject(const SchemaNode& node, const Value& object) {
    CheckSize(object.size(), node.min_properties, node.max_properties, "Properties", "members");
    for (const std::string& key : node.required) {
      if (!object.Find(key).exists()) FaultAt(key, "required", "is required");
    }
    for (const Value::Member& member : object.Members()) {
      if (faults_.size() >= limit_) return;
      path_.push_back({member.key, std::nullopt});
      CheckMember(node, member);
      path_.pop_back();
    }
    for (const SchemaNode::Dependency& dependency : node.dependencies) {
      if (!object.Find(dependency.key).exists()) continue;
      for (const std::string& key : dependency.keys) {
        if (object.Find(key).exists()) continue;
        FaultAt(key, "dependencies", absl::StrCat("is required together with ", dependency.key));
      }
      if (dependency.node != nullptr) Check(*dependency.node, object);
    }
  }

  void CheckMember(const SchemaNode& node, const Value::Member& member) {
    bool known = false;
    if (const auto it = node.properties.find(ToAbsl(member.key)); it != node.properties.end()) {
      known = true;
      Check(*it->second, member.value);
    }
    for (const SchemaNode::PatternProperty& property : node.pattern_properties) {
      if (!property.pattern.Search(member.key)) continue;
      known = true;
      Check(*property.node, member.value);
    }
    if (known) return;
    if (node.additional_property != nullptr) return Check(*node.additional_property, member.value);
    if (!node.additional_properties) Fault("additionalProperties", "is not a known member");
  }

  void CheckCombinations(const SchemaNode& node, const Value& value) {
    for (const SchemaNode* part : node.all_of) Check(*part, value);
    CheckAlternatives("anyOf", node.any_of, value);
    const size_t matches = CheckAlternatives("oneOf", node.one_of, value);
    if (matches > 1) Fault("oneOf", "satisfies more than one of the alternatives");
    if (node.not_ != nullptr && Apart(*node.not_, value).empty()) {
      Fault("not", "is of a form that is not allowed");
    }
  }

  size_t CheckAlternatives(std::string_view keyword,
                           const std::vector<const SchemaNode*>& alternatives,
                           const Value& value) {
    std::vector<std::string> wanted;
    size_t matches = 0;
    for (const SchemaNode* alternative : alternatives) {
      const std::vector<SchemaFault> faults = Apart(*alternative, value);
      if (faults.empty()) ++matches;
      std::vector<std::string> words;
      words.reserve(faults.size());
      for (const SchemaFault& fault : faults) {
        words.push_back(
            absl::StrCat(fault.pointer, fault.pointer.empty() ? "" : " ", fault.message));
      }
      wanted.push_back(absl::StrJoin(words, " and "));
    }
    if (!alternatives.empty() && matches == 0) {
      Fault(keyword, absl::StrCat("no alternative is satisfied: ", absl::StrJoin(wanted, "; or ")));
    }
    return matches;
  }

  // The faults of an alternative, which are no faults of the document.
  std::vector<SchemaFault> Apart(const SchemaNode& node, const Value& value) const {
    Walker walker(kFaultsPerAlternative);
    walker.path_ = path_;
    return walker.Run(node, value);
  }

  void CheckSize(size_t size,
                 const std::optional<size_t>& min,
                 const std::optional<size_t>& max,
                 std::string_view keyword,
                 std::string_view what) {
    if (min && size < *min) {
      Fault(std::string("min").append(keyword),
            *min == 1 ? "must not be empty"
                      : absl::StrCat("must have at least ", *min, " ", std::string(what)));
    }
    if (max && size > *max) {
      Fault(std::string("max").append(keyword),
            absl::StrCat("must have at most ", *max, " ", std::string(what)));
    }
  }

  void Fault(std::string_view keyword, std::string message) {
    if (faults_.size() >= limit_) return;
    std::string pointer;
    for (const Step& step : path_) {
      pointer += step.index ? absl::StrCat("/", *step.index) : PointerToken(step.key);
    }
    faults_.push_back(SchemaFault{std::move(pointer), std::string(keyword), std::move(message)});
  }

  // Of a member of the value in hand that is not there.
  void FaultAt(std::string_view key, std::string_view keyword, std::string message) {
    path_.push_back({key, std::nullopt});
    Fault(keyword, std::move(message));
    path_.pop_back();
  }

  size_t limit_;
  std::vector<Step> path_;
  std::vector<SchemaFault> faults_;
};

}  // namespace

std::vector<SchemaFault> FindFaults(const SchemaNode& node, const Value& value, size_t limit) {
  return Walker(limit).Run(node, value);
}

}  // namespace leadrelay::json
