#include "services/delivery/map/lead_path.h"

#include <algorithm>

namespace leadrelay::delivery {
namespace {

constexpr std::string_view kFormData = "form_data.";

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

std::optional<LeadPath> LeadPath::Parse(std::string_view text) {
  const bool below_form_data = text.starts_with(kFormData) && text.size() > kFormData.size();
  if (!below_form_data && std::ranges::find(Known(), text) == Known().end()) return std::nullopt;
  return LeadPath(std::string(text));
}

std::optional<Scalar> LeadPath::Read(const LeadFacts& facts) const {
  if (text_ == "lead_id") return TextUnlessEmpty(facts.lead_id);
  if (text_ == "delivery_id") return TextUnlessEmpty(facts.delivery_id);
  if (text_ == "publisher") return TextUnlessEmpty(facts.publisher);
  if (text_ == "accepted_at") return FormatInstant(facts.accepted_at);
  if (text_.starts_with(kFormData)) {
    const std::string name = text_.substr(kFormData.size());
    const json::Value named = facts.lead.Find("form_data").Find(name);
    if (named.exists()) return ToScalar(named);
  }
  return ToScalar(Walk(facts.lead, text_));
}

}  // namespace leadrelay::delivery
