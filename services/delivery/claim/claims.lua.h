#pragma once
// The script behind Claims.  A claim is one string:
//
//   s <fence> <deadline> <owner> <progress>   being sent; deadline in ms since 1970, by Redis'
//   clock u <fence> <progress>                      given back; more may have been processed than
//   that f <fence> <progress>                      given back; no more was processed than that d
//   <fence> <remote id>                     delivered
//
// Beside them one string, "lr:claims:memory", says since when nothing has been forgotten:
//
//   b <since> <run id>   claims began then (us since 1970, as fences), as far as anybody knows
//   l <since> <run id>   likewise, and what was claimed before is lost: Redis was emptied, or is
//                        another process than it was, which may have come back without its last
//                        second.  The clocks of leads get some slack then.
//
// Fences come from Redis' clock, one higher than the last when that would not grow: so they keep
// growing even where the key was lost in between, and tell what is older than the memory.  (They
// stay below 2^53, where Lua counts exactly.)

#include <string_view>

namespace leadrelay::delivery {

inline constexpr std::string_view kClaimsLua = R"lua(
-- KEYS: the memory, then the claims.  ARGV: what to do; the run id; horizon and done_ttl (ms);
-- owner; the `since` that the process knows, or nothing; the slack of its clock against others'
-- (ms); then for each claim three:
--   acquire  lease (ms), when the lead was accepted (ms since 1970), nothing
--   others   fence, progress (of 'finish' the remote id), lease
-- Answer: `since`, then for each claim {kind, fence, rest} of 'acquire', else 1, or 0 for a claim
-- that cannot be renewed.
local what, run, horizon, done_ttl = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local owner, known, slack = ARGV[5], ARGV[6], tonumber(ARGV[7])
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

local function acquire(key, lease, accepted_at)
  -- Whether somebody may have had it of whom nothing is known any more.
  local forgotten = accepted_at * 1000 < since + (lost and slack * 1000 or 0)
  if not forgotten then
    -- Nearly always nobody has it yet: one command for those.
    local ttl = string.format('%.0f', lease + horizon)
    if redis.call('SET', key, sending(now_us, lease, ''), 'NX', 'PX', ttl) then
      return {'claimed', string.format('%.0f', now_us), ''}
    end
  end
  local state, fence, rest = read(key)
  if state == 'd' then return {'done', '0', rest} end
  local progress, free_at = rest or '', 0
  if state == 's' then
    free_at, progress = string.match(rest, '^(%d+) %S* ?(.*)$')
    free_at = tonumber(free_at)
  end
  if state then forgotten = lost and fence < since end
  -- Whoever has it from before may be sending still, for as long as a lease is.
  if forgotten then free_at = math.max(free_at, math.floor(since / 1000) + lease) end
  if free_at > now then return {'busy', '0', string.format('%.0f', free_at - now)} end
  local next_fence = math.max(now_us, (fence or 0) + 1)
  put(key, sending(next_fence, lease, progress), lease + horizon)
  local doubtful = state == 's' or state == 'u' or forgotten
  return {doubtful and 'unknown' or 'claimed', string.format('%.0f', next_fence), progress}
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

local function release(key, fence, progress)
  local state, stored = read(key)
  if not state or (state == 's' and stored == fence) then
    put(key, string.format(what == 'unknown' and 'u %.0f ' or 'f %.0f ', fence) .. progress, horizon)
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
    results[i] = release(key, tonumber(a), b)
  end
end
return results
)lua";

}  // namespace leadrelay::delivery
