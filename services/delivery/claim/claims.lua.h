#pragma once
// The script behind Claims.  A claim is one string:
//
//   s <fence> <deadline> <owner> <progress>   being sent
//   u <fence> <doubt> <progress>              given back; more may have been processed than that,
//                                             but nothing was sent after <doubt>
//   f <fence> <progress>                      given back; no more was processed than that
//   d <fence> <remote id>                     delivered
//
// Deadline and doubt are in ms since 1970, by Redis' clock.
//
// Beside them one string, "lr:claims:memory", says since when nothing has been forgotten:
//
//   b <since> <run id>   claims began then (us since 1970, as fences), as far as anybody knows
//   l <since> <run id>   likewise, and what was claimed before is lost: Redis was emptied, or is
//                        another process than it was, which may have come back without its last
//                        second.
//
// Fences come from Redis' clock, one higher than the last when that would not grow: so they keep
// growing even where the key was lost in between, and tell what is older than the memory.  (They
// stay below 2^53, where Lua counts exactly.)

#include <string_view>

namespace leadrelay::delivery {

inline constexpr std::string_view kClaimsLua = R"lua(
-- KEYS: the memory, then the claims.  ARGV: what to do; the run id; horizon and done_ttl (ms);
-- owner; the `since` that the process knows, or nothing; how long after a loss leads are in doubt
-- (ms); then for each claim three:
--   acquire  when the lead was accepted (ms since 1970), lease (ms), nothing
--   renew    fence, progress, lease
--   unknown  fence, progress, how long ago the doubt arose (ms)
--   release  fence, progress, nothing
--   finish   fence, remote id, nothing
-- Answer: `since`, then for each claim 1, or 0 for one that cannot be renewed; of 'acquire' four:
--   claimed  fence, nothing, progress
--   unknown  fence, for how long nothing can have been sent (ms), progress
--   done     nothing, nothing, remote id
--   busy     nothing, for how long at most (ms), nothing
local what, run, horizon, done_ttl = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local owner, known, doubted = ARGV[5], ARGV[6], tonumber(ARGV[7])
local time = redis.call('TIME')
local now_us = time[1] * 1000000 + time[2]
local now = math.floor(now_us / 1000)

-- Since when, and whether that is because something was lost.
local function remember()
  local value = redis.call('GET', KEYS[1])
  local kind, since, of
  if value then kind, since, of = string.match(value, '^(%a) (%d+) (%S*)$') end
  if not kind then
    kind, since = known == '' and 'b' or 'l', string.format('%.0f', now_us)
  elseif of ~= run then
    kind, since = 'l', string.format('%.0f', now_us)
  elseif known ~= '' and known ~= since then
    kind = 'l'  -- A process that did not know better has begun it anew.
  end
  local next_value = kind .. ' ' .. since .. ' ' .. run
  if value ~= next_value then redis.call('SET', KEYS[1], next_value) end
  return tonumber(since), kind == 'l', since
end
local since, lost, since_text = remember()

local function put(key, value, ttl)
  redis.call('SET', key, value, 'PX', string.format('%.0f', ttl))
end

local function sending(fence, lease, progress)
  return string.format('s %.0f %.0f %s ', fence, now + lease, owner) .. progress
end

local function read(key)
  local value = redis.call('GET', key)
  if not value then return nil end
  local state, fence, rest = string.match(value, '^(%a) (%d+) ?(.*)$')
  return state, tonumber(fence), rest
end

local function acquire(key, accepted_at, lease)
  -- Whether somebody may have had it of whom nothing is known any more.
  local forgotten = accepted_at * 1000 < since + (lost and doubted * 1000 or 0)
  if not forgotten then
    -- Nearly always nobody has it yet: one command for those.
    local ttl = string.format('%.0f', lease + horizon)
    if redis.call('SET', key, sending(now_us, lease, ''), 'NX', 'PX', ttl) then
      return {'claimed', string.format('%.0f', now_us), '0', ''}
    end
  end
  local state, fence, rest = read(key)
  if state == 'd' then return {'done', '0', '0', rest} end
  local progress, free_at, doubt = rest or '', 0, nil
  if state == 's' then
    free_at, progress = string.match(rest, '^(%d+) %S* ?(.*)$')
    free_at = tonumber(free_at)
    doubt = free_at
  elseif state == 'u' then
    doubt, progress = string.match(rest, '^(%d*) ?(.*)$')
    doubt = tonumber(doubt) or now  -- Version 0.1 did not say.
  end
  if state then forgotten = lost and fence < since end
  -- Whoever has it from before may be sending still, for as long as a lease is.
  if forgotten then
    free_at = math.max(free_at, math.floor(since / 1000) + lease)
    doubt = math.max(free_at, doubt or 0)
  end
  if free_at > now then return {'busy', '0', string.format('%.0f', free_at - now), ''} end
  local next_fence = math.max(now_us, (fence or 0) + 1)
  put(key, sending(next_fence, lease, progress), lease + horizon)
  local kind, age = 'claimed', 0
  if doubt then kind, age = 'unknown', math.max(now - doubt, 0) end
  return {kind, string.format('%.0f', next_fence), string.format('%.0f', age), progress}
end

-- Also where the key was lost (nobody else has claimed it since), or given back too early.
local function finish(key, fence, remote_id)
  local stored = redis.call('GET', key)
  if not stored or string.match(stored, '^[suf] (%d+)') == fence then
    put(key, 'd ' .. fence .. ' ' .. remote_id, done_ttl)
  end
  return 1
end

-- What was claimed before the memory began may have been another's since, for all we know.
local function renew(key, fence, progress, lease)
  local state, stored = read(key)
  if state ~= 's' or stored ~= fence or (lost and fence < since) then return 0 end
  put(key, sending(fence, lease, progress), lease + horizon)
  return 1
end

-- `doubt`: nil where there is none.
local function release(key, fence, progress, doubt)
  local state, stored = read(key)
  if not state or (state == 's' and stored == fence) then
    local value = doubt and string.format('u %.0f %.0f ', fence, doubt)
                         or string.format('f %.0f ', fence)
    put(key, value .. progress, horizon)
  end
  return 1
end

local results = {since_text}
for i = 2, #KEYS do
  local key, a, b, c = KEYS[i], ARGV[3 * i + 2], ARGV[3 * i + 3], ARGV[3 * i + 4]
  if what == 'acquire' then
    results[i] = acquire(key, tonumber(a), tonumber(b))
  elseif what == 'finish' then
    results[i] = finish(key, a, b)
  elseif what == 'renew' then
    results[i] = renew(key, tonumber(a), b, tonumber(c))
  else
    results[i] = release(key, tonumber(a), b, what == 'unknown' and now - tonumber(c) or nil)
  end
end
return results
)lua";

}  // namespace leadrelay::delivery
