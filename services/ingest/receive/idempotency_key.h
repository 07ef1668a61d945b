#pragma once
// The Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header-07).  Pure.

#include <string>

#include "absl/status/statusor.h"

#include "common/http/message.h"

namespace leadrelay::ingest {

inline constexpr size_t kMaxIdempotencyKey = 255;

// True for 1 to 255 printable ASCII characters.
bool IsIdempotencyKey(std::string_view key);

// The key: a quoted RFC 8941 string as the draft has it, or bare as many clients send it; both
// spellings are the same key.  Empty when there is no such header.  InvalidArgument, in words for
// the client, when it is neither, too long, or there twice.
absl::StatusOr<std::string> IdempotencyKeyOf(const http::Headers& headers);

}  // namespace leadrelay::ingest
