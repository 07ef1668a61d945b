#pragma once
// What Freshsales' answers mean.  Pure.
//
// Errors come as {"errors":{"code":400,"message":["Invalid contact status provided."]}}, where the
// message is a text or a list of them; a refused key as 401 {"login":"failed"} or as a redirection
// to the sign-in page.  There are no codes but the status, and messages may quote the lead, so only
// the names of our own fields that occur in them are passed on.

#include <string>
#include <vector>

#include "absl/time/time.h"

#include "common/json/json.h"
#include "services/delivery/connectors/step.h"

namespace leadrelay::delivery::freshsales {

// Fields of ours that an error's message speaks of: "contact_status_id" of "contact status".
std::vector<std::string> FieldsNamedIn(const json::Value& body);

// `creates`: a repeated call would make a second record, so a failure that may have come after the
// work was done is kUnknown.
Verdict JudgeReply(const Answer& answer, bool creates, absl::Time now);

}  // namespace leadrelay::delivery::freshsales
