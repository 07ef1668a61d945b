#pragma once
// When a replay is over: one sentence for the three places that may end its last item.

namespace leadrelay::dlq {

// ?1 the replay's number, ?2 now.  Changes nothing while an item is outstanding.
inline constexpr const char* kEndReplaySql =
    "UPDATE replays SET finished_at = ?2,"
    " state = CASE state WHEN 'cancelled' THEN 'cancelled' ELSE 'done' END"
    " WHERE number = ?1 AND finished_at IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM replay_items WHERE replay = ?1"
    " AND state IN ('pending', 'sending', 'published'))";

}  // namespace leadrelay::dlq
