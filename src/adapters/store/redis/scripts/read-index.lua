-- The records of an index in its order, with the time at which they were so.
--
-- KEYS[1]  the index
-- ARGV[1]  prefix of its members' records; the keys made of it carry the hash tag of KEYS
-- ARGV[2]  only the first so many members
-- Returns  { now in ms, { { id, record }, … } }
--
-- A member whose record expired leaves the index.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local records = {}
for _, member in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', '+inf', 'BYSCORE', 'LIMIT', 0, ARGV[2])) do
  local record = redis.call('GET', ARGV[1] .. member)
  if record then
    records[#records + 1] = { member, record }
  else
    redis.call('ZREM', KEYS[1], member)
  end
end
return { string.format('%.0f', now), records }
