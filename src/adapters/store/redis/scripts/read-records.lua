-- Records, with the time at which all of them were so.
--
-- KEYS     the records
-- Returns  { now in ms, { record or nil, … } }
--
-- What is no string is a record without a text, which nobody can read: the others are not lost for it.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local records = {}
for i, key in ipairs(KEYS) do
  local record = redis.pcall('GET', key)
  records[i] = type(record) == 'table' and '' or record
end
return { string.format('%.0f', now), records }
