#pragma once
// The script behind Claims.  A claim is one string:
//
//   s <fence> <deadline> <owner>   being sent; deadline in ms since 1970, by Redis' clock
//   u <fence>                      given back; it may have been processed
//   f <fence>                      given back; it was not processed
//   d <fence> <remote id>          delivered
//
// Fences come from Redis' clock, one higher than the last when that would not grow: so they keep
// growing even where the key was lost in between.  (They stay below 2^53, where Lua counts
// exactly.)

#include <string_view>

namespace leadrelay::delivery {

inline constexpr std::string_view kClaimsLua = R"lua(
-- KEYS: the claims.  ARGV: what to do, horizon, done_ttl, lease (all in ms), owner; then for each
-- claim its fence, and for 'finish' also its remote id; for 'acquire' its own lease instead.
local what, horizon, done_ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now_us = time[1] * 1000000 + time[2]
local now = math.floor(now_us / 1000)

local function put(key, value, ttl)
  redis.call('SET', key, value, 'PX', string.format('%.0f', ttl))
end

local function read(key)
  local value = redis.call('GET', key)
  if not value then return nil end
  local state, fence, rest = string.match(value, '^(%a) (%d+) ?(.*)$')
  return state, tonumber(fence), rest
end

local function acquire(key, lease)
  -- Nearly always nobody has it yet: one command for those.
  local first = string.format('s %.0f %.0f %s', now_us, now + lease, ARGV[5])
  local free = redis.call('SET', key, first, 'NX', 'PX', string.format('%.0f', lease + horizon))
  if free then return {'claimed', string.format('%.0f', now_us), ''} end
  local state, fence, rest = read(key)
  if state == 'd' then return {'done', '0', rest} end
  if state == 's' then
    local deadline = tonumber(string.match(rest, '^%d+'))
    if deadline > now then return {'busy', '0', string.format('%.0f', deadline - now)} end
  end
  local next_fence = math.max(now_us, (fence or 0) + 1)
  put(key, string.format('s %.0f %.0f %s', next_fence, now + lease, ARGV[5]), lease + horizon)
  local doubtful = state == 's' or state == 'u'
  return {doubtful and 'unknown' or 'claimed', string.format('%.0f', next_fence), ''}
end

if what == 'acquire' then
  local results = {}
  for i, key in ipairs(KEYS) do results[i] = acquire(key, tonumber(ARGV[5 + i])) end
  return results
end
if what == 'finish' then
  for i, key in ipairs(KEYS) do
    local fence, stored = ARGV[4 + 2 * i], redis.call('GET', key)
    -- Also where the key was lost (nobody else has claimed it since), or given back too early.
    if not stored or string.match(stored, '^[suf] (%d+)') == fence then
      put(key, 'd ' .. fence .. ' ' .. ARGV[5 + 2 * i], done_ttl)
    end
  end
  return {}
end
for i, key in ipairs(KEYS) do
  local state, stored = read(key)
  local fence = tonumber(ARGV[5 + i])
  if state == 's' and stored == fence then
    if what == 'renew' then
      local lease = tonumber(ARGV[4])
      put(key, string.format('s %.0f %.0f %s', fence, now + lease, ARGV[5]), lease + horizon)
    elseif what == 'unknown' then
      put(key, string.format('u %.0f', fence), horizon)
    else
      put(key, string.format('f %.0f', fence), horizon)
    end
  end
end
return {}
)lua";

}  // namespace leadrelay::delivery
