#include "common/config/lead_paths.h"

#include <algorithm>

#include "common/config/suggest.h"

namespace leadrelay::config {
namespace {

constexpr std::string_view kFormData = "form_data.";
constexpr std::string_view kGroups[] = {"source", "deal", "task", "form_data"};

// Without the groups.
const std::vector<std::string>& ConditionPaths() {
  static const std::vector<std::string> paths = [] {
    std::vector<std::string> made = LeadPaths();
    std::erase(made, "ip_address");
    made.insert(made.end(), {"ip_hash", "phone_raw"});
    return made;
  }();
  return paths;
}

bool Has(const std::vector<std::string>& paths, std::string_view path) {
  return std::ranges::find(paths, path) != paths.end();
}

bool IsFormField(std::string_view path) {
  return path.starts_with(kFormData) && path.size() > kFormData.size();
}

std::string NoPath(std::string_view path, const std::vector<std::string>& known) {
  std::string hint = DidYouMean(path, known);
  if (hint.empty()) hint = "; a form's own fields are form_data.<name>";
  return absl::StrCat("\"", std::string(path), "\" is no path of a lead", hint);
}

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
  return IsFormField(path) || Has(LeadPaths(), path);
}

std::string NoLeadPath(std::string_view path) {
  return NoPath(path, LeadPaths());
}

bool IsConditionPath(std::string_view path) {
  return IsFormField(path) || Has(ConditionPaths(), path) ||
         std::ranges::find(kGroups, path) != std::end(kGroups);
}

std::string NoConditionPath(std::string_view path) {
  if (path == "ip_address") return "\"ip_address\" is not kept: a lead has ip_hash in its place";
  return NoPath(path, ConditionPaths());
}

const std::vector<std::string>& LeadOperations() {
  static const std::vector<std::string> operations = {
      "lead", "update_person", "create_deal", "move_deal", "add_note", "add_task"};
  return operations;
}

std::vector<std::string> WordsAt(std::string_view path) {
  if (path == "operation") return LeadOperations();
  if (path == "consent_given") return {"true", "false"};
  return {};
}

}  // namespace leadrelay::config
