#pragma once
// The script behind Gate: one call decides over everything that can hold a destination back.
//
// Per destination:
//   lr:gate:{<destination>}         hash: what the replicas know together
//       grants/<per in us>/<scope>    a window's grants, oldest first: cmsgpack of
//                                     {time, count, stamp, ..., their sum}
//       calls/<per in us>/<scope>     likewise, of a window that counts calls and not their cost
//       run                           the Redis process (run_id) that wrote last
//       blocked_until                 the CRM's Retry-After
//       refused_until, refused_why    the credential was refused
//       failures                      straining outcomes in a row
//       open_until, open_for          the breaker is open, and for how long this time
//       probe_until                   half-open: a probe is under way
//   lr:gate:{<destination>}:pause   hash {why}: the operator's pause; never expires
//   lr:gate:{<destination>}:news    channel: "something changed, ask again"
// All times in microseconds.

#include <string_view>

namespace leadrelay::delivery {

inline constexpr std::string_view kGateLua = R"lua(
local state_key, pause_key = KEYS[1], KEYS[2]
local FORGET_AFTER = '2592000'       -- 30 days, in seconds
local NEVER = -1                     -- "nobody knows when"
local LATE = 250000                  -- kMostSlack: no grant is used or dated later than this
local PROBE_LIFE = 60000000          -- then another probe may go: the first one's process has died

local position = 0
local function text()
  position = position + 1
  return ARGV[position]
end
local function number() return tonumber(text()) end

local what = text()
local now = number()                 -- tests turn the clock; else it is empty
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local function get(field) return redis.call('HGET', state_key, field) end
local function get_number(field) return tonumber(get(field)) or 0 end
local function set(field, value)
  if type(value) == 'number' then value = string.format('%.0f', value) end
  redis.call('HSET', state_key, field, value)
end
local function clear(...) redis.call('HDEL', state_key, ...) end
local function keep() redis.call('EXPIRE', state_key, FORGET_AFTER) end
local function tell() redis.call('PUBLISH', state_key .. ':news', what) end
local function raise(field, value)
  if value <= get_number(field) then return false end
  set(field, value)
  return true
end
local function close_breaker()
  if get('open_until') then tell() end
  clear('open_until', 'open_for', 'probe_until', 'failures')
end

-- Windows ------------------------------------------------------------------------------------

local last_stamp
local function next_stamp()
  last_stamp = math.max(now, (last_stamp or get_number('stamp')) + 1)
  return last_stamp
end

local function add(window, at, count, stamp)
  local grants = window.grants
  local last = #grants - 2
  if last > 0 and math.floor(grants[last] / window.slice) == math.floor(at / window.slice) then
    grants[last] = math.max(grants[last], at)
    grants[last + 1] = grants[last + 1] + count
  else
    table.insert(grants, at)
    table.insert(grants, count)
    table.insert(grants, stamp)
  end
  window.used = window.used + count
  window.changed = true
end

-- A stamp belongs to the last entry that began no later.
local function take_back(window, stamp, count)
  local grants = window.grants
  for k = #grants - 2, 1, -3 do
    if grants[k + 2] <= stamp then
      local less = math.min(count, grants[k + 1])
      grants[k + 1] = grants[k + 1] - less
      window.used = window.used - less
      window.changed = true
      return
    end
  end
end

local function unpack_grants(window, packed)
  local grants = cmsgpack.unpack(packed)
  local used = table.remove(grants)
  local expired = 0
  while grants[expired + 1] and grants[expired + 1] + window.span <= now do
    used = used - grants[expired + 2]
    expired = expired + 3
  end
  if expired > 0 then grants = {unpack(grants, expired + 1)} end
  for k = #grants - 2, 1, -3 do
    if grants[k] <= now + LATE then break end
    grants[k] = now + LATE           -- the clock went back
    window.changed = true
  end
  window.grants, window.used = grants, used
end

local function read_windows()
  local run = text()
  local restarted = get('run') ~= run
  if restarted then set('run', run) end
  local windows = {}
  for i = 1, number() do
    local window = {grants = {}, used = 0}
    window.field = text()
    window.requests = number()
    window.span = number()
    window.slice = number()
    local cold = text() == 'used up'
    window.calls = text() == 'calls'
    window.counts = text() == 'counts'
    local packed = get(window.field)
    if cold and (restarted or not packed) then
      add(window, now + LATE, window.requests, next_stamp())
    elseif packed then
      unpack_grants(window, packed)
    end
    windows[i] = window
  end
  return windows
end

local function write_windows(windows)
  for _, window in ipairs(windows) do
    if window.changed then
      table.insert(window.grants, window.used)
      set(window.field, cmsgpack.pack(window.grants))
    end
  end
  if last_stamp then set('stamp', last_stamp) end
  keep()
end

-- How long until `count` more fit in.
local function fits_in(window, count)
  local missing = window.used + count - window.requests
  for k = 1, #window.grants, 3 do
    if missing <= 0 then break end
    missing = missing - window.grants[k + 1]
    if missing <= 0 then return window.grants[k] + window.span - now end
  end
  return missing <= 0 and 0 or window.span
end

-- What replicas ask -----------------------------------------------------------------------------

-- A window that counts calls has one in every lease (LeaseTerms::one_call).
local function units(window, cost) return window.calls and 1 or cost end

local function rooms(windows)
  local left = {}
  for i, window in ipairs(windows) do left[i] = window.requests - window.used end
  return left
end

local function lease(windows)
  local least, want, slack, breaker = number(), number(), number(), text() == 'breaker'
  local function wait(reason, micros, detail)
    return {'wait', reason, micros, detail, get_number('failures'), rooms(windows)}
  end

  local paused = redis.call('HGET', pause_key, 'why')
  if paused then return wait('paused', NEVER, paused) end
  local refused_until = get_number('refused_until')
  if refused_until > now then
    return wait('unauthorized', refused_until - now, get('refused_why') or '')
  end
  local blocked_until = get_number('blocked_until')
  if blocked_until > now then return wait('retry after', blocked_until - now, '') end

  local open_until = breaker and get_number('open_until') or 0
  local probing = open_until > 0
  if open_until > now then return wait('breaker open', open_until - now, '') end
  if probing then
    local probe_until = get_number('probe_until')
    if probe_until > now then
      return wait('breaker open', probe_until - now, 'a probe is under way')
    end
    want = least
  end

  local longest, full = 0, ''
  for _, window in ipairs(windows) do
    if window.counts then
      local micros = fits_in(window, units(window, least))
      if micros > longest then longest, full = micros, window.field end
      if not window.calls then want = math.min(want, window.requests - window.used) end
    end
  end
  if longest > 0 then return wait('rate', longest, full) end

  local at, counted = now + slack, false
  for _, window in ipairs(windows) do
    if window.counts then
      counted = true
      at = math.max(at, window.grants[#window.grants - 2] or at)
    end
  end
  local stamp = counted and next_stamp() or 0
  for _, window in ipairs(windows) do
    if window.counts then add(window, at, units(window, want), stamp) end
  end
  if probing then set('probe_until', now + PROBE_LIFE) end
  return {'grant', want, stamp, probing and 1 or 0, get_number('failures'), rooms(windows)}
end

if what == 'lease' then
  local windows = read_windows()
  for _ = 1, number() do
    local stamp, count, calls = number(), number(), number()
    for _, window in ipairs(windows) do
      if window.counts then take_back(window, stamp, window.calls and calls or count) end
    end
  end
  if text() == 'probe unused' then clear('probe_until') end
  local pause = number()
  if pause > 0 and raise('blocked_until', now + pause) then tell() end
  local answer = lease(windows)
  write_windows(windows)
  return answer
elseif what == 'late' then
  local windows = read_windows()
  local stamp, count, calls, again = number(), number(), number(), text() == 'again'
  local at = now
  for _, window in ipairs(windows) do
    if window.counts then
      -- What was taken back once would be taken from others: then it counts at both times.
      if not again then take_back(window, stamp, window.calls and calls or count) end
      at = math.max(at, window.grants[#window.grants - 2] or at)
    end
  end
  stamp = next_stamp()
  for _, window in ipairs(windows) do
    if window.counts then add(window, at, units(window, count), stamp) end
  end
  write_windows(windows)
  return {}
elseif what == 'warm' then
  write_windows(read_windows())
  return {}
elseif what == 'quota' then
  local windows = read_windows()
  for _, window in ipairs(windows) do
    local remaining = number()       -- negative: the CRM said nothing of this one
    local room = window.requests - window.used
    if remaining >= 0 and remaining < room then
      local last = window.grants[#window.grants - 2] or now
      add(window, math.max(now, last), room - remaining, next_stamp())
    end
  end
  local left = rooms(windows)
  write_windows(windows)
  return left

-- What came of requests -------------------------------------------------------------------------

elseif what == 'success' then
  local probe = text() == 'probe'
  if probe or not get('open_until') then close_breaker() end
  return 0
elseif what == 'strain' then
  local probe, most, open_for, longest = text() == 'probe', number(), number(), number()
  local failures = redis.call('HINCRBY', state_key, 'failures', 1)
  keep()
  if get('open_until') then
    if not probe then return failures end   -- it left before the breaker opened
    open_for = math.min(longest, 2 * get_number('open_for'))
  elseif failures < most then
    return failures
  end
  set('open_for', open_for)
  set('open_until', now + open_for)
  clear('probe_until')
  tell()
  return failures
elseif what == 'throttled' then
  local probe, pause = text() == 'probe', number()
  if probe then close_breaker() end  -- it answers
  if raise('blocked_until', now + pause) then tell() end
  keep()
  return 0
elseif what == 'unauthorized' then
  local probe, pause, why = text() == 'probe', number(), text()
  if probe then close_breaker() end
  if raise('refused_until', now + pause) then
    set('refused_why', why)
    tell()
  end
  keep()
  return 0

-- What operators ask ----------------------------------------------------------------------------

elseif what == 'pause' then
  redis.call('HSET', pause_key, 'why', text())
  tell()
  return 0
elseif what == 'resume' then
  redis.call('DEL', pause_key)
  clear('refused_until', 'refused_why')
  close_breaker()
  tell()
  return 0
elseif what == 'read' then
  local function state(name, till, detail) return {name, till, detail, get_number('failures')} end
  local paused = redis.call('HGET', pause_key, 'why')
  if paused then return state('paused', NEVER, paused) end
  if redis.call('EXISTS', state_key) == 0 then return state('unknown', NEVER, '') end
  local refused_until = get_number('refused_until')
  if refused_until > now then return state('unauthorized', refused_until, get('refused_why')) end
  local blocked_until = get_number('blocked_until')
  if blocked_until > now then return state('throttled', blocked_until, '') end
  local open_until = get_number('open_until')
  if open_until > now then return state('breaker open', open_until, '') end
  if open_until > 0 then return state('breaker half-open', NEVER, '') end
  return state('ready', NEVER, '')
end
return redis.error_reply('ERR the gate script does not know ' .. what)
)lua";

}  // namespace leadrelay::delivery
