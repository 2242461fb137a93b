-- The records of many indexes whose times passed a while ago, the earliest first.
--
-- KEYS[1]  the set of the names of the indexes
-- ARGV[1]  prefix of their members' records; all keys carry the hash tag of KEYS
-- ARGV[2]  only members whose time is at least so many ms ago
-- ARGV[3]  at most so many members
-- Returns  { now in ms, { { id, record }, … } }
--
-- A member whose record expired leaves its index, and an index without members leaves the set.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local latest = string.format('%.0f', now - tonumber(ARGV[2]))

local late = {}
for _, index in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local found = redis.call('ZRANGE', index, '-inf', latest, 'BYSCORE', 'LIMIT', 0, ARGV[3], 'WITHSCORES')
  for i = 1, #found, 2 do
    late[#late + 1] = { index = index, member = found[i], at = tonumber(found[i + 1]) }
  end
  if #found == 0 and redis.call('EXISTS', index) == 0 then
    redis.call('SREM', KEYS[1], index)
  end
end
table.sort(late, function(a, b)
  if a.at ~= b.at then
    return a.at < b.at
  end
  return a.member < b.member
end)

local records = {}
for _, entry in ipairs(late) do
  if #records == tonumber(ARGV[3]) then
    break
  end
  local record = redis.call('GET', ARGV[1] .. entry.member)
  if record then
    records[#records + 1] = { entry.member, record }
  else
    redis.call('ZREM', entry.index, entry.member)
  end
end
return { string.format('%.0f', now), records }
