#include "tests/unit/connectors/configure.h"

namespace leadrelay::delivery {

void PrintTo(const Outcome& outcome, std::ostream* out) {
  *out << Name(outcome.kind) << " status " << outcome.status << " id '" << outcome.remote_id
       << "' reason '" << outcome.reason << "' remedy '" << outcome.remedy << "' after "
       << (outcome.retry_after.has_value() ? absl::FormatDuration(*outcome.retry_after) : "-")
       << (outcome.strains_destination ? " strains" : "");
}

}  // namespace leadrelay::delivery

namespace leadrelay::test {

Configured ConfigureFrom(std::string_view connector, std::string_view yaml, bool mark_synced) {
  config::Environment environment;
  environment.variable = [](const std::string& name) -> std::optional<std::string> {
    if (name == "TOKEN") return "test-token";
    if (name == "SECRET" || name == "OLD_SECRET") return std::string(kSecret);
    if (name == "BAD") return "one\r\nX-Injected: two";
    return std::nullopt;
  };
  environment.file = [](const std::string&) { return std::nullopt; };
  config::Faults faults;
  config::Section root = config::Section::Parse(yaml, environment, faults);
  Configured configured;
  configured.connector = delivery::FindConnector(connector)->configure(
      {"test", root.Child("settings"), root.Child("mapping"), mark_synced});
  configured.faults = faults.ToText("f");
  return configured;
}

Leads::Leads(const std::vector<std::string>& texts) {
  batch.now = absl::FromUnixSeconds(1'788'256'800);
  for (size_t i = 0; i < texts.size(); ++i) {
    documents.push_back(*json::Document::Parse(texts[i]));
    delivery::Job job;
    job.lead_id = absl::StrCat("l", i);
    job.delivery_id = job.lead_id + ":test";
    job.lead = documents.back().root();
    job.accepted_at = batch.now;
    batch.jobs.push_back(std::move(job));
  }
}

}  // namespace leadrelay::test
