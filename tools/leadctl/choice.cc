#include "tools/leadctl/choice.h"

#include "absl/strings/str_cat.h"

#include "common/config/units.h"
#include "common/json/json.h"
#include "common/lead/times.h"

namespace leadrelay::leadctl {
namespace {

absl::StatusOr<std::string> AsTime(const std::string& text, absl::Time now) {
  if (text.empty()) return text;
  if (const auto ago = config::ParseDuration(text)) return lead::Rfc3339(now - *ago);
  if (const auto time = lead::FromRfc3339(text)) return lead::Rfc3339(*time);
  return absl::InvalidArgumentError(
      absl::StrCat(text, " is no time: 2026-03-01T09:30:00Z, or 2h for two hours ago"));
}

}  // namespace

absl::StatusOr<http::Fields> ChoiceFields(const DeadLetterChoice& choice, absl::Time now) {
  absl::StatusOr<std::string> since = AsTime(choice.since, now);
  if (!since.ok()) return since.status();
  absl::StatusOr<std::string> until = AsTime(choice.until, now);
  if (!until.ok()) return until.status();
  http::Fields fields;
  const auto add = [&fields](const char* name, const std::string& value) {
    if (!value.empty()) fields.emplace_back(name, value);
  };
  add("destination", choice.destination);
  add("cause", choice.cause);
  add("group", choice.group);
  add("reason", choice.reason);
  add("lead_id", choice.lead_id);
  add("state", choice.state);
  add("since", *since);
  add("until", *until);
  return fields;
}

absl::StatusOr<std::string> ActBody(const DlqActOptions& options, bool dry_run, absl::Time now) {
  absl::StatusOr<http::Fields> fields = ChoiceFields(options.choice, now);
  if (!fields.ok()) return fields.status();
  json::Writer writer;
  writer.StartObject();
  if (!options.ids.empty()) {
    writer.Key("ids").StartArray();
    for (const int64_t id : options.ids) writer.Int(id);
    writer.EndArray();
  } else {
    writer.Key("filter").StartObject();
    for (const auto& [name, value] : *fields) writer.Member(name, value);
    if (options.all) writer.Member("all", true);
    writer.EndObject();
  }
  if (options.rate.has_value()) writer.Member("rate_per_second", *options.rate);
  if (dry_run) writer.Member("dry_run", true);
  if (!options.note.empty()) writer.Member("note", options.note);
  writer.EndObject();
  return writer.Take();
}

}  // namespace leadrelay::leadctl
