-- How much there is, without reading a record.
--
-- KEYS[1]  the wake list of registries
-- KEYS[2]  the wake list of conversations
-- ARGV     for each registry the index of its leases, then that of its pending requests; all carry the hash tag of KEYS
-- Returns  { now in ms, wakes of KEYS[1], wakes of KEYS[2], { { leases, pending, oldest pending in ms or nil }, … } }
--          where wakes are { keys, keys that are due, earliest time in ms or nil }
--
-- A held key is not due: its time is the end of the hold.

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))

local function first_time(set)
  local first = redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')[2]
  return first and string.format('%.0f', tonumber(first)) or false
end

local function wakes(list)
  return { redis.call('ZCARD', list), redis.call('ZCOUNT', list, '-inf', now), first_time(list) }
end

local registries = {}
for i = 1, #ARGV, 2 do
  local pending = ARGV[i + 1]
  registries[#registries + 1] = { redis.call('ZCARD', ARGV[i]), redis.call('ZCARD', pending), first_time(pending) }
end
return { now, wakes(KEYS[1]), wakes(KEYS[2]), registries }
