#include "services/delivery/map/condition.h"

#include <algorithm>

#include "common/text/glob.h"

namespace leadrelay::delivery {
namespace {

using Kind = config::Section::Kind;

// A word that the path never is: the condition would never hold.
void RefuseForeignWords(config::Section& section, std::string_view key, const LeadPath& path) {
  for (const std::string& word : section.Written(key)) {
    const bool reference = word.find("${") != std::string::npos;
    if (!reference && !path.MayBe(word)) section.AddFault(key, path.IsNever(word));
  }
}

}  // namespace

std::vector<Condition> Condition::CompileAll(config::Section& section, std::string_view key) {
  std::vector<Condition> conditions;
  const auto compile = [&conditions](config::Section child) {
    if (std::optional<Condition> one = Compile(child)) conditions.push_back(*std::move(one));
  };
  if (section.KindOf(key) == Kind::kList) {
    for (config::Section& child : section.Children(key)) compile(child);
  } else {
    config::Section child = section.Child(key);
    if (section.KindOf(key) == Kind::kMapping) compile(child);
  }
  return conditions;
}

std::optional<Condition> Condition::Compile(config::Section& section) {
  const std::string text = section.RequiredText("path");
  std::optional<LeadPath> path = LeadPath::ParseOrGroup(text);
  if (!text.empty() && !path.has_value()) {
    section.AddFault("path", NoLeadPath(section.Written("path").front()));
  }
  // The keys are asked for in any case, so that they are known.
  Condition condition(path.value_or(*LeadPath::Parse("email")));
  condition.equals_ = section.OptionalText("equals");
  condition.one_of_ = section.Texts("one_of");
  condition.matches_ = section.OptionalText("matches");
  const bool exists = section.Bool("exists", true);
  if (section.Has("exists")) condition.exists_ = exists;
  if (!path.has_value()) return std::nullopt;

  if (!condition.AsksForText() && !condition.exists_.has_value()) {
    section.AddFault("asks for nothing: give it equals, one_of, matches or exists");
  }
  if (condition.AsksForText() && condition.exists_ == false) {
    section.AddFault("exists", "is false, and the value is asked for all the same: never true");
  }
  if (condition.exists_.has_value() && path->IsAlwaysThere()) {
    section.AddFault("exists", absl::StrCat("says nothing: every lead has ", path->text()));
  }
  RefuseForeignWords(section, "equals", *path);
  RefuseForeignWords(section, "one_of", *path);
  return condition;
}

bool Condition::AsksForText() const {
  return equals_.has_value() || !one_of_.empty() || matches_.has_value();
}

bool Condition::TextHolds(const std::string& text) const {
  if (equals_.has_value() && text != *equals_) return false;
  if (!one_of_.empty() && std::ranges::find(one_of_, text) == one_of_.end()) return false;
  return !matches_.has_value() || text::MatchesGlob(text, *matches_);
}

bool Condition::Holds(const LeadFacts& facts) const {
  const std::vector<std::string> texts = path_.ReadAll(facts);
  if (exists_.has_value() && *exists_ == texts.empty()) return false;
  if (!AsksForText()) return true;
  return std::ranges::any_of(texts, [this](const std::string& text) { return TextHolds(text); });
}

}  // namespace leadrelay::delivery
