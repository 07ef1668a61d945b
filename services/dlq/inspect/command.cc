#include "services/dlq/inspect/command.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

#include "common/json/json.h"
#include "common/status/abseil.h"
#include "services/dlq/inspect/command_body.h"
#include "services/dlq/inspect/fields.h"

namespace leadrelay::dlq {
namespace {

using Result = std::variant<Command, Problem>;

// "/v1/replays/r1:pause" after "/v1/replays/" -> name "r1", verb "pause".
struct Target {
  std::string name;
  std::string verb;
};

Target Split(std::string_view rest) {
  const size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos) return {http::PercentDecode(rest), ""};
  return {http::PercentDecode(rest.substr(0, colon)), std::string(rest.substr(colon + 1))};
}

bool IsGet(const http::Request& request) {
  return request.method == "GET" || request.method == "HEAD";
}

Result Finish(Command command, std::vector<RequestFault> faults) {
  if (!faults.empty()) return BadRequest(std::move(faults));
  return command;
}

Page ReadPage(RequestFields& fields) {
  Page page;
  page.limit = static_cast<int>(fields.Int("limit", page.limit, 1, 1000));
  page.before = fields.Int("cursor", 0, 1, INT64_MAX);
  return page;
}

// A body that is not there counts as an empty object.
struct Body {
  explicit Body(const http::Request& request)
      : document(json::Document::Parse(request.body.empty() ? "{}" : request.body)) {}
  absl::StatusOr<json::Document> document;
  bool ok() const { return document.ok(); }
  json::Value root() const { return document->root(); }
  Problem problem() const { return NotJson(std::string(ToStd(document.status().message()))); }
};

Result ReadLeads(const http::Request& request, std::string_view rest) {
  if (rest.empty()) return NotFound("ask for one lead: /v1/leads/{lead id}");
  if (!IsGet(request)) return WrongMethod("GET");
  std::vector<RequestFault> faults;
  RequestFields fields = RequestFields::OfQuery(http::QueryOf(request.url), faults);
  ShowLead show;
  show.lead_id = http::PercentDecode(rest);
  show.include_lead = fields.OneOf("include", {"lead"}) == "lead";
  fields.RefuseUnknown();
  return Finish(std::move(show), std::move(faults));
}

Result ReadList(const http::Request& request) {
  if (!IsGet(request)) return WrongMethod("GET");
  std::vector<RequestFault> faults;
  RequestFields fields = RequestFields::OfQuery(http::QueryOf(request.url), faults);
  ListDeadLetters list;
  list.filter = fields.Filter();
  list.page = ReadPage(fields);
  fields.RefuseUnknown();
  return Finish(std::move(list), std::move(faults));
}

Result ReadGroups(const http::Request& request) {
  if (!IsGet(request)) return WrongMethod("GET");
  std::vector<RequestFault> faults;
  RequestFields fields = RequestFields::OfQuery(http::QueryOf(request.url), faults);
  GroupDeadLetters groups;
  groups.filter = fields.Filter();
  groups.limit = static_cast<int>(fields.Int("limit", groups.limit, 1, 1000));
  fields.RefuseUnknown();
  return Finish(std::move(groups), std::move(faults));
}

Result ReadDeadLetter(const http::Request& request, std::string_view rest) {
  const Target target = Split(rest);
  int64_t id = 0;
  if (!absl::SimpleAtoi(target.name, &id) || id <= 0) {
    return NotFound("the id of a dead letter is a whole number");
  }
  if (target.verb.empty()) {
    if (!IsGet(request)) return WrongMethod("GET");
    return Command(ShowDeadLetter{id});
  }
  if (target.verb != "discard") return NotFound("a dead letter can be shown and :discard-ed");
  if (request.method != "POST") return WrongMethod("POST");
  const Body body(request);
  if (!body.ok()) return body.problem();
  std::vector<RequestFault> faults;
  Discard discard = ReadDiscardOne(id, body.root(), faults);
  return Finish(std::move(discard), std::move(faults));
}

Result ReadDiscardMany(const http::Request& request) {
  if (request.method != "POST") return WrongMethod("POST");
  const Body body(request);
  if (!body.ok()) return body.problem();
  std::vector<RequestFault> faults;
  Discard discard = ReadDiscard(body.root(), faults);
  return Finish(std::move(discard), std::move(faults));
}

Result ReadReplays(const http::Request& request) {
  std::vector<RequestFault> faults;
  if (IsGet(request)) {
    RequestFields fields = RequestFields::OfQuery(http::QueryOf(request.url), faults);
    ListReplays list{ReadPage(fields)};
    fields.RefuseUnknown();
    return Finish(list, std::move(faults));
  }
  if (request.method != "POST") return WrongMethod("GET, POST");
  const Body body(request);
  if (!body.ok()) return body.problem();
  StartReplay replay = ReadStartReplay(body.root(), faults);
  return Finish(std::move(replay), std::move(faults));
}

Result ReadReplay(const http::Request& request, std::string_view rest) {
  using Action = ControlReplay::Action;
  const Target target = Split(rest);
  if (target.verb.empty()) {
    if (!IsGet(request)) return WrongMethod("GET");
    return Command(ShowReplay{target.name});
  }
  ControlReplay control;
  control.replay_id = target.name;
  if (target.verb == "pause") {
    control.action = Action::kPause;
  } else if (target.verb == "resume") {
    control.action = Action::kResume;
  } else if (target.verb == "cancel") {
    control.action = Action::kCancel;
  } else {
    return NotFound("a replay can be shown, :pause-d, :resume-d and :cancel-led");
  }
  if (request.method != "POST") return WrongMethod("POST");
  const Body body(request);
  if (!body.ok()) return body.problem();
  std::vector<RequestFault> faults;
  if (control.action == Action::kCancel) control.abandon = ReadAbandon(body.root(), faults);
  return Finish(std::move(control), std::move(faults));
}

Result ReadDestination(const http::Request& request, std::string_view rest) {
  const Target target = Split(rest);
  if (target.verb != "pause" && target.verb != "resume") {
    return NotFound("a destination can be :pause-d and :resume-d");
  }
  if (request.method != "POST") return WrongMethod("POST");
  const Body body(request);
  if (!body.ok()) return body.problem();
  std::vector<RequestFault> faults;
  ControlDestination control;
  control.destination = target.name;
  control.pause = target.verb == "pause";
  if (control.pause) control.reason = ReadReason(body.root(), faults);
  return Finish(std::move(control), std::move(faults));
}

}  // namespace

std::string_view Name(ControlReplay::Action action) {
  switch (action) {
    case ControlReplay::Action::kPause:
      return "pause";
    case ControlReplay::Action::kResume:
      return "resume";
    case ControlReplay::Action::kCancel:
      return "cancel";
  }
  return "";
}

Result ReadCommand(const http::Request& request) {
  const std::string_view path = http::PathOf(request.url);
  const auto after = [path](std::string_view prefix) { return path.substr(prefix.size()); };

  if (path == "/v1/books" || path == "/v1/destinations") {
    if (!IsGet(request)) return WrongMethod("GET");
    if (path == "/v1/books") return Command(ShowBooks{});
    return Command(ListDestinations{});
  }
  if (path.starts_with("/v1/destinations/")) {
    return ReadDestination(request, after("/v1/destinations/"));
  }
  if (path.starts_with("/v1/leads/")) return ReadLeads(request, after("/v1/leads/"));
  if (path == "/v1/dead-letters") return ReadList(request);
  if (path == "/v1/dead-letters:discard") return ReadDiscardMany(request);
  if (path == "/v1/dead-letters/groups") return ReadGroups(request);
  if (path.starts_with("/v1/dead-letters/")) {
    return ReadDeadLetter(request, after("/v1/dead-letters/"));
  }
  if (path == "/v1/replays") return ReadReplays(request);
  if (path.starts_with("/v1/replays/")) return ReadReplay(request, after("/v1/replays/"));
  return NotFound("see /v1/books, /v1/destinations, /v1/dead-letters, /v1/replays, /v1/leads/{id}");
}

}  // namespace leadrelay::dlq
