#include "services/delivery/map/rule.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "services/delivery/map/text_cut.h"

namespace leadrelay::delivery {
namespace {

std::optional<Scalar> UnlessEmpty(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace

std::string_view Name(ScalarType type) {
  switch (type) {
    case ScalarType::kText:
      return "text";
    case ScalarType::kNumber:
      return "number";
    case ScalarType::kInteger:
      return "integer";
    case ScalarType::kBoolean:
      return "boolean";
  }
  return "text";
}

bool Rule::Applies(const LeadFacts& facts) const {
  return std::ranges::all_of(
      when, [&facts](const Condition& condition) { return condition.Holds(facts); });
}

std::optional<Scalar> Rule::Give(const LeadFacts& facts, Warnings& warnings) const {
  if (std::optional<Scalar> gathered = Gather(facts)) {
    std::optional<Scalar> shaped = Shape(*std::move(gathered), warnings);
    if (shaped.has_value()) return shaped;
  }
  return fallback;
}

std::optional<Scalar> Rule::Gather(const LeadFacts& facts) const {
  if (source == Source::kTemplate) return UnlessEmpty(text.Fill(facts).value_or(""));
  if (source == Source::kJoin) {
    std::string joined;
    for (const LeadPath& path : paths) {
      const std::optional<Scalar> part = path.Read(facts);
      if (!part.has_value()) continue;
      absl::StrAppend(&joined, joined.empty() ? "" : separator, ToText(*part));
    }
    return UnlessEmpty(std::move(joined));
  }
  for (const LeadPath& path : paths) {
    std::optional<Scalar> value = as_json ? path.ReadJson(facts) : path.Read(facts, separator);
    if (value.has_value()) return value;
  }
  return std::nullopt;
}

std::optional<Scalar> Rule::Shape(Scalar value, Warnings& warnings) const {
  std::optional<Scalar> transformed = Transform(std::move(value), warnings);
  if (!transformed.has_value()) return std::nullopt;
  if (!lookup.has_value()) return Finish(*std::move(transformed), warnings);
  const auto entry = lookup->entries.find(ToText(*transformed));
  if (entry != lookup->entries.end()) return entry->second;
  if (lookup->otherwise.has_value()) return *lookup->otherwise;
  if (lookup->keep_unlisted) return Finish(*std::move(transformed), warnings);
  warnings.push_back({"lookup", "has no entry for what the lead has"});
  return std::nullopt;
}

std::optional<Scalar> Rule::Transform(Scalar value, Warnings& warnings) const {
  if (!transforms.empty()) {
    TextTransforms::Result result = transforms.Apply(ToText(value));
    if (!result.failed.empty()) {
      warnings.push_back(
          {"transform",
           absl::StrCat("what the lead has is not fit for ", std::string(result.failed))});
      return std::nullopt;
    }
    if (result.text.empty()) return std::nullopt;
    value = std::move(result.text);
  }
  if (!time.has_value()) return value;
  std::optional<Scalar> written = time->Apply(value);
  if (!written.has_value()) {
    warnings.push_back({"format", "what the lead has is no time that can be read"});
  }
  return written;
}

std::optional<Scalar> Rule::Finish(Scalar value, Warnings& warnings) const {
  if (as.has_value()) {
    std::optional<Scalar> converted = Convert(value, *as, decimal_mark);
    if (!converted.has_value()) {
      warnings.push_back({"as", absl::StrCat("what the lead has is no ", std::string(Name(*as)))});
      return std::nullopt;
    }
    value = *std::move(converted);
  }
  auto* long_text = std::get_if<std::string>(&value);
  if (max_length.has_value() && long_text != nullptr && CutTo(*long_text, *max_length)) {
    warnings.push_back({"max_length", absl::StrCat("was cut to ", *max_length, " characters")});
  }
  return value;
}

}  // namespace leadrelay::delivery
