#include "services/ingest/route/condition.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "common/config/lead_paths.h"
#include "common/text/glob.h"

namespace leadrelay::ingest {
namespace {

bool TextHolds(const config::Condition& condition, std::string_view text) {
  if (condition.equals.has_value() && text != *condition.equals) return false;
  if (!condition.one_of.empty() &&
      std::ranges::find(condition.one_of, text) == condition.one_of.end()) {
    return false;
  }
  return !condition.matches.has_value() || text::MatchesGlob(text, *condition.matches);
}

bool AsksForText(const config::Condition& condition) {
  return condition.equals.has_value() || !condition.one_of.empty() || condition.matches.has_value();
}

// Each element of a list, or the one value; of an object, all of it.
std::vector<std::string> TextsOf(const json::Value& value) {
  std::vector<std::string> texts;
  const auto add = [&texts](std::string text) {
    if (!text.empty()) texts.push_back(std::move(text));
  };
  if (value.IsArray()) {
    for (const json::Value& element : value.Elements()) add(element.AsText().value_or(""));
  } else if (value.IsObject()) {
    if (value.size() > 0) add(value.ToJson());
  } else {
    add(value.AsText().value_or(""));
  }
  return texts;
}

std::vector<std::string> TextsAt(const json::Value& lead, std::string_view path) {
  const json::Value value = FindPath(lead, path);
  if (path == "operation" && !value.exists()) return {config::LeadOperations().front()};
  return TextsOf(value);
}

}  // namespace

json::Value FindPath(json::Value value, std::string_view path) {
  const json::Value whole = value.Find(path);
  if (whole.exists()) return whole;
  for (size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.', dot + 1)) {
    const json::Value inner = value.Find(path.substr(0, dot));
    if (!inner.exists()) continue;
    const json::Value found = FindPath(inner, path.substr(dot + 1));
    if (found.exists()) return found;
  }
  return json::Value();
}

bool Holds(const config::Condition& condition, const json::Value& lead) {
  const std::vector<std::string> texts = TextsAt(lead, condition.path);
  if (condition.exists.has_value() && *condition.exists == texts.empty()) return false;
  if (!AsksForText(condition)) return true;
  return std::ranges::any_of(texts,
                             [&](const std::string& text) { return TextHolds(condition, text); });
}

}  // namespace leadrelay::ingest
