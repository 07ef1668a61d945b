#pragma once
// Conversation: drives a connector through one batch of jobs: gate, credential, request, reply,
// until every job has its outcome.  The same for every CRM.  Loop thread only.

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "absl/status/status.h"

#include "common/coro/task.h"
#include "common/coro/timers.h"
#include "common/http/sender.h"
#include "services/delivery/authorise/credentials.h"
#include "services/delivery/connectors/connector.h"
#include "services/delivery/throttle/gate.h"

namespace leadrelay::delivery {

// What a conversation speaks through; all of it outlives every conversation.
struct Line {
  coro::Timers& timers;
  http::Sender& http;
  Gate& gate;
  Credentials& credentials;
  const Connector& connector;
  http::SendOptions send;
};

// Called whenever a permit was waited for: keeps the claims on the jobs alive.  An error: nothing
// may be sent, since another may be sending by now.
using KeepAlive = std::function<coro::Task<absl::Status>()>;

// Sends a request for which `permit` was given.  Where a connection had to be made first, the gate
// is told when the request really left.
coro::Task<http::SendResult> SendPermitted(Line line,
                                           http::Request request,
                                           Permit permit,
                                           std::string scope,
                                           int cost,
                                           std::stop_token stop);

// What a conversation begins with.  Nothing when every job has its outcome without one.
std::optional<Call> FirstCall(const Connector& connector, Batch& batch);

// Gives every job of `batch` an outcome.  `permit` is for the first request; it is given back when
// there is none.  When `stop` fires, what was in flight ends as kUnknown and what had not begun as
// kRetry: the caller decides whether that still counts.
//
// A connector that throws, or that does not come to an end, costs its own jobs only: they are
// rejected with the reason.
coro::Task<void> Converse(Line line,
                          Batch& batch,
                          Permit permit,
                          std::string traceparent,
                          KeepAlive keep_alive,
                          std::stop_token stop);

}  // namespace leadrelay::delivery
