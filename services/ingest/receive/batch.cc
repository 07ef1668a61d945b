#include "services/ingest/receive/batch.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

#include "common/status/abseil.h"
#include "common/text/clean.h"
#include "services/ingest/receive/idempotency_key.h"

namespace leadrelay::ingest {
namespace {

using Item = std::variant<BatchItem, Problem>;

// {"idempotency_key", "lead"} is unwrapped: no lead has a member `lead`.
Item Unwrap(json::Document document) {
  const json::Value lead = document.root().Find("lead");
  const json::Value key = document.root().Find("idempotency_key");
  if (!lead.exists()) return BatchItem{std::move(document), ""};
  BatchItem item{document.Part(lead), ""};
  if (!key.exists()) return item;
  const std::optional<std::string_view> text = key.AsString();
  if (!text.has_value() || !IsIdempotencyKey(*text)) {
    return BadKey("idempotency_key must be a string of 1 to 255 printable ASCII characters");
  }
  item.key = std::string(*text);
  return item;
}

Problem TooMany(const BatchLimits& limits) {
  return TooLarge(absl::StrCat("a batch may have ", limits.max_leads, " leads"));
}

std::variant<BatchItems, Problem> SplitArray(std::string_view body, const BatchLimits& limits) {
  absl::StatusOr<json::Document> document = json::Document::Parse(body);
  if (!document.ok()) return NotJson(std::string(ToStd(document.status().message())));
  const json::Value root = document->root();
  if (!root.IsArray()) return NotJson("the body must be an array of leads");
  if (root.size() > static_cast<size_t>(limits.max_leads)) return TooMany(limits);
  BatchItems items;
  items.reserve(root.size());
  for (const json::Value& element : root.Elements()) {
    items.push_back(Unwrap(document->Part(element)));
  }
  return items;
}

std::variant<BatchItems, Problem> SplitLines(std::string_view body, const BatchLimits& limits) {
  BatchItems items;
  while (!body.empty()) {
    const size_t end = body.find('\n');
    const std::string_view line = text::Trim(body.substr(0, end));
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
    if (line.empty()) continue;
    if (items.size() == static_cast<size_t>(limits.max_leads)) return TooMany(limits);
    absl::StatusOr<json::Document> document = json::Document::Parse(line);
    if (!document.ok()) {
      items.emplace_back(NotJson(std::string(ToStd(document.status().message()))));
      continue;
    }
    items.push_back(Unwrap(*std::move(document)));
  }
  return items;
}

// The one passing reason for which every item was refused, or null.
const Problem* RefusedAsOne(const std::vector<Verdict>& verdicts) {
  const Problem* first = verdicts.empty() ? nullptr : std::get_if<Problem>(&verdicts.front());
  if (first == nullptr || !first->passing() || first->status == 409) return nullptr;
  const bool same = std::ranges::all_of(verdicts, [&](const Verdict& verdict) {
    const auto* problem = std::get_if<Problem>(&verdict);
    return problem != nullptr && problem->code == first->code;
  });
  return same ? first : nullptr;
}

void WriteItem(json::Writer& writer, size_t index, const Verdict& verdict) {
  writer.StartObject();
  writer.Member("index", static_cast<int64_t>(index));
  if (const auto* problem = std::get_if<Problem>(&verdict)) {
    writer.Member("status", problem->status);
    writer.Key("problem");
    WriteProblem(writer, *problem);
  } else {
    const Accepted& accepted = std::get<Accepted>(verdict);
    writer.Member("status", 202);
    if (accepted.replayed) writer.Member("replayed", true);
    writer.Key("answer").Raw(accepted.answer);
  }
  writer.EndObject();
}

}  // namespace

std::variant<BatchItems, Problem> SplitBatch(std::string_view body,
                                             BatchFormat format,
                                             const BatchLimits& limits) {
  if (body.size() > static_cast<size_t>(limits.max_bytes)) {
    return TooLarge(absl::StrCat("a batch may have ", limits.max_bytes, " bytes"));
  }
  std::variant<BatchItems, Problem> items =
      format == BatchFormat::kArray ? SplitArray(body, limits) : SplitLines(body, limits);
  if (const auto* split = std::get_if<BatchItems>(&items); split != nullptr && split->empty()) {
    return NotJson("the batch has no leads");
  }
  return items;
}

http::Response BatchResponse(const std::vector<Verdict>& verdicts) {
  if (const Problem* problem = RefusedAsOne(verdicts)) return ProblemResponse(*problem);
  const auto accepted = std::ranges::count_if(
      verdicts, [](const Verdict& verdict) { return std::holds_alternative<Accepted>(verdict); });
  json::Writer writer;
  writer.StartObject();
  writer.Member("accepted", static_cast<int64_t>(accepted));
  writer.Member("refused", static_cast<int64_t>(verdicts.size()) - accepted);
  writer.Key("items").StartArray();
  for (size_t i = 0; i < verdicts.size(); ++i) WriteItem(writer, i, verdicts[i]);
  writer.EndArray();
  writer.EndObject();
  http::Response response;
  response.status = 200;
  response.headers.Add("content-type", "application/json");
  response.headers.Add("cache-control", "no-store");
  response.body = writer.Take();
  return response;
}

}  // namespace leadrelay::ingest
