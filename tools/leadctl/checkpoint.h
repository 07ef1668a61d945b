#pragma once
// Checkpoint: how far the sending of a file has come, as FILE.leadctl-resume keeps it.  Pure.
//
// It is an economy, not what protects from sending twice: that is each row's idempotency key.  So
// it may be behind the truth (a crash between the answer and the write), and never ahead of it.

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace leadrelay::leadctl {

struct Checkpoint {
  std::string digest;      // SHA-256 of the file, in hex.
  std::string key_column;  // What the keys were made from must not change on the way.
  int64_t rows = 0;        // The first so many rows have their answers.
  int64_t accepted = 0;
  int64_t rejected = 0;
  int64_t rejected_bytes = 0;  // Of FILE.rejected.ndjson that belong to these rows.
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

std::string ToText(const Checkpoint& checkpoint);

// InvalidArgument: the text is no checkpoint, or its numbers cannot be.
absl::StatusOr<Checkpoint> ParseCheckpoint(std::string_view text);

}  // namespace leadrelay::leadctl
