#pragma once
// What a Make webhook's answers mean.  Pure.
//
// Facts: help.make.com/webhooks, help.make.com/fix-general-errors, apps.make.com/gateway (2026-04
// to 2026-09); bodies of 200 and 410 as measured.  A success says that the lead is in the
// webhook's queue, not that the scenario has run.  A scenario may answer by itself ("Webhook
// response"), with any status.
// Not documented: what a wrong API key gets; 401 and 403 are taken for it.

#include "absl/time/time.h"

#include "services/delivery/connectors/connector.h"

namespace leadrelay::delivery::make {

Outcome JudgeAnswer(const http::Response& response, bool in_doubt, absl::Time now);

}  // namespace leadrelay::delivery::make
