#pragma once
// The bodies of the requests that change something.  Pure.

#include <vector>

#include "common/json/json.h"
#include "services/dlq/inspect/command.h"
#include "services/dlq/inspect/problem.h"

namespace leadrelay::dlq {

Discard ReadDiscard(const json::Value& body, std::vector<RequestFault>& faults);
// Of one letter: only the note is in the body.
Discard ReadDiscardOne(int64_t id, const json::Value& body, std::vector<RequestFault>& faults);
StartReplay ReadStartReplay(const json::Value& body, std::vector<RequestFault>& faults);
bool ReadAbandon(const json::Value& body, std::vector<RequestFault>& faults);
std::string ReadReason(const json::Value& body, std::vector<RequestFault>& faults);

}  // namespace leadrelay::dlq
