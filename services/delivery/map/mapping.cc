#include "services/delivery/map/mapping.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"

#include "services/delivery/map/rule_compile.h"

namespace leadrelay::delivery {
namespace {

using Kind = config::Section::Kind;

Rule RuleOf(LeadPath path) {
  Rule rule;
  rule.paths.push_back(std::move(path));
  rule.separator = kListSeparator;
  return rule;
}

// What stands after such a rule is never come to.
bool IsLast(const Rule& rule) {
  return rule.when.empty() && (rule.fallback.has_value() || rule.source == Rule::Source::kDrop);
}

}  // namespace

Mapping Mapping::Compile(config::Section section, const std::vector<DefaultField>& defaults) {
  Mapping mapping;
  for (const DefaultField& entry : defaults) {
    std::optional<LeadPath> path = LeadPath::Parse(entry.path);
    if (!path.has_value()) std::abort();
    mapping.Put({entry.field, {RuleOf(*std::move(path))}});
  }
  for (const std::string& field : section.Keys()) {
    if (field.empty()) {
      section.AddFault("an entry has no field name");
      continue;
    }
    mapping.Put({field, CompileRules(section, field)});
  }
  return mapping;
}

std::vector<Rule> Mapping::CompileRules(config::Section& section, const std::string& field) {
  const Kind kind = section.KindOf(field);
  if (kind == Kind::kList) return CompileList(section, field);
  if (kind == Kind::kMapping) {
    config::Section entry = section.Child(field);
    std::vector<Rule> rules = {CompileRule(entry)};
    if (rules[0].source == Rule::Source::kDrop && !rules[0].when.empty()) {
      entry.AddFault("when", "needs another entry for when it does not hold: write a list of both");
    }
    return rules;
  }
  const std::string text = section.Text(field);
  if (text.empty()) return {};
  std::optional<LeadPath> path = LeadPath::Parse(text);
  if (path.has_value()) return {RuleOf(*std::move(path))};
  section.AddFault(field, NoLeadPath(section.Written(field).front()));
  return {Rule()};
}

std::vector<Rule> Mapping::CompileList(config::Section& section, const std::string& field) {
  const std::vector<std::string> texts = section.Written(field);
  if (std::ranges::any_of(texts, [](const std::string& text) { return !text.empty(); })) {
    section.Texts(field);  // So that it counts as asked for.
    section.AddFault(field,
                     "is a list of texts: {from: [...]} is the first that the lead has, {join: "
                     "[...]} all of them");
    return {Rule()};
  }
  std::vector<Rule> rules;
  if (texts.empty()) section.AddFault(field, "is an empty list: `drop: true` takes a field away");
  bool last = false;
  for (config::Section& entry : section.Children(field)) {
    if (last) entry.AddFault("is never come to: the entry before it always decides");
    rules.push_back(CompileRule(entry));
    last = last || IsLast(rules.back());
  }
  return rules;
}

// Without rules: takes away.
void Mapping::Put(Entry entry) {
  const auto same = std::ranges::find(entries_, entry.field, &Entry::field);
  const bool fills = std::ranges::any_of(
      entry.rules, [](const Rule& rule) { return rule.source != Rule::Source::kDrop; });
  if (same != entries_.end() && fills) {
    *same = std::move(entry);
  } else if (same != entries_.end()) {
    entries_.erase(same);
  } else if (fills) {
    entries_.push_back(std::move(entry));
  }
}

std::optional<Scalar> Mapping::Give(const Entry& entry,
                                    const LeadFacts& facts,
                                    std::vector<MappingWarning>& warnings) {
  std::vector<RuleWarning> of_rule;
  for (size_t i = 0; i < entry.rules.size(); ++i) {
    const Rule& rule = entry.rules[i];
    if (!rule.Applies(facts)) continue;
    if (rule.source == Rule::Source::kDrop) return std::nullopt;
    of_rule.clear();
    std::optional<Scalar> value = rule.Give(facts, of_rule);
    const std::string place = entry.rules.size() > 1 ? absl::StrCat("[", i, "].") : "";
    for (RuleWarning& warning : of_rule) {
      warnings.push_back(
          {entry.field, absl::StrCat(place, std::string(warning.rule)), std::move(warning.what)});
    }
    if (value.has_value()) return value;
  }
  return std::nullopt;
}

std::vector<MappedField> Mapping::Apply(const LeadFacts& facts,
                                        std::vector<MappingWarning>& warnings) const {
  std::vector<MappedField> fields;
  fields.reserve(entries_.size());
  for (const Entry& entry : entries_) {
    std::optional<Scalar> value = Give(entry, facts, warnings);
    if (value.has_value()) fields.push_back({entry.field, *std::move(value)});
  }
  return fields;
}

std::vector<MappedField> Mapping::Apply(const LeadFacts& facts) const {
  std::vector<MappingWarning> warnings;
  return Apply(facts, warnings);
}

std::vector<MappingWarning> Mapping::Warnings(const LeadFacts& facts) const {
  std::vector<MappingWarning> warnings;
  Apply(facts, warnings);
  return warnings;
}

std::vector<std::string> Mapping::Fields() const {
  std::vector<std::string> fields;
  fields.reserve(entries_.size());
  for (const Entry& entry : entries_) fields.push_back(entry.field);
  return fields;
}

bool Mapping::Fills(std::string_view field) const {
  return std::ranges::find(entries_, field, &Entry::field) != entries_.end();
}

}  // namespace leadrelay::delivery
