#include "services/delivery/map/text_transforms.h"

#include <algorithm>
#include <array>

#include "common/text/clean.h"
#include "common/text/person_name.h"
#include "common/text/phone.h"
#include "services/delivery/map/letter_case.h"

namespace leadrelay::delivery {
namespace {

using Text = std::optional<std::string>;

Text Trim(const std::string& text, const std::string& /*region*/) {
  return std::string(text::Trim(text));
}

Text OneLine(const std::string& text, const std::string& /*region*/) {
  return text::CleanLine(text);
}

Text Lower(const std::string& text, const std::string& /*region*/) {
  return ToLower(text);
}

Text Upper(const std::string& text, const std::string& /*region*/) {
  return ToUpper(text);
}

Text Digits(const std::string& text, const std::string& /*region*/) {
  std::string digits;
  std::ranges::copy_if(
      text, std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
  return digits;
}

Text GivenName(const std::string& text, const std::string& /*region*/) {
  return text::SplitName(text::CleanLine(text)).first;
}

Text FamilyName(const std::string& text, const std::string& /*region*/) {
  return text::SplitName(text::CleanLine(text)).last;
}

Text Domain(const std::string& text, const std::string& /*region*/) {
  const size_t at = text.rfind('@');
  if (at == std::string::npos) return std::nullopt;
  return text.substr(at + 1);
}

Text E164(const std::string& text, const std::string& region) {
  const text::Phone phone = text::ParsePhone(text::CleanLine(text), region);
  if (phone.kind != text::Phone::Kind::kE164) return std::nullopt;
  return phone.e164;
}

}  // namespace

struct TextTransforms::Step {
  std::string_view name;
  // Nothing: the text is not fit for it.
  Text (*apply)(const std::string& text, const std::string& region);
  enum class Again {
    kSame,          // What it made it leaves as it is,
    kSameInARow,    // also after others of that kind,
    kSomethingElse  // or not at all: the given name of a given name.
  };
  Again again;

  static const std::array<Step, 9>& All() {
    static constexpr std::array<Step, 9> all = {{
        {"trim", Trim, Again::kSameInARow},
        {"one_line", OneLine, Again::kSameInARow},
        {"lower", Lower, Again::kSameInARow},
        {"upper", Upper, Again::kSameInARow},
        {"digits", Digits, Again::kSame},
        {"given_name", GivenName, Again::kSomethingElse},
        {"family_name", FamilyName, Again::kSomethingElse},
        {"domain", Domain, Again::kSomethingElse},
        {"e164", E164, Again::kSame},
    }};
    return all;
  }
};

const std::vector<std::string>& TextTransforms::Names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Step& step : Step::All()) all.emplace_back(step.name);
    return all;
  }();
  return names;
}

TextTransforms::TextTransforms(const std::vector<std::string>& names, std::string region)
    : region_(std::move(region)) {
  for (const std::string& name : names) {
    const auto step = std::ranges::find(Step::All(), name, &Step::name);
    if (step != Step::All().end()) steps_.push_back(step);
  }
}

std::optional<std::string> TextTransforms::Settle(std::string text) const {
  auto first = steps_.end();
  while (first != steps_.begin() && (*std::prev(first))->again == Step::Again::kSameInARow) --first;
  const bool alone = first == steps_.end() && first != steps_.begin();
  if (alone && (*std::prev(first))->again == Step::Again::kSame) --first;
  for (; first != steps_.end(); ++first) {
    Text changed = (*first)->apply(text, region_);
    if (!changed.has_value()) return std::nullopt;
    text = *std::move(changed);
  }
  return text;
}

TextTransforms::Result TextTransforms::Apply(std::string text) const {
  for (const Step* step : steps_) {
    Text changed = step->apply(text, region_);
    if (!changed.has_value()) return {"", step->name};
    text = *std::move(changed);
    if (text.empty()) break;
  }
  return {std::move(text), ""};
}

}  // namespace leadrelay::delivery
