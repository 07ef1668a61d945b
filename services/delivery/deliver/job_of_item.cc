#include "services/delivery/deliver/job_of_item.h"

#include "common/json/json.h"

namespace leadrelay::delivery {

Job JobOf(const Item& item) {
  Job job;
  job.delivery_id = item.id();
  job.lead_id = item.envelope.lead_id;
  job.lead = item.envelope.lead.root();
  job.accepted_at = item.envelope.accepted_at;
  job.publisher = item.envelope.publisher;
  job.progress = ParseProgress(item.state.progress);
  job.unknown = item.state.unknown;
  return job;
}

lead::DeliveryState StateOf(const Item& item, const Job& job) {
  lead::DeliveryState state = item.state;
  state.progress = ProgressToJson(job.progress);
  state.unknown = job.unknown;
  return state;
}

std::string ProgressToJson(const Progress& progress) {
  if (progress.empty()) return "";
  json::Writer writer;
  writer.StartObject();
  for (const auto& [key, value] : progress) writer.Member(key, value);
  writer.EndObject();
  return writer.Take();
}

Progress ParseProgress(std::string_view json) {
  Progress progress;
  if (json.empty()) return progress;
  absl::StatusOr<json::Document> document = json::Document::Parse(json);
  if (!document.ok()) return progress;
  for (const json::Value::Member& member : document->root().Members()) {
    std::optional<std::string_view> text = member.value.AsString();
    if (text.has_value()) progress.emplace(member.key, *text);
  }
  return progress;
}

}  // namespace leadrelay::delivery
