#include "services/ingest/route/condition.h"

#include <algorithm>
#include <optional>
#include <string>

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

bool ScalarHolds(const config::Condition& condition, const json::Value& value) {
  const std::optional<std::string> text = value.AsText();
  return text.has_value() && TextHolds(condition, *text);
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
  const json::Value value = FindPath(lead, condition.path);
  const bool exists = value.exists() && !value.IsNull();
  if (condition.exists.has_value() && exists != *condition.exists) return false;
  if (!AsksForText(condition)) return true;
  if (!value.IsArray()) return ScalarHolds(condition, value);
  return std::ranges::any_of(value.Elements(), [&](const json::Value& element) {
    return ScalarHolds(condition, element);
  });
}

}  // namespace leadrelay::ingest
