-- One atomic write: all of a change, or nothing of it.
--
-- KEYS[1]  the operation: there when this change was committed before
-- KEYS[2]  the stream of audit entries
-- ARGV[1]  the change as JSON; see WrittenChange in change-arguments.ts. It names further keys, all with the hash
--          tag of KEYS, so that they are in the same slot. Absent fields are left out, never null.
-- ARGV[2…] the packed text of each put, in their order
-- Returns  { outcome, now in ms }; outcome is committed, repeated, late, fenced or conflict
--
-- Invariant: whatever may say no is asked before the first write. A script is not rolled back, so nothing below
-- that line may fail. (Redis does not refuse a script for lack of memory or disk after its first write.)

local change = cjson.decode(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- tostring() keeps 14 digits only.
local function text(number)
  return string.format('%.0f', number)
end

local function is_held(hold)
  local ends = redis.call('HGET', hold, 'until')
  return ends and tonumber(ends) > now
end

local woken = {}

-- A wake only moves a time towards now. A held key keeps its time: its holder's release looks at `woken`.
local function wake(key, at)
  if is_held(key.hold) then
    redis.call('HSET', key.hold, 'woken', '1')
  else
    redis.call('ZADD', key.list, 'LT', text(math.max(at, now)), key.key)
  end
  woken[key.name] = true
end

local function tell_listeners()
  for name in pairs(woken) do
    redis.call('PUBLISH', change.channel, name)
  end
end

local function answer(outcome)
  return { outcome, text(now) }
end

if redis.call('EXISTS', KEYS[1]) == 1 then
  return answer('repeated')
end
if now > change.notAfter then
  return answer('late')
end

local stale = {}
for _, held in ipairs(change.holds) do
  local fence = redis.call('HGET', held.hold, 'fence')
  if not is_held(held.hold) or tonumber(fence) ~= held.fence then
    stale[#stale + 1] = held
  end
end
if #stale > 0 then
  for _, held in ipairs(stale) do
    wake(held, now)
  end
  tell_listeners()
  return answer('fenced')
end

for _, put in ipairs(change.puts) do
  local stored = redis.call('GETRANGE', put.record, 0, 20)
  local version = 0
  if stored ~= '' then
    version = tonumber(string.match(stored, '^(%d+)|') or -1)
  end
  if version ~= put.version - 1 then
    return answer('conflict')
  end
end

-- Nothing has been written so far, and nothing fails from here on.
redis.call('SET', KEYS[1], text(now), 'PX', text(change.rememberedMs))

for i, put in ipairs(change.puts) do
  redis.call('SET', put.record, text(put.version) .. '|' .. ARGV[i + 1])
  for _, entry in ipairs(put.indexes) do
    if entry.present then
      redis.call('ZADD', entry.index, text(entry.score), entry.member)
      if entry.listedIn then
        redis.call('SADD', entry.listedIn, entry.index)
      end
    else
      redis.call('ZREM', entry.index, entry.member)
      if entry.listedIn and redis.call('EXISTS', entry.index) == 0 then
        redis.call('SREM', entry.listedIn, entry.index)
      end
    end
  end
end

for _, expiry in ipairs(change.expiries) do
  redis.call('PEXPIRE', expiry.record, text(expiry.afterMs))
end

if #change.audit > 0 then
  local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
  local number = last[1] and tonumber(string.match(last[1][1], '^%d+')) or 0
  for _, event in ipairs(change.audit) do
    number = number + 1
    redis.call('XADD', KEYS[2], text(number) .. '-' .. text(now), 'event', event)
  end
  -- A bounded step per commit, yet more than a commit adds. The entries just written stay, so numbers go on.
  local oldest = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 100 + #change.audit)
  local keep
  for _, entry in ipairs(oldest) do
    local entry_number, at = string.match(entry[1], '^(%d+)-(%d+)$')
    if tonumber(at) >= now - change.auditKeptMs then
      break
    end
    keep = tonumber(entry_number) + 1
  end
  if keep then
    redis.call('XTRIM', KEYS[2], 'MINID', '=', text(keep))
  end
end

for _, key in ipairs(change.wakes) do
  wake(key, key.at)
end

local release = change.release
if release then
  local next_look_at = release.nextLookAt
  if redis.call('HGET', release.hold, 'woken') == '1' then
    next_look_at = math.min(next_look_at or now, now)
    woken[release.name] = true
  end
  if next_look_at then
    redis.call('ZADD', release.list, text(next_look_at), release.key)
  else
    redis.call('ZREM', release.list, release.key)
  end
  redis.call('DEL', release.hold)
end

tell_listeners()
return answer('committed')
