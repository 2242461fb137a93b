-- The most overdue key of a wake list, held for a while, with its snapshot.
--
-- KEYS[1]  the wake list
-- KEYS[2]  the last fence handed out
-- ARGV[1]  how long to hold the key, in ms
-- ARGV[2]  prefix of the keys of holds
-- ARGV[3]  prefix of the index whose members belong to the snapshot; empty when there is none
-- ARGV[4]  prefix of the records of those members
-- ARGV[5…] prefixes of the records of the claimed key itself
-- Returns  { 'idle', now, earliest time in the list or nil }
--       or { 'claimed', now, key, fence, { record or nil for each of ARGV[5…] }, { { id, record } of each member } }
--
-- The key is chosen in here, so the keys made of the prefixes are not in KEYS; all carry the hash tag of KEYS.
--
-- Invariant: a claimed key never leaves its list. Its time moves to the end of the hold, so a holder that dies
-- gives it back by doing nothing. Fences rise over all keys, and also after the store lost its last writes.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- tostring() keeps 14 digits only.
local function text(number)
  return string.format('%.0f', number)
end

local function first_due()
  while true do
    local key = redis.call('ZRANGE', KEYS[1], '-inf', text(now), 'BYSCORE', 'LIMIT', 0, 1)[1]
    local ends = key and redis.call('HGET', ARGV[2] .. key, 'until')
    if not ends or tonumber(ends) <= now then
      return key
    end
    -- Due and yet held: the clock of the store was set back. Each turn takes one key out of sight, so this ends.
    redis.call('ZADD', KEYS[1], ends, key)
  end
end

local key = first_due()
if not key then
  local earliest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return { 'idle', text(now), earliest[2] and text(tonumber(earliest[2])) or false }
end

local fence = text(math.max((tonumber(redis.call('GET', KEYS[2]) or 0)) + 1, now))
local ends = text(now + tonumber(ARGV[1]))
redis.call('SET', KEYS[2], fence)
redis.call('ZADD', KEYS[1], ends, key)
redis.call('HSET', ARGV[2] .. key, 'fence', fence, 'until', ends, 'woken', '0')

local records = {}
for i = 5, #ARGV do
  records[#records + 1] = redis.call('GET', ARGV[i] .. key)
end
local members = {}
if ARGV[3] ~= '' then
  for _, member in ipairs(redis.call('ZRANGE', ARGV[3] .. key, 0, -1)) do
    local record = redis.call('GET', ARGV[4] .. member)
    if record then
      members[#members + 1] = { member, record }
    else
      -- It expired while it was a member.
      redis.call('ZREM', ARGV[3] .. key, member)
    end
  end
end
return { 'claimed', text(now), key, fence, records, members }
