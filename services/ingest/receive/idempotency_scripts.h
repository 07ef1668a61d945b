#pragma once
// What runs inside Redis for ingest.  Keys of one call share the hash tag {publisher}.
//
//   lr:rate:{<publisher>}              theoretical arrival time, microseconds
//   lr:idem:{<publisher>}:<lead id>    claim.h; the lead id stands for the idempotency key, from
//                                      which it is derived

#include "common/redis/redis.h"

namespace leadrelay::ingest {

// Rate limit (GCRA by Redis' own clock) and claims, in one round trip.
// KEYS: rate, claim...   ARGV: interval us (0: no limit), burst, in-flight ms, in-flight value...
// Answer: {retry after ms, then for each claim 1 (claimed), 0 (limited), or what is stored}.
inline constexpr redis::Script kAdmitScript{"ingest.admit", R"lua(
local interval, burst, ttl = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local count = #KEYS - 1
local allowed, retry = count, 0
if interval > 0 then
  local time = redis.call('TIME')
  local now = time[1] * 1000000 + time[2]
  local tat = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
  allowed = math.max(0, math.min(count, math.floor((now + burst * interval - tat) / interval)))
  tat = tat + allowed * interval
  if allowed > 0 then
    redis.call('SET', KEYS[1], string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000) + 1)
  end
  if allowed < count then
    retry = math.ceil((tat + interval - now - burst * interval) / 1000)
  end
end
local answer = {retry}
for i = 1, count do
  if i > allowed then
    answer[i + 1] = 0
  else
    answer[i + 1] = redis.call('SET', KEYS[i + 1], ARGV[i + 3], 'NX', 'GET', 'PX', ttl) or 1
  end
end
return answer
)lua"};

// Ends claims.  KEYS: claim...   ARGV: ttl ms, then for each claim its in-flight value and its done
// value; an empty done value releases it.  A claim that has become somebody else's is left alone.
inline constexpr redis::Script kSettleScript{"ingest.settle", R"lua(
for i = 1, #KEYS do
  local stored, ours, done = redis.call('GET', KEYS[i]), ARGV[2 * i], ARGV[2 * i + 1]
  if done ~= '' and (not stored or stored == ours) then
    redis.call('SET', KEYS[i], done, 'PX', ARGV[1])
  elseif done == '' and stored == ours then
    redis.call('DEL', KEYS[i])
  end
end
return #KEYS
)lua"};

}  // namespace leadrelay::ingest
