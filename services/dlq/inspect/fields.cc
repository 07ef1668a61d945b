#include "services/dlq/inspect/fields.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

#include "common/lead/times.h"

namespace leadrelay::dlq {

RequestFields RequestFields::OfQuery(std::string_view query, std::vector<RequestFault>& faults) {
  RequestFields fields(faults);
  fields.is_query_ = true;
  fields.query_ = http::ParseForm(query);
  return fields;
}

RequestFields RequestFields::OfJson(const json::Value& object,
                                    std::string pointer,
                                    std::vector<RequestFault>& faults) {
  RequestFields fields(faults);
  fields.pointer_ = std::move(pointer);
  if (object.IsObject()) {
    fields.object_ = object;
  } else {
    faults.push_back({fields.pointer_.empty() ? "/" : fields.pointer_, "must be an object"});
  }
  return fields;
}

std::string RequestFields::Where(std::string_view name) const {
  return is_query_ ? absl::StrCat("parameter ", std::string(name))
                   : absl::StrCat(pointer_, "/", std::string(name));
}

void RequestFields::Fail(std::string_view name, std::string detail) {
  faults_.push_back({Where(name), std::move(detail)});
}

bool RequestFields::Has(std::string_view name) const {
  if (!is_query_) return object_.Find(name).exists();
  return std::any_of(
      query_.begin(), query_.end(), [&](const auto& field) { return field.first == name; });
}

std::optional<std::string> RequestFields::Find(std::string_view name) {
  asked_.emplace(name);
  if (!is_query_) return object_.Find(name).AsText();
  for (const auto& [key, value] : query_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

std::string RequestFields::Text(std::string_view name) {
  std::optional<std::string> text = Find(name);
  if (!is_query_ && Has(name) && !object_.Find(name).IsString()) {
    Fail(name, "must be a text");
    return "";
  }
  return text.value_or("");
}

bool RequestFields::Flag(std::string_view name) {
  const std::optional<std::string> text = Find(name);
  if (!Has(name) || text == "false") return false;
  if (text != "true") Fail(name, "must be true or false");
  return text == "true";
}

std::optional<double> RequestFields::Number(std::string_view name, double min, double max) {
  const std::optional<std::string> text = Find(name);
  if (!Has(name)) return std::nullopt;
  double number = 0;
  if (!text.has_value() || !absl::SimpleAtod(*text, &number) || !(number >= min) ||
      !(number <= max)) {
    Fail(name, absl::StrCat("must be a number from ", min, " to ", max));
    return std::nullopt;
  }
  return number;
}

int64_t RequestFields::Int(std::string_view name, int64_t fallback, int64_t min, int64_t max) {
  const std::optional<std::string> text = Find(name);
  if (!Has(name)) return fallback;
  int64_t number = 0;
  if (!text.has_value() || !absl::SimpleAtoi(*text, &number) || number < min || number > max) {
    Fail(name, absl::StrCat("must be a whole number from ", min, " to ", max));
    return fallback;
  }
  return number;
}

std::optional<absl::Time> RequestFields::Time(std::string_view name) {
  const std::optional<std::string> text = Find(name);
  if (!Has(name)) return std::nullopt;
  std::optional<absl::Time> time = lead::FromRfc3339(text.value_or(""));
  if (!time.has_value()) Fail(name, "must be a time like 2026-03-01T09:30:00Z");
  return time;
}

std::string RequestFields::OneOf(std::string_view name, const std::vector<std::string>& allowed) {
  std::string text = Text(name);
  if (!Has(name) || std::find(allowed.begin(), allowed.end(), text) != allowed.end()) return text;
  Fail(name, absl::StrCat("must be one of ", absl::StrJoin(allowed, ", ")));
  return "";
}

std::vector<int64_t> RequestFields::Ids(std::string_view name) {
  constexpr size_t kMost = 10'000;
  asked_.emplace(name);
  std::vector<int64_t> ids;
  const json::Value list = object_.Find(name);
  if (!list.exists()) return ids;
  for (const json::Value& element : list.Elements()) {
    const std::optional<int64_t> id = element.AsInt64();
    if (id.has_value() && *id > 0) ids.push_back(*id);
  }
  if (!list.IsArray() || list.size() == 0 || list.size() > kMost || ids.size() != list.size()) {
    Fail(name, absl::StrCat("must be 1 to ", kMost, " ids of dead letters"));
  }
  return ids;
}

json::Value RequestFields::Child(std::string_view name) {
  asked_.emplace(name);
  return object_.Find(name);
}

DeadLetterFilter RequestFields::Filter() {
  DeadLetterFilter filter;
  filter.destination = Text("destination");
  filter.cause = Text("cause");
  filter.group = Text("group");
  filter.reason = Text("reason");
  filter.lead_id = Text("lead_id");
  filter.state = OneOf("state", {"open", "replaying", "resolved", "all"});
  filter.since = Time("since").value_or(filter.since);
  filter.until = Time("until").value_or(filter.until);
  return filter;
}

void RequestFields::RefuseUnknown() {
  const std::string known = absl::StrCat("is not known here; known: ", absl::StrJoin(asked_, ", "));
  for (const auto& [name, value] : query_) {
    if (!asked_.contains(name)) Fail(name, known);
  }
  for (const json::Value::Member& member : object_.Members()) {
    if (!asked_.contains(member.key)) Fail(member.key, known);
  }
}

}  // namespace leadrelay::dlq
