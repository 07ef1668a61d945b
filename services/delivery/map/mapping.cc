#include "services/delivery/map/mapping.h"

#include <algorithm>
#include <cstdlib>

namespace leadrelay::delivery {
namespace {

using Kind = config::Section::Kind;

std::string UnknownPath(const std::string& text) {
  std::string hint = config::DidYouMean(text, LeadPath::Known());
  if (hint.empty()) hint = "; fields of a form are form_data.<name>, a fixed text is {value: ...}";
  return absl::StrCat("\"", text, "\" is no path of a lead", hint);
}

ScalarType TypeNamed(const std::string& name) {
  if (name == "number") return ScalarType::kNumber;
  return name == "boolean" ? ScalarType::kBoolean : ScalarType::kText;
}

}  // namespace

Mapping Mapping::Compile(config::Section section, const std::vector<DefaultField>& defaults) {
  Mapping mapping;
  for (const DefaultField& entry : defaults) {
    std::optional<LeadPath> path = LeadPath::Parse(entry.path);
    if (!path.has_value()) std::abort();
    mapping.Put({entry.field, std::move(path), std::nullopt});
  }
  for (const std::string& field : section.Keys()) {
    if (field.empty()) {
      section.AddFault("an entry has no field name");
      continue;
    }
    if (std::optional<Rule> rule = CompileRule(section, field)) {
      mapping.Put(*std::move(rule));
    } else {
      mapping.Drop(field);
    }
  }
  return mapping;
}

std::optional<Mapping::Rule> Mapping::CompileRule(config::Section& section,
                                                  const std::string& field) {
  const Kind kind = section.KindOf(field);
  if (kind == Kind::kAbsent || kind == Kind::kScalar) {
    const std::string text = section.Text(field);
    if (text.empty()) return std::nullopt;
    std::optional<LeadPath> path = LeadPath::Parse(text);
    if (!path.has_value()) section.AddFault(field, UnknownPath(text));
    return Rule{field, std::move(path), std::nullopt};
  }
  if (kind == Kind::kList) {
    section.Text(field);  // Says that a list is no single value.
    return std::nullopt;
  }

  config::Section entry = section.Child(field);
  const bool drop = entry.Bool("drop", false);
  const std::string from = entry.Text("from");
  const bool fixed = entry.Has("value");
  const std::string value = entry.Text("value");
  const bool has_default = entry.Has("default");
  const std::string fallback = entry.Text("default");
  const ScalarType type = TypeNamed(entry.OneOf("as", "text", {"text", "number", "boolean"}));
  if ((drop ? 1 : 0) + (from.empty() ? 0 : 1) + (fixed ? 1 : 0) != 1) {
    entry.AddFault("has to have exactly one of `from`, `value` and `drop: true`");
    return std::nullopt;
  }
  if (drop) return std::nullopt;
  if (fixed && has_default) entry.AddFault("default", "makes no sense beside `value`");
  if (!fixed && entry.Has("as") && !has_default) {
    entry.AddFault("as", "says what `value` or `default` is, and there is neither");
  }

  Rule rule{field, std::nullopt, std::nullopt};
  if (!from.empty()) {
    rule.from = LeadPath::Parse(from);
    if (!rule.from.has_value()) entry.AddFault("from", UnknownPath(from));
  }
  if (fixed || has_default) {
    const std::string& text = fixed ? value : fallback;
    rule.fallback = ParseScalar(text, type);
    if (!rule.fallback.has_value()) {
      entry.AddFault(fixed ? "value" : "default",
                     absl::StrCat("is not a ", type == ScalarType::kNumber ? "number" : "boolean"));
    }
  }
  return rule;
}

void Mapping::Put(Rule rule) {
  const auto same = std::ranges::find(rules_, rule.field, &Rule::field);
  if (same == rules_.end()) {
    rules_.push_back(std::move(rule));
  } else {
    *same = std::move(rule);
  }
}

void Mapping::Drop(const std::string& field) {
  std::erase_if(rules_, [&field](const Rule& rule) { return rule.field == field; });
}

std::vector<MappedField> Mapping::Apply(const LeadFacts& facts) const {
  std::vector<MappedField> fields;
  fields.reserve(rules_.size());
  for (const Rule& rule : rules_) {
    std::optional<Scalar> value = rule.from.has_value() ? rule.from->Read(facts) : std::nullopt;
    if (!value.has_value()) value = rule.fallback;
    if (value.has_value()) fields.push_back({rule.field, *std::move(value)});
  }
  return fields;
}

std::vector<std::string> Mapping::Fields() const {
  std::vector<std::string> fields;
  fields.reserve(rules_.size());
  for (const Rule& rule : rules_) fields.push_back(rule.field);
  return fields;
}

bool Mapping::Fills(std::string_view field) const {
  return std::ranges::find(rules_, field, &Rule::field) != rules_.end();
}

}  // namespace leadrelay::delivery
