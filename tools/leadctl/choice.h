#pragma once
// A choice of dead letters as the operators' API takes it.  Pure.

#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "common/http/message.h"
#include "tools/leadctl/commands.h"

namespace leadrelay::leadctl {

// As query parameters or members of a filter.  InvalidArgument: a time that is none.  Times may be
// "2h": so long before `now`.
absl::StatusOr<http::Fields> ChoiceFields(const DeadLetterChoice& choice, absl::Time now);

// The body of a replay or a discard: {"ids": [...]} or {"filter": {...}}, and its settings.
absl::StatusOr<std::string> ActBody(const DlqActOptions& options, bool dry_run, absl::Time now);

}  // namespace leadrelay::leadctl
