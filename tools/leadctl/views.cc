#include "tools/leadctl/views.h"

#include "absl/strings/str_cat.h"

#include "tools/leadctl/progress.h"

namespace leadrelay::leadctl {
namespace {

Cell Text(const json::Value& value, Tone tone = Tone::kPlain) {
  return {value.AsText().value_or(""), tone};
}

Cell Count(const json::Value& value, Tone when_some = Tone::kPlain) {
  const int64_t number = value.Int64Or(0);
  return {WithCommas(number), number == 0 ? Tone::kPlain : when_some};
}

Cell Time(const json::Value& value) {
  return {ShortTime(value.StringOr("")), Tone::kFaint};
}

Tone ToneOf(const std::string& state) {
  if (state == "delivered" || state == "closed" || state == "done" || state == "resolved") {
    return Tone::kGood;
  }
  if (state == "dead" || state == "dead letter" || state == "open" || state == "failed") {
    return Tone::kBad;
  }
  if (state == "retrying" || state == "paused" || state == "replaying") return Tone::kWarning;
  return Tone::kPlain;
}

Cell State(const json::Value& value) {
  const std::string state = value.StringOr("");
  return {state, ToneOf(state)};
}

}  // namespace

std::string ShortTime(const std::string& time) {
  if (time.size() < 19 || time[10] != 'T') return time;
  return time.substr(0, 10) + " " + time.substr(11, 8);
}

int64_t InFlight(const json::Value& answer) {
  int64_t sum = 0;
  for (const json::Value& row : answer.Find("destinations").Elements()) {
    sum += row.Find("in_flight").Int64Or(0);
  }
  return sum;
}

std::string BooksView(const json::Value& answer, Look look) {
  Table table({{"DESTINATION", false, true},
               {"ACCEPTED", true},
               {"DELIVERED", true},
               {"SUPPRESSED", true},
               {"DEAD", true},
               {"DISCARDED", true},
               {"IN FLIGHT", true},
               {"DIFFERENCE", true}});
  for (const json::Value& row : answer.Find("destinations").Elements()) {
    table.Add({Text(row.Find("destination")),
               Count(row.Find("accepted")),
               Count(row.Find("delivered")),
               Count(row.Find("suppressed")),
               Count(row.Find("dead"), Tone::kBad),
               Count(row.Find("discarded")),
               Count(row.Find("in_flight"), Tone::kWarning),
               Count(row.Find("difference"), Tone::kBad)});
  }
  if (table.empty()) return "No leads yet.\n";
  const bool balanced = answer.Find("balanced").BoolOr(false);
  return table.ToText(look) +
         Paint(balanced ? "The books balance."
                        : "The books do not balance: leads are unaccounted for.",
               balanced ? Tone::kGood : Tone::kBad,
               look.colour) +
         "\n";
}

std::string DestinationsView(const json::Value& answer, Look look) {
  Table table({{"DESTINATION", false, true},
               {"CONNECTOR"},
               {"STATE"},
               {"WAITING", true},
               {"RETRYING", true},
               {"DELIVERED", true},
               {"DEAD", true},
               {"DETAIL", false, true}});
  for (const json::Value& row : answer.Find("destinations").Elements()) {
    const bool configured = row.Find("configured").BoolOr(true);
    std::string detail = row.Find("detail").StringOr("");
    const std::string until = row.Find("until").StringOr("");
    if (!until.empty())
      absl::StrAppend(&detail, detail.empty() ? "" : ", ", "until ", ShortTime(until));
    const json::Value waiting = row.Find("waiting");
    const std::string state = row.Find("state").StringOr("");
    table.Add({Text(row.Find("destination")),
               configured ? Text(row.Find("connector")) : Cell("not configured", Tone::kWarning),
               Cell(state, state == "ready" ? Tone::kGood : Tone::kWarning),
               waiting.exists() ? Count(waiting) : Cell("?", Tone::kFaint),
               Count(row.Pointer("/books/retrying"), Tone::kWarning),
               Count(row.Pointer("/books/delivered")),
               Count(row.Pointer("/books/dead"), Tone::kBad),
               detail});
  }
  return table.empty() ? "No destinations.\n" : table.ToText(look);
}

std::string DeadLettersView(const json::Value& answer, Look look) {
  Table table({{"ID", true},
               {"AT"},
               {"DESTINATION", false, true},
               {"CAUSE"},
               {"TRIES", true},
               {"STATE"},
               {"REASON", false, true},
               {"LEAD", false, true}});
  for (const json::Value& letter : answer.Find("dead_letters").Elements()) {
    table.Add({Text(letter.Find("id")),
               Time(letter.Find("at")),
               Text(letter.Find("destination")),
               Text(letter.Find("cause")),
               Count(letter.Find("attempts")),
               State(letter.Find("state")),
               Text(letter.Find("reason")),
               Text(letter.Find("lead_id"), Tone::kFaint)});
  }
  return table.empty() ? "No dead letters.\n" : table.ToText(look);
}

std::string GroupsView(const json::Value& answer, Look look) {
  Table table({{"COUNT", true},
               {"REPLAYING", true},
               {"DESTINATION", false, true},
               {"CAUSE"},
               {"REASON", false, true},
               {"NEWEST"},
               {"REMEDY", false, true}});
  for (const json::Value& group : answer.Find("groups").Elements()) {
    table.Add({Count(group.Find("count")),
               Count(group.Find("replaying")),
               Text(group.Find("destination")),
               Text(group.Find("cause")),
               Text(group.Find("group")),
               Time(group.Find("last_at")),
               Text(group.Find("remedy"))});
  }
  return table.empty() ? "No dead letters.\n" : table.ToText(look);
}

}  // namespace leadrelay::leadctl
