#pragma once
// Command: what an operator's request asks for, read and checked.  Pure.
//
//   GET  /v1/leads/{lead id}?include=lead             ShowLead
//   GET  /v1/dead-letters?destination=&cause=&group=&reason=&lead_id=&state=&since=&until=
//                        &limit=&cursor=              ListDeadLetters
//   GET  /v1/dead-letters/groups?destination=...      GroupDeadLetters
//   GET  /v1/dead-letters/{id}                        ShowDeadLetter
//   POST /v1/dead-letters/{id}:discard {note}         Discard
//   POST /v1/dead-letters:discard {ids|filter, note}  Discard
//   POST /v1/replays {ids|filter, rate_per_second, dry_run}   StartReplay
//   GET  /v1/replays?limit=&cursor=                   ListReplays
//   GET  /v1/replays/{replay id}                      ShowReplay
//   POST /v1/replays/{replay id}:pause|:resume|:cancel {abandon}   ControlReplay
//   GET  /v1/books                                    ShowBooks
//   GET  /v1/destinations                             ListDestinations
//   POST /v1/destinations/{name}:pause {reason}|:resume   ControlDestination
//
// A filter that says nothing would mean every dead letter there is; that has to be said:
// {"filter": {"all": true}}.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/http/message.h"
#include "services/dlq/inspect/problem.h"
#include "services/dlq/ledger/selection.h"

namespace leadrelay::dlq {

struct Page {
  int limit = 100;     // 1 to 1000.
  int64_t before = 0;  // The cursor: the id that the last page ended with; 0: from the newest.
  friend bool operator==(const Page&, const Page&) = default;
};

struct ShowLead {
  std::string lead_id;
  bool include_lead = false;  // With the person's data.
  friend bool operator==(const ShowLead&, const ShowLead&) = default;
};
struct ListDeadLetters {
  DeadLetterFilter filter;
  Page page;
  friend bool operator==(const ListDeadLetters&, const ListDeadLetters&) = default;
};
struct GroupDeadLetters {
  DeadLetterFilter filter;
  int limit = 100;
  friend bool operator==(const GroupDeadLetters&, const GroupDeadLetters&) = default;
};
struct ShowDeadLetter {
  int64_t id = 0;
  friend bool operator==(const ShowDeadLetter&, const ShowDeadLetter&) = default;
};
struct Discard {
  Selection selection;
  std::string note;
  friend bool operator==(const Discard&, const Discard&) = default;
};
struct StartReplay {
  Selection selection;
  std::string selection_json;        // As it was asked for; kept with the replay.
  std::optional<double> per_second;  // Nothing: as configured.
  bool dry_run = false;
  friend bool operator==(const StartReplay&, const StartReplay&) = default;
};
struct ListReplays {
  Page page;
  friend bool operator==(const ListReplays&, const ListReplays&) = default;
};
struct ShowReplay {
  std::string replay_id;
  friend bool operator==(const ShowReplay&, const ShowReplay&) = default;
};
struct ControlReplay {
  enum class Action { kPause, kResume, kCancel };
  std::string replay_id;
  Action action = Action::kPause;
  bool abandon = false;  // Cancel: also what was sent and never heard of.
  friend bool operator==(const ControlReplay&, const ControlReplay&) = default;
};
std::string_view Name(ControlReplay::Action action);
struct ShowBooks {
  friend bool operator==(const ShowBooks&, const ShowBooks&) = default;
};
struct ListDestinations {
  friend bool operator==(const ListDestinations&, const ListDestinations&) = default;
};
struct ControlDestination {
  std::string destination;
  bool pause = false;  // Otherwise: resume.
  std::string reason;
  friend bool operator==(const ControlDestination&, const ControlDestination&) = default;
};

using Command = std::variant<ShowLead,
                             ListDeadLetters,
                             GroupDeadLetters,
                             ShowDeadLetter,
                             Discard,
                             StartReplay,
                             ListReplays,
                             ShowReplay,
                             ControlReplay,
                             ShowBooks,
                             ListDestinations,
                             ControlDestination>;

// 404, 405, 400 (a body that is not JSON) or 422 with every fault at once.
std::variant<Command, Problem> ReadCommand(const http::Request& request);

}  // namespace leadrelay::dlq
