#include "absl/strings/str_cat.h"

#include "tools/leadctl/progress.h"
#include "tools/leadctl/views.h"

namespace leadrelay::leadctl {
namespace {

void Line(std::string& text, const char* name, const json::Value& value) {
  const std::string shown = Printable(value.AsText().value_or(""));
  if (shown.empty()) return;
  absl::StrAppend(&text, name, std::string(12 - std::string(name).size(), ' '), shown, "\n");
}

Tone ToneOf(const std::string& event) {
  if (event == "delivered") return Tone::kGood;
  if (event == "dead letter") return Tone::kBad;
  return event == "retrying" ? Tone::kWarning : Tone::kPlain;
}

std::string What(const json::Value& event) {
  std::string text = event.Find("text").StringOr("");
  std::string more;
  const auto add = [&more](const std::string& part) {
    absl::StrAppend(&more, more.empty() ? "" : ", ", part);
  };
  if (event.Find("status").exists()) add("HTTP " + event.Find("status").AsText().value_or(""));
  if (event.Find("took_ms").exists()) add(event.Find("took_ms").AsText().value_or("") + " ms");
  if (event.Find("dead_letter").exists())
    add("#" + event.Find("dead_letter").AsText().value_or(""));
  if (event.Find("replay_id").exists()) add("replay " + event.Find("replay_id").StringOr(""));
  if (more.empty()) return text;
  return text.empty() ? more : absl::StrCat(text, " (", more, ")");
}

// The events of one destination; empty: those of the lead as a whole.
std::string Events(const json::Value& timeline, const std::string& destination, Look look) {
  Table table({{"  AT"}, {"EVENT"}, {"", false, true}});
  for (const json::Value& event : timeline.Elements()) {
    if (event.Find("destination").StringOr("") != destination) continue;
    std::string name = event.Find("event").StringOr("");
    const Tone tone = ToneOf(name);
    if (event.Find("attempt").exists()) {
      absl::StrAppend(&name, " ", event.Find("attempt").AsText().value_or(""));
    }
    table.Add({Cell("  " + ShortTime(event.Find("at").StringOr("")), Tone::kFaint),
               Cell(name, tone),
               What(event)});
  }
  if (table.empty()) return "";
  const std::string text = table.ToText(look);
  return text.substr(text.find('\n') + 1);  // A list: no titles.
}

}  // namespace

std::string LeadView(const json::Value& lead, Look look) {
  std::string text;
  Line(text, "Lead", lead.Find("lead_id"));
  Line(text, "Publisher", lead.Find("publisher"));
  Line(text, "Accepted", lead.Find("accepted_at"));
  text += Events(lead.Find("timeline"), "", look);
  for (const json::Value& delivery : lead.Find("deliveries").Elements()) {
    const std::string destination = delivery.Find("destination").StringOr("");
    const std::string state = delivery.Find("state").StringOr("");
    const Tone tone = state == "delivered" ? Tone::kGood
                      : state == "dead"    ? Tone::kBad
                                           : Tone::kWarning;
    absl::StrAppend(&text,
                    "\n",
                    Printable(destination),
                    ": ",
                    Paint(Printable(state), tone, look.colour),
                    "\n",
                    Events(lead.Find("timeline"), destination, look));
  }
  return text;
}

std::string DeadLetterView(const json::Value& letter, Look look) {
  std::string text;
  Line(text, "Dead letter", letter.Find("id"));
  Line(text, "State", letter.Find("state"));
  Line(text, "Lead", letter.Find("lead_id"));
  Line(text, "Publisher", letter.Find("publisher"));
  Line(text, "Destination", letter.Find("destination"));
  Line(text, "At", letter.Find("at"));
  Line(text, "Cause", letter.Find("cause"));
  Line(text, "Reason", letter.Find("reason"));
  Line(text, "Remedy", letter.Find("remedy"));
  Line(text, "Attempts", letter.Find("attempts"));
  Line(text, "Replay", letter.Find("replay_id"));
  Line(text, "Resolution", letter.Find("resolution"));
  text += "\n" + Events(letter.Find("timeline"), "", look);
  text += Events(letter.Find("timeline"), letter.Find("destination").StringOr(""), look);
  return text;
}

std::string ReplaysView(const json::Value& answer, Look look) {
  Table table({{"ID"},
               {"STATE"},
               {"CREATED"},
               {"TOTAL", true},
               {"TO SEND", true},
               {"UNDER WAY", true},
               {"DELIVERED", true},
               {"DEAD", true},
               {"FAILED", true}});
  for (const json::Value& replay : answer.Find("replays").Elements()) {
    const json::Value items = replay.Find("items");
    const auto count = [&](const char* name) { return items.Find(name).Int64Or(0); };
    table.Add({replay.Find("id").StringOr(""),
               replay.Find("state").StringOr(""),
               ShortTime(replay.Find("created_at").StringOr("")),
               WithCommas(replay.Find("total").Int64Or(0)),
               WithCommas(count("pending") + count("sending")),
               WithCommas(count("published")),
               WithCommas(count("delivered") + count("suppressed")),
               WithCommas(count("dead")),
               WithCommas(count("failed"))});
  }
  return table.empty() ? "No replays.\n" : table.ToText(look);
}

std::string ReplayView(const json::Value& replay, Look look) {
  std::string text;
  Line(text, "Replay", replay.Find("id"));
  Line(text, "State", replay.Find("state"));
  Line(text, "Created", replay.Find("created_at"));
  Line(text, "Finished", replay.Find("finished_at"));
  Line(text, "A second", replay.Find("rate_per_second"));
  Line(text, "Total", replay.Find("total"));
  Line(text, "Skipped", replay.Find("skipped"));
  for (const json::Value::Member& item : replay.Find("items").Members()) {
    if (item.value.Int64Or(0) > 0) Line(text, ("  " + std::string(item.key)).c_str(), item.value);
  }
  Table failures({{"DEAD LETTER", true}, {"DESTINATION"}, {"COULD NOT BE SENT", false, true}});
  for (const json::Value& failure : replay.Find("failures").Elements()) {
    failures.Add({failure.Find("dead_letter").AsText().value_or(""),
                  failure.Find("destination").StringOr(""),
                  failure.Find("reason").StringOr("")});
  }
  return failures.empty() ? text : absl::StrCat(text, "\n", failures.ToText(look));
}

std::string PlanView(const json::Value& plan, Look look) {
  std::string text =
      absl::StrCat("Would replay ",
                   WithCommas(plan.Find("would_replay").Int64Or(0)),
                   " of ",
                   WithCommas(plan.Find("matching").Int64Or(0)),
                   " dead letters, in about ",
                   ShortDuration(absl::Seconds(plan.Find("publishing_takes_seconds").Int64Or(0))),
                   ".\n");
  Table table({{"DESTINATION"}, {"COUNT", true}});
  for (const json::Value::Member& row : plan.Find("by_destination").Members()) {
    table.Add({std::string(row.key), WithCommas(row.value.Int64Or(0))});
  }
  if (!table.empty()) text += table.ToText(look);
  for (const json::Value::Member& row : plan.Find("skipped").Members()) {
    if (row.value.Int64Or(0) == 0) continue;
    absl::StrAppend(&text, "Skipped, ", std::string(row.key), ": ", row.value.Int64Or(0), "\n");
  }
  return text;
}

}  // namespace leadrelay::leadctl
