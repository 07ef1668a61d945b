#include "services/delivery/deliver/progress_json.h"

#include "common/json/json.h"

namespace leadrelay::delivery {

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
