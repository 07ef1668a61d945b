#include "services/delivery/connectors/pipedrive/step_parts.h"

#include "services/delivery/connectors/doubt.h"
#include "services/delivery/connectors/pipedrive/person.h"

namespace leadrelay::delivery::pipedrive {
namespace {

// What is younger the search may not show yet.  Pipedrive gives no number.
constexpr absl::Duration kRecent = absl::Minutes(2);

}  // namespace

std::unique_ptr<const Step> Make(JobStep::Plan plan) {
  return std::make_unique<JobStep>(std::move(plan));
}

JobStep::Plan SearchFor(std::string name) {
  JobStep::Plan plan;
  plan.name = std::move(name);
  plan.scope = kSearchScope;
  plan.cost = kSearchCost;
  return plan;
}

http::Request GetRequest(std::string url) {
  http::Request request;
  request.url = std::move(url);
  return request;
}

std::string SearchUrl(const Settings& settings,
                      std::string_view path,
                      std::string_view field,
                      const std::string& term) {
  return settings.Url(absl::StrCat(std::string(path),
                                   "/search?term=",
                                   http::PercentEncode(term),
                                   "&fields=",
                                   std::string(field),
                                   "&exact_match=true&limit=100"));
}

std::string RecentUrl(const Settings& settings, std::string_view path, const Job& job) {
  // Whole seconds; another format is refused.
  const std::string since =
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", job.accepted_at - kRecent, absl::UTCTimeZone());
  return settings.Url(absl::StrCat(std::string(path),
                                   "?updated_since=",
                                   http::PercentEncode(since),
                                   "&sort_by=update_time&sort_direction=desc&limit=500"));
}

std::vector<json::Value> RecordsIn(const json::Value& list) {
  std::vector<json::Value> records;
  for (const json::Value& element : list.Elements()) {
    const json::Value item = element.Find("item");
    records.push_back(item.exists() ? item : element);
  }
  return records;
}

bool IsOfThisLead(const Job& job, const json::Value& record) {
  const std::optional<absl::Time> added = TimeIn(record.Find("add_time"));
  return added.has_value() && *added >= EarliestRecordOf(job);
}

std::string WithoutCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace leadrelay::delivery::pipedrive
