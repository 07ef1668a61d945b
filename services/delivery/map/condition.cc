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

Condition::Test Condition::ReadTest(config::Section& section) {
  Test test;
  test.equals = section.OptionalText("equals");
  test.one_of = section.Texts("one_of");
  test.matches = section.OptionalText("matches");
  const bool exists = section.Bool("exists", true);
  if (section.Has("exists")) test.exists = exists;
  if (!test.AsksForText() && !test.exists.has_value()) {
    section.AddFault("asks for nothing: give it equals, one_of, matches or exists");
  }
  if (test.AsksForText() && test.exists == false) {
    section.AddFault("exists", "is false, and the value is asked for all the same: never true");
  }
  return test;
}

std::optional<Condition> Condition::Compile(config::Section& section) {
  const std::string text = section.RequiredText("path");
  std::optional<LeadPath> path = LeadPath::ParseOrGroup(text);
  if (!text.empty() && !path.has_value()) {
    section.AddFault("path", NoLeadPath(section.Written("path").front()));
  }
  Test test = ReadTest(section);
  if (!path.has_value()) return std::nullopt;
  if (test.exists.has_value() && path->IsAlwaysThere()) {
    section.AddFault("exists", absl::StrCat("says nothing: every lead has ", path->text()));
  }
  RefuseForeignWords(section, "equals", *path);
  RefuseForeignWords(section, "one_of", *path);
  return Condition(*std::move(path), std::move(test));
}

bool Condition::Test::AsksForText() const {
  return equals.has_value() || !one_of.empty() || matches.has_value();
}

bool Condition::Test::Holds(const std::string& text) const {
  if (equals.has_value() && text != *equals) return false;
  if (!one_of.empty() && std::ranges::find(one_of, text) == one_of.end()) return false;
  return !matches.has_value() || text::MatchesGlob(text, *matches);
}

bool Condition::Holds(const LeadFacts& facts) const {
  const std::vector<std::string> texts = path_.ReadAll(facts);
  if (test_.exists.has_value() && *test_.exists == texts.empty()) return false;
  if (!test_.AsksForText()) return true;
  return std::ranges::any_of(texts, [this](const std::string& text) { return test_.Holds(text); });
}

}  // namespace leadrelay::delivery
