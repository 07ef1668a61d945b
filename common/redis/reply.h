#pragma once
// From hiredis' replies to ours.  Pure.

#include <string>
#include <string_view>

#include "absl/status/status.h"

#include "common/redis/redis.h"

struct redisReply;

namespace leadrelay::redis {

// A copy that outlives hiredis' own.  An error inside an array becomes its text.
Reply CopyReply(const redisReply& reply);

// What an error reply to `command` means.  Unavailable: this server cannot serve it now (loading,
// a read-only replica, busy with a script); FailedPrecondition: it will not.
absl::Status JudgeError(std::string_view command, std::string_view error);

// A server that turned into a replica: only a new connection leads to the new primary.
bool IsReadOnlyError(std::string_view error);
bool IsUnknownScriptError(const absl::Status& status);

}  // namespace leadrelay::redis
