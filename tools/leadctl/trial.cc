#include "tools/leadctl/trial.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

#include "tools/leadctl/findings.h"

namespace leadrelay::leadctl {
namespace {

using delivery::Outcome;
using Kind = Outcome::Kind;

constexpr std::string_view kIndent = "        ";

// Indented by two for each level, for people.
std::string Indented(const json::Value& value, size_t level = 1) {
  const bool object = value.IsObject();
  if ((!object && !value.IsArray()) || value.size() == 0) return value.ToJson();
  const std::string line = "\n" + std::string(2 * level, ' ');
  std::vector<std::string> parts;
  for (const json::Value::Member& member : value.Members()) {
    json::Writer key;
    key.String(member.key);
    parts.push_back(absl::StrCat(line, key.Take(), ": ", Indented(member.value, level + 1)));
  }
  for (const json::Value& element : value.Elements()) {
    parts.push_back(line + Indented(element, level + 1));
  }
  return absl::StrCat(object ? "{" : "[",
                      absl::StrJoin(parts, ","),
                      "\n",
                      std::string(2 * (level - 1), ' '),
                      object ? "}" : "]");
}

// Line by line, so that nothing in it steers the terminal.
std::string BodyText(const std::string& body) {
  const absl::StatusOr<json::Document> document = json::Document::Parse(body);
  const std::string whole = document.ok() ? Indented(document->root()) : body;
  std::string text;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(whole, '\n'))) {
    absl::StrAppend(&text, std::string(kIndent), Printable(line), "\n");
  }
  return text;
}

bool IsGood(const Outcome& outcome) {
  return outcome.kind == Kind::kDelivered || outcome.kind == Kind::kDuplicate;
}

std::string Verdict(const Outcome& outcome) {
  std::string words(delivery::Name(outcome.kind));
  if (!outcome.effect.empty()) absl::StrAppend(&words, ", ", outcome.effect);
  if (!outcome.remote_id.empty()) absl::StrAppend(&words, ", id ", outcome.remote_id);
  if (!outcome.reason.empty()) absl::StrAppend(&words, ": ", outcome.reason);
  return words;
}

// The ids beside the record's own: what else the delivery made, or made use of.
std::vector<std::string> OtherIds(const Trial& trial) {
  std::vector<std::string> ids;
  const std::string& own = trial.outcome->remote_id;
  for (const auto& [name, value] : trial.progress) {
    if (name.ends_with("_id") && value != own) ids.push_back(absl::StrCat(name, " ", value));
  }
  return ids;
}

std::string CleanupText(const Trial& trial) {
  const std::string& id = trial.outcome->remote_id;
  const std::string stays = absl::StrCat("NOT deleted, it is there under the id ", id, ": ");
  switch (trial.cleanup) {
    case Cleanup::kNothingThere:
      return trial.delivered() ? "NOT deleted: it has no id that a deletion could name." : "";
    case Cleanup::kDeleted:
      return "Deleted again.";
    case Cleanup::kFailed:
      return stays + trial.cleanup_detail;
    case Cleanup::kNotOffered:
      return stays + "the connector does not offer to delete.";
    case Cleanup::kNotOurs:
      return stays + "this delivery is not known to have made it.";
  }
  return "";
}

// For what is there, or may be, without an id.
std::string WhereToLook(const Trial& trial) {
  const std::string& who = trial.email.empty() ? trial.lead_id : trial.email;
  if (trial.outcome->kind == Kind::kUnknown) {
    return absl::StrCat("It may be there all the same: look for ", who, ".");
  }
  const bool nameless = trial.delivered() && trial.cleanup == Cleanup::kNothingThere;
  return nameless ? absl::StrCat("Look there for ", who, ".") : "";
}

void WriteOutcome(json::Writer& writer, const Outcome& outcome) {
  writer.Member("outcome", std::string(delivery::Name(outcome.kind)));
  const auto text = [&writer](std::string_view name, const std::string& value) {
    if (!value.empty()) writer.Member(name, value);
  };
  text("remote_id", outcome.remote_id);
  text("effect", outcome.effect);
  text("reason", outcome.reason);
  text("remedy", outcome.remedy);
  if (outcome.status != 0) writer.Member("status", outcome.status);
}

}  // namespace

std::string_view Name(Cleanup cleanup) {
  switch (cleanup) {
    case Cleanup::kNothingThere:
      return "nothing there";
    case Cleanup::kDeleted:
      return "deleted";
    case Cleanup::kFailed:
      return "failed";
    case Cleanup::kNotOffered:
      return "not offered";
    case Cleanup::kNotOurs:
      return "not ours";
  }
  return "";
}

bool Preview::ok() const {
  return request.has_value() || (outcome.has_value() && IsGood(*outcome));
}

bool Trial::delivered() const {
  return outcome.has_value() && IsGood(*outcome);
}

Cleanup MayDelete(const Outcome& outcome) {
  if (outcome.remote_id.empty()) return Cleanup::kNothingThere;
  const bool made = outcome.kind == Kind::kDelivered && outcome.effect == "created";
  return made ? Cleanup::kDeleted : Cleanup::kNotOurs;
}

std::string PreviewView(const Preview& preview, Look look) {
  if (!preview.request.has_value()) {
    const Outcome outcome = preview.outcome.value_or(Outcome{});
    return Paragraph(preview.ok(),
                     absl::StrCat(preview.destination, ": no request: ", Verdict(outcome)),
                     {outcome.remedy},
                     look);
  }
  const http::Request& request = *preview.request;
  // Where the account lives is known once a token was fetched.
  const bool relative = request.url.starts_with("/");
  const std::string step = preview.step.empty() ? "" : absl::StrCat(" (", preview.step, ")");
  return absl::StrCat("\n",
                      Printable(preview.destination),
                      ": a lead's first request",
                      Printable(step),
                      ", which was not sent:\n",
                      std::string(kIndent),
                      Printable(request.method),
                      relative ? " <the account's address>" : " ",
                      Printable(request.url),
                      "\n",
                      request.body.empty() ? "" : BodyText(request.body));
}

std::string TrialView(const Trial& trial, Look look) {
  if (!trial.outcome.has_value()) {
    return Paragraph(
        false, absl::StrCat(trial.destination, ": no lead was sent"), {trial.why_withheld}, look);
  }
  const std::vector<std::string> others = OtherIds(trial);
  const std::string left = others.empty()
                               ? ""
                               : absl::StrCat("NOT deleted, where this delivery made them: ",
                                              absl::StrJoin(others, ", "));
  return Paragraph(trial.delivered(),
                   absl::StrCat(trial.destination, ": ", Verdict(*trial.outcome)),
                   {trial.outcome->remedy, CleanupText(trial), left, WhereToLook(trial)},
                   look);
}

void WritePreview(json::Writer& writer, const Preview& preview) {
  writer.StartObject().Member("destination", preview.destination);
  if (preview.outcome.has_value()) WriteOutcome(writer, *preview.outcome);
  if (preview.request.has_value()) {
    const http::Request& request = *preview.request;
    writer.Member("step", preview.step).Member("method", request.method).Member("url", request.url);
    const absl::StatusOr<json::Document> body = json::Document::Parse(request.body);
    if (body.ok()) {
      writer.Member("body", body->root());
    } else {
      writer.Member("body", request.body);
    }
  }
  writer.EndObject();
}

void WriteTrial(json::Writer& writer, const Trial& trial) {
  writer.StartObject().Member("destination", trial.destination);
  if (!trial.outcome.has_value()) {
    writer.Member("withheld", trial.why_withheld).EndObject();
    return;
  }
  writer.Member("lead_id", trial.lead_id);
  if (!trial.email.empty()) writer.Member("email", trial.email);
  WriteOutcome(writer, *trial.outcome);
  writer.Member("cleanup", std::string(Name(trial.cleanup)));
  if (!trial.cleanup_detail.empty()) writer.Member("cleanup_detail", trial.cleanup_detail);
  writer.Key("progress").StartObject();
  for (const auto& [name, value] : trial.progress) writer.Member(name, value);
  writer.EndObject().EndObject();
}

}  // namespace leadrelay::leadctl
