#include "common/redis/reply.h"

#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include <hiredis/hiredis.h>

#include "common/status/abseil.h"

namespace leadrelay::redis {
namespace {

constexpr std::string_view kReadOnly = "READONLY ";
constexpr absl::string_view kUnknownScript = "NOSCRIPT ";

constexpr std::array<std::string_view, 6> kNotNow = {
    "LOADING ", "MASTERDOWN ", "BUSY ", "CLUSTERDOWN ", "TRYAGAIN ", kReadOnly};

}  // namespace

Reply CopyReply(const redisReply& reply) {
  Reply copy;
  switch (reply.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
    case REDIS_REPLY_ERROR:
      copy.kind = Reply::Kind::kString;
      copy.text.assign(reply.str, reply.len);
      break;
    case REDIS_REPLY_INTEGER:
      copy.kind = Reply::Kind::kInteger;
      copy.integer = reply.integer;
      break;
    case REDIS_REPLY_ARRAY:
      copy.kind = Reply::Kind::kArray;
      copy.items.reserve(reply.elements);
      for (size_t i = 0; i < reply.elements; ++i)
        copy.items.push_back(CopyReply(*reply.element[i]));
      break;
    default:
      break;
  }
  return copy;
}

absl::Status JudgeError(std::string_view command, std::string_view error) {
  const std::string message = absl::StrCat("redis: ", ToAbsl(command), ": ", ToAbsl(error));
  for (std::string_view prefix : kNotNow) {
    if (error.starts_with(prefix)) return absl::UnavailableError(message);
  }
  return absl::FailedPreconditionError(message);
}

bool IsReadOnlyError(std::string_view error) {
  return error.starts_with(kReadOnly);
}

bool IsUnknownScriptError(const absl::Status& status) {
  return absl::IsFailedPrecondition(status) && absl::StrContains(status.message(), kUnknownScript);
}

}  // namespace leadrelay::redis
