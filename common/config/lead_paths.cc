#include "common/config/lead_paths.h"

#include "common/config/suggest.h"

namespace leadrelay::config {
namespace {

constexpr std::string_view kFormData = "form_data.";
constexpr std::string_view kGroups[] = {"source", "deal", "task", "form_data"};

}  // namespace

const std::vector<std::string>& LeadPaths() {
  static const std::vector<std::string> paths = {
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
      "consent_given",
      "consent_timestamp",
      "ip_address",
      "user_agent",
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
  };
  return paths;
}

bool IsLeadPath(std::string_view path) {
  if (path.starts_with(kFormData)) return path.size() > kFormData.size();
  return std::find(LeadPaths().begin(), LeadPaths().end(), path) != LeadPaths().end();
}

bool IsLeadPathOrGroup(std::string_view path) {
  return IsLeadPath(path) ||
         std::find(std::begin(kGroups), std::end(kGroups), path) != std::end(kGroups);
}

std::string NoLeadPath(std::string_view path) {
  std::string hint = DidYouMean(path, LeadPaths());
  if (hint.empty()) hint = "; a form's own fields are form_data.<name>";
  return absl::StrCat("\"", std::string(path), "\" is no path of a lead", hint);
}

}  // namespace leadrelay::config
