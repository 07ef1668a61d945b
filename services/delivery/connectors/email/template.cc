#include "services/delivery/connectors/email/template.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

#include "common/config/suggest.h"

namespace leadrelay::delivery::email {
namespace {

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";
constexpr std::string_view kElse = "??";

// What says nothing to the people who read of a lead, or is said below, field by field.
constexpr std::array<std::string_view, 5> kNotShown = {
    "form_data", "operation", "ip_hash", "user_agent", "delivery_id"};

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

void AddLine(const std::string& path, const LeadFacts& facts, std::string& lines) {
  const std::optional<LeadPath> parsed = LeadPath::Parse(path);
  const std::optional<Scalar> value = parsed.has_value() ? parsed->Read(facts) : std::nullopt;
  if (value.has_value()) absl::StrAppend(&lines, path, ": ", ToText(*value), "\n");
}

std::string WholeLead(const LeadFacts& facts) {
  std::string lines;
  for (const std::string& path : LeadPath::Known()) {
    if (std::ranges::find(kNotShown, path) == kNotShown.end()) AddLine(path, facts, lines);
  }
  for (const json::Value::Member& member : facts.lead.Find("form_data").Members()) {
    AddLine(absl::StrCat("form_data.", std::string(member.key)), facts, lines);
  }
  return lines;
}

std::string HtmlEscaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      case '\n':
        escaped += "<br>\n";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

}  // namespace

absl::StatusOr<Template> Template::Compile(std::string_view text) {
  Template compiled;
  while (true) {
    const size_t open = text.find(kOpen);
    if (open == std::string_view::npos) break;
    const size_t close = text.find(kClose, open);
    if (close == std::string_view::npos) {
      return absl::InvalidArgumentError("has {{ without }} behind it");
    }
    absl::StatusOr<Part> part =
        CompilePlace(text.substr(open + kOpen.size(), close - open - kOpen.size()));
    if (!part.ok()) return part.status();
    part->text = text.substr(0, open);
    compiled.parts_.push_back(*std::move(part));
    text.remove_prefix(close + kClose.size());
  }
  Part rest;
  rest.text = text;
  compiled.parts_.push_back(std::move(rest));
  return compiled;
}

absl::StatusOr<Template::Part> Template::CompilePlace(std::string_view place) {
  Part part;
  const size_t otherwise = place.find(kElse);
  const std::string name(Trimmed(place.substr(0, otherwise)));
  if (otherwise != std::string_view::npos) {
    part.fallback = Trimmed(place.substr(otherwise + kElse.size()));
  }
  part.whole_lead = name == "lead";
  if (part.whole_lead) return part;
  part.path = LeadPath::Parse(name);
  if (!part.path.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "{{", name, "}} is no path of a lead", config::DidYouMean(name, LeadPath::Known())));
  }
  return part;
}

std::string Template::ValueOf(const Part& part, const LeadFacts& facts) {
  if (part.whole_lead) return WholeLead(facts);
  if (!part.path.has_value()) return "";
  const std::optional<Scalar> value = part.path->Read(facts);
  return value.has_value() ? ToText(*value) : part.fallback;
}

std::string Template::Render(const LeadFacts& facts, Escape escape) const {
  std::string text;
  for (const Part& part : parts_) {
    text += part.text;
    const std::string value = ValueOf(part, facts);
    text += escape == Escape::kHtml ? HtmlEscaped(value) : value;
  }
  return text;
}

}  // namespace leadrelay::delivery::email
