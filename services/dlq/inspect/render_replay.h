#pragma once
// Replays as JSON.  Pure.

#include <string>
#include <vector>

#include "services/dlq/ledger/records.h"

namespace leadrelay::dlq {

// {"id", "state", "created_at", "finished_at", "rate_per_second", "selection", "total", "skipped",
// "items": {state: count}, "publishing_takes_seconds"}: how long the sending of the rest will take.
// `failed` with their reasons: the first items that could not be sent.
std::string RenderReplay(const ReplayRecord& replay, const std::vector<ReplayItemRecord>& failed);
std::string RenderReplays(const std::vector<ReplayRecord>& replays, int limit);

// {"dry_run": true, "would_replay", "by_destination", "skipped": {why: count},
// "publishing_takes_seconds"}
std::string RenderPlan(const ReplayPlan& plan, double per_second);

}  // namespace leadrelay::dlq
