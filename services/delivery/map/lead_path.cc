#include "services/delivery/map/lead_path.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_join.h"

#include "common/config/suggest.h"

namespace leadrelay::delivery {
namespace {

constexpr std::string_view kFormData = "form_data.";
constexpr std::string_view kTags = "source.utm_";
constexpr std::array<std::string_view, 3> kGroups = {"source", "deal", "task"};
constexpr std::array<std::string_view, 5> kTimes = {
    "submitted_at", "consent_timestamp", "accepted_at", "deal.close_date", "task.due"};
constexpr std::array<std::string_view, 4> kAlwaysThere = {
    "lead_id", "delivery_id", "accepted_at", "operation"};

json::Value Walk(json::Value value, std::string_view path) {
  while (!path.empty()) {
    const size_t dot = path.find('.');
    value = value.Find(path.substr(0, dot));
    if (dot == std::string_view::npos) break;
    path.remove_prefix(dot + 1);
  }
  return value;
}

std::optional<Scalar> TextUnlessEmpty(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return std::string(text);
}

}  // namespace

const std::vector<std::string>& LeadPath::Known() {
  static const std::vector<std::string> known = {
      "email",
      "phone",
      "phone_raw",
      "name",
      "first_name",
      "last_name",
      "company",
      "source.url",
      "source.referrer",
      "source.utm_source",
      "source.utm_medium",
      "source.utm_campaign",
      "source.utm_term",
      "source.utm_content",
      "submitted_at",
      "timezone",
      "form_name",
      "form_data",
      "consent_given",
      "consent_timestamp",
      "deal.title",
      "deal.value",
      "deal.currency",
      "deal.stage",
      "deal.close_date",
      "task.title",
      "task.text",
      "task.due",
      "operation",
      "note",
      "user_agent",
      "ip_hash",
      "lead_id",
      "delivery_id",
      "publisher",
      "accepted_at",
  };
  return known;
}

const std::vector<std::string>& LeadPath::Operations() {
  static const std::vector<std::string> operations = {
      "lead", "update_person", "create_deal", "move_deal", "add_note", "add_task"};
  return operations;
}

std::optional<LeadPath> LeadPath::Parse(std::string_view text) {
  const bool below_form_data = text.starts_with(kFormData) && text.size() > kFormData.size();
  if (!below_form_data && std::ranges::find(Known(), text) == Known().end()) return std::nullopt;
  return LeadPath(std::string(text));
}

std::optional<LeadPath> LeadPath::ParseOrGroup(std::string_view text) {
  if (std::ranges::find(kGroups, text) == kGroups.end()) return Parse(text);
  return LeadPath(std::string(text));
}

json::Value LeadPath::Find(const LeadFacts& facts) const {
  if (text_.starts_with(kFormData)) {
    const json::Value named = facts.lead.Find("form_data").Find(text_.substr(kFormData.size()));
    if (named.exists()) return named;
  }
  return Walk(facts.lead, text_);
}

std::optional<Scalar> LeadPath::Around(const LeadFacts& facts) const {
  if (text_ == "lead_id") return TextUnlessEmpty(facts.lead_id);
  if (text_ == "delivery_id") return TextUnlessEmpty(facts.delivery_id);
  if (text_ == "publisher") return TextUnlessEmpty(facts.publisher);
  if (text_ == "accepted_at") return FormatInstant(facts.accepted_at);
  if (text_ == "operation" && !facts.lead.Find(text_).exists()) return Operations().front();
  return std::nullopt;
}

std::optional<Scalar> LeadPath::Read(const LeadFacts& facts,
                                     std::string_view list_separator) const {
  if (std::optional<Scalar> around = Around(facts)) return around;
  return ToScalar(Find(facts), list_separator);
}

std::optional<std::string> LeadPath::ReadJson(const LeadFacts& facts) const {
  if (const std::optional<Scalar> around = Around(facts)) {
    json::Writer writer;
    Write(writer, *around);
    return writer.Take();
  }
  const json::Value value = Find(facts);
  if (!ToScalar(value).has_value()) return std::nullopt;
  return value.ToJson();
}

std::vector<std::string> LeadPath::ReadAll(const LeadFacts& facts) const {
  std::vector<std::string> texts;
  const json::Value value = Find(facts);
  if (value.IsArray()) {
    for (const json::Value& element : value.Elements()) {
      std::string text = element.AsText().value_or("");
      if (!text.empty()) texts.push_back(std::move(text));
    }
  } else if (const std::optional<Scalar> scalar = Read(facts)) {
    texts.push_back(ToText(*scalar));
  }
  return texts;
}

LeadPath::Kind LeadPath::kind() const {
  if (text_.starts_with(kFormData) || text_.starts_with(kTags)) return Kind::kAny;
  if (std::ranges::find(kTimes, text_) != kTimes.end()) return Kind::kTime;
  if (std::ranges::find(kGroups, text_) != kGroups.end()) return Kind::kObject;
  if (text_ == "form_data") return Kind::kObject;
  if (text_ == "deal.value") return Kind::kNumber;
  return text_ == "consent_given" ? Kind::kBoolean : Kind::kText;
}

bool LeadPath::IsAlwaysThere() const {
  return std::ranges::find(kAlwaysThere, text_) != kAlwaysThere.end();
}

std::vector<std::string> LeadPath::Words() const {
  if (text_ == "operation") return Operations();
  return kind() == Kind::kBoolean ? std::vector<std::string>{"true", "false"}
                                  : std::vector<std::string>();
}

bool LeadPath::MayBe(std::string_view word) const {
  const std::vector<std::string> words = Words();
  return words.empty() || std::ranges::find(words, word) != words.end();
}

std::string LeadPath::IsNever(std::string_view word) const {
  const std::vector<std::string> words = Words();
  std::string hint = config::DidYouMean(word, words);
  if (hint.empty()) hint = absl::StrCat("; it is one of ", absl::StrJoin(words, ", "));
  return absl::StrCat(text_, " is never \"", std::string(word), "\"", hint);
}

std::string NoLeadPath(const std::string& text) {
  std::string hint = config::DidYouMean(text, LeadPath::Known());
  if (hint.empty()) hint = "; fields of a form are form_data.<name>, a fixed text is {value: ...}";
  return absl::StrCat("\"", text, "\" is no path of a lead", hint);
}

}  // namespace leadrelay::delivery
