#pragma once
// What the steps of a Pipedrive delivery have in common.  Pure.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "services/delivery/connectors/pipedrive/settings.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::pipedrive {

std::unique_ptr<const Step> Make(JobStep::Plan plan);
JobStep::Plan SearchFor(std::string name);  // Its window and its cost.

http::Request GetRequest(std::string url);
// `path` as "/api/v2/persons": those whose `field` is `term`, without regard to case.
std::string SearchUrl(const Settings& settings,
                      std::string_view path,
                      std::string_view field,
                      const std::string& term);
// What has changed since shortly before the lead came, newest first.
std::string RecentUrl(const Settings& settings, std::string_view path, const Job& job);

// Records as they are, or as the items of a search.
std::vector<json::Value> RecordsIn(const json::Value& list);

// Whether a record is no older than the lead.
bool IsOfThisLead(const Job& job, const json::Value& record);

std::string WithoutCase(std::string_view text);

}  // namespace leadrelay::delivery::pipedrive
